/** WebVTT, read by the specification's own parser and by ffprobe. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { WebVTTParser } from 'webvtt-parser';
import { chaptersOf, stretchesOf, vttOf } from '../../../src/domain/handover/webvtt.js';
import { BEN, cue, film, handover, HOSTILE, NOBODY_YET } from './sample.js';

interface Read {
  startTime: number;
  endTime: number;
  text: string;
}

function read(content: string, kind: 'metadata' | 'subtitles' | 'chapters' = 'subtitles'): Read[] {
  const { cues, errors } = new WebVTTParser().parse(content, kind);
  expect(errors).toEqual([]);
  return cues.map(({ startTime, endTime, text }) => ({ startTime, endTime, text }));
}

it('is a cue for each appearance, by time, on the clock that a player shows', () => {
  const cues = [
    cue(3700.04, 3701.5),
    cue(0.85, 2, { people: BEN, score: 0.2 }),
    cue(-0.5, 1, { people: NOBODY_YET }),
    cue(-2, -1),
  ];
  const { content, entries } = vttOf(handover([film()], cues), film({ start_s: 0.85 }));
  expect(entries).toBe(3);
  expect(read(content)).toEqual([
    { startTime: 0, endTime: 1, text: 'identity_x' },
    { startTime: 0.85, endTime: 2, text: 'Ben (?)' },
    { startTime: 3700.04, endTime: 3701.5, text: 'Ada' },
  ]);
});

it('holds together whatever people and films are called', async () => {
  const people = [{ identity_id: 'identity_h', name: HOSTILE }];
  const named = film({ title: HOSTILE, coverage: HOSTILE });
  const { content } = vttOf(handover([named], [cue(1, 2, { people })]), named);
  const [only] = read(content);
  expect(only?.text).toBe('=cmd|"/c calc"!A1 --&gt; &lt;b&gt;&amp; NOTE x');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-vtt-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'a.vtt');
  await writeFile(file, content);
  const show = ['-v', 'error', '-show_entries', 'packet=pts_time,duration_time', '-of', 'csv=p=0', file];
  const { stdout, stderr } = await promisify(execFile)('ffprobe', show);
  expect([stdout.trim(), stderr]).toEqual([expect.stringMatching(/^1\.000000,1\.000000,?$/), '']);
});

it('makes chapters where somebody comes or goes', () => {
  const cues = [cue(1, 5), cue(3, 8, { people: BEN }), cue(10, 11), cue(11, 12)];
  const { content, entries } = chaptersOf(handover([film()], cues), film());
  expect(entries).toBe(4);
  expect(read(content, 'chapters')).toEqual([
    { startTime: 1, endTime: 3, text: 'Ada' },
    { startTime: 3, endTime: 5, text: 'Ada, Ben' },
    { startTime: 5, endTime: 8, text: 'Ben' },
    { startTime: 10, endTime: 12, text: 'Ada' },
  ]);
});

it('chapters never overlap, and each moment has those who are there', () => {
  const span = fc.tuple(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom('a', 'b', 'c'),
  );
  fc.assert(
    fc.property(fc.array(span, { maxLength: 14 }), (spans) => {
      const cues = spans.map(([at, long, id]) => cue(at, at + long, { people: [{ identity_id: id, name: null }] }));
      const stretches = stretchesOf(cues);
      for (const [i, s] of stretches.entries()) expect(s.start_s).toBeGreaterThanOrEqual(stretches[i - 1]?.end_s ?? 0);
      for (let t = 0.5; t < 50; t++) {
        const there = cues
          .filter((c) => c.start_s < t && c.end_s > t)
          .flatMap((c) => c.people.map((p) => p.identity_id));
        const told = stretches
          .filter((s) => s.start_s < t && s.end_s > t)
          .flatMap((s) => s.people.map((p) => p.identity_id));
        expect(told).toEqual([...new Set(there)].sort());
      }
    }),
  );
});
