/**
 * library.key: another copy of what an encrypted library is opened with. The head and its copy can be made anew from
 * the tables where both are lost; this can't. Without the user's key it opens nothing.
 */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../files/atomic-write.js';
import { type Envelope, envelopeSchema } from './envelope.js';

export const KEY_FILE = 'library.key';

/** Makes the copy what the head says; writes only what is another. Never fails: it is a copy. */
export async function keepEnvelope(home: string, envelope: Envelope | null): Promise<void> {
  const file = path.join(home, KEY_FILE);
  try {
    if (envelope === null) await rm(file, { force: true });
    else {
      const text = `${JSON.stringify(envelope, null, 2)}\n`;
      if (text !== (await readFile(file, 'utf8').catch(() => null))) await writeAtomically(file, text);
    }
  } catch {
    // The next write tries again.
  }
}

/** @returns null where there is none that can be read */
export async function readEnvelopeCopy(home: string): Promise<Envelope | null> {
  try {
    return envelopeSchema.parse(JSON.parse(await readFile(path.join(home, KEY_FILE), 'utf8')));
  } catch {
    return null;
  }
}
