// Measures of clusterings, against values worked out by hand.
import { describe, expect, it } from 'vitest';
import { bcubed, pairwise } from '../../../lab/measures/bcubed.js';

describe('cluster measures', () => {
  it('is perfect for the same partition under other names', () => {
    expect(bcubed(['x', 'x', 'y'], ['a', 'a', 'b'])).toEqual({ precision: 1, recall: 1, f: 1 });
  });
  it('worked out by hand for one wrong merge and one split', () => {
    const clusters = ['x', 'x', 'x', 'y'],
      people = ['a', 'a', 'b', 'b'];
    expect(bcubed(clusters, people)).toMatchObject({
      precision: expect.closeTo((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, 9),
      recall: expect.closeTo((1 + 1 + 0.5 + 0.5) / 4, 9),
    });
    expect(pairwise(clusters, people)).toMatchObject({ precision: expect.closeTo(1 / 3, 9), recall: 0.5, wrong: 2 });
  });
});
