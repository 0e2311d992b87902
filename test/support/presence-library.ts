/** A library in which it is known who is on screen when; faces are random. */
import { newId } from '../../src/domain/ids.js';
import type { Library } from '../../src/store/api.js';
import { makeIdentity, makeTrack, makeVideo } from '../store/rows.js';
import { open, temporaryHome } from '../store/fixtures.js';

/** Seconds from and to, by name: a track each, with a cut before it where the film says so. */
export interface PresenceFilm {
  title: string;
  people: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  shots?: number[];
  duration_s?: number;
}

export interface PresenceLibrary {
  library: Library;
  home: string;
  /** video_id by title, identity_id by name. */
  id(of: string): string;
  /** The reverse. */
  called(id: string): string;
}

/** Closed when the test ends. @param vector of the faces of a name; random when left out */
export async function presenceLibrary(
  films: readonly PresenceFilm[],
  vector?: (name: string) => Float32Array,
): Promise<PresenceLibrary> {
  const home = await temporaryHome(),
    library = await open(home);
  const ids = new Map<string, string>();
  const tracksOf = new Map<string, string[]>();
  for (const { title, people, shots = [], duration_s = 100 } of films) {
    const video_id = newId('video'),
      run_id = newId('run');
    ids.set(title, video_id);
    const tracks = Object.entries(people).flatMap(([name, spans]) =>
      spans.map(([start_s, end_s]) => {
        const fields = { start_s, end_s, presence: [{ start_s, end_s }], best_time_s: start_s };
        const track = makeTrack(video_id, run_id, { ...fields, ...(vector ? { vector: vector(name) } : {}) });
        tracksOf.set(name, [...(tracksOf.get(name) ?? []), track.track_id]);
        return track;
      }),
    );
    await library.write(async (writer) => {
      await writer.stageTracks(tracks);
      const { coverage } = makeVideo(video_id, run_id);
      const looked = { ...coverage, video_id, decoded: [{ start_s: 0, end_s: duration_s }] };
      const row = { title, shots, start_s: 0, duration_s, coverage: looked };
      await writer.commitVideo(makeVideo(video_id, run_id, row));
    });
  }
  const identities = [...tracksOf].map(([name, track_ids]) => makeIdentity({ name, track_ids }));
  await library.write((writer) => writer.putIdentities(identities));
  for (const { identity_id, name } of identities) ids.set(name ?? '', identity_id);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  return {
    library,
    home,
    id: (of) => ids.get(of) ?? of,
    called: (id) => names.get(id) ?? id,
  };
}
