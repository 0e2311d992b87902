/** Names of files that any system takes. */
import { plainLine } from '../plain-line.js';

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const LONGEST = 80;

/** Text as part of a file's name: nothing that leads elsewhere, hides, or that Windows refuses. */
export function fileStem(text: string): string {
  const stem = plainLine(text, LONGEST)
    .replace(/[\\/:*?"<>|…]/g, '_')
    .replace(/^[.\s-]+|[.\s]+$/g, '');
  return stem === '' || RESERVED.test(stem) ? `_${stem}` : stem;
}

/** The same name for the same key, another one for another: "film", "film 2". Case makes no difference. */
export function uniqueNames(): (stem: string) => string {
  const taken = new Set<string>();
  return (stem) => {
    for (let n = 1; ; n++) {
      const name = n === 1 ? stem : `${stem} ${n}`;
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  };
}
