/** Where a face is between the moments at which it was seen. */
import type { Box } from '../types.js';

/**
 * Where a face is at a time, from the moments at which it was seen: between two of them on a straight line, before the
 * first and after the last as then. Null without any.
 * @param boxes in time; @param time_s seconds on the same clock
 */
export function boxAt(boxes: readonly { time_s: number; box: Box }[], time_s: number): Box | null {
  const next = boxes.findIndex((b) => b.time_s >= time_s);
  const after = next < 0 ? undefined : boxes[next];
  const before = next < 0 ? boxes.at(-1) : boxes[next - 1];
  if (!before || !after) return (before ?? after)?.box ?? null;
  const share = (time_s - before.time_s) / (after.time_s - before.time_s);
  const between = (a: number, b: number): number => a + (b - a) * share;
  return {
    x: between(before.box.x, after.box.x),
    y: between(before.box.y, after.box.y),
    w: between(before.box.w, after.box.w),
    h: between(before.box.h, after.box.h),
  };
}
