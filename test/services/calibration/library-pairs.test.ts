/** Calibration from what a library knows by itself, and a search with it. */
import { pictureSource } from '../../support/pictures/sources.js';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { App } from '../../../src/app.js';
import { findAnswerSchema } from '../../../src/services/answers/find-person.js';
import { newId } from '../../../src/domain/ids.js';
import { populationExcess } from '../../../src/domain/scores/normalised-score.js';
import { encodeJpeg, openImage } from '../../../src/media/pictures/images.js';
import { openLibrary } from '../../../src/store/library.js';
import type { TrackRow } from '../../../src/store/rows.js';
import { calibrate } from '../../../src/tools/calibrate.js';
import { editIdentities } from '../../../src/tools/edit-identities.js';
import { findPerson } from '../../../src/tools/find-person.js';
import { findFaces, mainFace } from '../../../src/services/pictures/still-faces.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { makeVideo } from '../../store/rows.js';
import { type SITTERS } from '../../support/pictures/portraits.js';
import {
  calibrateAnswer,
  calibrated,
  call,
  PACK,
  portraitFolder,
  settingsOf,
} from '../../support/libraries/calibrating.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const files = portraitFolder();

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
    home = files.at('library');
    const settings = settingsOf(home);
    const pipeline = await openPrepared({ modelsDir: settings.modelsDir, packId: PACK, threads: 1 });
    const library = await openLibrary({ home, dimensions: pipeline.pack.dimensions, pack: PACK });
    const faces = new Map<string, Pick<TrackRow, 'vector' | 'population_excess' | 'crops'>>();
    for (const person of new Set(clips.flat().map((c) => c.person))) {
      const crops = await Promise.all(
        [0, 1, 2].map(async (i) => {
          const image = await openImage(await pictureSource(files.look(person, i)), {});
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
    app = files.appOf(home);
  });

  it('gives pairs of two who are on screen at once, and of one over time, few of each', async () => {
    const { report } = await calibrated(app, { action: 'apply', operating_point: 'loose' });
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
          { image: files.look('navy-dress', 4) },
          z.looseObject({ people: findAnswerSchema.shape.people }),
        )
      ).people[0]?.decision;
    const before = await find();
    expect(before).toMatchObject({ decision: 'match', calibration: { calibration_id: null } });
    const { report } = await calibrated(app, {
      pairs_file: files.pairsFile('for-library.csv'),
      operating_point: 'loose',
      action: 'apply',
    });
    expect(report).toMatchObject({ applied: true, calibration_id: expect.stringMatching(/^calibration_/) });
    expect(await find()).toMatchObject({
      decision: 'match',
      score: before?.score,
      threshold: report?.chosen?.threshold,
      calibration: { calibration_id: report?.calibration_id },
    });
    expect(report?.chosen?.threshold).not.toBe(before?.threshold);
    await call(app, calibrate, { action: 'revert' }, calibrateAnswer);
    expect(await find()).toEqual(before);
  });

  it('learns from what people put right, and says how much of it there is', async () => {
    const whom = { action: 'reject', identity_id: 'green-dress' };
    const track = (await app.services()).search.findPerson({ name: 'green-dress' });
    const track_ids = (await track).appearances[0]?.track_ids;
    const edits = [
      { ...whom, track_ids },
      { action: 'merge', identity_ids: ['orange-top', 'red-top'] },
    ];
    await call(app, editIdentities, { edits }, z.looseObject({}));
    const report = await (await app.services()).calibration.calibrate({ operating_point: 'loose' });
    expect(report.pairs.from_edits).toEqual({ genuine: 1, impostor: 3 });
    expect(report.warnings.join(' ')).toMatch(/4 pairs come from edits/);
  });
});
