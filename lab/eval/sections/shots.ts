/** Shot boundaries: cuts and dissolves found, flashes and motion taken for them. */
import path from 'node:path';
import { compareCuts } from '../../measures/cuts.js';
import { rate } from '../../../src/domain/scores/error-rates.js';
import type { Interval } from '../../../src/domain/types.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { shotStarts, type Scene } from '../../footage/scene.js';
import type { EvalContext } from '../context.js';
import { generatedSets } from '../data/generated-footage.js';
import { count, share } from '../output/measures.js';
import { dataFolder } from '../data/pictures-of-people.js';
import type { Measure } from '../output/report.js';
import { readTruth } from '../data/truth-file.js';
import { ownFile } from '../../own-file.js';

/** Generated cuts are exact; those of real videos were written down to a tenth of a second. */
const TOLERANCE_S = 0.1,
  ANNOTATED_S = 0.2;

interface Tally {
  cuts: boolean[];
  dissolves: boolean[];
  flashes: number;
  flashed: number;
  found: number;
  surplus: number;
  repeated: number;
}

export async function shots(context: EvalContext): Promise<Measure[]> {
  const rows: Measure[] = [];
  for (const { set, made } of await generatedSets(context)) {
    const tally = empty();
    for (const scene of set.scenes) {
      const file = made.videos.find((v) => v.name === scene.name)?.file;
      if (file) add(tally, scene, await cutsOf(file, context));
    }
    rows.push(...measures(`generated, ${set.name}`, tally));
  }
  const folder = await dataFolder(context.folders.videos, context.folders.root, 'videos');
  const groups = folder === null ? [] : await readTruth(folder).catch(() => []);
  const annotated = groups.flatMap(({ cuts }) => [...cuts]);
  if (folder === null || annotated.length === 0) context.leaveOut('cuts of videos', 'no videos/truth.json with cuts');
  else {
    const tally = empty();
    for (const [name, cuts] of annotated) {
      const found = await cutsOf(path.join(folder, name), context);
      const {
        found: hits,
        surplus,
        repeated,
      } = compareCuts(
        cuts.map((at) => ({ start_s: at, end_s: at })),
        found,
        ANNOTATED_S,
      );
      tally.cuts.push(...hits);
      tally.found += found.length;
      tally.surplus += surplus.length;
      tally.repeated += repeated;
    }
    rows.push(...measures('videos', tally));
  }
  return rows;
}

function empty(): Tally {
  return { cuts: [], dissolves: [], flashes: 0, flashed: 0, found: 0, surplus: 0, repeated: 0 };
}

function add(tally: Tally, scene: Scene, found: readonly number[]): void {
  const starts = shotStarts(scene);
  const boundaries = scene.shots.slice(1).map((shot, i) => ({
    dissolve: shot.dissolve_s !== undefined,
    start_s: starts[i + 1] ?? 0,
    end_s: (starts[i + 1] ?? 0) + (shot.dissolve_s ?? 0),
  }));
  const { found: hits, surplus, repeated } = compareCuts(boundaries, found, TOLERANCE_S);
  hits.forEach((hit, i) => (boundaries[i]?.dissolve ? tally.dissolves : tally.cuts).push(hit));
  const flashes = scene.shots.flatMap((shot, i) =>
    (shot.flashes ?? []).map(
      (f): Interval => ({ start_s: (starts[i] ?? 0) + f.at_s, end_s: (starts[i] ?? 0) + f.at_s + f.length_s }),
    ),
  );
  tally.flashes += flashes.length;
  tally.flashed += flashes.filter((f) =>
    surplus.some((t) => t >= f.start_s - TOLERANCE_S && t <= f.end_s + TOLERANCE_S),
  ).length;
  tally.found += found.length;
  tally.surplus += surplus.length;
  tally.repeated += repeated;
}

function measures(set: string, { cuts, dissolves, flashes, flashed, found, surplus, repeated }: Tally): Measure[] {
  const place = { set, condition: '' };
  const hits = (of: readonly boolean[]) => rate(of.filter(Boolean).length, of.length);
  return [
    ...(cuts.length > 0 ? [share(place, 'cuts found', hits(cuts))] : []),
    ...(dissolves.length > 0 ? [share(place, 'dissolves found', hits(dissolves))] : []),
    ...(found > 0 ? [share(place, 'boundaries that are one (precision)', rate(found - surplus, found))] : []),
    count(place, 'boundaries found twice', repeated, found),
    ...(flashes > 0 ? [share(place, 'flashes taken for a cut', rate(flashed, flashes))] : []),
  ];
}

/** Boundaries as indexing sees them; the frames themselves are thrown away. */
async function cutsOf(file: string, context: EvalContext): Promise<number[]> {
  context.onStep(`cuts of ${path.basename(file)}`);
  const tools = await context.ffmpeg();
  const probe = await probeVideo(await ownFile(file), tools, context.signal);
  const frames = openFrames(await ownFile(file), { sampleFps: 2, maxSide: 320, probe, tools }, context.signal);
  for await (const { image } of frames) frames.recycle(image.data);
  return frames.report().cuts;
}
