/** Whether two tracks of one video follow one face, by where in the picture it is at the same moments. */
import { intersect, total } from '../intervals.js';
import type { Box, Interval } from '../types.js';
import { boxAt } from './box-at.js';
import { iou } from '../faces/geometry.js';

/** A track as far as its place goes. */
export interface PlacedTrack {
  presence: readonly Interval[];
  /** In time, pixels of the video. */
  boxes: readonly { time_s: number; box: Box }[];
}

/** Boxes that overlap this much on average, intersection over union, are of one face: two people's hardly touch. */
const SAME_PLACE = 0.4;
/** They must be compared for this share of the shorter track. */
const SHARED = 0.5;

/**
 * For how long two tracks are one face in one place, seconds; 0 when they are not. They are compared at the boxes of
 * the one that was sampled less often, with those of the other between its own.
 */
export function secondsInOnePlace(a: PlacedTrack, b: PlacedTrack): number {
  const shared = intersect(a.presence, b.presence);
  const seconds = total(shared);
  if (seconds <= 0 || seconds < SHARED * Math.min(total(a.presence), total(b.presence))) return 0;
  const within = ({ boxes }: PlacedTrack) =>
    boxes.filter(({ time_s }) => shared.some((i) => time_s >= i.start_s && time_s <= i.end_s));
  const [ofA, ofB] = [within(a), within(b)];
  const [few, other] = ofA.length > 0 && (ofA.length <= ofB.length || ofB.length === 0) ? [ofA, b] : [ofB, a];
  const overlaps = few.map(({ time_s, box }) => {
    const there = boxAt(other.boxes, time_s);
    return there ? iou(box, there) : 0;
  });
  const mean = overlaps.reduce((sum, x) => sum + x, 0) / overlaps.length;
  return mean >= SAME_PLACE ? seconds : 0;
}
