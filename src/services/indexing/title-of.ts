/** What a video or photo is called in answers: its file's name, in one line. */
import path from 'node:path';
import { oneLine } from '../../domain/plain-line.js';

/** @param source a path, or the address it came from */
export function titleOf(source: string): string {
  return oneLine(path.basename(source)) || 'untitled';
}
