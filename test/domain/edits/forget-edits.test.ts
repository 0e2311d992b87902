import { describe, expect, it } from 'vitest';
import type { EditBody, KeptEdit } from '../../../src/domain/edits/edit-log.js';
import { earlierTracks, type Forgotten, forgetInEdits } from '../../../src/domain/edits/forget-edits.js';
import { FORGOTTEN, mentionsName, withoutNames } from '../../../src/domain/edits/mentioned-names.js';

const gone: Forgotten = {
  identity_ids: new Set(['identity_a', 'identity_old']),
  track_ids: new Set(['track_a1', 'track_a2']),
  reference_ids: new Set(['reference_a']),
  names: ['Ada'],
};

function log(...bodies: EditBody[]) {
  return bodies.map((body, i) => ({ edit_id: `edit_${i}`, seq: i + 1, created_at: '2026-01-01T00:00:00Z', body }));
}

const edit = (one: KeptEdit, before: [string, ...string[]][] = [], why: string | null = null): EditBody => ({
  kind: 'edit',
  v: 1,
  edit: one,
  by: 'test',
  why,
  before: before.map(([identity_id, ...track_ids]) => ({ identity_id, name: null, track_ids })),
});

/** What is left of one entry: null when it goes, 'same' when nothing changes. */
function left(body: EditBody): unknown {
  const { changed, removed } = forgetInEdits(log(body), gone);
  if (removed.length > 0) return null;
  const [one] = changed;
  if (!one) return 'same';
  return one.body.kind === 'edit' ? one.body.edit : one.body;
}

describe('an entry', () => {
  it.each<[string, EditBody, unknown]>([
    ['a name', edit({ action: 'name', identity_id: 'identity_a', name: 'Ada' }), null],
    ['another name', edit({ action: 'name', identity_id: 'identity_b', name: 'Bob' }), 'same'],
    ['an ignored one', edit({ action: 'ignore', identity_id: 'identity_a', ignore: true }), null],
    ['a merge into them', edit({ action: 'merge', into: 'identity_a', identity_ids: ['identity_b'] }), null],
    [
      'a merge of three',
      edit({ action: 'merge', into: 'identity_b', identity_ids: ['identity_a', 'identity_c'] }),
      { action: 'merge', into: 'identity_b', identity_ids: ['identity_c'] },
    ],
    ['a merge of them alone', edit({ action: 'merge', into: 'identity_b', identity_ids: ['identity_a'] }), null],
    [
      'who was split off them',
      edit({ action: 'split', identity_id: 'identity_a', new_id: 'identity_b', track_ids: ['track_b', 'track_a1'] }),
      { action: 'assign', identity_id: 'identity_b', track_ids: ['track_b'] },
    ],
    [
      'they, split off somebody',
      edit({ action: 'split', identity_id: 'identity_b', new_id: 'identity_a', track_ids: ['track_x'] }),
      null,
    ],
    [
      'a split between others',
      edit({ action: 'split', identity_id: 'identity_b', new_id: 'identity_c', track_ids: ['track_x', 'track_a1'] }),
      { action: 'split', identity_id: 'identity_b', new_id: 'identity_c', track_ids: ['track_x'] },
    ],
    ['assigned to them', edit({ action: 'assign', identity_id: 'identity_a', track_ids: ['track_b'] }), null],
    [
      'their tracks, rejected',
      edit({ action: 'reject', identity_id: 'identity_b', track_ids: ['track_a1', 'track_b'] }),
      { action: 'reject', identity_id: 'identity_b', track_ids: ['track_b'] },
    ],
    [
      'nothing but their tracks',
      edit({ action: 'reject', identity_id: 'identity_b', track_ids: ['track_a1', 'track_a2'] }),
      null,
    ],
    [
      'their photos',
      edit({ action: 'enrol', identity_id: 'identity_a', name: 'Ada', reference_ids: ['reference_a'] }),
      null,
    ],
    [
      'an old photo of another',
      edit({ action: 'enrol', identity_id: 'identity_b', name: 'Bob', reference_ids: ['reference_a', 'reference_b'] }),
      { action: 'enrol', identity_id: 'identity_b', name: 'Bob', reference_ids: ['reference_b'] },
    ],
    [
      'the only photo of another',
      edit({ action: 'enrol', identity_id: 'identity_b', name: 'Bob', reference_ids: ['reference_a'] }),
      { action: 'name', identity_id: 'identity_b', name: 'Bob' },
    ],
    [
      'tracks that went on',
      {
        kind: 'tracks_moved',
        v: 1,
        tracks: { track_b: ['track_c', 'track_a1'], track_a2: ['track_d'], track_e: ['track_a1'] },
      },
      { kind: 'tracks_moved', v: 1, tracks: { track_b: ['track_c'] } },
    ],
    ['only theirs', { kind: 'tracks_moved', v: 1, tracks: { track_b: ['track_a1'] } }, null],
    [
      'recognised',
      {
        kind: 'recognised',
        v: 1,
        edit_id: 'edit_9',
        from: [
          { identity_id: 'identity_a', track_ids: ['track_b'] },
          { identity_id: 'identity_b', track_ids: ['track_b', 'track_a1'] },
        ],
      },
      { kind: 'recognised', v: 1, edit_id: 'edit_9', from: [{ identity_id: 'identity_b', track_ids: ['track_b'] }] },
    ],
  ])('%s', (_, body, expected) => {
    expect(left(body)).toEqual(expected);
  });

  it('loses its reasons where it speaks of them, and their names anywhere', () => {
    const other: KeptEdit = { action: 'name', identity_id: 'identity_b', name: 'Bob' };
    const { changed, removed } = forgetInEdits(
      log(
        edit(other, [['identity_b', 'track_b', 'track_a1']], 'husband of ada, not of Adam'),
        edit(other, [['identity_b'], ['identity_a', 'track_b']], 'the one beside the bride'),
        edit(other, [['identity_b']], 'nobody else'),
      ),
      gone,
    );
    expect(removed).toEqual([]);
    expect(changed.map(({ edit_id, body }) => [edit_id, body])).toEqual([
      ['edit_0', edit(other, [['identity_b', 'track_b']], `husband of ${FORGOTTEN}, not of Adam`)],
      ['edit_1', edit(other, [['identity_b']])],
    ]);
  });

  it('that took back what is gone goes, or forgets it', () => {
    const about = edit({ action: 'name', identity_id: 'identity_a', name: 'Ada' });
    const other = edit({ action: 'name', identity_id: 'identity_b', name: 'Bob' });
    const { changed, removed } = forgetInEdits(
      log(
        about,
        other,
        edit({ action: 'undo', edit_ids: ['edit_0', 'edit_1'] }),
        edit({ action: 'undo', edit_ids: ['edit_0'] }),
        { kind: 'recognised', v: 1, edit_id: 'edit_0', from: [{ identity_id: 'identity_b', track_ids: ['track_b'] }] },
      ),
      gone,
    );
    expect(removed).toEqual(['edit_0', 'edit_3', 'edit_4']);
    expect(changed.map((e) => e.body)).toEqual([edit({ action: 'undo', edit_ids: ['edit_1'] })]);
  });
});

it('follows tracks back through runs, where all that became of them is gone', () => {
  const moves = log(
    { kind: 'tracks_moved', v: 1, tracks: { track_0: ['track_1'], track_x: ['track_1', 'track_y'] } },
    { kind: 'tracks_moved', v: 1, tracks: { track_1: ['track_a1'] } },
  );
  expect([...earlierTracks(moves, ['track_a1'])].sort()).toEqual(['track_0', 'track_1', 'track_a1']);
});

describe('a name in a text', () => {
  it.each([
    ['Ada', ['ada'], FORGOTTEN],
    ['ADA and Ada Lovelace', ['Ada', 'Ada Lovelace'], `${FORGOTTEN} and ${FORGOTTEN}`],
    ['Adam, calibration', ['Ada', 'Al'], 'Adam, calibration'],
    ['(C.J.) here', ['C.J.'], `(${FORGOTTEN}) here`],
    ['Zoë’s', ['Zoë'], `${FORGOTTEN}’s`],
    ['nobody', [], 'nobody'],
    ['nobody', [' '], 'nobody'],
  ])('%s without %j', (text, names, expected) => {
    expect(withoutNames(text, names)).toBe(expected);
    expect(mentionsName(text, names)).toBe(text !== expected);
  });
});
