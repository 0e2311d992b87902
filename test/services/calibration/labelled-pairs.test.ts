/** Calibration from labelled pairs: what is measured, what is in force, and who sees it. */
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { App } from '../../../src/app.js';
import { calibrate } from '../../../src/tools/calibrate.js';
import { findPerson } from '../../../src/tools/find-person.js';
import { packSchema, type Pack } from '../../../src/vision/packs/pack.js';
import { SITTERS } from '../../support/pictures/portraits.js';
import {
  calibrateAnswer,
  calibrated,
  call,
  inForce,
  PACK,
  portraitFolder,
  settingsOf,
  verified,
} from '../../support/libraries/calibrating.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const files = portraitFolder();

describe('labelled pairs', () => {
  let app: App, home: string, kept: string, tau: number;
  beforeAll(() => {
    home = files.at('labelled');
    app = files.appOf(home);
  });

  it('are measured, by subgroup, and change nothing', async () => {
    const shipped = await inForce(app);
    expect(shipped).toMatchObject({ calibration_id: null, operating_point: null });
    const { report, in_force, history, hint } = await calibrated(app, {
      pairs_file: files.pairsFile('pairs.csv'),
      operating_point: 'loose',
    });
    expect(report).toMatchObject({
      source: 'pairs_file',
      pairs: { genuine: 130, impostor: 390 },
      needed: { genuine: 0, impostor: 0 },
      applied: false,
      unusable: { pictures: 0 },
      extrapolated: ['strict', 'balanced'],
    });
    // 1 % of 390 pairs: three may pass.
    expect(report?.chosen?.far).toMatchObject({ errors: 3, trials: 390 });
    expect(report?.chosen?.frr).toMatchObject({ trials: 130, rate: expect.closeTo(0, 1) });
    const ofShipped = report?.shipped.find((s) => s.point === 'loose');
    expect(ofShipped?.threshold).toBe(shipped.points.find((p) => p.point === 'loose')?.threshold);
    expect(report?.curve.length).toBeGreaterThanOrEqual(20);
    const rates = report?.curve.map((row) => row.far ?? NaN) ?? [];
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
    expect(report?.unlikely.impostor[0]?.score).toBeGreaterThanOrEqual(report?.chosen?.threshold ?? Infinity);
    expect(report?.subgroups.map((g) => [g.label, g.value, g.far.trials, g.frr.trials]).sort()).toEqual([
      ['hair', 'even', 210, 70],
      ['hair', 'odd', 180, 60],
      ['where', 'here, "there"', 390, 0],
    ]);
    kept = report?.calibration_id ?? '';
    tau = report?.chosen?.threshold ?? NaN;
    expect(in_force).toEqual(shipped);
    expect(history.map((h) => [h.event, h.calibration_id])).toEqual([['made', kept]]);
    expect(hint).toContain(kept);
    expect((await verified(app, files.look('red-top', 0), files.look('red-top', 1))).calibration).toMatchObject({
      calibration_id: null,
      set: shipped.set,
    });
    // Also where there is no library, and none is made for it.
    const nowhere = files.at('nowhere');
    expect(
      await verified(
        files.appOf(nowhere, { operatingPoint: 'loose' }),
        files.look('red-top', 0),
        files.look('red-top', 1),
      ),
    ).toMatchObject({ threshold: ofShipped?.threshold, calibration: { calibration_id: null } });
    expect(readdirSync(nowhere)).toEqual(['audit']);
  });

  it('are in force for every process once applied, until they are reverted by any', async () => {
    const other = files.appOf(home);
    const before = await verified(other, files.look('red-top', 0), files.look('navy-dress', 0));
    expect(before.calibration.calibration_id).toBeNull();
    expect(
      (await call(app, calibrate, { action: 'apply', calibration_id: kept }, calibrateAnswer)).in_force,
    ).toMatchObject({
      calibration_id: kept,
      operating_point: 'loose',
    });
    for (const one of [app, other]) {
      const record = await verified(one, files.look('red-top', 0), files.look('navy-dress', 0));
      expect(record).toMatchObject({
        threshold: tau,
        score: before.score,
        calibration: {
          calibration_id: kept,
          set: expect.stringContaining('pairs.csv, 390 impostor pairs and 130 genuine pairs'),
          far: 3 / 390,
        },
      });
      expect(record.estimated_far).not.toBe(before.estimated_far);
    }
    // A setting decides which point, not which calibration.
    expect(
      await verified(
        files.appOf(home, { operatingPoint: 'strict' }),
        files.look('red-top', 0),
        files.look('red-top', 1),
      ),
    ).toMatchObject({
      threshold: (await inForce(app)).points.find((p) => p.point === 'strict')?.threshold,
      calibration: { calibration_id: kept, far: 1e-4 },
    });

    const again = await call(app, calibrate, { action: 'apply', calibration_id: kept }, calibrateAnswer);
    expect(again.history.map((h) => h.event)).toEqual(['applied', 'made']);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'src/bin/rollcall-mcp.ts', '--home', home, '--pack', PACK, 'calibrate', '--revert', '--json'],
      { cwd: path.join(import.meta.dirname, '..', '..', '..') },
    );
    expect(answerOf(stdout)).toMatchObject({
      in_force: { calibration_id: null },
      history: [{ event: 'reverted', calibration_id: kept }, { event: 'applied' }, { event: 'made' }],
    });
    for (const one of [app, other])
      expect(await verified(one, files.look('red-top', 0), files.look('navy-dress', 0))).toEqual(before);
    await expect(call(app, calibrate, { action: 'revert' }, calibrateAnswer)).rejects.toMatchObject({
      code: 'bad_argument',
    });
  });

  it('too few for the point say what was measured and what is missing, and leave no trace', async () => {
    const before = await call(app, calibrate, { action: 'status' }, calibrateAnswer);
    const pairs = SITTERS.flatMap((person) =>
      [0, 1].map((i) => ({
        image_a: files.look(person, 0),
        image_b: files.look(person === 'red-top' ? 'navy-dress' : 'red-top', i),
        same: false,
        labels: { look: `${i}` },
      })),
    );
    const { report, hint, ...after } = await calibrated(app, {
      pairs: [
        ...pairs,
        { image_a: files.look('red-top', 0), image_b: files.look('red-top', 1), same: true },
        { image_a: files.look('red-top', 0), image_b: files.look('red-top', 0), same: true },
      ],
      action: 'apply',
    });
    expect(report).toMatchObject({
      calibration_id: null,
      applied: false,
      chosen: null,
      operating_point: 'balanced',
      pairs: { genuine: 1, impostor: 26 },
      needed: { genuine: 99, impostor: 2974 },
      warnings: [expect.stringContaining('1 pair names one picture twice')],
    });
    expect(report?.shipped.map((s) => [s.point, s.far.trials])).toEqual(
      ['strict', 'balanced', 'loose', 'even'].map((p) => [p, 26]),
    );
    expect(report?.shipped.find((s) => s.point === 'strict')?.far).toMatchObject({
      errors: 0,
      high: expect.closeTo(0.129, 2),
    });
    expect(report?.subgroups).toHaveLength(2);
    expect(hint).toContain('Nothing was kept');
    expect(after).toEqual({
      in_force: before.in_force,
      set_aside: null,
      history: before.history,
      history_total: before.history_total,
    });
    // Impostors enough, but nobody seen twice: six people, each look of one beside each of another.
    const strangers = files.at('strangers.csv');
    const few = SITTERS.slice(0, 6).map((person) => [0, 1, 2, 3, 4].map((i) => files.look(person, i)));
    const rows = few.flatMap((own, p) =>
      few.slice(p + 1).flatMap((others) => own.flatMap((a) => others.map((b) => `${a},${b},no`))),
    );
    writeFileSync(strangers, ['left,right,same', ...rows].join('\n'));
    expect(
      (await calibrated(app, { action: 'apply', pairs_file: strangers, operating_point: 'loose' })).report,
    ).toMatchObject({
      chosen: null,
      applied: false,
      pairs: { genuine: 0, impostor: 375 },
      needed: { genuine: 100, impostor: 0 },
      curve: expect.arrayContaining([expect.objectContaining({ frr: null })]),
    });
    const { text } = await calibrate.run(
      { pairs: pairs.slice(0, 2) },
      { ...app, signal: new AbortController().signal },
    );
    expect(text).toMatch(/2998 more pairs of two people and 100 more pairs of one person are needed/);
    expect(text).toMatch(/0 false accepts in 2 pairs: FAR at most 66 %/);
  });

  it('are kept once when the same work is done again, and in force once', async () => {
    const { calibration } = await app.services();
    const request = { pairs_file: files.pairsFile('twice.csv'), operating_point: 'loose' as const, apply: true };
    const first = await calibration.calibrate(request, { key: 'job_a' }),
      held = await calibration.status();
    expect(held.in_force.calibration_id).toBe(first.calibration_id);
    expect((await calibration.calibrate(request, { key: 'job_a' })).calibration_id).toBe(first.calibration_id);
    expect(await calibration.status()).toEqual(held);
    // By itself, and not by a job: another one each time.
    const { calibration_id: other } = await calibration.calibrate({ ...request, apply: false });
    expect(new Set([kept, first.calibration_id, other]).size).toBe(3);
    expect((await calibration.status()).in_force).toEqual(held.in_force);
    // Two on top of each other are taken off one by one.
    expect((await calibration.apply(other ?? '')).in_force.calibration_id).toBe(other);
    expect((await calibration.revert()).in_force.calibration_id).toBe(first.calibration_id);
    expect((await calibration.apply(other ?? '')).in_force.calibration_id).toBe(other);
    await calibration.revert();
    expect((await calibration.revert()).in_force.calibration_id).toBeNull();
  });

  it('are set aside, and said to be, when the pack changes under its name', async () => {
    const modelsWith = (name: string, change: (manifest: Pack) => Pack): string => {
      const modelsDir = files.at(name),
        from = settingsOf(home).modelsDir,
        file = path.join(modelsDir, 'packs', `${PACK}.json`);
      cpSync(path.join(from, 'packs'), path.join(modelsDir, 'packs'), { recursive: true });
      symlinkSync(path.join(from, 'weights'), path.join(modelsDir, 'weights'));
      writeFileSync(file, JSON.stringify(change(packSchema.parse(JSON.parse(readFileSync(file, 'utf8'))))));
      return modelsDir;
    };
    await call(app, calibrate, { action: 'apply', calibration_id: kept }, calibrateAnswer);

    const repopulated = files.appOf(home, {
      modelsDir: modelsWith('repopulated', (pack) => ({
        ...pack,
        population: pack.population && { ...pack.population, floor: 0.1 },
      })),
    });
    const status = await call(repopulated, calibrate, { action: 'status' }, calibrateAnswer);
    expect(status).toMatchObject({
      in_force: { calibration_id: null },
      set_aside: expect.stringMatching(
        new RegExp(`^${kept} .*pack ${PACK} has other networks or another population.*Calibrate again`),
      ),
    });
    expect(status.history.map((h) => h.fits)).toEqual(status.history.map(() => false));
    expect(
      (await calibrate.run({ action: 'status' }, { ...repopulated, signal: new AbortController().signal })).text,
    ).toContain(`Warning: ${kept}`);
    await expect(
      call(repopulated, calibrate, { action: 'apply', calibration_id: kept }, calibrateAnswer),
    ).rejects.toMatchObject({ code: 'bad_argument', hint: expect.stringContaining('again') });
    expect(
      (await verified(repopulated, files.look('red-top', 0), files.look('red-top', 1))).calibration.calibration_id,
    ).toBeNull();

    // Other vectors: two pictures can still be compared, the library can't.
    const remade = files.appOf(home, { modelsDir: modelsWith('remade', (pack) => ({ ...pack, flip: !pack.flip })) });
    expect(
      (await verified(remade, files.look('red-top', 0), files.look('red-top', 1))).calibration.calibration_id,
    ).toBeNull();
    await expect(call(remade, findPerson, { image: files.look('red-top', 0) }, z.unknown())).rejects.toMatchObject({
      code: 'incompatible_library',
      hint: expect.stringContaining(`models use ${PACK}`),
    });

    expect(await call(app, calibrate, { action: 'status' }, calibrateAnswer)).toMatchObject({
      in_force: { calibration_id: kept },
      set_aside: null,
    });
    await call(app, calibrate, { action: 'revert' }, calibrateAnswer);
  });

  it('stop when they are cancelled, at a picture, and leave no trace', async () => {
    const before = await (await app.services()).calibration.status();
    const stop = new AbortController(),
      stages: string[] = [];
    const onProgress = ({ stage }: { stage: string }) => {
      stages.push(stage);
      if (stages.length === 3) stop.abort(new Error('enough'));
    };
    await expect(
      (await app.services()).calibration.calibrate(
        { pairs_file: files.pairsFile('stop.csv'), operating_point: 'loose', apply: true },
        { signal: stop.signal, onProgress },
      ),
    ).rejects.toThrow();
    expect(stages.slice(0, 3)).toEqual(['1 of 65 pictures', '2 of 65 pictures', '3 of 65 pictures']);
    expect(stages.length).toBeLessThan(6);
    expect(await (await app.services()).calibration.status()).toEqual(before);
  });
});

function answerOf(stdout: string): unknown {
  return JSON.parse(stdout);
}
