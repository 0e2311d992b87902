/** Which boxes of a track are kept, so that its face is found again between them. */
import { boxAt } from './box-at.js';
import type { Box } from '../types.js';

const KEPT = {
  /** Spread evenly, at most, and the last. */
  even: 64,
  /** Beside those, where the face left the straight line between them: at most. */
  more: 256,
  /** It left it by so much of its size. */
  off: 0.08,
} as const;

interface Placed {
  time_s: number;
  box: Box;
}

/** A stretch between two that are kept, and the one in it that is farthest off. */
interface Stretch {
  from: number;
  to: number;
  worst: number;
  off: number;
}

/**
 * Some of a track's samples, evenly spread, and more where it moved unevenly: the worst first, as lines are simplified
 * by Douglas and Peucker 1973. @param samples in time @returns in time
 */
export function keyBoxes<T extends Placed>(samples: readonly T[]): T[] {
  const every = Math.ceil(samples.length / KEPT.even);
  const last = samples.length - 1;
  const places = samples.flatMap((_, i) => (i % every === 0 || i === last ? [i] : []));
  const kept = new Set(places);
  let stretches = places.flatMap((from, i) => stretchOf(samples, from, places[i + 1] ?? last));
  for (let more = 0; more < KEPT.more && stretches.length > 0; more++) {
    const next = stretches.reduce((a, b) => (b.off > a.off ? b : a));
    kept.add(next.worst);
    stretches = [
      ...stretches.filter((s) => s !== next),
      ...stretchOf(samples, next.from, next.worst),
      ...stretchOf(samples, next.worst, next.to),
    ];
  }
  return samples.filter((_, i) => kept.has(i));
}

/** @returns none where all between two samples lie near enough to the line */
function stretchOf(samples: readonly Placed[], from: number, to: number): Stretch[] {
  const ends = [samples[from], samples[to]].filter((s) => s !== undefined);
  const found: Stretch = { from, to, worst: from, off: KEPT.off };
  for (let i = from + 1; i < to; i++) {
    const sample = samples[i],
      told = sample && boxAt(ends, sample.time_s);
    const off = told ? apart(sample.box, told) : 0;
    if (off > found.off) Object.assign(found, { worst: i, off });
  }
  return found.worst === from ? [] : [found];
}

/** How far two boxes of a face are apart on any side, in sizes of it. */
function apart(a: Box, b: Box): number {
  const sides = [a.x - b.x, a.y - b.y, a.x + a.w - b.x - b.w, a.y + a.h - b.y - b.h];
  return Math.max(...sides.map(Math.abs)) / ((a.w + a.h) / 2);
}
