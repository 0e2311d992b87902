import { describe, expect, it } from 'vitest';
import { THUMBNAIL } from '../../../src/domain/shots/frame-thumbnails.js';
import { RecentFrames, type SmallFrame } from '../../../src/domain/shots/part-changes.js';
import { picture, scene } from '../../support/pictures/thumbnails.js';

const [around, one, other] = [scene(1), scene(2), scene(3)];
/** The part of the picture that changes, in shares and in pixels of a thumbnail. */
const PART = { x: 0.25, y: 0.25, w: 0.25, h: 0.5 };
const isInside = (x: number, y: number) => x >= 12 && x < 24 && y >= 7 && y < 21;
const FPS = 25;

/** Frames whose part shows so much of the other, 0..1, each with some grain; the rest moves. */
function frames(shares: readonly number[], from = 0): SmallFrame[] {
  return shares.map((share, i) => ({
    time_s: (from + i) / FPS,
    picture: picture((x, y, colour) => {
      const grain = ((x * 31 + y * 17 + i * 7) % 5) - 2;
      if (!isInside(x, y)) return around(x + i, y, colour) + grain;
      return (1 - share) * one(x, y, colour) + share * other(x, y, colour) + grain;
    }),
  }));
}

function recent(shares: readonly number[]): RecentFrames {
  const all = new RecentFrames();
  for (const frame of frames(shares)) all.add([frame]);
  return all;
}

describe('changedAt', () => {
  const changed = (shares: readonly number[], from = 0, to = shares.length - 1) =>
    recent(shares).changedAt(PART, from / FPS, to / FPS);

  it.each([1, 2, 3, 4, 5])('is the frame from which on there is another: %i', (k) => {
    const shares = Array.from({ length: 6 }, (_, i) => (i < k ? 0 : 1));
    expect(changed(shares)).toBe(k / FPS);
  });

  it('is the middle of a slow change', () => {
    expect(changed([0, 0, 0.1, 0.3, 0.7, 0.9, 1, 1])).toBe(4 / FPS);
  });

  it('does not mind a frame that is like neither', () => {
    // Something passes before the face it was, or the one it became.
    expect(changed([0, 0.9, 0, 0, 1, 1, 1])).toBe(4 / FPS);
    expect(changed([0, 0, 0, 1, 0.1, 1, 1])).toBe(3 / FPS);
  });

  it('looks only between the two moments, each at what is shown then', () => {
    const shares = [1, 0, 0, 0, 1, 1, 1, 0];
    const all = recent(shares);
    expect(all.changedAt(PART, 1.5 / FPS, 6.5 / FPS)).toBe(4 / FPS);
    // Written a rounding later than the sample that shows it.
    expect(all.changedAt(PART, 1 / FPS, 4 / FPS - 0.0005)).toBe(4 / FPS - 0.0005);
  });

  it('is not known where nothing changed there, or nothing was kept', () => {
    expect(changed([0, 0, 0, 0])).toBeNull();
    expect(recent([0, 0, 1, 1]).changedAt({ ...PART, x: 0.75 }, 0, 0)).toBeNull();
    expect(new RecentFrames().changedAt(PART, 0, 1)).toBeNull();
    const late = new RecentFrames();
    late.add(frames([0, 0, 1, 1], 10));
    expect(late.changedAt(PART, 0, 1)).toBeNull();
    expect(late.changedAt(PART, 10 / FPS, 1)).toBe(12 / FPS);
  });

  it('sees a part that is smaller than a pixel or reaches over the edge', () => {
    const all = recent([0, 0, 1, 1]);
    expect(all.changedAt({ x: 0.3, y: 0.5, w: 1 / THUMBNAIL.width / 4, h: 0.001 }, 0, 3 / FPS)).toBe(2 / FPS);
    expect(all.changedAt({ x: -0.4, y: -0.4, w: 0.8, h: 0.9 }, 0, 3 / FPS)).not.toBeNull();
  });

  it('needs no frame before the one shown at the time up to which they were dropped', () => {
    const all = recent([0, 0, 0, 1, 1]);
    all.dropBefore(1.5 / FPS);
    expect(all.changedAt(PART, 1 / FPS, 4 / FPS)).toBe(3 / FPS);
    expect(all.changedAt(PART, 0.5 / FPS, 4 / FPS)).toBeNull();
  });
});
