/** Calibration over a real library and real models: what is measured, what is in force, and who sees it. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type App, createApp } from '../../../src/app.js';
import { loadSettings, type RawSettings } from '../../../src/config/settings.js';
import { decisionRecordSchema } from '../../../src/services/answers/decision.js';
import { findAnswerSchema } from '../../../src/services/answers/find-person.js';
import { calibrationReportSchema, calibrationStatusShape } from '../../../src/services/answers/calibration-report.js';
import { newId } from '../../../src/domain/ids.js';
import { populationExcess } from '../../../src/domain/scores/normalised-score.js';
import { encodeJpeg, loadImage } from '../../../src/media/images.js';
import { openLibrary } from '../../../src/store/library.js';
import type { TrackRow } from '../../../src/store/rows.js';
import { calibrate } from '../../../src/tools/calibrate.js';
import type { Tool } from '../../../src/tools/define-tool.js';
import { findPerson } from '../../../src/tools/find-person.js';
import { job } from '../../../src/tools/job.js';
import { verifyFaces } from '../../../src/tools/verify-faces.js';
import { findFaces, mainFace } from '../../../src/services/pictures/still-faces.js';
import { openPipeline } from '../../../src/vision/open-pipeline.js';
import { packSchema, type Pack } from '../../../src/vision/pack.js';
import { makeVideo } from '../../store/rows.js';
import { makePortraits, SITTERS } from '../../support/portraits.js';
import { pictureSource } from '../../support/sources.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const PACK = 'fast';
let folder: string, portraits: Map<string, string[]>;
const apps: App[] = [];
const look = (person: (typeof SITTERS)[number], i: number): string => portraits.get(person)?.[i] ?? '';
const answerSchema = z.object({
  report: calibrationReportSchema.optional(),
  ...calibrationStatusShape,
  hint: z.string(),
});

function settingsOf(home: string, flags: RawSettings = {}) {
  return loadSettings({ home, pack: PACK, threads: 1, ...flags }, {});
}

function appOf(home: string, flags: RawSettings = {}): App {
  const app = createApp(settingsOf(home, flags), pino({ level: 'silent' }));
  apps.push(app);
  return app;
}

async function call<T>(app: App, tool: Tool, args: object, schema: z.ZodType<T>): Promise<T> {
  const { data } = await tool.run(args, { ...app, signal: new AbortController().signal });
  return schema.parse(data);
}

/** Calibrates and waits for the end, however long it takes, as an agent would. */
async function calibrated(app: App, args: object): Promise<z.infer<typeof answerSchema>> {
  const pending = z.object({ job: z.object({ job_id: z.string(), state: z.string() }).optional() });
  let answer = await call(app, calibrate, args, z.looseObject(pending.shape));
  for (
    let id = answer.job?.job_id;
    id !== undefined && (answer.job?.state === 'queued' || answer.job?.state === 'running');
  )
    answer = await call(app, job, { job_id: id }, z.looseObject(pending.shape));
  return answerSchema.parse(answer);
}

const verified = (app: App, a: string, b: string) =>
  call(app, verifyFaces, { image_a: a, image_b: b }, z.looseObject(decisionRecordSchema.shape));
const inForce = async (app: App) => (await call(app, calibrate, { status: true }, answerSchema)).in_force;

/** All pairs of looks of one person, and of two people in the same look, with who they are as a label. */
function pairsFile(name: string, people: readonly string[] = SITTERS): string {
  const rows = ['left,right,"same person?",hair,where'];
  const base = (file: string) => JSON.stringify(path.relative(folder, file));
  people.forEach((person, p) => {
    const own = portraits.get(person) ?? [],
      group = p % 2 === 0 ? 'even' : 'odd';
    own.forEach((a, i) => own.slice(i + 1).forEach((b) => rows.push(`${base(a)},${base(b)},yes,${group},`)));
    for (const other of people.slice(p + 1))
      own.forEach((a, i) =>
        rows.push(`${base(a)},${base((portraits.get(other) ?? [])[i] ?? '')},0,${group},"here, ""there"""`),
      );
  });
  const file = path.join(folder, name);
  writeFileSync(file, `\uFEFF${rows.join('\r\n')}\r\n`);
  return file;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-calibration-'));
  portraits = await makePortraits(path.join(folder, 'portraits'));
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('labelled pairs', () => {
  let app: App, home: string, kept: string, tau: number;
  beforeAll(() => {
    home = path.join(folder, 'labelled');
    app = appOf(home);
  });

  it('are measured, by subgroup, and change nothing', async () => {
    const shipped = await inForce(app);
    expect(shipped).toMatchObject({ calibration_id: null, operating_point: null });
    const { report, in_force, history, hint } = await calibrated(app, {
      pairs_file: pairsFile('pairs.csv'),
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
    expect((await verified(app, look('red-top', 0), look('red-top', 1))).calibration).toMatchObject({
      calibration_id: null,
      set: shipped.set,
    });
    // Also where there is no library, and none is made for it.
    const nowhere = path.join(folder, 'nowhere');
    expect(
      await verified(appOf(nowhere, { operatingPoint: 'loose' }), look('red-top', 0), look('red-top', 1)),
    ).toMatchObject({ threshold: ofShipped?.threshold, calibration: { calibration_id: null } });
    expect(existsSync(nowhere)).toBe(false);
  });

  it('are in force for every process once applied, until they are reverted by any', async () => {
    const other = appOf(home);
    const before = await verified(other, look('red-top', 0), look('navy-dress', 0));
    expect(before.calibration.calibration_id).toBeNull();
    expect((await call(app, calibrate, { calibration_id: kept, apply: true }, answerSchema)).in_force).toMatchObject({
      calibration_id: kept,
      operating_point: 'loose',
    });
    for (const one of [app, other]) {
      const record = await verified(one, look('red-top', 0), look('navy-dress', 0));
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
      await verified(appOf(home, { operatingPoint: 'strict' }), look('red-top', 0), look('red-top', 1)),
    ).toMatchObject({
      threshold: (await inForce(app)).points.find((p) => p.point === 'strict')?.threshold,
      calibration: { calibration_id: kept, far: 1e-4 },
    });

    const again = await call(app, calibrate, { calibration_id: kept, apply: true }, answerSchema);
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
      expect(await verified(one, look('red-top', 0), look('navy-dress', 0))).toEqual(before);
    await expect(call(app, calibrate, { revert: true }, answerSchema)).rejects.toMatchObject({ code: 'bad_argument' });
  });

  it('too few for the point say what was measured and what is missing, and leave no trace', async () => {
    const before = await call(app, calibrate, { status: true }, answerSchema);
    const pairs = SITTERS.flatMap((person) =>
      [0, 1].map((i) => ({
        image_a: look(person, 0),
        image_b: look(person === 'red-top' ? 'navy-dress' : 'red-top', i),
        same: false,
        labels: { look: `${i}` },
      })),
    );
    const { report, hint, ...after } = await calibrated(app, {
      pairs: [
        ...pairs,
        { image_a: look('red-top', 0), image_b: look('red-top', 1), same: true },
        { image_a: look('red-top', 0), image_b: look('red-top', 0), same: true },
      ],
      apply: true,
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
    // Impostors enough, but nobody seen twice.
    const strangers = path.join(folder, 'strangers.csv');
    writeFileSync(
      strangers,
      readFileSync(pairsFile('all.csv'), 'utf8')
        .split('\r\n')
        .filter((line) => !line.includes(',yes,'))
        .join('\n'),
    );
    expect(
      (await calibrated(app, { pairs_file: strangers, operating_point: 'loose', apply: true })).report,
    ).toMatchObject({
      chosen: null,
      applied: false,
      pairs: { genuine: 0, impostor: 390 },
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
    const request = { pairs_file: pairsFile('twice.csv'), operating_point: 'loose' as const, apply: true };
    const first = await calibration.calibrate(request, { key: 'job_a' }),
      held = await calibration.status();
    expect(held.in_force.calibration_id).toBe(first.calibration_id);
    expect((await calibration.calibrate(request, { key: 'job_a' })).calibration_id).toBe(first.calibration_id);
    expect(await calibration.status()).toEqual(held);
    expect((await calibration.calibrate({ ...request, apply: false }, { key: 'job_b' })).calibration_id).not.toBe(
      first.calibration_id,
    );
    expect((await calibration.status()).in_force).toEqual(held.in_force);
    // Two on top of each other are taken off one by one.
    const last = await calibration.calibrate(request);
    expect((await calibration.revert()).in_force.calibration_id).toBe(first.calibration_id);
    expect((await calibration.apply(last.calibration_id ?? '')).in_force.calibration_id).toBe(last.calibration_id);
    await calibration.revert();
    expect((await calibration.revert()).in_force.calibration_id).toBeNull();
  });

  it('are set aside, and said to be, when the pack changes under its name', async () => {
    const modelsWith = (name: string, change: (manifest: Pack) => Pack): string => {
      const modelsDir = path.join(folder, name),
        from = settingsOf(home).modelsDir,
        file = path.join(modelsDir, 'packs', `${PACK}.json`);
      cpSync(path.join(from, 'packs'), path.join(modelsDir, 'packs'), { recursive: true });
      symlinkSync(path.join(from, 'weights'), path.join(modelsDir, 'weights'));
      writeFileSync(file, JSON.stringify(change(packSchema.parse(JSON.parse(readFileSync(file, 'utf8'))))));
      return modelsDir;
    };
    await call(app, calibrate, { calibration_id: kept, apply: true }, answerSchema);

    const repopulated = appOf(home, {
      modelsDir: modelsWith('repopulated', (pack) => ({
        ...pack,
        population: pack.population && { ...pack.population, floor: 0.1 },
      })),
    });
    const status = await call(repopulated, calibrate, { status: true }, answerSchema);
    expect(status).toMatchObject({
      in_force: { calibration_id: null },
      set_aside: expect.stringMatching(
        new RegExp(`^${kept} .*pack ${PACK} has other networks or another population.*Calibrate again`),
      ),
    });
    expect(status.history.map((h) => h.fits)).toEqual(status.history.map(() => false));
    expect(
      (await calibrate.run({ status: true }, { ...repopulated, signal: new AbortController().signal })).text,
    ).toContain(`Warning: ${kept}`);
    await expect(
      call(repopulated, calibrate, { calibration_id: kept, apply: true }, answerSchema),
    ).rejects.toMatchObject({ code: 'bad_argument', hint: expect.stringContaining('again') });
    expect((await verified(repopulated, look('red-top', 0), look('red-top', 1))).calibration.calibration_id).toBeNull();

    // Other vectors: two pictures can still be compared, the library can't.
    const remade = appOf(home, { modelsDir: modelsWith('remade', (pack) => ({ ...pack, flip: !pack.flip })) });
    expect((await verified(remade, look('red-top', 0), look('red-top', 1))).calibration.calibration_id).toBeNull();
    await expect(call(remade, findPerson, { image: look('red-top', 0) }, z.unknown())).rejects.toMatchObject({
      code: 'incompatible_library',
      hint: expect.stringContaining('index the videos again'),
    });

    expect(await call(app, calibrate, { status: true }, answerSchema)).toMatchObject({
      in_force: { calibration_id: kept },
      set_aside: null,
    });
    await call(app, calibrate, { revert: true }, answerSchema);
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
        { pairs_file: pairsFile('stop.csv'), operating_point: 'loose', apply: true },
        { signal: stop.signal, onProgress },
      ),
    ).rejects.toThrow();
    expect(stages.slice(0, 3)).toEqual(['1 of 65 pictures', '2 of 65 pictures', '3 of 65 pictures']);
    expect(stages.length).toBeLessThan(6);
    expect(await (await app.services()).calibration.status()).toEqual(before);
  });

  it('name the pictures that are of no use, and go on', async () => {
    const nobody = path.join(folder, 'nobody.jpg'),
      page = path.join(folder, 'page.jpg');
    writeFileSync(nobody, await encodeJpeg({ width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).fill(90) }, 80));
    writeFileSync(page, 'no picture at all');
    const file = path.join(folder, 'odd.csv');
    writeFileSync(
      file,
      [
        'a;b;same',
        `portraits/red-top 0.jpg;${nobody};no`,
        `page.jpg;portraits/red-top 0.jpg;no`,
        'missing.jpg;missing too.jpg;yes',
        'portraits/red-top 0.jpg;portraits/navy-dress 1.jpg;FALSE',
      ].join('\n'),
    );
    const { report } = await calibrated(app, { pairs_file: file });
    expect(report).toMatchObject({ pairs: { genuine: 0, impostor: 1 }, unusable: { pictures: 4, pairs: 3 } });
    expect(report?.unusable.first.map((u) => [path.basename(u.source), u.code]).sort()).toEqual([
      ['missing too.jpg', 'not_found'],
      ['missing.jpg', 'not_found'],
      ['nobody.jpg', 'no_face'],
      ['page.jpg', 'not_an_image'],
    ]);
  });

  it('are read from allowed folders only', async () => {
    const guarded = appOf(path.join(folder, 'guarded'), { allowDirs: path.join(folder, 'portraits') });
    await expect(calibrated(guarded, { pairs_file: pairsFile('outside.csv', ['red-top']) })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const inside = path.join(folder, 'portraits', 'inside.csv');
    writeFileSync(
      inside,
      'a,b,c\n../outside.csv,red-top 0.jpg,yes\n/etc/hostname,red-top 0.jpg,yes\nred-top 1.jpg,red-top 0.jpg,yes\n',
    );
    const { report } = await calibrated(guarded, { pairs_file: inside });
    expect(report).toMatchObject({
      pairs: { genuine: 1, impostor: 0 },
      unusable: { pictures: 2, first: [{ code: 'forbidden' }, { code: 'forbidden' }] },
    });
  });

  it.each([
    ['no header to speak of', 'a,b\nc,d\n', 'fewer than three columns'],
    ['a line without a picture', 'a,b,same\nx.jpg,,yes\n', 'line 2 lacks a picture'],
    ['a word that is neither', 'a,b,same\n\n"x.jpg","y.jpg",maybe\n', 'line 3 says "maybe"'],
    ['a quote that never ends', 'a,b,same\n"x.jpg,y.jpg,yes\n', 'a quote in line 2 is never closed'],
    ['no text', new Uint8Array([0xff, 0xfe, 0x80, 0x81]), 'UTF-8'],
  ])('%s: the file is refused, with the line', async (_, content, message) => {
    const file = path.join(folder, 'bad.csv');
    writeFileSync(file, content);
    await expect(calibrated(app, { pairs_file: file })).rejects.toMatchObject({
      code: 'bad_argument',
      message: expect.stringContaining(message),
    });
  });

  it('a file beyond all use is refused', async () => {
    const file = path.join(folder, 'endless.csv');
    writeFileSync(file, `a,b,same\n${'x.jpg,y.jpg,no\n'.repeat(100_001)}`);
    await expect(calibrated(app, { pairs_file: file })).rejects.toMatchObject({
      code: 'too_large',
      hint: expect.stringContaining('random part'),
    });
    await expect(calibrated(app, { pairs_file: path.join(folder, 'no.csv') })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it.each([
    [{ status: true, revert: true }],
    [{ calibration_id: newId('calibration') }],
    [{ pairs: [], pairs_file: 'x' }],
    [{ calibration_id: newId('calibration'), pairs_file: 'x.csv', apply: true }],
  ])('%j is refused', async (args) => {
    await expect(call(app, calibrate, args, answerSchema)).rejects.toMatchObject({ code: 'bad_argument' });
  });

  it('unknown calibrations cannot be applied', async () => {
    await expect(
      call(app, calibrate, { calibration_id: newId('calibration'), apply: true }, answerSchema),
    ).rejects.toMatchObject({ code: 'unknown_id' });
  });
});

describe('the library itself', () => {
  let app: App, home: string;
  /** Each clip: who is on screen, from when to when. Every track has the crops of three looks. */
  const clips: { person: (typeof SITTERS)[number]; start_s: number; end_s: number }[][] = [
    [
      { person: 'red-top', start_s: 0, end_s: 8 },
      { person: 'navy-dress', start_s: 2, end_s: 6 },
      { person: 'front-row', start_s: 7, end_s: 9 },
    ],
    // The same two over and over: three of their pairs count.
    ...Array.from({ length: 5 }, () => [
      { person: 'green-dress' as const, start_s: 0, end_s: 4 },
      { person: 'striped-dress' as const, start_s: 0.5, end_s: 4 },
    ]),
    // Hardly at once, and one too short for two looks far apart.
    [
      { person: 'orange-top', start_s: 0, end_s: 2.1 },
      { person: 'black-top', start_s: 2, end_s: 2.8 },
    ],
  ];

  beforeAll(async () => {
    home = path.join(folder, 'library');
    const settings = settingsOf(home);
    const pipeline = await openPipeline({ modelsDir: settings.modelsDir, packId: PACK, threads: 1 });
    const library = await openLibrary({ home, dimensions: pipeline.pack.dimensions, pack: PACK });
    const faces = new Map<string, Pick<TrackRow, 'vector' | 'population_excess' | 'crops'>>();
    for (const person of new Set(clips.flat().map((c) => c.person))) {
      const crops = await Promise.all(
        [0, 1, 2].map(async (i) => {
          const image = await loadImage(await pictureSource(look(person, i)), {});
          return mainFace(await findFaces(image, pipeline), image)?.crop ?? new Uint8Array();
        }),
      );
      const [embedding] = await pipeline.embed(crops.slice(0, 1));
      const vector = embedding?.vector ?? new Float32Array();
      faces.set(person, {
        vector,
        population_excess: populationExcess(vector, pipeline.pack.population),
        crops: await Promise.all(crops.map((data) => encodeJpeg({ width: 112, height: 112, data }, 92))),
      });
    }
    const owned = new Map<string, string[]>();
    for (const clip of clips) {
      const video_id = newId('video'),
        run_id = newId('run');
      const rows = clip.map(({ person, start_s, end_s }): TrackRow => {
        const track_id = newId('track'),
          face = faces.get(person);
        owned.set(person, [...(owned.get(person) ?? []), track_id]);
        return {
          track_id,
          video_id,
          run_id,
          shot: 0,
          start_s,
          end_s,
          presence: [{ start_s, end_s }],
          samples: 10,
          embedded: 3,
          quality: 0.7,
          norm: 2.5,
          best_time_s: start_s,
          pack: PACK,
          spread: 0.1,
          boxes: [],
          thumbnail: null,
          vector: face?.vector ?? new Float32Array(),
          population_excess: face?.population_excess ?? 0,
          crops: face?.crops ?? [],
        };
      });
      await library.write(async (writer) => {
        await writer.stageTracks(rows);
        await writer.commitVideo(makeVideo(video_id, run_id, { pack: PACK, sample_fps: 5 }));
      });
    }
    await library.write((writer) =>
      writer.putIdentities(
        [...owned].map(([name, track_ids]) => ({
          identity_id: newId('identity'),
          name,
          track_ids,
          merged_into: null,
          split_from: null,
          created_at: new Date().toISOString(),
          updated_at: new Date().toISOString(),
        })),
      ),
    );
    await library.close();
    await pipeline.close();
    app = appOf(home);
  });

  it('gives pairs of two who are on screen at once, and of one over time, few of each', async () => {
    const { report } = await calibrated(app, { operating_point: 'loose', apply: true });
    // red-top with navy-dress, red-top with front-row, and three of green-dress with striped-dress; one track each of
    // red-top, navy-dress, front-row, orange-top, three each of the other two.
    expect(report).toMatchObject({
      source: 'library',
      pairs: { genuine: 10, impostor: 5 },
      chosen: null,
      applied: false,
      needed: { genuine: 90, impostor: 295 },
    });
    expect(report?.warnings.join(' ')).toMatch(/best and the poorest crop/);
    for (const { score } of report?.unlikely.genuine ?? []) expect(score).toBeGreaterThan(0.5);
    for (const { score } of report?.unlikely.impostor ?? []) expect(score).toBeLessThan(0.5);
    expect((await calibrated(app, { operating_point: 'loose' })).report).toEqual(report);
  });

  it('is searched with the calibration in force, which the answer names', async () => {
    const find = async () =>
      (
        await call(
          app,
          findPerson,
          { image: look('navy-dress', 4) },
          z.looseObject({ people: findAnswerSchema.shape.people }),
        )
      ).people[0]?.decision;
    const before = await find();
    expect(before).toMatchObject({ decision: 'match', calibration: { calibration_id: null } });
    const { report } = await calibrated(app, {
      pairs_file: pairsFile('for-library.csv'),
      operating_point: 'loose',
      apply: true,
    });
    expect(report).toMatchObject({ applied: true, calibration_id: expect.stringMatching(/^calibration_/) });
    expect(await find()).toMatchObject({
      decision: 'match',
      score: before?.score,
      threshold: report?.chosen?.threshold,
      calibration: { calibration_id: report?.calibration_id },
    });
    expect(report?.chosen?.threshold).not.toBe(before?.threshold);
    await call(app, calibrate, { revert: true }, answerSchema);
    expect(await find()).toEqual(before);
  });
});

function answerOf(stdout: string): unknown {
  return JSON.parse(stdout);
}
