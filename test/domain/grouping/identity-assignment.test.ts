// Ids last: which cluster goes on under which.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignIdentities, type Claims } from '../../../src/domain/grouping/identity-assignment.js';

describe('assignIdentities', () => {
  let n = 0;
  const fresh = () => `new_${n++}`;
  it('keeps ids where tracks stay, redirects the merged, marks the split', () => {
    const held = [
      { identity_id: 'a', track_ids: ['1', '2', '3'] },
      { identity_id: 'b', track_ids: ['4'] },
      { identity_id: 'c', track_ids: ['5', '6', '7'] },
    ];
    const { clusters, redirects } = assignIdentities(held, [['1', '2', '3', '4'], ['5', '6'], ['7'], ['8']], fresh);
    expect(clusters.slice(0, 2).map((c) => c.identity_id)).toEqual(['a', 'c']);
    expect(clusters[2]).toMatchObject({ split_from: 'c', track_ids: ['7'] });
    expect(clusters[3]).toMatchObject({ split_from: null });
    expect(redirects).toEqual([{ identity_id: 'b', merged_into: 'a' }]);
  });
  it('goes by most tracks in common, not by the order of clusters', () => {
    const held = [{ identity_id: 'a', track_ids: ['1', '2', '3'] }];
    const { clusters } = assignIdentities(held, [['1'], ['2', '3']], () => 'new');
    expect(clusters.map((c) => [c.identity_id, c.split_from])).toEqual([
      ['new', 'a'],
      ['a', null],
    ]);
  });
  it('gives a tie to the id that comes first, and to the first cluster', () => {
    const held = [
      { identity_id: 'b', track_ids: ['1'] },
      { identity_id: 'a', track_ids: ['2'] },
      { identity_id: 'c', track_ids: ['3', '4'] },
    ];
    const { clusters, redirects } = assignIdentities(held, [['1', '2'], ['3'], ['4']], () => 'new');
    expect(clusters.map((c) => c.identity_id)).toEqual(['a', 'c', 'new']);
    expect(redirects).toEqual([{ identity_id: 'b', merged_into: 'a' }]);
  });
  it('lets an identity that lost its best cluster to another go on under the next', () => {
    const held = [
      { identity_id: 'a', track_ids: ['1', '2', '3'] },
      { identity_id: 'b', track_ids: ['4', '5', '6'] },
    ];
    // b has two tracks with a's three, and one elsewhere.
    const { clusters, redirects } = assignIdentities(held, [['1', '2', '3', '4', '5'], ['6']], () => 'new');
    expect(clusters.map((c) => [c.identity_id, c.split_from])).toEqual([
      ['a', null],
      ['b', null],
    ]);
    expect(redirects).toEqual([]);
  });
  it('redirects to where most of the tracks went, also to a new identity, and not at all where none did', () => {
    const held = [
      { identity_id: 'a', track_ids: ['1', '2', '3', '4', '5'] },
      { identity_id: 'b', track_ids: ['6'] },
      { identity_id: 'c', track_ids: ['7', '8', '9'] },
      { identity_id: 'gone', track_ids: ['0'] },
    ];
    const { redirects } = assignIdentities(
      held,
      [
        ['1', '2', '3', '4', '5', '8', '9'],
        ['6', '7', 'x'],
      ],
      () => 'new',
    );
    expect(redirects).toEqual([{ identity_id: 'c', merged_into: 'a' }]);
  });

  describe('under what edits say', () => {
    /** Claims as [track, identity, how strongly], and tracks barred from identities. */
    const claims = (claimed: [string, string, number][], barred: [string, string][] = []): Claims => ({
      claim: (t, id) => claimed.find(([track, of]) => track === t && of === id)?.[2] ?? 0,
      barred: (t, id) => barred.some(([track, of]) => track === t && of === id),
    });
    const held = [
      { identity_id: 'a', track_ids: ['1', '2', '3'] },
      { identity_id: 'b', track_ids: ['4', '5'] },
    ];
    const made = (clusters: string[][], of: Claims) => assignIdentities(held, clusters, () => 'new', of);
    const ids = (clusters: string[][], of: Claims) => made(clusters, of).clusters.map((c) => c.identity_id);

    it('a claim goes before what is in common', () => {
      expect(ids([['1', '2'], ['3']], claims([]))).toEqual(['a', 'new']);
      expect(ids([['1', '2'], ['3']], claims([['3', 'a', 1]]))).toEqual(['new', 'a']);
      expect(ids([['1', '2', '4'], ['5']], claims([['4', 'b', 1]]))).toEqual(['b', 'new']);
    });
    it('claims add up', () => {
      const each: [string, string, number][] = [
        ['1', 'a', 2],
        ['2', 'a', 2],
        ['3', 'a', 3],
      ];
      expect(ids([['3'], ['1', '2']], claims(each))).toEqual(['new', 'a']);
      expect(ids([['3'], ['1'], ['2']], claims(each))).toEqual(['a', 'new', 'new']);
    });
    it('a cluster with a track that is barred from an identity is never that one', () => {
      const none = made([['1', '2', '3']], claims([], [['2', 'a']]));
      expect(none.clusters).toEqual([{ identity_id: 'new', track_ids: ['1', '2', '3'], split_from: 'a' }]);
      expect(none.redirects).toEqual([]);
      expect(ids([['1', '2'], ['3']], claims([['1', 'a', 5]], [['2', 'a']]))).toEqual(['new', 'a']);
      expect(ids([['1', '2', '4']], claims([], [['1', 'a']]))).toEqual(['b']);
      // Barred from somebody else means nothing here.
      expect(ids([['1', '2', '3']], claims([], [['2', 'b']]))).toEqual(['a']);
    });
    it('an identity redirects to nobody it is barred from', () => {
      const { redirects } = made([['4', '5', '1', '2'], ['3']], claims([['4', 'b', 9]], [['1', 'a']]));
      expect(redirects).toEqual([]);
      expect(made([['1', '2', '3', '4', '5']], claims([], [['4', 'b']])).redirects).toEqual([]);
      expect(made([['1', '2', '3', '4', '5']], claims([])).redirects).toEqual([{ identity_id: 'b', merged_into: 'a' }]);
    });
  });

  const partition = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), { maxLength: 14 })
    .map((tracks) => {
      const by = (of: 0 | 1) => {
        const groups = new Map<number, string[]>();
        tracks.forEach((track, t) => groups.set(track[of], [...(groups.get(track[of]) ?? []), `t${t}`]));
        return groups;
      };
      return {
        held: [...by(0)].filter(([id]) => id > 0).map(([id, track_ids]) => ({ identity_id: `i${id}`, track_ids })),
        clusters: [...by(1).values()],
      };
    });
  it('names every cluster once, takes nothing from it, and leaves no old id without a word', () => {
    fc.assert(
      fc.property(partition, ({ held, clusters }) => {
        let made = 0;
        const result = assignIdentities(held, clusters, () => `new${made++}`);
        const ids = result.clusters.map((c) => c.identity_id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(result.clusters.map((c) => c.track_ids)).toEqual(clusters);
        // Every id that was held is still one, or leads to one; its tracks are all in clusters here.
        for (const { identity_id } of held) {
          const redirect = result.redirects.find((r) => r.identity_id === identity_id);
          if (ids.includes(identity_id)) expect(redirect).toBeUndefined();
          else expect(ids).toContain(redirect?.merged_into);
        }
        // A kept id has tracks in its cluster, and a new one only where nothing was left to keep.
        for (const { identity_id, track_ids, split_from } of result.clusters) {
          const old = held.filter((h) => h.track_ids.some((t) => track_ids.includes(t))).map((h) => h.identity_id);
          if (identity_id.startsWith('new')) {
            expect(old.every((id) => ids.includes(id))).toBe(true);
            expect(split_from === null ? old.length === 0 : old.includes(split_from)).toBe(true);
          } else {
            expect(old).toContain(identity_id);
            expect(split_from).toBeNull();
          }
        }
      }),
    );
  });
});
