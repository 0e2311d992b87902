/** Grouping as a library does it, without the library: real scores, tracks given step by step. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { bcubed } from '../../../lab/measures/bcubed.js';
import { joinRule, type GroupedTrack, type JoinRule } from '../../../src/services/grouping/group-tracks.js';
import { regroup, type Regrouping } from '../../../src/services/people/regroup.js';
import type { IdentityRow } from '../../../src/store/rows.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import type { FacePipeline } from '../../../src/vision/pipeline.js';
import type { SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';

/** Two tracks of a video that share more than this are two people, seconds: 1.5 steps at 5 pictures a second. */
export const OVERLAP_S = 0.3;

/**
 * The pipeline of the default pack for the tests of a file. It is given no weights: comparing vectors needs no network,
 * and none is loaded.
 */
export function comparing(): { pipeline(): FacePipeline; rule(): JoinRule } {
  let folder: string, pipeline: FacePipeline;
  beforeAll(async () => {
    const { modelsDir, pack } = loadSettings();
    folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-packs-'));
    await symlink(path.join(modelsDir, 'packs'), path.join(folder, 'packs'), 'junction');
    pipeline = await openPrepared({ modelsDir: folder, packId: pack, threads: 2 });
  });
  afterAll(async () => {
    await pipeline.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { pipeline: () => pipeline, rule: () => joinRule(pipeline.pack.calibration, OVERLAP_S) };
}

/** Tracks and identities, kept in memory. */
export class GroupedLibrary {
  readonly tracks: GroupedTrack[] = [];
  readonly rows = new Map<string, IdentityRow>();

  constructor(private readonly using: ReturnType<typeof comparing>) {}

  /** One step: what a video brings. Fails when a track comes out of it with no identity or with two. */
  async add(fresh: readonly GroupedTrack[]): Promise<Regrouping> {
    const step = await regroup({
      old: this.tracks,
      fresh,
      held: [...this.rows.values()],
      rule: this.using.rule(),
      compare: this.using.pipeline(),
      now: '2026-01-01T00:00:00Z',
    });
    for (const row of step.rows) this.rows.set(row.identity_id, row);
    this.tracks.push(...fresh);
    expect(
      this.live()
        .flatMap((row) => row.track_ids)
        .sort(),
    ).toEqual(this.tracks.map((t) => t.track_id).sort());
    return step;
  }

  live(): IdentityRow[] {
    return [...this.rows.values()].filter((row) => row.merged_into === null);
  }

  /** Identity of each track. */
  who(tracks: readonly GroupedTrack[]): string[] {
    const owner = new Map(this.live().flatMap((row) => row.track_ids.map((t) => [t, row.identity_id] as const)));
    return tracks.map((t) => owner.get(t.track_id) ?? expect.unreachable('a track without identity'));
  }

  /** BCubed F of all tracks given. */
  agreement(tracks: readonly SyntheticTrack[]): number {
    return bcubed(
      this.who(tracks),
      tracks.map((t) => t.person),
    ).f;
  }
}

/** Tracks by video, in order of appearance. */
export function byVideo<T extends GroupedTrack>(tracks: readonly T[]): T[][] {
  const videos = new Map<string, T[]>();
  for (const t of tracks) videos.set(t.video_id, [...(videos.get(t.video_id) ?? []), t]);
  return [...videos.values()];
}
