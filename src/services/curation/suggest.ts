/** Which questions would put most right, and the edits that answer them. */
import { setImmediate as breathe } from 'node:timers/promises';
import { readEditLog } from '../../domain/edits/edit-log.js';
import { type Constraints, isHeld, replayEdits } from '../../domain/edits/edits.js';
import { overlapOf } from '../../domain/people/co-visibility.js';
import { whereTogether } from '../../domain/people/twice-in-photo.js';
import {
  LEAST_CHANCE,
  leastToAsk,
  mergeQuestion,
  type Profile,
  profileOf,
  type Question,
  splitQuestion,
  type WeighedFace,
} from '../../domain/people/suggestions.js';
import { total } from '../../domain/intervals.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import type { Suggestion } from '../answers/suggestions.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import { keptApart, likest } from '../people/likeness.js';
import { type GroupedTrack, joinRule, vectorSet } from '../people/group-tracks.js';
import { inTheirLight, loadTracks } from '../people/library-tracks.js';
import { recognise } from '../people/recognise.js';
import type { Resources } from '../resources.js';

/** Questions that are offered at most. */
const MOST = 200;
/** People looked at between two breaks for the event loop. */
const BREAK_AFTER = 20;

interface Someone {
  row: IdentityRow;
  tracks: GroupedTrack[];
  profile: Profile;
  /** Which of the videos are photos. */
  photos: ReadonlySet<string>;
}

type Parts = Pick<Resources, 'pipeline' | 'calibration'>;

/**
 * Best first. A pair that edits keep apart, or that is on screen together, is not asked about, nor a part that an edit
 * holds where it is.
 */
export async function suggestions(
  library: Reader,
  resources: Parts,
  signal?: AbortSignal,
): Promise<readonly Suggestion[]> {
  const compare = await resources.pipeline();
  const stored = await loadTracks(library, {}, signal);
  const rows = await library.identities(signal);
  const edits = replayEdits(readEditLog(await library.edits(signal)));
  const videos = await library.videos(signal);
  const rule = joinRule(await resources.calibration(), overlapOf(videos));
  const tracks = inTheirLight(stored, rule);
  const byId = new Map(tracks.map((t) => [t.track_id, t]));
  const stills = new Set(videos.flatMap((v) => (v.coverage.photo ? [v.video_id] : [])));
  const people: Someone[] = [];
  for (const row of rows) {
    const own = row.merged_into === null ? row.track_ids.flatMap((t) => byId.get(t) ?? []) : [];
    if (own.length > 0 && !edits.ignored.has(row.identity_id))
      people.push({ row, tracks: own, profile: profileOf(own), photos: stills });
  }
  const found: Suggestion[] = [];
  const owner = new Map(people.flatMap((p, k) => p.tracks.map((t) => [t.track_id, k] as const)));
  const all = vectorSet(tracks);
  const { i, j } = await compare.similarPairs(all, all, leastToAsk(people.length, rule.evidence), signal);
  const asked = new Set<string>();
  for (let k = 0; k < i.length; k++) {
    if (k % 10_000 === 0) await breathe();
    const [x, y] = [i[k], j[k]].map((t) => owner.get(tracks[t ?? -1]?.track_id ?? '') ?? -1);
    if (x === undefined || y === undefined || x < 0 || y < 0 || x === y) continue;
    const [a, b] = [people[Math.min(x, y)], people[Math.max(x, y)]];
    if (!a || !b || asked.has(`${Math.min(x, y)} ${Math.max(x, y)}`)) continue;
    asked.add(`${Math.min(x, y)} ${Math.max(x, y)}`);
    if (mergeQuestion(a.profile, b.profile, people.length, rule.evidence).chance < LEAST_CHANCE) continue;
    const together = whereTogether(a.tracks, b.tracks);
    if (together === 'film' || keptApart(a, b, edits)) continue;
    const inOnePhoto = together !== null;
    const question = mergeQuestion(a.profile, b.profile, people.length, rule.evidence, inOnePhoto);
    if (question.chance >= LEAST_CHANCE) found.push(mergeSuggestion(a, b, question, inOnePhoto, edits));
  }
  for (const [k, person] of people.entries()) {
    if (k % BREAK_AFTER === 0) {
      await breathe();
      signal?.throwIfAborted();
    }
    const split = splitQuestion(person.tracks, rule.evidence);
    if (!split || split.chance < LEAST_CHANCE) continue;
    const part = split.part.flatMap((t) => person.tracks[t] ?? []);
    if (part.every((t) => isHeld(edits.homes.get(t.track_id)))) continue;
    found.push(splitSuggestion(person, part, split));
  }
  const photos = await recognise(await library.references(signal), rows, stored, 0, edits, rule, compare, signal);
  const known = new Map(rows.map((r) => [r.identity_id, r]));
  for (const doubt of photos.doubtful) {
    const a = known.get(doubt.identity_id),
      b = people.find((p) => p.row.identity_id === doubt.other);
    if (
      !a ||
      !b ||
      found.some((f) => f.kind === 'merge' && [a, b.row].every((p) => f.identity_ids.includes(p.identity_id)))
    )
      continue;
    found.push(photoSuggestion(a, b, doubt.score, doubt.reasons));
  }
  return found
    .sort((a, b) => b.gain - a.gain || (a.identity_ids.join() < b.identity_ids.join() ? -1 : 1))
    .slice(0, MOST);
}

function mergeSuggestion(
  one: Someone,
  other: Someone,
  { score, chance, gain }: Question,
  inOnePhoto: boolean,
  { names }: Constraints,
): Suggestion {
  // Who has a name, or is of an edit, or is seen more, goes on.
  const rank = (p: Someone) => (p.row.name !== null ? 2 : names.has(p.row.identity_id) ? 1 : 0);
  const first = rank(one) - rank(other) || one.tracks.length - other.tracks.length;
  const [into, from] = first >= 0 ? [one, other] : [other, one];
  const best = likest(into.tracks, from.tracks);
  return {
    kind: 'merge',
    question: `Are ${called(into.row)} and ${called(from.row)} one person?`,
    identity_ids: [into.row.identity_id, from.row.identity_id],
    names: [into.row.name, from.row.name],
    score,
    best_score: best?.score ?? null,
    faces: best ? [best.a, best.b] : [],
    chance,
    gain,
    seconds: [secondsOf(into), secondsOf(from)],
    evidence: [
      `${into.tracks.length} and ${from.tracks.length} tracks score ${score.toFixed(3)} on average`,
      inOnePhoto
        ? 'in one photo together: one person twice (a collage, a mirror), or two who look alike'
        : into.photos.size > 0
          ? 'never seen together'
          : 'never on screen together',
      sharedWords(into, from),
    ],
    yes: { action: 'merge', identity_ids: [into.row.identity_id, from.row.identity_id] },
    no: { action: 'reject', identity_id: into.row.identity_id, identity_ids: [from.row.identity_id] },
  };
}

function splitSuggestion(
  person: Someone,
  part: readonly GroupedTrack[],
  { score, chance, gain }: Question,
): Suggestion {
  const rest = person.tracks.filter((t) => !part.includes(t));
  const faces = [best(part), best(rest)].flatMap((t) => (t ? [t.track_id] : []));
  const track_ids = part.map((t) => t.track_id);
  return {
    kind: 'split',
    question: `Is ${called(person.row)} two people, ${part.length} of whose ${person.tracks.length} tracks are the other?`,
    identity_ids: [person.row.identity_id],
    names: [person.row.name],
    score,
    best_score: null,
    faces,
    chance,
    gain,
    seconds: [rest, part].map((tracks) => secondsOf({ ...person, tracks })),
    evidence: [`the two sides score ${score.toFixed(3)} on average`],
    yes: { action: 'split', identity_id: person.row.identity_id, track_ids },
    no: { action: 'assign', identity_id: person.row.identity_id, track_ids },
  };
}

/** Somebody who was enrolled, and whom the photo may show: as likely as not. */
function photoSuggestion(a: IdentityRow, b: Someone, score: number, reasons: readonly string[]): Suggestion {
  const face = best(b.tracks);
  return {
    kind: 'merge',
    question: `Is ${called(b.row)} ${called(a)}, who is enrolled?`,
    identity_ids: [a.identity_id, b.row.identity_id],
    names: [a.name, b.row.name],
    score,
    best_score: score,
    faces: face ? [face.track_id] : [],
    chance: 0.5,
    gain: b.tracks.length / 2,
    seconds: [0, secondsOf(b)],
    evidence: [`a photo of ${called(a)} scores ${score.toFixed(3)}`, ...reasons],
    yes: { action: 'merge', identity_ids: [a.identity_id, b.row.identity_id] },
    no: { action: 'reject', identity_id: a.identity_id, identity_ids: [b.row.identity_id] },
  };
}

function best<T extends Pick<WeighedFace, 'quality'>>(tracks: readonly T[]): T | undefined {
  return tracks.reduce<T | undefined>((held, t) => (held && held.quality >= t.quality ? held : t), undefined);
}

function sharedWords(a: Someone, b: Someone): string {
  const there = new Set(b.tracks.map((t) => t.video_id));
  const shared = new Set(a.tracks.map((t) => t.video_id).filter((v) => there.has(v))).size;
  const files = a.photos.size > 0 ? 'in different videos or photos' : 'in different videos';
  return shared === 0 ? files : `in ${shared} video${shared === 1 ? '' : 's'} both`;
}

/** On screen, of films: a photo has no time. */
function secondsOf({ tracks, photos }: { tracks: readonly GroupedTrack[]; photos: Someone['photos'] }): number {
  return round(tracks.reduce((s, t) => s + (photos.has(t.video_id) ? 0 : total(t.presence)), 0));
}

function called({ identity_id, name }: IdentityRow): string {
  return name === null ? identity_id : `${name} (${identity_id})`;
}
