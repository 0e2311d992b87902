/** Names as people say them: case, accents, the order of words and parts left out make no difference. */
import { groupBy } from '../group-by.js';

/** How a name fits what was asked, the closest first. */
export const FITS = ['exact', 'same', 'reordered', 'words', 'beginnings', 'inside'] as const;
export type Fit = (typeof FITS)[number];

/** Letters that Unicode does not take apart. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  þ: 'th',
  ς: 'σ',
};
const SPECIAL = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');

/** Without case, and without the accents of Latin, Greek and Cyrillic letters; marks of other scripts are letters. */
export function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(SPECIAL, (letter) => PLAIN[letter] ?? letter)
    .normalize('NFC');
}

/** The words of a name, folded. O'Brien is one. */
function wordsOf(name: string): string[] {
  return folded(name.replace(/['’ʼ`´]/g, ''))
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);
}

/** How a name fits what was asked; null when it does not. */
export function fitOf(asked: string, name: string): Fit | null {
  if (asked.trim().normalize() === name.trim().normalize()) return 'exact';
  const wanted = wordsOf(asked),
    own = wordsOf(name);
  if (wanted.length === 0 || own.length === 0) return null;
  if (wanted.join(' ') === own.join(' ')) return 'same';
  if (wanted.toSorted().join(' ') === own.toSorted().join(' ')) return 'reordered';
  if (wanted.every((w) => own.includes(w))) return 'words';
  if (wanted.every((w) => own.some((o) => o.startsWith(w)))) return 'beginnings';
  return isInside(wanted.join(''), own) ? 'inside' : null;
}

/** The same for names that are one but for how they are written and the order of words: fits up to 'reordered'. */
export function nameKey(name: string): string {
  return wordsOf(name).toSorted().join(' ') || name.trim().normalize();
}

/** Scripts that leave no room between words: where one begins can't be told. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+$/u;

/** Whether it is a run of letters from the beginning of a word on, over the ends of words: "maryann" of Mary Ann. */
function isInside(part: string, own: readonly string[]): boolean {
  if (UNSPACED.test(part)) return own.join('').includes(part);
  return own.some((_, i) => own.slice(i).join('').startsWith(part));
}

export interface NamesLike<T> {
  fit: Fit;
  /** All whose name fits so, in the order given. */
  people: T[];
}

/** Those whose name fits best; null when no name fits. Whoever fits less well is not among them. */
export function namesLike<T extends { name: string | null }>(asked: string, people: readonly T[]): NamesLike<T> | null {
  const byFit = groupBy(people, ({ name }) => (name === null ? null : fitOf(asked, name)));
  const fit = FITS.find((f) => byFit.has(f));
  return fit === undefined ? null : { fit, people: byFit.get(fit) ?? [] };
}
