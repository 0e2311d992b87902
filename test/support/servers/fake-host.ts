/**
 * Services with answers that a test chooses, over a real job service: tools and protocol are tested without footage.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pino from 'pino';
import type { PairAnswer } from '../../../src/services/answers/co-occurrence.js';
import type { FindAnswer, FoundAppearance } from '../../../src/services/answers/find-person.js';
import type { IdentityAnswer } from '../../../src/services/answers/identity.js';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import type { Services } from '../../../src/services/create-services.js';
import { sumCoverage } from '../../../src/services/library/coverage-sums.js';
import { type FindRequest, peopleAsked } from '../../../src/services/requests/find-person.js';
import { compared } from '../../../src/services/requests/verify-faces.js';
import { createJobs } from '../../../src/services/jobs/jobs.js';
import type { ToolHost } from '../../../src/tools/definition/define-tool.js';
import { type FakeCalibration, fakeCalibration } from '../../services/calibration/fake-calibration.js';
import { type FakeIndexing, fakeIndexing, fakeRepacking, videoAnswer } from '../../services/jobs/fake-indexing.js';

const coverage = videoAnswer('a').coverage;

function appearance(i: number): FoundAppearance {
  return {
    video_id: 'video_a',
    start_s: i,
    end_s: i + 0.5,
    score: 0.9,
    track_ids: [`track_${i}`],
    identity_id: 'identity_1',
  };
}

function identity(i: number, appearances = 8): IdentityAnswer {
  return {
    identity_id: `identity_${i}`,
    name: null,
    seconds_on_screen: 100 - i,
    video_ids: ['video_a'],
    appearances: Array.from({ length: appearances }, (_, k) => appearance(k)),
    appearances_total: appearances,
    tracks: appearances,
    best_face: null,
    ...{ score: 0.7, decision: 'match', doubtful: 0, compared: appearances },
  };
}

function findAnswer(appearances: FoundAppearance[]): FindAnswer {
  return {
    decision: appearances.length > 0 ? 'match' : 'no_match',
    score: null,
    threshold: null,
    margin: null,
    estimated_far: null,
    identity_id: 'identity_1',
    name: null,
    people: [],
    appearances,
    appearances_total: appearances.length,
    seconds_on_screen: appearances.length / 2,
    titles: new Map([['video_a', 'a.mp4']]),
    coverage,
    films: null,
    hint: null,
  };
}

const pair = (i: number): PairAnswer => ({
  a: 'identity_0',
  b: `identity_${i}`,
  a_name: null,
  b_name: null,
  seconds: 30,
  times: 30,
  intervals: Array.from({ length: 30 }, (_, k) => ({ video_id: 'video_a', start_s: k, end_s: k + 1 })),
  first: { video_id: 'video_a', start_s: 0 },
  last: { video_id: 'video_a', end_s: 30 },
  jaccard: 0.5,
  lift: 2,
});

export interface FakeHost extends ToolHost {
  indexing: FakeIndexing;
  calibration: FakeCalibration;
  adoptJobs(): void;
  endWaits(): Promise<void>;
  /** What search was asked last. */
  asked: FindRequest[];
  close(): Promise<void>;
}

export function fakeHost({ appearances = 0, identities = 0, pairs = 0 } = {}): FakeHost {
  const home = mkdtempSync(path.join(os.tmpdir(), 'rollcall-host-'));
  const logger = pino({ level: 'silent' });
  const indexing = fakeIndexing(),
    calibration = fakeCalibration();
  const jobs = createJobs({
    home,
    services: async () => ({ indexing, calibration, repacking: fakeRepacking }),
    logger,
  });
  const asked: FindRequest[] = [];
  const services: Services = {
    indexing,
    verification: {
      verifyFaces: async (request) => {
        const asked = compared(request);
        if ('with' in asked && 'image_b' in asked.with)
          throw new RollcallError(
            'no_face',
            'There is no face in image_a.',
            'Give a picture in which a face can be seen.',
            { cause: new Error('secret detail') },
          );
        throw new Error('a bug');
      },
    },
    search: {
      findPerson: async (request) => {
        peopleAsked(request);
        asked.push(request);
        return findAnswer(Array.from({ length: appearances }, (_, i) => appearance(i)));
      },
    },
    identities: {
      list: async (_request, _signal, { from, count } = { from: 0, count: identities }) => ({
        identities: Array.from({ length: identities }, (_, i) => identity(i)).slice(from, from + count),
        total: identities,
        titles: new Map([['video_a', 'a.mp4']]),
        coverage: identities > 0 ? coverage : [],
      }),
    },
    together: {
      coOccurrence: async () => ({
        pairs: Array.from({ length: pairs }, (_, i) => pair(i + 1)),
        pairs_total: pairs,
        groups: [],
        groups_total: 0,
        in_doubt: [],
        titles: new Map([['video_a', 'a.mp4']]),
        coverage,
      }),
    },
    evidence: {
      showFaces: async () => {
        throw new RollcallError('unknown_id', 'There is no such track.', 'Ask again.');
      },
    },
    shortIds: {
      isShort: () => false,
      resolve: async () => new Map(),
      labels: async () => new Map(),
      labelsOf: async () => new Map(),
    },
    library: {
      videos: async () => ({ videos: [], total: 0, photos: false }),
      log: async () => [],
      state: async () => {
        throw new RollcallError('not_found', 'There is no library.', 'Index a video.');
      },
      since: async () => ({ mark: null, changed: false }),
    },
    browsing: {
      entries: async () => [],
      firstFilms: async () => new Map(),
      identity: async (of) => ({ identity: { ...identity(1), identity_id: of }, titles: new Map() }),
      video: async (video_id) => ({ ...videoAnswer(video_id), video_id }),
      face: async () => ({ content: new Uint8Array(), about: [] }),
    },
    calibration,
    reports: {
      write: async () => {
        throw new RollcallError('not_found', 'Nothing to report.', 'Index a video.');
      },
    },
    exports: {
      export: async () => {
        throw new RollcallError('not_found', 'Nothing to export.', 'Index a video.');
      },
    },
    operations: { activity: { pictures: 0, faces: 0 }, ready: async () => undefined },
    sumCoverage,
    readAhead: async () => undefined,
    repacking: fakeRepacking,
    forgetting: {
      keepWithin: async () => null,
      forget: async () => {
        throw new RollcallError('unknown_id', 'There is nobody to forget.', 'Index a video.');
      },
    },
    curation: {
      suggestions: async () => ({ suggestions: [], uncompared: null }),
      leastSure: async () => null,
      groupAnew: async () => {
        throw new RollcallError('not_found', 'There is nobody to group.', 'Index a video.');
      },
      edit: async ({ dry_run }) => ({ dry_run, steps: [], hint: 'Nothing.' }),
    },
    close: async () => undefined,
  };
  return {
    services: async () => services,
    jobs: async () => jobs,
    adoptJobs: () => jobs.adopt(),
    endWaits: async () => jobs.endWaits(),
    logger,
    indexing,
    calibration,
    asked,
    async close() {
      await jobs.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
