/** Who is one person, with the number of people unknown: LFW's pictures as tracks, through the library's own code. */
import { bcubed, pairwise } from '../../measures/bcubed.js';
import { AVERAGE_LINK_UP_TO, baselinesOf } from '../methods/baselines.js';
import type { EvalContext } from '../context.js';
import { atOnce, groupFaces } from '../methods/group-tracks.js';
import { lfwPeople, loadLfw } from '../data/lfw.js';
import { count, score } from '../output/measures.js';
import { peopleSubsets, type PeopleSubset } from '../data/people-subsets.js';
import type { Measure } from '../output/report.js';
import { scorersOf } from '../data/scored-faces.js';

const SIZES = [30, 100, 300, 1000];
/** Chooses the subsets. */
const SEED = 1;

export async function clustering(context: EvalContext): Promise<Measure[]> {
  const lfw = await loadLfw(context);
  if (!lfw) {
    context.leaveOut('clustering', 'no LFW');
    return [];
  }
  const { calibration } = context.pack;
  const [scorer] = scorersOf(context.pack);
  const rows: Measure[] = [];
  for (const crowd of peopleSubsets(lfwPeople(lfw), SIZES, SEED)) {
    context.onStep(`grouping ${crowd.faces.length} faces of ${crowd.people} people`);
    rows.push(count({ set: crowd.name, condition: '' }, 'people', crowd.people, crowd.faces.length));
    rows.push(
      ...agreement(
        crowd,
        'Rollcall',
        await groupFaces(crowd.faces, atOnce(crowd.faces.length), calibration, await context.compare(), context.signal),
      ),
    );
    for (const { method, threshold, labels } of baselinesOf(crowd, scorer, calibration.points)) {
      context.signal.throwIfAborted();
      rows.push(
        score({ set: crowd.name, condition: method }, 'threshold', threshold),
        ...agreement(crowd, method, labels),
      );
    }
    if (crowd.faces.length > AVERAGE_LINK_UP_TO)
      context.leaveOut(
        `average link, ${crowd.name}`,
        `ml-hclust is too slow for more than ${AVERAGE_LINK_UP_TO} faces`,
      );
  }
  return rows;
}

function agreement({ name, faces, labels }: PeopleSubset, condition: string, clusters: readonly string[]): Measure[] {
  const place = { set: name, condition },
    b = bcubed(clusters, labels),
    p = pairwise(clusters, labels),
    n = faces.length;
  return [
    score(place, 'BCubed precision', b.precision, n),
    score(place, 'BCubed recall', b.recall, n),
    score(place, 'BCubed F', b.f, n),
    score(place, 'pairwise F', p.f, n),
    count(place, 'identities', new Set(clusters).size, n),
    count(place, 'pairs wrongly merged', p.wrong, n),
  ];
}
