/** A library of made-up people as the built and the tested program open it: of the pack that takes the least time. */
import path from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { type App, createApp } from '../../../src/app.js';
import { loadSettings } from '../../../src/config/settings.js';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import type { IdentityRow, TrackRow } from '../../../src/store/rows.js';
import { packFingerprint } from '../../../src/vision/packs/fingerprint.js';
import { loadPack, packDimensions } from '../../../src/vision/packs/pack.js';
import { makeIdentity, makeTrack, makeVideo, open, randomVector } from '../../store/fixtures.js';

export const MADE_UP_PACK = 'fast';

/** An app over that folder, closed when the test ends. */
export function appAt(home: string): App {
  const app = createApp({ ...loadSettings(), home, pack: MADE_UP_PACK }, pino({ level: 'silent' }));
  onTestFinished(() => app.close());
  return app;
}

/** The library in that folder; made when there is none. Closed when the test ends. */
export async function madeUpLibrary(home: string): Promise<Library> {
  const pack = await loadPack(loadSettings().modelsDir, MADE_UP_PACK);
  return open(home, { pack: pack.id, dimensions: packDimensions(pack), vectors: packFingerprint(pack).vectors });
}

/** Adds a video with as many people as there are names, each with one track. @returns the people and their tracks */
export async function addPeople(
  library: Library,
  source: string,
  names: readonly (string | null)[],
  fields: Partial<TrackRow> = {},
): Promise<{ video_id: string; people: IdentityRow[]; tracks: TrackRow[] }> {
  const run_id = newId('run'),
    video_id = newId('video');
  const tracks = names.map((_, i) =>
    makeTrack(video_id, run_id, {
      start_s: 10 * i,
      end_s: 10 * i + 2.5,
      presence: [{ start_s: 10 * i, end_s: 10 * i + 2.5 }],
      pack: library.pack,
      vector: randomVector(library.dimensions),
      ...fields,
    }),
  );
  const people = names.map((name, i) =>
    makeIdentity({ name, track_ids: tracks.slice(i, i + 1).map((t) => t.track_id) }),
  );
  await library.write(async (writer) => {
    await writer.stageTracks(tracks);
    await writer.commitVideo(makeVideo(video_id, run_id, { source, title: path.basename(source), pack: library.pack }));
    await writer.putIdentities(people);
  });
  return { video_id, people, tracks };
}
