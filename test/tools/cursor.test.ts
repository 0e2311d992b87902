import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../src/tools/answers/cursor.js';
import { pageOf } from '../../src/tools/answers/paging.js';

const args = { video_ids: ['video_b', 'video_a'], name: 'Ada', sort: undefined };

describe('cursors', () => {
  it('come back to where they were', () => {
    expect(
      decodeCursor(encodeCursor('find_person', 50, args), 'find_person', {
        name: 'Ada',
        video_ids: ['video_b', 'video_a'],
      }),
    ).toBe(50);
    expect(decodeCursor(undefined, 'find_person', args)).toBe(0);
  });

  it.each([
    ['rubbish', 'not a cursor'],
    ['JSON of another shape', Buffer.from('{"o":5}').toString('base64url')],
    ['a negative offset', Buffer.from('{"k":"find_person","o":-5,"h":"x"}').toString('base64url')],
    ['one of another tool', encodeCursor('list_identities', 50, args)],
    ['one of other arguments', encodeCursor('find_person', 50, { ...args, name: 'Bob' })],
    ['one of other videos', encodeCursor('find_person', 50, { ...args, video_ids: ['video_a'] })],
  ])('refuse %s', (_, cursor) => {
    expect(() => decodeCursor(cursor, 'find_person', args)).toThrow(expect.objectContaining({ code: 'bad_cursor' }));
  });
});

describe('pages', () => {
  const all = Array.from({ length: 25 }, (_, i) => ({ i, text: 'x'.repeat(90) }));
  const collect = (limit: number, budget?: number) => {
    const pages: number[][] = [];
    let cursor: string | undefined;
    do {
      const page = pageOf(all, { kind: 'k', args, limit, cursor }, budget);
      pages.push(page.items.map((x) => x.i));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return pages;
  };

  it('show everything once, in order', () => {
    expect(collect(10).map((p) => p.length)).toEqual([10, 10, 5]);
    expect(collect(10).flat()).toEqual(all.map((x) => x.i));
    expect(collect(25)).toHaveLength(1);
  });

  it('are cut shorter by the budget, but never empty', () => {
    expect(collect(10, 270).map((p) => p.length)).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 1]);
    expect(collect(10, 1).flat()).toEqual(all.map((x) => x.i));
  });
});
