/** Reads a file of Rollcall's own that somebody may have put something else in the place of. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** A pipe, a device, a folder, or a file of a size that none of these has. */
export class NotOrdinary extends Error {
  constructor(file: string) {
    super(`${file} is no ordinary file, or far too large`);
    this.name = 'NotOrdinary';
  }
}

/**
 * The text of a file. A pipe is not waited for.
 * @param maxBytes of a file that may be
 * @throws NotOrdinary, or the system's error
 */
export async function readOrdinary(file: string, maxBytes: number): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const info = await handle.stat();
    if (!info.isFile() || info.size > maxBytes) throw new NotOrdinary(file);
    // One read, where reading to the end takes three: the head of a library is read several times a question.
    const bytes = Buffer.allocUnsafe(info.size + 1);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytesRead === info.size ? bytes.toString('utf8', 0, bytesRead) : await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
