/** Whom the photos of somebody enrolled may show, where it is left to a person to say so. */
import type { IdentityRow } from '../../store/rows.js';
import type { JoinRule } from '../grouping/group-tracks.js';
import { likeReferences } from '../people/known-library.js';
import { loadTracks } from '../people/library-tracks.js';
import { type Fitting, recognise } from '../people/recognise.js';
import { FLOODED } from '../people/regroup.js';
import type { Asking } from './asking.js';
import type { CloserLook } from './closer-look.js';
import { photoWords } from './question-words.js';

/** @param closer tells of whom it is asked without a photo whether they are one */
export async function photoQuestions(asking: Asking, closer: CloserLook, rule: JoinRule): Promise<void> {
  const { library, people, edits, best } = asking;
  if (edits.enrolled.length === 0) return;
  const { doubtful, rows } = await doubts(asking, rule);
  const known = new Map(rows.map((row) => [row.identity_id, row]));
  const ids = [...new Set(doubtful.flatMap((d) => [d.identity_id, d.other]))].filter((id) => !edits.ignored.has(id));
  const means = new Map((await library.people({ identity_ids: ids })).map((p) => [p.identity_id, p]));
  const seconds = people.secondsOf(new Set(ids));
  const said = new Set<string>();
  for (const { identity_id, other, ...fits } of doubtful) {
    // Several photos may show the same two; the best comes first.
    if (said.has(`${identity_id} ${other}`)) continue;
    said.add(`${identity_id} ${other}`);
    const [a, b, mean, theirs] = [known.get(identity_id), known.get(other), means.get(other), means.get(identity_id)];
    if (!a || !b || !mean) continue;
    const isAsked = theirs && (await closer.look([{ a: theirs, b: mean }])).length > 0;
    if (!isAsked) best.add(photoWords(a, b, mean, seconds.get(other) ?? 0, fits));
  }
}

/** As edits tell of them: all that there is is compared in a small library, in a large one what is near. */
async function doubts(
  { library, edits, compare }: Asking,
  rule: JoinRule,
): Promise<{ doubtful: Fitting[]; rows: IdentityRow[] }> {
  const references = await library.references();
  const { tracks: all } = await library.counts();
  const {
    identities,
    tracks,
    people: beside,
  } = all <= FLOODED
    ? { identities: await library.identities(), tracks: await loadTracks(library, {}), people: 0 }
    : await likeReferences({
        library,
        references,
        enrolled: edits.enrolled.map((e) => e.identity_id),
        changed: [],
        known: [],
        people: (await library.counts()).people,
        here: [],
        gone: new Set(),
        rule,
      });
  const { doubtful } = await recognise(references, identities, tracks, beside, edits, rule, compare);
  return { doubtful, rows: identities };
}
