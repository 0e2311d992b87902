/**
 * Whether it matters in which order footage arrives: faces one after another, in two random orders, against all at
 * once. For everybody also through a real library that is joined as a large one is, by a part of it.
 */
import { bcubed } from '../../measures/bcubed.js';
import type { EvalContext } from '../context.js';
import { atOnce, groupFaces, inBatches } from '../methods/group-tracks.js';
import { joinFaces } from '../methods/join-faces.js';
import { lfwPeople, loadLfw } from '../data/lfw.js';
import { score } from '../output/measures.js';
import { peopleSubsets, shuffled } from '../data/people-subsets.js';
import type { Measure } from '../output/report.js';

/** Subsets of people and how many faces arrive together; everyone comes in the largest batches. */
const SIZES = [
  { people: 100, batch: 1 },
  { people: 300, batch: 5 },
  { people: 1000, batch: 50 },
] as const;
const LARGEST_BATCH = 200;
/** People from which on a library is joined as a large one too. */
const LARGE = 1000;
const ORDERS = [1, 2];
/** Chooses the subsets. */
const SEED = 1;

export async function arrival(context: EvalContext): Promise<Measure[]> {
  const lfw = await loadLfw(context);
  if (!lfw) {
    context.leaveOut('order of arrival', 'no LFW');
    return [];
  }
  const { calibration } = context.pack,
    compare = await context.compare();
  const rows: Measure[] = [];
  for (const { name, people, faces, labels } of peopleSubsets(
    lfwPeople(lfw),
    SIZES.map((s) => s.people),
    SEED,
  )) {
    const n = faces.length,
      batch = SIZES.find((s) => s.people === people)?.batch ?? LARGEST_BATCH;
    const joins = { pack: context.pack, compare, work: context.work, meetFrom: -1, signal: context.signal };
    const together = await groupFaces(faces, atOnce(n), calibration, compare, context.signal);
    for (const seed of ORDERS) {
      context.onStep(`${n} faces in batches of ${batch}, order ${seed}`);
      const order = inBatches(
        shuffled(
          Array.from({ length: n }, (_, i) => i),
          seed,
        ),
        batch,
      );
      const arrived = await groupFaces(faces, order, calibration, compare, context.signal);
      const place = { set: name, condition: `${batch} at a time, order ${seed}` };
      rows.push(
        score(place, 'BCubed F, minus all at once', bcubed(arrived, labels).f - bcubed(together, labels).f, n),
        score(place, 'BCubed F against all at once', bcubed(arrived, together).f, n),
      );
      if (people < LARGE) continue;
      context.onStep(`the same, joining a library by a part of it`);
      const joined = await joinFaces(faces, order, joins);
      const part = { ...place, condition: `${place.condition}, as a large library` };
      rows.push(
        score(part, 'BCubed F, minus all at once', bcubed(joined, labels).f - bcubed(together, labels).f, n),
        score(part, 'BCubed F against all at once', bcubed(joined, together).f, n),
      );
    }
  }
  return rows;
}
