/** A log of lines that only grows, in files that are rotated: several processes may append to it. */
import { appendFile, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../../domain/errors/error-code.js';
import { makePrivateFolder, PRIVATE_FILE } from './private-folder.js';

const CURRENT = 'audit.jsonl';
const OLDER = /^audit-[\dTZ-]+\.jsonl$/;

export interface AuditFileOptions {
  /** A file of at least so many bytes is put aside, and a new one begun. */
  maxBytes: number;
  /** Files put aside that are kept; the oldest go. */
  kept: number;
}

const DEFAULT: AuditFileOptions = { maxBytes: 5_000_000, kept: 19 };

/** Appends a line without line breaks in it. @throws the system's error */
export async function appendAudit(folder: string, line: string, options: AuditFileOptions = DEFAULT): Promise<void> {
  await makePrivateFolder(folder);
  const file = path.join(folder, CURRENT);
  // One write to a file opened for appending: lines of several processes don't mix.
  await appendFile(file, `${line}\n`, { mode: PRIVATE_FILE });
  if ((await stat(file)).size < options.maxBytes) return;
  await rename(file, path.join(folder, `audit-${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`)).catch(
    (error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error; // another process has put it aside
    },
  );
  const older = await olderFiles(folder);
  for (const name of older.slice(0, Math.max(0, older.length - options.kept)))
    await rm(path.join(folder, name), { force: true });
}

/** Every line that is kept, oldest first. */
export async function readAudit(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of [...(await olderFiles(folder)), CURRENT]) {
    const text = await readFile(path.join(folder, name), 'utf8').catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return '';
      throw error;
    });
    for (const line of text.split('\n')) if (line !== '') lines.push(line);
  }
  return lines;
}

/** Names are times, so that they sort by them. */
async function olderFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => OLDER.test(name)).sort();
}
