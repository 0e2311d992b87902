// Runs whose checkpoints lie with the library, while its store is out of reach.
import { expect, it, onTestFinished, vi } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { openLibrary } from '../../../src/store/library.js';
import { startGcs } from '../../support/servers/gcs-server.js';
import { DIMENSIONS, PACK, temporaryHome } from '../fixtures.js';

it('a run that could not be dropped is not waited for by its own process', async () => {
  const store = await startGcs();
  for (const [name, value] of Object.entries(store.env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const library = await openLibrary({
    home: `gs://${store.bucket}/films`,
    localHome: await temporaryHome(),
    dimensions: DIMENSIONS,
    pack: PACK,
    sharesRuns: true,
  });
  onTestFinished(() => library.close());
  const run_id = newId('run');
  await library.resumeRun(run_id, 'job_1');
  await library.checkpoint(run_id, { at: 1 });
  store.stop();
  await expect(library.dropRun(run_id)).rejects.toMatchObject({ code: 'unreachable' });
  await expect(library.resumeRun(run_id, 'job_1')).rejects.toMatchObject({ code: 'unreachable' });
});
