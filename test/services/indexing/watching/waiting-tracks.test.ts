import { describe, expect, it } from 'vitest';
import { WaitingTracks } from '../../../../src/services/indexing/watching/waiting-tracks.js';

const poor = (id: number, seconds = 1, quality = 0.1) => ({
  ...{ id, quality },
  presence: [{ start_s: id, end_s: id + seconds }],
});
const ids = (tracks: readonly { id: number }[]) => tracks.map(({ id }) => id);
const nobody = () => false;

describe('WaitingTracks', () => {
  it('tells once who is somebody, and keeps the others waiting', () => {
    const waiting = new WaitingTracks<ReturnType<typeof poor>>();
    expect(waiting.add([poor(1), poor(2), poor(3)], nobody)).toEqual([]);
    expect(ids(waiting.take(({ id }) => id !== 2))).toEqual([1, 3]);
    expect(ids(waiting.take(() => true))).toEqual([2]);
    expect(waiting.take(() => true)).toEqual([]);
  });

  it('asks again when too many wait, and gives up those that show least', () => {
    const waiting = new WaitingTracks<ReturnType<typeof poor>>();
    const many = Array.from({ length: 24 }, (_, k) => poor(k, k % 2 ? 3 : 1));
    expect(waiting.add(many, () => true)).toEqual([]);
    expect(ids(waiting.add([poor(24)], ({ id }) => id === 4))).toEqual([4]);
    expect(ids(waiting.state())).toEqual(many.map(({ id }) => id).filter((id) => id % 2 === 1));
  });

  it('goes on from those that an earlier pass left', () => {
    const before = new WaitingTracks([poor(1)]);
    const after = new WaitingTracks(before.state());
    expect(ids(after.take(() => true))).toEqual([1]);
    expect(ids(before.state())).toEqual([1]);
  });
});
