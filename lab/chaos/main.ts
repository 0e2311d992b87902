/**
 * `npx tsx lab/chaos/main.ts [--faults NAME,NAME] [--seeds 1-5] [--clips FOLDER] [--keep]`: indexes a folder again and
 * again while its processes are killed, stopped and cut off at moments that a seed says, and compares what comes of it
 * with a run that nothing disturbed. Prints a line a seed. Needs redis-server, and radosgw for what is in a store; the
 * program must be built (`npm run build`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageInfo } from '../../src/config/package-info.js';
import { type ObjectStore, startObjectStore } from '../../test/support/servers/object-store.js';
import { FAULTS } from './faults.js';
import { makeFilms, makeHour } from './films.js';
import { type Outcome, runSeed } from './run-seed.js';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: Object.keys(FAULTS).join(',') },
    seeds: { type: 'string', default: '1-5' },
    clips: { type: 'string' },
    bin: { type: 'string', default: path.join(packageInfo().root, 'dist/bin/rollcall-mcp.js') },
    keep: { type: 'boolean', default: false },
  },
});
const [firstSeed = 1, lastSeed = firstSeed] = values.seeds.split('-').map(Number);
const { signal } = new AbortController();
const folder = await mkdtemp(path.join(os.tmpdir(), 'chaos-'));
let store: ObjectStore | undefined;
try {
  const common = { bin: values.bin, signal };
  let passed = 0,
    all = 0;
  const report = (what: string, { wrong, seconds, blows }: Outcome): void => {
    const how = wrong.length === 0 ? 'ok' : `WRONG: ${wrong.join('; ')}`;
    process.stdout.write(`${what}: ${seconds.toFixed(0)} s, at ${blows.join(' and ') || 'no moment'}: ${how}\n`);
  };
  /** What one process makes of films that nothing disturbs, once each. */
  const alone = new Map<boolean, Promise<{ films: string; undisturbed: Outcome }>>();
  const inOneProcess = async (hour: boolean): Promise<{ films: string; undisturbed: Outcome }> => {
    const films = path.join(folder, hour ? 'hour' : 'films');
    await (hour ? makeHour : makeFilms)(films, values.clips, signal);
    const at = path.join(folder, hour ? 'alone-hour' : 'alone');
    const undisturbed = await runSeed({ ...common, films, folder: at, fault: { alone: true, hour, blows: 0 } });
    report(`undisturbed, one process${hour ? ', an hour' : ''}`, undisturbed);
    return { films, undisturbed };
  };
  for (const name of values.faults.split(/,(?! )/)) {
    const fault = FAULTS[name];
    if (!fault) throw new Error(`there is no fault "${name}"; there are ${Object.keys(FAULTS).join(', ')}`);
    const hour = fault.hour ?? false;
    const first = alone.get(hour) ?? inOneProcess(hour);
    alone.set(hour, first);
    const { films, undisturbed } = await first;
    if (fault.inStore) store ??= await startObjectStore();
    for (let seed = firstSeed; seed <= lastSeed; seed++) {
      const at = path.join(folder, `${name.replace(/\W+/g, '-')}-${seed}`);
      const { answers: expected, seconds: within_s } = undisturbed;
      const outcome = await runSeed({ ...common, films, folder: at, fault, seed, store, expected, within_s });
      report(`${name}, seed ${seed}`, outcome);
      all += 1;
      if (outcome.wrong.length === 0) passed += 1;
      else process.exitCode = 1;
      if (!values.keep) await rm(at, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  process.stdout.write(`${passed} of ${all} passed\n`);
} finally {
  await store?.stop();
  if (!values.keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  else process.stdout.write(`kept: ${folder}\n`);
}
