/** A real street: three people walk towards the camera from beginning to end, others pass. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { total } from '../../../src/domain/intervals.js';
import type { EvalContext } from '../context.js';
import { withLibrary } from '../data/fresh-library.js';
import { count } from '../output/measures.js';
import { dataFolder } from '../data/pictures-of-people.js';
import type { Measure } from '../output/report.js';

const WALKERS = 3,
  WALK_S = 3;

export async function street(context: EvalContext): Promise<Measure[]> {
  const folder = await dataFolder(null, context.folders.root, 'street');
  const file = folder && path.join(folder, 'street.mp4');
  if (!file || !(await stat(file).catch(() => null))) {
    context.leaveOut('street', 'no street/street.mp4');
    return [];
  }
  return withLibrary([file], context, ({ identities }) => {
    const place = { set: 'street', condition: '' };
    const long = identities.filter(
      ({ appearances }) => [...appearances.values()].reduce((s, spans) => s + total(spans), 0) >= WALK_S,
    );
    return Promise.resolve([
      count(place, `on screen for ${WALK_S} s and more (${WALKERS} in truth)`, long.length, WALKERS),
      count(place, 'identities in all', identities.length),
    ]);
  });
}
