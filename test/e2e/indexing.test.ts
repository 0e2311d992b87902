/** Indexing as an agent sees it: progress, what is known already, and jobs. */
import { copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jobAnswerSchema, type Session } from './session.js';
import { clip, indexedSchema, listedSchema, still, workplace } from './workplace.js';

const at = workplace();
let server: Session, folder: string;
beforeAll(async () => {
  folder = await at.folder();
  server = await at.stdio(path.join(folder, 'home'));
});

describe('index_video', () => {
  let first: z.infer<typeof indexedSchema>;

  it('tells its progress, rising, and answers who is there and what was looked at', async () => {
    const told: Progress[] = [];
    const answer = await server.call('index_video', { source: clip('lounge.mp4'), wait_s: 25 }, z.unknown(), {
      onprogress: (progress) => told.push(progress),
    });
    // On a slow machine the job is still under way after 25 s.
    first = indexedSchema.safeParse(answer).data ?? (await server.index({ source: clip('lounge.mp4') }, indexedSchema));
    const steps = told.map(({ progress }) => progress);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...steps)).toBeLessThanOrEqual(1);
    expect(told.every(({ total }) => total === 1)).toBe(true);

    expect(first).toMatchObject({
      already_indexed: false,
      source: clip('lounge.mp4'),
      identities_total: 5,
      warnings: [],
    });
    expect(first.duration_s).toBeCloseTo(7.4, 1);
    const [coverage] = first.coverage;
    expect(coverage).toMatchObject({ video_id: first.video_id, ended_early: null });
    expect(coverage?.decoded).toHaveLength(1);
    expect(coverage?.decoded[0]?.start_s).toBeCloseTo(0, 1);
    expect(coverage?.decoded[0]?.end_s).toBeCloseTo(7.4, 1);
    // Two to three faces in each of 37 samples.
    expect(coverage?.faces_kept).toBeGreaterThan(60);
    const gated = Object.values(coverage?.gated ?? {}).reduce((sum, n) => sum + n, 0);
    expect(coverage?.faces_seen).toBe((coverage?.faces_kept ?? 0) + gated);
    const seconds = first.identities.map((i) => i.seconds_on_screen);
    expect(seconds).toEqual([...seconds].sort((a, b) => b - a));
  });

  it('does nothing when the same content comes again, whatever its name', async () => {
    const copy = path.join(folder, 'holiday.mov');
    await copyFile(clip('lounge.mp4'), copy);
    const began = performance.now();
    const again = await server.index({ source: clip('lounge.mp4') }, indexedSchema);
    const renamed = await server.index({ source: copy }, indexedSchema);
    process.stderr.write(`two known videos in ${(performance.now() - began).toFixed(0)} ms\n`);
    expect(again).toEqual({ ...first, already_indexed: true });
    expect(renamed).toEqual({
      ...first,
      already_indexed: true,
      warnings: [expect.stringContaining(clip('lounge.mp4'))],
    });
    expect((await server.call('list_identities', {}, listedSchema)).coverage).toHaveLength(1);
  });

  it('answers at once with a job when asked not to wait; the finished job holds the same answer', async () => {
    const started = await server.call(
      'index_video',
      { source: clip('window.mp4'), wait_s: 0 },
      z.strictObject({ job: jobAnswerSchema.shape.job, hint: z.string() }),
    );
    expect(started.job).toMatchObject({
      state: expect.stringMatching(/^(queued|running)$/),
      source: clip('window.mp4'),
      error: null,
    });
    expect(started.hint).toContain(started.job.job_id);
    const answer = await server.follow(started.job.job_id);
    expect(jobAnswerSchema.parse(answer).job).toMatchObject({ state: 'done' });
    const { job, ...done } = jobAnswerSchema.extend(indexedSchema.shape).parse(answer);
    expect(job).toMatchObject({ job_id: started.job.job_id, progress: 1, error: null });
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(answer))[0]).toBe('video_id');
    expect(done).toMatchObject({ already_indexed: false, identities_total: 4 });
    expect(await server.index({ source: clip('window.mp4') }, indexedSchema)).toEqual({
      ...done,
      already_indexed: true,
    });
  });

  it('takes a folder of videos and photos, and says what became of each', async () => {
    const videosSchema = z.object({
      videos: z.array(z.object({ source: z.string(), video_id: z.string(), already_indexed: z.boolean() })),
      videos_total: z.number(),
    });
    const both = await server.index({ source: path.dirname(clip('lounge.mp4')) }, videosSchema);
    const films = both.videos.filter((v) => v.source.endsWith('.mp4'));
    expect(both.videos_total).toBe(2 + (await readdir(path.dirname(still('green-dress')))).length);
    expect(both.videos.filter((v) => !films.includes(v)).every((v) => !v.already_indexed)).toBe(true);
    expect(films.map((v) => [path.basename(v.source), v.already_indexed])).toEqual([
      ['lounge.mp4', true],
      ['window.mp4', true],
    ]);
    expect(films[0]?.video_id).toBe(first.video_id);
  });
});
