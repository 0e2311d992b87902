/** A library of made-up people in two real films, as services see it: Ada and Ben in the first, Ada in the second. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import sharp from 'sharp';
import { loadSettings } from '../../../src/config/settings.js';
import { deriveId, newId } from '../../../src/domain/ids.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { createResources, type Resources } from '../../../src/services/resources.js';
import type { Library } from '../../../src/store/api.js';
import { loadPack } from '../../../src/vision/packs/pack.js';
import { openLibrary } from '../../../src/store/library.js';
import type { TrackRow, VideoRow } from '../../../src/store/rows.js';
import { DIMENSIONS, makeIdentity, makeTrack, makeVideo, PACK } from '../../store/rows.js';
import { numbered, type Workspace, X264 } from '../pictures/clips.js';

/** Frames a second of the films, as ffmpeg is told it. */
const RATE = '30000/1001';
const FPS = 30000 / 1001;

export interface FilmedLibrary {
  library: Library;
  resources: Resources;
  /** The films' ids, in the order of the library. */
  films: [string, string];
  people: { ada: string; ben: string; poster: string };
  close(): Promise<void>;
}

export interface Naming {
  ada?: string | null;
  ben?: string | null;
  firstTitle?: string;
}

/** On screen: seconds of the first film, the last of the second. */
const PRESENCE = { ada: [1, 3], ben: [2, 4], adaLater: [5, 5.5], poster: [0, 6], adaThere: [0, 1.5] } as const;

/** Made below the workspace's folder; films are 6 s and 2 s long, the first begins at 10:00:00;00. */
export async function filmedLibrary(files: Workspace, naming: Naming = {}): Promise<FilmedLibrary> {
  const { ada = 'Ada', ben = null, firstTitle = 'first.mov' } = naming;
  const first = await files.make('first.mov', [...numbered(180, RATE, '320x180'), ...X264, '-timecode', '10:00:00;00']);
  const second = await files.make('second.mp4', [...numbered(60, RATE, '320x180'), ...X264]);
  const home = path.join(files.folder, `home ${newId('run')}`);
  const settings = loadSettings({ home, allowDirs: files.folder }, {});
  const library = await openLibrary({ home, dimensions: DIMENSIONS, pack: PACK });
  const face = new Uint8Array(
    await sharp({ create: { width: 112, height: 112, channels: 3, background: '#a52' } })
      .jpeg()
      .toBuffer(),
  );
  const vector = unit(0);
  const track = (video_id: string, [start_s, end_s]: readonly [number, number], fields: Partial<TrackRow>): TrackRow =>
    makeTrack(video_id, deriveId('run', video_id), {
      ...{ start_s, end_s, presence: [{ start_s, end_s }], best_time_s: start_s + 0.2, crops: [face], thumbnail: null },
      boxes: [start_s, end_s].map((time_s) => ({ time_s, box: { x: 100, y: 40, w: 60, h: 80 } })),
      ...fields,
    });
  const films: [string, string] = [newId('video'), newId('video')];
  const [a, b] = films;
  const rows = {
    ada: track(a, PRESENCE.ada, { vector, quality: 0.9 }),
    ben: track(a, PRESENCE.ben, { vector: unit(2), quality: 0.7 }),
    adaLater: track(a, PRESENCE.adaLater, { vector: unit(1), quality: 0.3 }),
    poster: track(a, PRESENCE.poster, {}),
    adaThere: track(b, PRESENCE.adaThere, { vector, quality: 0.6 }),
  };
  for (const [video_id, file, seconds, title] of [
    [a, first, 180 / FPS, firstTitle],
    [b, second, 60 / FPS, 'second.mp4'],
  ] as const) {
    const fields: Partial<VideoRow> = {
      ...{ title, source: file, size_bytes: (await stat(file)).size, start_s: 0, duration_s: seconds },
      ...{ width: 320, height: 180, fps: FPS, shots: [] },
      indexed_at: `2026-01-0${video_id === a ? 1 : 2}T00:00:00Z`,
    };
    const video = makeVideo(video_id, deriveId('run', video_id), fields);
    const decoded = [{ start_s: 0, end_s: video_id === a ? seconds : seconds / 2 }];
    await library.write(async (writer) => {
      await writer.stageTracks(Object.values(rows).filter((t) => t.video_id === video_id));
      await writer.commitVideo({ ...video, coverage: { ...video.coverage, decoded } });
    });
  }
  const people = {
    ada: makeIdentity({ name: ada, track_ids: [rows.ada, rows.adaLater, rows.adaThere].map((t) => t.track_id) }),
    ben: makeIdentity({ name: ben, track_ids: [rows.ben.track_id] }),
    poster: makeIdentity({ track_ids: [rows.poster.track_id] }),
  };
  await library.write(async (writer) => {
    await writer.putIdentities(Object.values(people));
    const { identity_id } = people.poster;
    const edit = { action: 'ignore', identity_id, ignore: true };
    const body = { kind: 'edit', v: 1, edit, by: 'test', why: null, before: [] };
    await writer.appendEdits([{ edit_id: newId('edit'), created_at: new Date().toISOString(), body }]);
  });
  const real = createResources(settings, pino({ level: 'silent' }));
  const { calibration } = await loadPack(settings.modelsDir, settings.pack);
  const resources: Resources = {
    ...real,
    settings,
    library: () => Promise.resolve(library),
    view: createViewReader(() => Promise.resolve(library)),
    calibration: () => Promise.resolve({ ...calibration, calibration_id: null, decides: null }),
  };
  return {
    library,
    resources,
    films,
    people: { ada: people.ada.identity_id, ben: people.ben.identity_id, poster: people.poster.identity_id },
    async close() {
      await library.close();
      await real.close();
    },
  };
}

/** Vectors of different numbers have nothing in common. */
function unit(place: number): Float32Array {
  return Float32Array.from({ length: DIMENSIONS }, (_, i) => Number(i === place));
}
