/** An earlier version of the server, built from its commit. */
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { packageInfo } from '../../../src/config/package-info.js';

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** A built server. */
export interface Version {
  name: string;
  /** What `node` runs. */
  bin: string;
}

/**
 * Checks a commit out into `folder` (a git worktree, which `dropVersion` takes away again) and builds it. It gets the
 * packages installed here if they are those that it pins, and its own by `npm ci` otherwise; and the weights that are
 * here, which it checks by hash.
 * @throws ExecaError when git, npm or the build fails
 */
export async function buildVersion(commit: string, folder: string, signal: AbortSignal): Promise<Version> {
  const { root } = packageInfo();
  const run = (program: string, ...args: string[]) =>
    execa(program, args, { cwd: folder, stdout: 'ignore', cancelSignal: signal });
  const { stdout: name } = await execa('git', ['rev-parse', '--short', commit], { cwd: root, cancelSignal: signal });
  await execa('git', ['worktree', 'add', '--detach', folder, commit], { cwd: root, cancelSignal: signal });
  if (await pinsWhatIsHere(folder, root))
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  else await run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  await linkWeights(root, folder);
  await run('npm', 'run', 'build');
  return { name, bin: path.join(folder, 'dist', 'bin', 'rollcall-mcp.js') };
}

/** Takes the worktree of a version away; does nothing where there is none. */
export async function dropVersion(folder: string): Promise<void> {
  await execa('git', ['worktree', 'remove', '--force', folder], { cwd: packageInfo().root, reject: false });
}

async function pinsWhatIsHere(folder: string, root: string): Promise<boolean> {
  const { dependencies, devDependencies } = manifestSchema.parse(await readJson(path.join(folder, 'package.json')));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    const installed = z
      .object({ version: z.string() })
      .safeParse(await readJson(path.join(root, 'node_modules', name, 'package.json')).catch(() => null));
    if (installed.data?.version !== version) return false;
  }
  return true;
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

async function linkWeights(root: string, folder: string): Promise<void> {
  const [from, to] = [root, folder].map((at) => path.join(at, 'models', 'weights')) as [string, string];
  await mkdir(to, { recursive: true });
  const there = new Set(await readdir(to));
  for (const name of await readdir(from))
    if (!there.has(name)) await symlink(path.join(from, name), path.join(to, name));
}
