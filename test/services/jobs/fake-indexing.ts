/** An indexing service whose videos take as long as a test lets them: the job service is tested without footage. */
import type { RepackingService } from '../../../src/services/repacking/change-pack.js';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import type { IndexedVideo } from '../../../src/services/indexing/describe-video.js';
import type { IndexingService } from '../../../src/services/indexing/index-video.js';
import type { PassedOver } from '../../../src/services/indexing/passed-over.js';
import type { VideoAnswer } from '../../../src/services/answers/video.js';

const coverageOf = (source: string) => ({
  video_id: `video_${source}`,
  source,
  decoded: [{ start_s: 0, end_s: 10 }],
  sample_fps: 5,
  faces_seen: 0,
  faces_kept: 0,
  gated: {},
  ended_early: null,
});

export function videoAnswer(source: string): VideoAnswer {
  return {
    video_id: `video_${source}`,
    title: source,
    source,
    duration_s: 10,
    already_indexed: false,
    identities: [],
    identities_total: 0,
    warnings: [],
    coverage: [coverageOf(source)],
  };
}

export function indexedVideo(source: string): IndexedVideo {
  return {
    video_id: `video_${source}`,
    duration_s: 10,
    already_indexed: false,
    identities_total: 0,
    warnings: [],
    coverage: { v: 1, ...coverageOf(source) },
  };
}

export interface FakeIndexing extends IndexingService {
  /** Sources in the order in which they were begun. */
  begun: string[];
  running: number;
  mostRunning: number;
  /** Times that leftovers were dropped. */
  tidied: number;
}

/** A job's source is an absolute path, or a URL; the test's name for a path is its last part. */
function nameOf(source: string): string {
  return source.includes('://') ? source : path.basename(source);
}

/** `slow*` never ends by itself, `bad*` fails, `folder:a,b` is a folder. @param passedOver of whatever is asked for */
export function fakeIndexing(passedOver: PassedOver[] = [], gone: string[] = []): FakeIndexing {
  const fake: FakeIndexing = {
    begun: [],
    running: 0,
    mostRunning: 0,
    tidied: 0,
    async expandSource(given) {
      const source = nameOf(given);
      return { files: source.startsWith('folder:') ? source.slice('folder:'.length).split(',') : [source], passedOver };
    },
    folderOf: async ({ source }) => ({ files: (await fake.expandSource(source)).files, gone }),
    formerOf: async () => [],
    cutsForParts: async () => [],
    glance: () => Promise.resolve(null),
    async indexVideo({ source: given }, { signal, onProgress } = {}) {
      const source = nameOf(given);
      fake.begun.push(source);
      fake.mostRunning = Math.max(fake.mostRunning, ++fake.running);
      try {
        onProgress?.({ fraction: 0.5, stage: 'decoding', eta_s: 1 });
        if (source.startsWith('bad'))
          throw new RollcallError('not_a_video', `${source} is not a video.`, 'Give a video.');
        await delay(source.startsWith('slow') ? 3_600_000 : 20, undefined, { signal });
        return indexedVideo(source);
      } finally {
        fake.running--;
      }
    },
    indexPhotos: (sources) => Promise.resolve(sources.map((source) => ({ source, ...indexedVideo(source) }))),
    async knownVideos(request) {
      const source = nameOf(request.source);
      if (source.startsWith('missing'))
        throw new RollcallError('not_found', `There is no file ${source}.`, 'Give one.');
      const known = { source, ...indexedVideo(source), already_indexed: true };
      return source.startsWith('known') ? { videos: [known], passedOver } : null;
    },
    checkFit: () => Promise.resolve(),
    async dropLeftovers() {
      fake.tidied++;
    },
    async describeVideo(video_id) {
      return videoAnswer(video_id.slice('video_'.length));
    },
  };
  return fake;
}

/** A change of the pack that has nothing to do. */
export const fakeRepacking: RepackingService = {
  changePack: ({ pack }) => Promise.resolve({ from: pack, to: pack, tracks: 0, how: 'nothing' }),
};
