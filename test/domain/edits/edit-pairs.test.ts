import { expect, it } from 'vitest';
import type { KeptEdit, LoggedEdit } from '../../../src/domain/edits/edit-log.js';
import { pairsOfEdits } from '../../../src/domain/edits/edit-pairs.js';

let n = 0;
const entry = (edit: KeptEdit, before: Record<string, string[]>): LoggedEdit => ({
  edit_id: `edit_${++n}`,
  seq: n,
  created_at: '',
  by: '',
  why: null,
  edit,
  before: Object.entries(before).map(([identity_id, track_ids]) => ({ identity_id, name: null, track_ids })),
});

it('makes pairs of merges and assignments, and the other kind of rejections and splits', () => {
  const log = [
    entry(
      { action: 'merge', into: 'a', identity_ids: ['b', 'c'] },
      { a: ['a1', 'a2'], b: ['b1'], c: ['c1', 'c2', 'c3', 'c4'] },
    ),
    entry({ action: 'assign', identity_id: 'd', track_ids: ['e1'] }, { d: ['d1', 'e1'], e: ['e1'] }),
    entry({ action: 'reject', identity_id: 'f', track_ids: ['f2'] }, { f: ['f1', 'f2'] }),
    entry({ action: 'split', identity_id: 'g', track_ids: ['g2', 'g3'], new_id: 'h' }, { g: ['g1', 'g2', 'g3'] }),
    entry({ action: 'name', identity_id: 'a', name: 'A' }, { a: ['a1', 'a2'] }),
    entry({ action: 'assign', identity_id: 'i', track_ids: ['j1'] }, { i: [] }),
  ];
  expect(pairsOfEdits(log).map(({ a, b, same }) => `${a} ${same ? '=' : '≠'} ${b}`)).toEqual([
    'a1 = b1',
    'a2 = b1',
    'a1 = c1',
    'a2 = c2',
    'a1 = c3',
    'd1 = e1',
    'f1 ≠ f2',
    'g1 ≠ g2',
    'g1 ≠ g3',
  ]);
});

it('leaves out what was undone, and what two edits see differently', () => {
  const merge = entry({ action: 'merge', into: 'a', identity_ids: ['b'] }, { a: ['a1'], b: ['b1'] });
  const reject = entry({ action: 'reject', identity_id: 'a', track_ids: ['b1'] }, { a: ['a1', 'b1'] });
  expect(pairsOfEdits([merge, reject])).toEqual([]);
  const undo = entry({ action: 'undo', edit_ids: [merge.edit_id] }, {});
  expect(pairsOfEdits([merge, reject, undo])).toEqual([{ a: 'a1', b: 'b1', same: false }]);
  expect(pairsOfEdits([merge, merge])).toEqual([{ a: 'a1', b: 'b1', same: true }]);
});
