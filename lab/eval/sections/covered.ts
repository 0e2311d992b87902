/** Faces partly covered: LFW's pairs with a mask or sunglasses drawn on one picture, or on both. */
import { falseAccepts, falseRejects, scoresOf } from '../../../src/domain/scores/error-rates.js';
import type { EvalContext } from '../context.js';
import { COVERS } from '../data/covers.js';
import { loadLfw } from '../data/lfw.js';
import { share } from '../output/measures.js';
import type { Measure } from '../output/report.js';
import { scorersOf, type EvalFace } from '../data/scored-faces.js';

export async function covered(context: EvalContext): Promise<Measure[]> {
  const lfw = await loadLfw(context);
  if (!lfw) {
    context.leaveOut('covered faces', 'no LFW');
    return [];
  }
  const files = [...lfw.faces.keys()],
    [scorer] = scorersOf(context.pack),
    { threshold } = context.pack.calibration.points.balanced;
  const rows: Measure[] = [];
  const measure = (
    condition: string,
    first: ReadonlyMap<string, EvalFace | null>,
    second: ReadonlyMap<string, EvalFace | null>,
  ) => {
    const scores = (same: boolean) =>
      lfw.pairs
        .filter((p) => p.same === same)
        .map(({ a, b }) => {
          const x = first.get(a),
            y = second.get(b);
          return x && y ? scorer.score(x, y) : -1;
        });
    const all = scoresOf(scores(true), scores(false)),
      place = { set: 'LFW', condition };
    rows.push(
      share(place, 'missed at the balanced τ', falseRejects(all, threshold)),
      share(place, 'false accepts at the balanced τ', falseAccepts(all, threshold)),
    );
  };
  measure('nothing covered', lfw.faces, lfw.faces);
  for (const cover of COVERS) {
    context.onStep(cover.name);
    const found = await context.faces(files, cover),
      faces = new Map(files.map((file, i) => [file, found[i] ?? null]));
    measure(`${cover.name} on one`, lfw.faces, faces);
    measure(`${cover.name} on both`, faces, faces);
  }
  return rows;
}
