/**
 * Generated footage, whose truth is known by construction: every clip in a library of its own as a condition, then the
 * whole set in one.
 */
import { compareTo, scorePresence, type PersonTruth } from '../../measures/presence.js';
import { rate } from '../../../src/domain/scores/error-rates.js';
import { personTruths } from '../../footage/person-truths.js';
import type { MadeStill } from '../../footage/make-footage.js';
import type { EvalContext } from '../context.js';
import { withLibrary, type IndexedLibrary } from '../data/fresh-library.js';
import { generatedSets } from '../data/generated-footage.js';
import { score, share } from '../output/measures.js';
import { onlyVideo, personMeasures, presenceMeasures, type PresenceTruth } from '../output/presence-measures.js';
import type { Measure } from '../output/report.js';

export async function generated(context: EvalContext): Promise<Measure[]> {
  const rows: Measure[] = [];
  for (const { set, made } of await generatedSets(context)) {
    const truth = personTruths(made.truth),
      name = `generated, ${set.name}`;
    // The fewer people a library knows, the sooner it joins two tracks: a clip alone fails where the set together does
    // not.
    for (const video of made.videos)
      rows.push(
        ...(await withLibrary([video.file], context, (library) =>
          Promise.resolve(
            presenceMeasures({ set: name, condition: `${video.name} alone` }, onlyVideo(truth, video.name), library),
          ),
        )),
      );
    rows.push(
      ...(await withLibrary(
        made.videos.map((v) => v.file),
        context,
        async (library) => [
          ...presenceMeasures({ set: name, condition: 'whole set' }, truth, library),
          ...personMeasures(name, scorePresence(truth.people, library.identities, truth.ignore)),
          ...(await searched(name, made.stills, truth, library, context)),
        ],
      )),
    );
  }
  return rows;
}

/** Everyone asked for by a still, which tells people apart who are on screen together throughout. */
async function searched(
  set: string,
  stills: readonly MadeStill[],
  truth: PresenceTruth,
  { services, identities }: IndexedLibrary,
  context: EvalContext,
): Promise<Measure[]> {
  const answers = [];
  for (const still of stills) {
    const { people } = await services.search.findPerson({ image: still.file }, context.signal);
    // A neighbour at the still's edge is a query of her own; the person meant is the largest.
    const [meant] = people.toSorted((p, q) => (q.box ? q.box.w * q.box.h : 0) - (p.box ? p.box.w * p.box.h : 0));
    answers.push({ still, decision: meant?.decision?.decision ?? 'no_match', identity: meant?.identity_id ?? null });
  }
  const place = { set, condition: 'asked by a still' };
  const present = answers.filter((a) => !a.still.absent),
    absent = answers.filter((a) => a.still.absent);
  const compared = present.flatMap(({ still, identity }) => {
    const person = truth.people.find((p) => p.id === still.person);
    return person ? [against(person, identity, truth, identities)] : [];
  });
  const true_s = compared.reduce((s, c) => s + c.true_s, 0);
  return [
    share(place, 'found', rate(present.filter((a) => a.decision === 'match').length, present.length)),
    share(place, 'in no clip: not found', rate(absent.filter((a) => a.decision === 'no_match').length, absent.length)),
    share(place, 'ambiguous', rate(answers.filter((a) => a.decision === 'ambiguous').length, answers.length)),
    score(
      place,
      'people per identity',
      present.length / Math.max(1, new Set(present.map((a) => a.identity ?? a.still.person)).size),
      present.length,
    ),
    score(
      place,
      'seconds wrong ÷ true',
      compared.reduce((s, c) => s + c.missed_s + c.extra_s, 0) / Math.max(true_s, 1e-9),
      true_s,
    ),
  ];
}

function against(
  person: PersonTruth,
  identity: string | null,
  { ignore }: PresenceTruth,
  identities: IndexedLibrary['identities'],
) {
  return compareTo(person, identities.find((i) => i.id === identity)?.appearances ?? new Map(), ignore);
}
