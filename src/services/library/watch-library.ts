/** Hears when videos or people of a library change, whichever process changes them. */
import { unwatchFile, watchFile } from 'node:fs';
import { isAddress } from '../../domain/machine/library-address.js';
import { headFile, readHead } from '../../store/head/head.js';

const LOOK_EVERY_MS = 2000;
/** A look at an object store is a request that costs money. */
const LOOK_FAR_EVERY_MS = 10_000;

/**
 * Looks at the head of the library every now and then: native watchers differ between systems, and need a folder that
 * may not be there yet. Keeps no process alive.
 * @param home folder or address of the library
 * @returns stops watching
 */
export function watchLibrary(
  home: string,
  onChange: () => void,
  everyMs = isAddress(home) ? LOOK_FAR_EVERY_MS : LOOK_EVERY_MS,
): () => void {
  let known: string | null | undefined;
  let order = Promise.resolve();
  const look = (): void => {
    order = order.then(async () => {
      // A head that can't be read now can be read at the next change.
      const state = await contentOf(home).catch(() => known);
      if (known !== undefined && state !== known) onChange();
      known = state;
    });
  };
  look();
  if (isAddress(home)) {
    const looking = setInterval(look, everyMs);
    looking.unref();
    return () => clearInterval(looking);
  }
  const file = headFile(home);
  watchFile(file, { persistent: false, interval: everyMs }, look);
  return () => unwatchFile(file, look);
}

/** Of a table that nothing was written to since it was made. */
const NEW = 1;

/** What of the head speaks of videos and people; null where there are none yet. */
async function contentOf(home: string): Promise<string | null> {
  const head = await readHead(home);
  if (head === null) return null;
  const { videos, identities, edits } = head.versions;
  // The first question makes a library: that changes nothing for whoever asks who is in it.
  if (videos === NEW && identities === NEW && edits === NEW) return null;
  return JSON.stringify([head.created_at, videos, identities, edits]);
}
