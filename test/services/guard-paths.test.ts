import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allowedSource, guardPaths } from '../../src/services/guard-paths.js';
import { fakeHost } from '../support/fake-host.js';

let root: string;
const at = (...parts: string[]) => path.join(root, ...parts);
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'rollcall-guard-')));
  for (const dir of ['open', 'open-too', 'closed']) mkdirSync(at(dir));
  for (const file of ['open/a.mp4', 'open/..b.mp4', 'open-too/a.mp4', 'closed/a b.mp4']) writeFileSync(at(file), '');
  symlinkSync(at('closed'), at('open', 'door'));
  symlinkSync(at('open', 'a.mp4'), at('closed', 'back.mp4'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('allowed folders', () => {
  it.each(['open/a.mp4', 'open', 'open/..b.mp4', 'open/missing.mp4', 'closed/back.mp4', 'open/../open/a.mp4'])(
    'let %s in',
    async (file) => {
      await expect(allowedSource(at(file), [at('open')])).resolves.toBeTruthy();
    },
  );

  it.each(['closed/a b.mp4', 'open-too/a.mp4', 'open/door/a b.mp4', 'open/../closed/a b.mp4', 'closed/missing.mp4'])(
    'keep %s out',
    async (file) => {
      await expect(allowedSource(at(file), [at('open')])).rejects.toMatchObject({ code: 'forbidden' });
    },
  );

  it('see through file URLs, and let other URLs pass', async () => {
    await expect(allowedSource(pathToFileURL(at('closed', 'a b.mp4')).href, [at('open')])).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(allowedSource(pathToFileURL(at('open', 'a.mp4')).href, [at('open')])).resolves.toBe(
      at('open', 'a.mp4'),
    );
    await expect(allowedSource('https://example.org/a.mp4', [at('open')])).resolves.toBe('https://example.org/a.mp4');
  });

  it('are asked about every source of every service', async () => {
    const host = fakeHost();
    const guarded = guardPaths(await host.services(), [at('open')]);
    const outside = at('closed', 'a b.mp4');
    const inside = at('open', 'a.mp4');
    for (const call of [
      () => guarded.indexing.indexVideo({ source: outside }),
      () => guarded.indexing.expandSource(outside),
      () => guarded.verification.verifyFaces({ image_a: outside, image_b: inside }),
      () => guarded.verification.verifyFaces({ image_a: inside, image_b: outside }),
      () => guarded.calibration.calibrate({ pairs_file: outside }),
      () => guarded.search.findPerson({ image: outside }),
      () => guarded.search.findPerson({ people: [{ name: 'Ada' }, { image: outside }] }),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'forbidden' });
    await guarded.calibration.calibrate({ pairs_file: inside }, { key: 'k' });
    const [{ request, context } = { request: {}, context: {} }] = host.calibration.asked;
    expect([request, context.key, await context.allow?.(inside)]).toEqual([{ pairs_file: inside }, 'k', inside]);
    await expect(context.allow?.(outside)).rejects.toMatchObject({ code: 'forbidden' });
    await guarded.search.findPerson({ people: [{ image: inside }, { name: 'Ada' }] });
    expect(host.asked).toEqual([{ people: [{ image: inside }, { name: 'Ada' }] }]);
    await host.close();
  });
});
