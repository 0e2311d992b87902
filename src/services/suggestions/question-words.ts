/** Questions in words, with the edits that answer them. */
import { total } from '../../domain/intervals.js';
import type { Question } from '../../domain/people/suggestions.js';
import { isOfPhoto } from '../../domain/people/twice-in-picture.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { IdentityRow, PersonRow } from '../../store/rows.js';
import type { Suggestion } from '../answers/suggestions.js';
import type { GroupedTrack } from '../grouping/group-tracks.js';
import type { AlikeQuestion } from './asking.js';

type Called = Pick<IdentityRow, 'identity_id' | 'name'>;

/** One of two people who may be one. */
export interface Side {
  row: Called;
  /** How many. */
  tracks: number;
  /** On screen. */
  seconds: number;
}

const TOGETHER = {
  film: 'on screen at one moment: one person twice (a video call, a split screen, a mirror), or two who look alike',
  photo: 'in one photo together: one person twice (a collage, a mirror), or two who look alike',
};

/** @param into who goes on. @param best the two faces most alike. @param inPhotos whether the library has any photos */
export function mergeWords(
  into: Side,
  from: Side,
  { score, chance, gain, together, shared }: Pick<AlikeQuestion, keyof Question | 'together' | 'shared'>,
  best: { a: string; b: string; score: number } | null,
  inPhotos: boolean,
): Suggestion {
  const [kept, other] = [into.row, from.row];
  return {
    kind: 'merge',
    question: `Are ${called(kept)} and ${called(other)} one person?`,
    identity_ids: [kept.identity_id, other.identity_id],
    names: [kept.name, other.name],
    score,
    best_score: best?.score ?? null,
    faces: best ? [best.a, best.b] : [],
    chance,
    gain,
    seconds: [round(into.seconds), round(from.seconds)],
    evidence: [
      `${into.tracks} and ${from.tracks} tracks score ${score.toFixed(3)} on average`,
      together !== null ? TOGETHER[together] : inPhotos ? 'never seen together' : 'never on screen together',
      sharedWords(shared, inPhotos),
    ],
    yes: { action: 'merge', identity_ids: [kept.identity_id, other.identity_id] },
    no: { action: 'reject', identity_id: kept.identity_id, identity_ids: [other.identity_id] },
  };
}

/** @param part tracks that may be somebody else's, of all that somebody has */
export function splitWords(
  row: Called,
  tracks: readonly GroupedTrack[],
  part: readonly GroupedTrack[],
  { score, chance, gain }: Question,
): Suggestion {
  const inPart = new Set(part);
  const rest = tracks.filter((t) => !inPart.has(t));
  const faces = [best(part), best(rest)].flatMap((t) => (t ? [t.track_id] : []));
  const track_ids = part.map((t) => t.track_id);
  return {
    kind: 'split',
    question: `Is ${called(row)} two people, ${part.length} of whose ${tracks.length} tracks are the other?`,
    identity_ids: [row.identity_id],
    names: [row.name],
    score,
    best_score: null,
    faces,
    chance,
    gain,
    seconds: [rest, part].map(secondsOf),
    evidence: [`the two sides score ${score.toFixed(3)} on average`],
    yes: { action: 'split', identity_id: row.identity_id, track_ids },
    no: { action: 'assign', identity_id: row.identity_id, track_ids },
  };
}

/** Somebody who was enrolled, and whom the photo may show: as likely as not. @param seconds on screen */
export function photoWords(
  a: Called,
  b: Called,
  { tracks, best_track }: Pick<PersonRow, 'tracks' | 'best_track'>,
  seconds: number,
  { score, reasons }: { score: number; reasons: readonly string[] },
): Suggestion {
  return {
    kind: 'merge',
    question: `Is ${called(b)} ${called(a)}, who is enrolled?`,
    identity_ids: [a.identity_id, b.identity_id],
    names: [a.name, b.name],
    score,
    best_score: score,
    faces: [best_track],
    chance: 0.5,
    gain: tracks / 2,
    seconds: [0, round(seconds)],
    evidence: [`a photo of ${called(a)} scores ${score.toFixed(3)}`, ...reasons],
    yes: { action: 'merge', identity_ids: [a.identity_id, b.identity_id] },
    no: { action: 'reject', identity_id: a.identity_id, identity_ids: [b.identity_id] },
  };
}

function best(tracks: readonly GroupedTrack[]): GroupedTrack | undefined {
  return tracks.reduce<GroupedTrack | undefined>(
    (held, t) => (held && held.quality >= t.quality ? held : t),
    undefined,
  );
}

function sharedWords(shared: number, inPhotos: boolean): string {
  const files = inPhotos ? 'in different videos or photos' : 'in different videos';
  return shared === 0 ? files : `in ${shared} video${shared === 1 ? '' : 's'} both`;
}

/** On screen, of films: a photo has no time. */
function secondsOf(tracks: readonly GroupedTrack[]): number {
  return round(tracks.reduce((s, t) => s + (isOfPhoto(t) ? 0 : total(t.presence)), 0));
}

function called({ identity_id, name }: Called): string {
  return name === null ? identity_id : `${name} (${identity_id})`;
}
