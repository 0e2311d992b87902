/** Where programs lie, and what a sandbox has to show of them. */
import { access, constants, realpath } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

/** Where programs and their libraries lie; nothing of a user's is there. */
export const SYSTEM_FOLDERS = ['/usr', '/bin', '/lib', '/lib32', '/lib64', '/nix/store', '/gnu/store'] as const;

/** Where a command is found; null: nowhere. */
export async function onPath(command: string): Promise<string | null> {
  const folders = command.includes(path.sep) ? [''] : (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  for (const folder of folders) {
    const file = path.resolve(folder, command);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
}

/**
 * What a sandbox that sees the system's folders needs besides for a program outside them: it, and the libraries that
 * come with it (/opt/it/lib for /opt/it/bin).
 * @param program as `onPath` gives it
 * @returns arguments of bubblewrap
 */
export async function programFiles(program: string): Promise<string[]> {
  const real = await realpath(program);
  const folder = path.dirname(real);
  const beside = path.basename(folder) === 'bin' ? ['lib', 'lib64'].map((name) => path.join(folder, '..', name)) : [];
  const isSystems = (place: string): boolean => SYSTEM_FOLDERS.some((root) => place.startsWith(`${root}/`));
  return [
    ...(isSystems(program) && isSystems(real) ? [] : ['--ro-bind', real, program]),
    ...(isSystems(real) ? [] : beside.flatMap((place) => ['--ro-bind-try', place, place])),
  ];
}
