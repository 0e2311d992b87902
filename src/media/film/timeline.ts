/** Where a video's pictures really lie in time, told from its packets where its header can't be believed. */
import type { Interval } from '../../domain/types.js';

/** A gap this much longer than the usual one, and longer than LONGEST_S, is a damaged time and no pause. */
const TIMES_USUAL = 50,
  LONGEST_S = 60;
/** A second of video in fewer bytes than this is hardly one: the header's length is looked at more closely. */
const LEAST_BYTES = 1000;
/** Streams start before zero by the length of a few pictures at most. */
const EARLIEST_S = -60;

/** Whether what a header says of a video's time is to be checked against its packets. */
export function isDoubtful(said: { duration_s: number; start_s: number; bytes: number }): boolean {
  return !(said.duration_s > 0) || said.bytes / said.duration_s < LEAST_BYTES || said.start_s < EARLIEST_S;
}

/**
 * The stretch of time that most packets lie in, without those that a damaged time has put far away.
 * @param times presentation times of packets, seconds, in any order
 * @returns null for no packets; the last picture lasts as long as is usual
 */
export function mainTimeline(times: readonly number[]): Interval | null {
  const sorted = times.filter(Number.isFinite).sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((time, i) => time - (sorted[i] ?? time));
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const longest = Math.max(LONGEST_S, TIMES_USUAL * usual);
  let best: { from: number; to: number } | null = null;
  for (let from = 0, to = 1; to <= sorted.length; to += 1) {
    const gap = gaps[to - 1];
    if (gap !== undefined && gap <= longest) continue;
    if (!best || to - from > best.to - best.from) best = { from, to };
    from = to;
  }
  if (!best) return null;
  const start_s = sorted[best.from] ?? 0,
    last_s = sorted[best.to - 1] ?? start_s;
  return { start_s, end_s: last_s + usual };
}
