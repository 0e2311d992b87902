/** A large library is grouped well, soon, and without stopping the server meanwhile. */
import process from 'node:process';
import { expect, it } from 'vitest';
import { dot } from '../../../src/domain/vectors.js';
import { comparing, GroupedLibrary } from '../../support/libraries/grouping.js';
import { worstDelay } from '../../support/loop-delay.js';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';

const using = comparing();

it('scores its made-up faces as real ones score', () => {
  const tracks = new SyntheticCast(2).library(60, 1500);
  const { genuine, impostor } = scores(tracks);
  expect(genuine[Math.floor(genuine.length / 2)]).toBeCloseTo(0.68, 1);
  expect(genuine[Math.floor(genuine.length / 20)]).toBeCloseTo(0.45, 1);
  const mean = impostor.reduce((a, b) => a + b, 0) / impostor.length;
  expect(mean).toBeGreaterThan(0);
  expect(mean).toBeLessThan(0.05);
  expect(Math.sqrt(impostor.reduce((s, x) => s + (x - mean) ** 2, 0) / impostor.length)).toBeCloseTo(0.07, 2);
});

it('groups 6,000 tracks of 300 people in a small multiple of what comparing all pairs takes, and lets the event loop turn', async () => {
  const cast = new SyntheticCast(1);
  const tracks = cast.library(300, 6000),
    library = new GroupedLibrary(using);
  const began = performance.now();
  const { worst_ms } = await worstDelay(() => library.add(tracks));
  const seconds = (performance.now() - began) / 1000;
  expect(library.agreement(tracks)).toBeGreaterThanOrEqual(0.97);
  const plain = secondsToCompareAll(tracks);
  process.stderr.write(`6,000 tracks in ${seconds.toFixed(1)} s; their pairs alone ${plain.toFixed(1)} s\n`);
  // By the machine's own slowness: what takes 10 s here takes a minute on another.
  expect(seconds).toBeLessThan(3 * plain);
  expect(worst_ms).toBeLessThan(250);
  // One video more.
  const more = Array.from({ length: 20 }, (_, k) => cast.track(`person-${3 * k}`, 'video-more'));
  const step = await worstDelay(() => library.add(more));
  expect(step.worst_ms).toBeLessThan(250);
  expect(library.agreement([...tracks, ...more])).toBeGreaterThanOrEqual(0.97);
}, 180_000);

it('lets the event loop turn while it groups 2,000 tracks of one person', async () => {
  const cast = new SyntheticCast(4),
    library = new GroupedLibrary(using);
  const tracks = Array.from({ length: 2000 }, (_, k) => cast.track('star', `video-${k % 300}`, { quality: 0.9 }));
  const { worst_ms } = await worstDelay(() => library.add(tracks));
  expect(worst_ms).toBeLessThan(250);
  expect(library.live()).toHaveLength(1);
}, 120_000);

/** What comparing each pair of tracks takes in a plain loop, seconds: told by a hundredth of the pairs. */
function secondsToCompareAll(tracks: readonly SyntheticTrack[]): number {
  const began = performance.now();
  let sum = 0;
  for (let i = 0; i < tracks.length; i += 100)
    for (const b of tracks) sum += dot(tracks[i]?.vector ?? b.vector, b.vector);
  expect(sum).toBeGreaterThan(0);
  return ((performance.now() - began) / 1000) * 50;
}

/** Scores of pairs of one person and of two, rising. */
function scores(tracks: readonly SyntheticTrack[]): { genuine: number[]; impostor: number[] } {
  const genuine: number[] = [],
    impostor: number[] = [];
  tracks.forEach((a, i) => {
    for (const b of tracks.slice(i + 1)) (a.person === b.person ? genuine : impostor).push(dot(a.vector, b.vector));
  });
  return { genuine: genuine.sort((a, b) => a - b), impostor };
}
