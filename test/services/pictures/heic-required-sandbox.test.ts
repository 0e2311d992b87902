/** Where decoders may only run in a sandbox and there is none, no question has a HEIC picture read. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';

it('refuses a HEIC picture wherever one can be given', async () => {
  const folder = await temporaryFolder();
  const [file, other] = [path.join(folder, 'a.heic'), path.join(folder, 'b.heic')];
  // The first bytes tell what it is; what reads it is never started.
  for (const name of [file, other]) await writeFile(name, `\0\0\0\x18ftypheic\0\0\0\0mif1heic${name}`);
  vi.stubEnv('PATH', path.join(folder, 'no-programs'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const { indexing, search, verification, curation, calibration } = servicesAt(path.join(folder, 'home'), {
    sandbox: 'required',
  });
  const asked: Record<string, () => Promise<unknown>> = {
    index: () => indexing.indexVideo({ source: file }),
    find: () => search.findPerson({ image: file }),
    verify: () => verification.verifyFaces({ image_a: file, image_b: file }),
    enrol: () => curation.edit({ edits: [{ action: 'enrol', name: 'Ada', images: [file] }], dry_run: false }, 'test'),
    calibrate: () => calibration.calibrate({ pairs: [{ image_a: file, image_b: other, same: true }] }),
  };
  for (const [what, ask] of Object.entries(asked))
    await expect(ask(), what).rejects.toMatchObject({
      code: 'missing_dependency',
      message: expect.stringContaining('may only run in a sandbox, and there is none') as string,
    });
});
