import { describe, expect, it } from 'vitest';
import { boxAt } from '../../../src/domain/tracks/box-at.js';
import { keyBoxes } from '../../../src/domain/tracks/key-boxes.js';

const track = (samples: number, place: (k: number) => number) =>
  Array.from({ length: samples }, (_, k) => ({ time_s: k / 5, box: { x: place(k), y: 50, w: 40, h: 40 } }));

describe('keyBoxes', () => {
  it('keeps all of a short track', () => {
    const short = track(64, (k) => 7 * k);
    expect(keyBoxes(short)).toEqual(short);
  });

  it('keeps few of a long track that stands still or goes straight on', () => {
    expect(keyBoxes(track(6400, () => 10))).toHaveLength(65);
    expect(keyBoxes(track(6400, (k) => k / 10))).toHaveLength(65);
  });

  it('finds a face again that starts, turns and leaps between evenly spread moments', () => {
    const uneven = track(640, (k) => 100 + (k > 333 ? 90 : 0) + 30 * Math.sin(k / 6));
    const kept = keyBoxes(uneven);
    expect(kept.length).toBeLessThanOrEqual(65 + 256);
    const off = uneven.map(({ time_s, box }) => Math.abs((boxAt(kept, time_s)?.x ?? Infinity) - box.x));
    expect(Math.max(...off)).toBeLessThanOrEqual(0.08 * 40);
  });

  it('keeps no more than there is room for, also of a face that is never at rest', () => {
    const restless = track(4001, (k) => (k % 2) * 100);
    expect(keyBoxes(restless)).toHaveLength(Math.ceil(4001 / 63) + 1 + 256);
  });

  it('keeps the last place, which a face does not leave before its end', () => {
    expect(keyBoxes(track(130, (k) => (k === 129 ? 400 : 0))).at(-1)?.box.x).toBe(400);
  });
});
