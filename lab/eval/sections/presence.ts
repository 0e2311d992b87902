/** Who is on screen when: videos with a truth file, each library from nothing. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { scorePresence, SURPLUS_FROM_S, type FoundIdentity } from '../../measures/presence.js';
import { total } from '../../../src/domain/intervals.js';
import { personTruths } from '../../footage/person-truths.js';
import type { EvalContext } from '../context.js';
import { withLibrary } from '../data/fresh-library.js';
import { lfwPeople, loadLfw } from '../data/lfw.js';
import { count, score, seconds } from '../output/measures.js';
import { dataFolder } from '../data/pictures-of-people.js';
import {
  onlyVideo,
  personMeasures,
  presenceMeasures,
  type Findings,
  type PresenceTruth,
} from '../output/presence-measures.js';
import type { Measure } from '../output/report.js';
import type { EvalFace } from '../data/scored-faces.js';
import { STRANGERS } from '../data/strangers.js';
import { readTruth, type TruthGroup } from '../data/truth-file.js';

export async function presence(context: EvalContext): Promise<Measure[]> {
  const folder = await dataFolder(context.folders.videos, context.folders.root, 'videos');
  if (folder === null || !(await stat(path.join(folder, 'truth.json')).catch(() => null))) {
    context.leaveOut('videos', 'no folder videos/ with truth.json (or --videos)');
    return [];
  }
  const rows: Measure[] = [];
  const lfw = await loadLfw(context),
    strangers = lfw && lfwPeople(lfw);
  if (!strangers) context.leaveOut('videos among strangers', 'no LFW');
  const shares: { wrong: number; true_s: number; people: number }[] = [];
  for (const group of await readTruth(folder)) {
    const there = await filterAsync(
      group.videos,
      async (name) => (await stat(path.join(folder, name)).catch(() => null)) !== null,
    );
    if (there.length < group.videos.length) {
      context.leaveOut(group.name, 'the video is not there');
      continue;
    }
    const { measures, wrong } = await measureGroup(folder, group, strangers, context);
    rows.push(...measures);
    if (wrong) shares.push(wrong);
  }
  const all = (of: (s: (typeof shares)[number]) => number) => shares.reduce((sum, s) => sum + of(s), 0);
  if (shares.length > 0) {
    rows.push(
      score(
        { set: 'all videos', condition: '' },
        'seconds wrong ÷ true',
        all((s) => s.wrong) / all((s) => s.true_s),
        all((s) => s.true_s),
      ),
      score(
        { set: 'all videos', condition: '' },
        'seconds wrong ÷ true, mean over people',
        all((s) => (s.wrong / s.true_s) * s.people) / all((s) => s.people),
        all((s) => s.people),
      ),
    );
  }
  return rows;
}

interface GroupMeasures {
  measures: Measure[];
  wrong: { wrong: number; true_s: number; people: number } | null;
}

async function measureGroup(
  folder: string,
  group: TruthGroup,
  strangers: ReadonlyMap<string, readonly EvalFace[]> | null,
  context: EvalContext,
): Promise<GroupMeasures> {
  const { truth } = group,
    file = (name: string) => path.join(folder, name);
  if (!truth)
    return withLibrary(group.videos.map(file), context, ({ identities }) =>
      Promise.resolve({ measures: [countLasting(group, identities)], wrong: null }),
    );
  const known = personTruths(truth);
  const measures: Measure[] = [];
  if (group.videos.length > 1) {
    for (const name of group.videos)
      measures.push(
        ...(await withLibrary([file(name)], context, (library) =>
          Promise.resolve(presenceMeasures({ set: name, condition: 'alone' }, onlyVideo(known, name), library)),
        )),
      );
  }
  if (strangers)
    measures.push(
      ...(await withLibrary(
        group.videos.map(file),
        context,
        (library) => Promise.resolve(amongStrangers(group.name, known, library, strangers.size)),
        strangers,
      )),
    );
  return withLibrary(group.videos.map(file), context, (library) => {
    const scored = scorePresence(known.people, library.identities, known.ignore);
    measures.push(
      ...presenceMeasures({ set: group.name, condition: '' }, known, library),
      ...personMeasures(group.name, scored),
      ...scored.surplus.map((s, i) =>
        seconds({ set: group.name, condition: `surplus identity ${i + 1}` }, 'on screen', s.seconds),
      ),
    );
    const true_s = scored.people.reduce((s, p) => s + p.true_s, 0);
    return Promise.resolve({
      measures,
      wrong: true_s > 0 ? { wrong: scored.wrong_share * true_s, true_s, people: scored.people.length } : null,
    });
  });
}

/** What a large library does to a clip: people split because strangers are many, or taken for one of them. */
function amongStrangers(
  set: string,
  { people, ignore }: PresenceTruth,
  { identities }: Findings,
  strangers: number,
): Measure[] {
  const place = { set, condition: `among ${strangers} strangers` };
  const here = identities.map(({ id, appearances }) => ({
    id,
    appearances: new Map([...appearances].filter(([video]) => video !== STRANGERS)),
  }));
  const scored = scorePresence(people, here, ignore);
  return [
    score(
      place,
      'seconds wrong ÷ true',
      scored.wrong_share,
      scored.people.reduce((s, p) => s + p.true_s, 0),
    ),
    count(place, 'people found', scored.people.filter((p) => p.identity !== null).length, scored.people.length),
    count(place, 'surplus identities', scored.surplus.length),
    count(
      place,
      'joined with one of the strangers',
      identities.filter((i) => i.appearances.has(STRANGERS)).length,
      identities.length,
    ),
  ];
}

/** For videos of which only the number of people is known. */
function countLasting({ name, identities: expected }: TruthGroup, identities: readonly FoundIdentity[]): Measure {
  const lasting = identities.filter(
    ({ appearances }) => [...appearances.values()].reduce((s, spans) => s + total(spans), 0) >= SURPLUS_FROM_S,
  );
  return count(
    { set: name, condition: '' },
    `identities on screen for ${SURPLUS_FROM_S} s and more (${expected ?? 'unknown'} in truth)`,
    lasting.length,
  );
}

async function filterAsync<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, i) => kept[i]);
}
