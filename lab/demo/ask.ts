/** Asks the server everything the demo shows and checks. */
import { z } from 'zod';
import { pairSchema } from '../../src/services/answers/co-occurrence.js';
import { coverageSchema } from '../../src/services/answers/coverage.js';
import { decisionSchema } from '../../src/services/answers/decision.js';
import { personHitSchema } from '../../src/services/answers/find-person.js';
import { identitySchema } from '../../src/services/answers/identity.js';
import type { FoundIdentity } from '../measures/presence.js';
import type { Interval } from '../../src/domain/types.js';
import type { MadeFootage, MadeStill } from '../footage/make-footage.js';
import type { Server } from './server.js';

const indexedSchema = z.object({ video_id: z.string(), duration_s: z.number(), coverage: z.array(coverageSchema) });
const listedSchema = z.object({
  identities: z.array(identitySchema.pick({ identity_id: true, seconds_on_screen: true, best_face: true })),
});
const foundSchema = z.object({
  appearances: z.array(z.object({ video_id: z.string(), start_s: z.number(), end_s: z.number() })),
});
const searchSchema = z.object({
  decision: decisionSchema,
  score: z.number().nullable(),
  threshold: z.number().nullable(),
  identity_id: z.string().nullable(),
  people: z.array(personHitSchema),
});
const togetherSchema = z.object({
  pairs: z.array(pairSchema.pick({ a: true, b: true, times: true }).extend({ seconds: z.number() })),
});

export interface IndexedVideo {
  name: string;
  video_id: string;
  duration_s: number;
  sample_fps: number;
  wall_s: number;
}
export interface SeenIdentity extends FoundIdentity {
  seconds: number;
  best: { video: string; time_s: number } | null;
}
export interface SearchedStill {
  still: MadeStill;
  decision: z.infer<typeof decisionSchema>;
  /** Who it is; when ambiguous, the nearest; null for no match. */
  identity: string | null;
  score: number;
  threshold: number;
  /** Why it is ambiguous or weak, in the server's words. */
  reasons: string[];
}
export interface SeenPair {
  a: string;
  b: string;
  seconds: number;
  times: number;
}

/** What the server says of a set of footage. Appearances are by video file name. */
export interface Findings {
  videos: IndexedVideo[];
  identities: SeenIdentity[];
  searches: SearchedStill[];
  pairs: SeenPair[];
}

/** Indexes the videos and asks for everyone, by every still, and for everyone together. */
export async function askEverything(
  server: Server,
  footage: Pick<MadeFootage, 'videos' | 'stills'>,
  onStep: (what: string) => void,
): Promise<Findings> {
  const videos: IndexedVideo[] = [];
  for (const { name, file } of footage.videos) {
    const began = performance.now();
    const { video_id, duration_s, coverage } = await server.index(file, indexedSchema);
    const wall_s = (performance.now() - began) / 1000;
    videos.push({ name, video_id, duration_s, sample_fps: coverage[0]?.sample_fps ?? 0, wall_s });
    onStep(`${name}: ${duration_s.toFixed(1)} s of video in ${wall_s.toFixed(1)} s`);
  }
  const nameOf = new Map(videos.map((v) => [v.video_id, v.name]));
  const identities: SeenIdentity[] = [];
  for (const { identity_id, seconds_on_screen, best_face } of (
    await server.pages('list_identities', { limit: 50 }, listedSchema)
  ).flatMap((page) => page.identities)) {
    const appearances = new Map<string, Interval[]>();
    for (const { video_id, start_s, end_s } of (
      await server.pages('find_person', { identity_id, limit: 200 }, foundSchema)
    ).flatMap((page) => page.appearances)) {
      const video = nameOf.get(video_id) ?? video_id;
      appearances.set(video, [...(appearances.get(video) ?? []), { start_s, end_s }]);
    }
    const best = best_face
      ? { video: nameOf.get(best_face.video_id) ?? best_face.video_id, time_s: best_face.time_s }
      : null;
    identities.push({ id: identity_id, seconds: seconds_on_screen, appearances, best });
  }
  const searches: SearchedStill[] = [];
  for (const still of footage.stills) {
    const { decision, identity_id, score, threshold, people } = await server.call(
      'find_person',
      { image: still.file },
      searchSchema,
    );
    // A neighbour at the edge of the still is a query of her own; the person meant is the largest.
    const meant = people.toSorted((p, q) => (q.box ? q.box.w * q.box.h : 0) - (p.box ? p.box.w * p.box.h : 0))[0];
    const decided = meant?.decision?.decision ?? decision;
    searches.push({
      still,
      decision: decided,
      identity:
        decided === 'no_match' ? null : (meant?.identity_id ?? meant?.candidates[0]?.identity_id ?? identity_id),
      score: meant?.decision?.score ?? score ?? 0,
      threshold: meant?.decision?.threshold ?? threshold ?? 0,
      reasons: meant?.decision?.reasons ?? [],
    });
  }
  const pairs = (await server.pages('co_occurrence', { limit: 200, max_intervals: 0 }, togetherSchema)).flatMap(
    (page) => page.pairs,
  );
  return { videos, identities, searches, pairs };
}
