/** A real library of made-up people: 5,000 of them in 1,000 videos, with names and titles as people give them. */
import { loadSettings } from '../../../src/config/settings.js';
import { newId } from '../../../src/domain/ids.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { packFingerprint } from '../../../src/vision/packs/fingerprint.js';
import { loadPack, packDimensions } from '../../../src/vision/packs/pack.js';
import { openLibrary } from '../../../src/store/library.js';
import type { IdentityRow, TrackRow, VideoRow } from '../../../src/store/rows.js';
import { makeIdentity, makeTrack, makeVideo } from '../../store/rows.js';

export const PEOPLE = 5_000;
export const VIDEOS = 1_000;
/** Appearances in all: few people have many of them, most have two or three. */
const TRACKS = 15_000;
const MINUTES = 10;

const NAMES = [
  'Ada Lovelace',
  'Jürgen Groß-Müller',
  'Мария Иванова',
  '山田 太郎',
  'Nguyễn Thị Minh Khai',
  'Bob',
  'אברהם',
];
const TITLES = [
  'Hochzeit Müller Kamera 2.mp4',
  'IMG_4711.MOV',
  'Interview with the board, final cut v3.mp4',
  '家族旅行.mp4',
];

/** What was made. */
export interface LargeLibrary {
  identities: IdentityRow[];
  videos: VideoRow[];
}

/** Fills a new library at `home` for the pack of the settings. Vectors are random: nobody is like anybody. */
export async function makeLargeLibrary(home: string, seed = 1): Promise<LargeLibrary> {
  const settings = loadSettings();
  const loaded = await loadPack(settings.modelsDir, settings.pack);
  const { vectors } = packFingerprint(loaded),
    pack = loaded.id,
    dimensions = packDimensions(loaded);
  const random = seededRandom(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const videos = Array.from({ length: VIDEOS }, (_, i): VideoRow => {
    const video_id = newId('video'),
      source = `/films/${2000 + (i % 25)}/${i} ${pick(TITLES)}`;
    const row = makeVideo(video_id, newId('run'), {
      source,
      title: source.slice(source.lastIndexOf('/') + 1),
      duration_s: MINUTES * 60,
      start_s: 0,
      pack,
      indexed_at: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(),
    });
    const decoded = [{ start_s: 0, end_s: i % 10 === 0 ? MINUTES * 30 : MINUTES * 60 }];
    return { ...row, coverage: { ...row.coverage, video_id, source, decoded, ended_early: i % 50 ? null : 'broken' } };
  });
  const identities = Array.from({ length: PEOPLE }, (_, i) =>
    makeIdentity({ track_ids: [], name: i % 3 === 0 ? `${pick(NAMES)} ${i}` : null }),
  );
  const run_id = newId('run');
  const vector = (): Float32Array => {
    const v = Float32Array.from({ length: dimensions }, () => random() - 0.5);
    const length = Math.hypot(...v);
    return v.map((x) => x / length);
  };
  const tracks = Array.from({ length: TRACKS }, (_, k): TrackRow => {
    const person = k < PEOPLE ? k : Math.floor(PEOPLE * random() ** 4);
    const start_s = random() * (MINUTES * 60 - 70),
      end_s = start_s + 0.4 + random() * 60;
    const row = makeTrack(pick(videos).video_id, run_id, {
      start_s,
      end_s,
      presence: [{ start_s, end_s }],
      vector: vector(),
      pack,
      crops: [],
      thumbnail: null,
    });
    identities[person]?.track_ids.push(row.track_id);
    return row;
  });
  const library = await openLibrary({ home, dimensions, pack, vectors });
  try {
    await library.stageTracks(tracks);
    await library.write(async (writer) => {
      await writer.commitVideos(videos.map((video) => ({ ...video, run_id })));
      await writer.putIdentities(identities);
    });
  } finally {
    await library.close();
  }
  return { identities, videos };
}
