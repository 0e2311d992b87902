/** Which faces of a person, of two people or of tracks go on a sheet, and why. */
import { RollcallError } from '../../domain/errors/errors.js';
import { likeTheOthers } from '../../domain/people/like-others.js';
import { spreadFaces } from '../../domain/people/spread-faces.js';
import type { Library } from '../../store/api.js';
import type { IdentityRow, ReferenceRow, TrackSummary } from '../../store/rows.js';
import type { ShownFace } from '../answers/show-faces.js';
import type { View } from '../library/library-view.js';
import { comparedTracks, mostAlike } from './track-scores.js';

/** Faces that stand together under a heading. */
export interface ChosenPanel {
  person: IdentityRow | null;
  faces: ShownFace[];
}

export interface Chosen {
  panels: ChosenPanel[];
  left_out: number;
  notes: string[];
}

type Reason = { track: TrackSummary; why: string };

/** People with fewer tracks than this have no odd one out. */
const ODD_ONE_OUT = 3;

/**
 * The best faces of one person or two, spread over films and times; of two the most alike stand first.
 * @param threshold score from which on two faces are held to be one person's. @throws RollcallError unknown_id
 */
export async function facesOfPeople(
  library: Library,
  view: View,
  identity_ids: readonly string[],
  threshold: number,
  limit: number,
  signal?: AbortSignal,
): Promise<Chosen> {
  const people = [...new Set(identity_ids.map((id) => view.person(id)))];
  const notes: string[] = people.length < identity_ids.length ? ['Both ids belong to one person now.'] : [];
  const each = Math.max(1, Math.floor(limit / people.length));
  const found = [];
  for (const person of people) {
    const tracks = view.tracksOf(person);
    const compared = await comparedTracks(library, tracks, new Set(), signal);
    found.push({ person, tracks, compared, like: likeTheOthers(compared) });
  }
  const [one, other] = found;
  const alike = one && other ? mostAlike(one.compared, other.compared) : null;
  let number = 0,
    left_out = 0;
  const panels = found.map(({ person, tracks, like }, i): ChosenPanel => {
    if (tracks.length === 0) {
      const photos = view.references.get(person.identity_id) ?? [];
      left_out += Math.max(0, photos.length - each);
      return { person, faces: photos.slice(0, each).map((photo) => ofPhoto(++number, photo, person)) };
    }
    const pair = alike && (i === 0 ? alike.a : alike.b);
    const first = tracks.find((t) => t.track_id === pair);
    const candidates = bestOfAppearances(view, person);
    const reasons = reasonsFor(candidates, tracks, like, first, each);
    left_out += Math.max(0, candidates.length - reasons.length);
    return {
      person,
      faces: reasons.map(({ track, why }) => shown(++number, track, person, like.get(track.track_id) ?? null, why)),
    };
  });
  const [a, b] = panels.map((p) => p.faces[0]?.number);
  if (alike && a !== undefined && b !== undefined)
    notes.push(
      `Most alike of the two people: ${a} and ${b}, score ${alike.score.toFixed(3)}; one person from ${threshold.toFixed(3)} on.`,
    );
  return { panels, left_out, notes };
}

/** The faces of tracks, in the order in which they are asked for. @throws RollcallError unknown_id */
export async function facesOfTracks(
  library: Library,
  view: View,
  track_ids: readonly string[],
  limit: number,
  signal?: AbortSignal,
): Promise<Chosen> {
  const asked = [...new Set(track_ids)].map((id) => {
    const track = view.tracks.get(id);
    if (!track)
      throw new RollcallError(
        'unknown_id',
        `There is no track ${id}.`,
        'Its video may have been indexed again or forgotten: ask for its appearances again.',
      );
    return track;
  });
  const tracks = asked.slice(0, limit);
  const owners = new Set(tracks.flatMap((t) => view.ownerOf(t.track_id) ?? []));
  const like = new Map<string, number>();
  const wanted = new Set(tracks.map((t) => t.track_id));
  for (const owner of owners)
    for (const [id, score] of likeTheOthers(await comparedTracks(library, view.tracksOf(owner), wanted, signal)))
      like.set(id, score);
  const faces = tracks.map((t, i) =>
    shown(i + 1, t, view.ownerOf(t.track_id) ?? null, like.get(t.track_id) ?? null, 'asked for'),
  );
  return { panels: [{ person: null, faces }], left_out: asked.length - tracks.length, notes: [] };
}

export function shown(
  number: number,
  track: TrackSummary,
  owner: IdentityRow | null,
  score: number | null,
  why: string,
): ShownFace {
  return {
    number,
    track_id: track.track_id,
    video_id: track.video_id,
    time_s: track.best_time_s,
    identity_id: owner?.identity_id ?? null,
    name: owner?.name ?? null,
    quality: track.quality,
    score,
    reference: null,
    why,
  };
}

/** A face of somebody who was enrolled and is not seen yet. */
function ofPhoto(number: number, { reference_id, source, quality, crop }: ReferenceRow, owner: IdentityRow): ShownFace {
  return {
    number,
    ...{ track_id: reference_id, video_id: '', time_s: 0, score: null, quality },
    identity_id: owner.identity_id,
    name: owner.name,
    reference: { source, crop },
    why: 'reference photo, not seen yet',
  };
}

/** The best track of each appearance. */
function bestOfAppearances(view: View, person: IdentityRow): TrackSummary[] {
  return view
    .appearances(person)
    .flatMap(
      (a) => a.track_ids.flatMap((id) => view.tracks.get(id) ?? []).sort((p, q) => q.quality - p.quality)[0] ?? [],
    )
    .filter((track, i, all) => all.indexOf(track) === i);
}

/** @param first the one that must come first, if any */
function reasonsFor(
  candidates: readonly TrackSummary[],
  tracks: readonly TrackSummary[],
  like: ReadonlyMap<string, number>,
  first: TrackSummary | undefined,
  limit: number,
): Reason[] {
  const spread = spreadFaces(
    candidates.map((track) => ({ track, video_id: track.video_id, time_s: track.best_time_s, quality: track.quality })),
    limit,
  ).map(({ track }, i) => ({ track, why: i === 0 ? 'clearest face' : 'clearest of an appearance' }));
  const odd = limit >= ODD_ONE_OUT && tracks.length >= ODD_ONE_OUT ? leastLike(tracks, like) : undefined;
  const musts = [
    ...(first ? [{ track: first, why: 'most like the other person' }] : []),
    ...(odd && odd !== first ? [{ track: odd, why: 'least like their other faces' }] : []),
  ];
  const rest = spread.filter(({ track }) => musts.every((m) => m.track !== track)).slice(0, limit - musts.length);
  return first ? [...musts.slice(0, 1), ...rest, ...musts.slice(1)].slice(0, limit) : [...rest, ...musts];
}

function leastLike(tracks: readonly TrackSummary[], like: ReadonlyMap<string, number>): TrackSummary | undefined {
  const scored = tracks.filter((t) => like.has(t.track_id));
  return scored.sort((a, b) => (like.get(a.track_id) ?? 0) - (like.get(b.track_id) ?? 0))[0];
}
