// What is read from the log of edits, entry by entry.
import { describe, expect, it } from 'vitest';
import {
  EDIT_ACTIONS,
  identitiesOf,
  type KeptEdit,
  keptEditSchema,
  readEditLog,
  undoneEdits,
} from '../../../src/domain/edits/edit-log.js';
import {
  assign,
  enrol,
  ignore,
  logOf,
  merge,
  name,
  reject,
  split,
  undo,
  was,
} from '../../support/libraries/edit-log.js';

const row = (seq: number, body: unknown) => ({ edit_id: `e${seq}`, seq, created_at: `day ${seq}`, body });
const kept = (edit: KeptEdit, ...before: ReturnType<typeof was>[]) => ({
  kind: 'edit',
  v: 1,
  edit,
  by: 'someone',
  why: 'seen it',
  before,
});
const moved = (tracks: Record<string, string[]>) => ({ kind: 'tracks_moved', v: 1, tracks });

const ONE_OF_EACH = [
  name('a', 'Ada'),
  name('a', null),
  merge('a', 'b', 'c'),
  split('a', 'n', '1'),
  assign('a', '1'),
  reject('a', '1'),
  ignore('a'),
  enrol('a', 'Ada', 'r1', 'r2'),
  undo('e1'),
];

describe('readEditLog', () => {
  it('gives back every kind of edit as it was kept', () => {
    for (const edit of ONE_OF_EACH)
      expect(readEditLog([row(3, kept(edit, was('a', ['1'], 'Ada')))])).toEqual([
        {
          edit_id: 'e3',
          seq: 3,
          created_at: 'day 3',
          edit,
          by: 'someone',
          why: 'seen it',
          before: [{ identity_id: 'a', name: 'Ada', track_ids: ['1'] }],
        },
      ]);
  });
  it('puts the tracks that took the place of others beside them, also twice over', () => {
    const [read, ...more] = readEditLog([
      row(1, kept(assign('a', '1', '9'), was('b', ['1', '2']), was('a', ['9']))),
      row(2, moved({ 1: ['10', '11'], 2: ['12'] })),
      row(3, moved({ 10: ['20'], 1: ['13'] })),
    ]);
    expect(more).toEqual([]);
    expect(read?.edit).toEqual(assign('a', '1', '9', '10', '11', '13', '20'));
    expect(read?.before).toEqual([was('b', ['1', '2', '10', '11', '13', '12', '20']), was('a', ['9'])]);
  });
  it('tells of who was recognised since, beside what the enrolment was said of', () => {
    const recognised = (edit_id: string, ...from: { identity_id: string; track_ids: string[] }[]) => ({
      kind: 'recognised',
      v: 1,
      edit_id,
      from,
    });
    const read = readEditLog([
      row(1, kept(enrol('a', 'Ada', 'r1'), was('a', ['1']))),
      row(2, kept(enrol('b', 'Bea', 'r2'))),
      row(3, recognised('e1', { identity_id: 'c', track_ids: ['2'] }, { identity_id: 'd', track_ids: ['3'] })),
      row(4, recognised('e1', { identity_id: 'c', track_ids: ['4'] })),
      row(5, moved({ 4: ['5'] })),
    ]);
    expect(read.map((e) => [e.edit_id, e.before])).toEqual([
      ['e1', [was('a', ['1']), was('c', ['2']), was('d', ['3']), was('c', ['4', '5'])]],
      ['e2', []],
    ]);
    for (const left_out of ['v', 'edit_id', 'from']) {
      const less = Object.fromEntries(Object.entries(recognised('e1')).filter(([key]) => key !== left_out));
      expect(() => readEditLog([row(1, less)])).toThrow("can't be read");
    }
    expect(() => readEditLog([row(1, { ...recognised('e1'), from: [{}] })])).toThrow("can't be read");
  });
  it('follows tracks that took the place of each other only once', () => {
    const [read] = readEditLog([row(1, kept(reject('a', '1'))), row(2, moved({ 1: ['2'], 2: ['1'] }))]);
    expect(read?.edit).toEqual(reject('a', '1', '2'));
  });
  it('names the entry that another version wrote, and says what to do', () => {
    for (const body of [
      { kind: 'forecast', v: 1 },
      { ...kept(name('a', 'Ada')), v: 2 },
      kept({ action: 'clone' } as never),
      null,
    ]) {
      const read = () => readEditLog([row(1, kept(name('a', 'Ada'))), row(2, body)]);
      expect(read).toThrow(
        expect.objectContaining({
          code: 'incompatible_library',
          message: "e2 in this library can't be read: another version of Rollcall wrote it.",
          hint: 'Update rollcall-mcp.',
          cause: expect.objectContaining({ issues: expect.any(Array) }),
        }),
      );
    }
  });
  it('does not take an edit that lacks what it is about', () => {
    for (const edit of ONE_OF_EACH)
      for (const left_out of Object.keys(edit)) {
        const less = Object.fromEntries(Object.entries(edit).filter(([key]) => key !== left_out));
        expect(() => readEditLog([row(1, { ...kept(edit), edit: less })])).toThrow("can't be read");
      }
    for (const left_out of ['edit', 'by', 'why', 'before']) {
      const less = Object.fromEntries(Object.entries(kept(name('a', 'Ada'))).filter(([key]) => key !== left_out));
      expect(() => readEditLog([row(1, less)])).toThrow("can't be read");
    }
    for (const before of [{}, { ...was('a', []), track_ids: '1' }, { ...was('a', []), name: 1 }])
      expect(() => readEditLog([row(1, { ...kept(name('a', 'Ada')), before: [before] })])).toThrow("can't be read");
    expect(() => readEditLog([row(1, { kind: 'tracks_moved', v: 1 })])).toThrow("can't be read");
  });
});

it('has a way to keep each action there is', () => {
  expect(keptEditSchema.options.map((o) => o.shape.action.value)).toEqual([...EDIT_ACTIONS]);
  for (const { action } of ONE_OF_EACH) expect(EDIT_ACTIONS).toContain(action);
});

it('knows which edits were taken back', () => {
  const log = logOf([name('a', 'Ada')], [assign('a', '1')], [merge('a', 'b')], [undo('e1', 'e3')]);
  expect(undoneEdits(log)).toEqual(new Set(['e1', 'e3']));
  expect(undoneEdits(log.slice(0, 3))).toEqual(new Set());
});

it('knows whom an edit speaks of', () => {
  expect(ONE_OF_EACH.map(identitiesOf)).toEqual([
    ['a'],
    ['a'],
    ['a', 'b', 'c'],
    ['a', 'n'],
    ['a'],
    ['a'],
    ['a'],
    ['a'],
    [],
  ]);
});
