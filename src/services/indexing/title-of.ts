/** What a video or photo is called in answers: its file's name, in one line. */
import path from 'node:path';
import { oneLine } from '../../domain/plain-line.js';

/** @param source a path, or the address it came from, whose query may hold a signature */
export function titleOf(source: string): string {
  const name = /^https?:/i.test(source) && URL.canParse(source) ? fileAt(new URL(source)) : path.basename(source);
  return oneLine(name) || 'untitled';
}

function fileAt({ pathname, host }: URL): string {
  const name = path.posix.basename(pathname) || host;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
