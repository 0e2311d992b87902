/** A curated library of made-up people whose every byte can be looked for. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { loadSettings } from '../../../src/config/settings.js';
import { createForgettingService, type ForgettingService } from '../../../src/services/forgetting/forget.js';
import { finishedJob } from '../../../src/services/jobs/job-kinds.js';
import { createJobs, type Jobs } from '../../../src/services/jobs/jobs.js';
import { filesUnder, temporaryHome } from '../../store/fixtures.js';
import { byVideo, type comparing } from '../../support/libraries/grouping.js';
import { Curated } from '../curation/curated.js';
import { fakeCalibration } from '../calibration/fake-calibration.js';
import { fakeIndexing, fakeRepacking } from '../jobs/fake-indexing.js';

export interface Pictured extends SyntheticTrack {
  crops: Uint8Array[];
  thumbnail: Uint8Array;
}

export interface Forgettable {
  home: string;
  curated: Curated;
  forgetting: ForgettingService;
  jobs: Jobs;
  cast: SyntheticCast;
  tracks: Pictured[];
  of(person: string, video?: string): Pictured[];
  /** Who has the tracks of a person now. */
  id(person: string): Promise<string>;
  /** How many of the byte strings are anywhere in the folder. */
  onDisk(needles: readonly Uint8Array[]): Promise<number>;
  /** A finished job that tells of a video. */
  leaveJob(job_id: string, source: string, video_id: string | null): Promise<void>;
}

/** Ada, Bob and Eve, twice each in two videos; nobody else in the third. */
export async function forgettable(
  using: ReturnType<typeof comparing>,
  plan: Record<string, string[]> = { one: ['ada', 'bob', 'eve'], two: ['ada', 'bob', 'eve'], three: ['bob'] },
): Promise<Forgettable> {
  const home = await temporaryHome();
  const cast = new SyntheticCast(11);
  const picture = () => new Uint8Array(randomBytes(400));
  const tracks = Object.entries(plan).flatMap(([video, people]) =>
    people.flatMap((p) =>
      [1, 2].map(() => ({ ...cast.track(p, video, { quality: 0.9 }), crops: [picture()], thumbnail: picture() })),
    ),
  );
  const curated = await Curated.of(using, byVideo(tracks), home);
  const services = async () => ({
    indexing: fakeIndexing(),
    calibration: fakeCalibration(),
    repacking: fakeRepacking,
  });
  const jobs = createJobs({ home, services, logger: pino({ level: 'silent' }) });
  onTestFinished(() => jobs.close());
  const of = (person: string, video?: string) =>
    tracks.filter((t) => t.person === person && (video === undefined || t.video_id === videoId(tracks, plan, video)));
  return {
    home,
    curated,
    jobs,
    cast,
    tracks,
    of,
    forgetting: createForgettingService({
      library: () => Promise.resolve(curated.library),
      settings: loadSettings({ home }),
    }),
    id: async (person) => (await curated.look()).owner(of(person)[0]?.track_id ?? ''),
    async onDisk(needles) {
      const files = await Promise.all((await filesUnder(home)).map((file) => readFile(file)));
      return needles.filter((n) => files.some((file) => file.includes(Buffer.from(n)))).length;
    },
    async leaveJob(job_id, source, video_id) {
      await mkdir(path.join(home, 'jobs'), { recursive: true });
      const job = finishedJob(job_id, { source }, [
        {
          source,
          video_id,
          duration_s: 1,
          identities_total: 1,
          already_indexed: false,
          warnings: [],
          coverage: null,
          error: null,
        },
      ]);
      await writeFile(path.join(home, 'jobs', `${job_id}.json`), JSON.stringify(job));
    },
  };
}

function videoId(tracks: readonly Pictured[], plan: Record<string, string[]>, video: string): string | undefined {
  const before = Object.entries(plan)
    .slice(0, Object.keys(plan).indexOf(video))
    .reduce((n, [, people]) => n + 2 * people.length, 0);
  return tracks[before]?.video_id;
}

/** Everything of some tracks that must not be on disk: ids, vectors as float32 little-endian, pictures. */
export function bytesOf(tracks: readonly Pictured[]): Uint8Array[] {
  return tracks.flatMap((t) => [
    Buffer.from(t.track_id),
    new Uint8Array(t.vector.slice().buffer),
    ...t.crops,
    t.thumbnail,
  ]);
}
