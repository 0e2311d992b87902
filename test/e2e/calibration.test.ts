/** Calibration as an agent meets it: the built server, real footage, and a second process. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { loadSettings } from '../../src/config/settings.js';
import { decisionRecordSchema } from '../../src/services/answers/decision.js';
import { calibrationReportSchema, calibrationStatusShape } from '../../src/services/answers/calibration-report.js';
import { newId } from '../../src/domain/ids.js';
import { openLibrary } from '../../src/store/library.js';
import { packFingerprint } from '../../src/vision/packs/fingerprint.js';
import { loadPack, packDimensions } from '../../src/vision/packs/pack.js';
import { serverEnv, type Session } from './session.js';
import { clip, indexedSchema, still, workplace } from './workplace.js';

const answerSchema = z.object({ report: calibrationReportSchema, ...calibrationStatusShape, hint: z.string() });
const statusSchema = answerSchema.partial({ report: true });
const verifySchema = z.object({ threshold: z.number(), calibration: decisionRecordSchema.shape.calibration });

const at = workplace();
let folder: string, home: string, server: Session;
beforeAll(async () => {
  folder = await at.folder();
  home = path.join(folder, 'home');
  server = await at.stdio(home);
});

/** What a command prints as JSON. */
async function command(...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [inject('bin'), ...args, '--json'], {
    env: serverEnv(home),
    maxBuffer: 1e7,
  });
  return z.json().parse(JSON.parse(stdout));
}

it('measures on the footage itself, and says what is missing', async () => {
  for (const name of ['lounge.mp4', 'window.mp4'] as const) await server.index({ source: clip(name) }, indexedSchema);
  const { report, in_force, hint } = await server.call(
    'calibrate',
    { action: 'apply', operating_point: 'loose', wait_s: 25, detail: 'full' },
    answerSchema,
  );
  expect(report).toMatchObject({ source: 'library', chosen: null, calibration_id: null, applied: false });
  // Four pairs of people are together at some time, at most three pairs of tracks of each; five people, at most three
  // tracks of each.
  expect(report.pairs.impostor).toBeGreaterThanOrEqual(4);
  expect(report.pairs.impostor).toBeLessThanOrEqual(12);
  expect(report.pairs.genuine).toBeGreaterThanOrEqual(5);
  expect(report.pairs.genuine).toBeLessThanOrEqual(15);
  expect(report.needed).toEqual({ impostor: 300 - report.pairs.impostor, genuine: 100 - report.pairs.genuine });
  expect(report.set).not.toContain('extrapolated');
  // Who is seen together is told apart (two of the women are alike to the networks), who is seen twice is the same.
  expect(report.shipped[0]).toMatchObject({ point: 'strict', frr: { errors: 0 } });
  expect(report.shipped[0]?.far.errors).toBeLessThanOrEqual(1);
  expect(in_force.calibration_id).toBeNull();
  expect(hint).toContain('Nothing was kept');
});

it('what one process applies another uses at once, and reverts', async () => {
  const verify = () =>
    server.call('verify_faces', { image_a: still('black-blouse'), image_b: still('purple-dress') }, verifySchema);
  const shipped = await verify();
  expect(shipped.calibration.calibration_id).toBeNull();
  const library = await openLibrary({ home, ...(await packed()) });
  const calibration_id = newId('calibration'),
    pack = await loadPack(settings().modelsDir, settings().pack);
  const body = {
    event: 'made',
    pack: pack.id,
    fingerprint: packFingerprint(pack).scores,
    operating_point: 'strict',
    model: {
      ...pack.calibration,
      set: 'ours',
      points: { ...pack.calibration.points, strict: { threshold: 0.5123, far: 2e-4, frr: 0.1 } },
    },
  };
  await library.write((writer) =>
    writer.appendCalibrations([{ calibration_id, created_at: new Date().toISOString(), body }]),
  );
  await library.close();
  expect(await verify()).toEqual(shipped);
  expect(statusSchema.parse(await command('calibrate', '--id', calibration_id, '--apply')).in_force).toMatchObject({
    calibration_id,
    set: 'ours',
    operating_point: 'strict',
  });
  expect(await verify()).toEqual({
    threshold: 0.5123,
    calibration: { set: 'ours', point: 'strict', far: 2e-4, frr: 0.1, calibration_id },
  });
  const { history } = await server.call('calibrate', { action: 'revert', detail: 'full' }, statusSchema);
  expect(history.map((h) => h.event)).toEqual(['reverted', 'applied', 'made']);
  expect(statusSchema.parse(await command('calibrate', '--status')).in_force.calibration_id).toBeNull();
  expect(await verify()).toEqual(shipped);
});

it('the command reads a pairs file beside its pictures', async () => {
  const { stills } = inject('footage');
  const file = path.join(folder, 'pairs.csv');
  await writeFile(
    file,
    [
      'a,b,same,dress',
      ...stills.flatMap((a, i) =>
        stills
          .slice(i + 1)
          .map(
            (b) =>
              `${JSON.stringify(path.relative(folder, a.file))},${JSON.stringify(b.file)},${a.person === b.person ? 'yes' : 'no'},${a.person.includes('dress') ? 'dress' : 'other'}`,
          ),
      ),
    ].join('\n'),
  );
  const { report } = answerSchema.parse(await command('calibrate', file, '--point', 'balanced'));
  expect(report).toMatchObject({
    source: 'pairs_file',
    pairs: { genuine: 1, impostor: 20 },
    needed: { genuine: 99, impostor: 2980 },
    unusable: { pictures: 0 },
  });
  expect(report.subgroups.map((g) => g.far.trials + g.frr.trials).reduce((a, b) => a + b)).toBe(21);
});

it('grouping follows the calibration in force', async () => {
  const other = path.join(folder, 'other'),
    apart = await at.stdio(other);
  const pack = await loadPack(settings().modelsDir, settings().pack);
  // No two tracks can speak for one person any more.
  const model = { ...pack.calibration, evidence: { ...pack.calibration.evidence, zero: 2 } };
  const library = await openLibrary({ home: other, ...(await packed()) });
  const calibration_id = newId('calibration'),
    created_at = new Date().toISOString();
  await library.write((writer) =>
    writer.appendCalibrations([
      {
        calibration_id,
        created_at,
        body: {
          event: 'made',
          pack: pack.id,
          fingerprint: packFingerprint(pack).scores,
          operating_point: 'balanced',
          model,
        },
      },
      { calibration_id, created_at, body: { event: 'applied' } },
    ]),
  );
  await library.close();
  const { identities } = await apart.index({ source: clip('lounge.mp4') }, indexedSchema);
  expect(identities.map((i) => i.tracks)).toEqual(identities.map(() => 1));
  const { identities: together } = await server.index({ source: clip('lounge.mp4') }, indexedSchema);
  expect(together.length).toBeLessThan(identities.length);
});

const settings = () => loadSettings({ home }, {});

async function packed(): Promise<{ pack: string; dimensions: number }> {
  const pack = await loadPack(settings().modelsDir, settings().pack);
  return { pack: pack.id, dimensions: packDimensions(pack) };
}
