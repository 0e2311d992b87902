/** Tracks of films with a truth, each with who it shows, out of a library that they are indexed into. */
import { intersect, total, union } from '../../../src/domain/intervals.js';
import { overlapOf } from '../../../src/domain/people/co-visibility.js';
import type { GroupedTrack } from '../../../src/services/grouping/group-tracks.js';
import { joinRule } from '../../../src/services/grouping/group-tracks.js';
import { inTheirLight, loadTracks } from '../../../src/services/people/library-tracks.js';
import { openLibrary } from '../../../src/store/library.js';
import { compareTo, pairedIdentities, possible, type PersonTruth, type Timeline } from '../../measures/presence.js';
import type { EvalContext } from '../context.js';
import type { IndexedLibrary } from './fresh-library.js';

export interface FilmTracks {
  tracks: GroupedTrack[];
  /** Of each: the identity that it is of. */
  clusters: string[];
  /** Of each: who it shows. */
  labels: string[];
  /** Tracks of nobody who was written down. */
  unknown: number;
}

const NOWHERE: Timeline = new Map();
/** Share of a track that somebody must be on screen for to be who it shows. */
const MOSTLY = 0.5;

/** A track shows who is on screen then; of several the one whose its identity is by time, or whom it fits best. */
export async function filmTracks(
  { home, identities, names }: IndexedLibrary,
  people: readonly PersonTruth[],
  { pack, signal }: EvalContext,
): Promise<FilmTracks> {
  const library = await openLibrary({ home, dimensions: pack.dimensions, pack: pack.id });
  try {
    const owners = new Map(
      (await library.identities(signal)).flatMap((row) => row.track_ids.map((t) => [t, row.identity_id] as const)),
    );
    const timelines = new Map(identities.map(({ id, appearances }) => [id, appearances]));
    const paired = pairedIdentities(people, identities);
    const rule = joinRule(pack.calibration, overlapOf(await library.videos(signal)));
    const tracks = inTheirLight(await loadTracks(library, {}, signal), rule);
    const known = tracks.flatMap((track) => {
      const cluster = owners.get(track.track_id) ?? track.track_id,
        film = names.get(track.video_id) ?? '';
      const presence = union(track.presence);
      const [label] = people
        .filter((p) => total(intersect(possible(p, film), presence)) > MOSTLY * total(presence))
        .map(({ id, ...p }) => ({
          id,
          fit: paired.get(id)?.id === cluster ? 2 : compareTo({ id, ...p }, timelines.get(cluster) ?? NOWHERE).iou,
        }))
        .sort((one, other) => other.fit - one.fit);
      return label ? [{ track, cluster, label: label.id }] : [];
    });
    return {
      tracks: known.map((k) => k.track),
      clusters: known.map((k) => k.cluster),
      labels: known.map((k) => k.label),
      unknown: tracks.length - known.length,
    };
  } finally {
    await library.close();
  }
}
