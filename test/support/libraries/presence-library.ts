/** A library in which it is known who is on screen when; faces are random. */
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { makeIdentity, makeTrack, makeVideo, randomVector } from '../../store/rows.js';
import { open, temporaryHome } from '../../store/fixtures.js';

/** Seconds from and to, by name: a track each, with a cut before it where the film says so. */
export interface PresenceFilm {
  title: string;
  people: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  shots?: number[];
  duration_s?: number;
}

export interface PresenceOptions {
  /** Made anew when left out. */
  home?: string;
  library?: Library;
  /** Of each track of a name; random when left out. */
  vector?: (name: string) => Float32Array;
}

export interface PresenceLibrary {
  library: Library;
  /** video_id by title, identity_id by name. */
  id(of: string): string;
  /** The reverse. */
  called(id: string): string;
}

/** Closed when the test ends. */
export async function presenceLibrary(
  films: readonly PresenceFilm[],
  { home, library, vector }: PresenceOptions = {},
): Promise<PresenceLibrary> {
  const folder = home ?? (await temporaryHome());
  return addPresence(library ?? (await open(folder)), films, vector);
}

async function addPresence(
  library: Library,
  films: readonly PresenceFilm[],
  vector: PresenceOptions['vector'],
): Promise<PresenceLibrary> {
  const ids = new Map<string, string>();
  const tracksOf = new Map<string, string[]>();
  const rows = films.map(({ title, people, shots = [], duration_s = 100 }) => {
    const video_id = newId('video'),
      run_id = newId('run');
    ids.set(title, video_id);
    const tracks = Object.entries(people).flatMap(([name, spans]) =>
      spans.map(([start_s, end_s]) => {
        const track = makeTrack(video_id, run_id, {
          ...{ start_s, end_s, presence: [{ start_s, end_s }], best_time_s: start_s, pack: library.pack },
          vector: vector ? vector(name) : randomVector(library.dimensions),
        });
        tracksOf.set(name, [...(tracksOf.get(name) ?? []), track.track_id]);
        return track;
      }),
    );
    const { coverage } = makeVideo(video_id, run_id);
    const looked = { ...coverage, video_id, decoded: [{ start_s: 0, end_s: duration_s }] };
    const fields = { title, shots, start_s: 0, duration_s, coverage: looked, pack: library.pack };
    return { tracks, video: makeVideo(video_id, run_id, fields) };
  });
  const identities = [...tracksOf].map(([name, track_ids]) => makeIdentity({ name, track_ids }));
  await library.write(async (writer) => {
    await writer.stageTracks(rows.flatMap((r) => r.tracks));
    for (const { video } of rows) await writer.commitVideo(video);
    await writer.putIdentities(identities);
  });
  for (const { identity_id, name } of identities) ids.set(name ?? '', identity_id);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  return {
    library,
    id: (of) => ids.get(of) ?? of,
    called: (id) => names.get(id) ?? id,
  };
}
