/** How npm is run on this machine. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface NpmCommand {
  command: string;
  /** Arguments that come before npm's own. */
  args: readonly string[];
  /** npm.cmd on Windows runs only through a shell. */
  shell: boolean;
}

/** How to run npm: the one that started this process, else the one installed beside this Node, else the one on PATH. */
export async function npmCommand(env: NodeJS.ProcessEnv = process.env): Promise<NpmCommand> {
  const execPath = env['npm_execpath'];
  // Under yarn or pnpm npm_execpath is theirs.
  if (execPath && /npm-cli\.[cm]?js$/.test(execPath))
    return { command: process.execPath, args: [execPath], shell: false };
  if (execPath && /npx-cli\.[cm]?js$/.test(execPath))
    return { command: process.execPath, args: [join(dirname(execPath), 'npm-cli.js')], shell: false };
  const beside = dirname(process.execPath);
  for (const cli of [
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]) {
    if (await exists(cli)) return { command: process.execPath, args: [cli], shell: false };
  }
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [], shell: process.platform === 'win32' };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
