// What a log of edits comes to: where tracks belong, where not, who is called what.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHeld, replayEdits } from '../../../src/domain/edits/edits.js';
import {
  assign,
  enrol,
  ignore,
  logOf,
  merge,
  name,
  reject,
  type Said,
  split,
  undo,
  was,
} from '../../support/libraries/edit-log.js';

/** Home of each track as "identity strength edit". */
const homes = (...log: Said[]) =>
  Object.fromEntries(
    [...replayEdits(logOf(...log)).homes].map(([t, h]) => [t, `${h.identity_id} ${h.strength} ${h.edit_id}`]),
  );
/** The edit that bars a track from an identity, by track and identity. */
const barred = (...log: Said[]) =>
  Object.fromEntries([...replayEdits(logOf(...log)).barred].map(([t, ids]) => [t, Object.fromEntries(ids)]));
const names = (...log: Said[]) => Object.fromEntries(replayEdits(logOf(...log)).names);

describe('what an edit says of tracks', () => {
  it('nothing is said by an empty log', () => {
    const none = replayEdits([]);
    expect([none.homes.size, none.barred.size, none.names.size, none.ignored.size, none.merged.size]).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(none.merges).toEqual([]);
  });
  it('who names or ignores somebody leaves their tracks near them', () => {
    expect(homes([name('a', 'Ada'), was('a', ['1', '2'])])).toEqual({ 1: 'a near e1', 2: 'a near e1' });
    expect(homes([ignore('a'), was('a', ['1'])])).toEqual({ 1: 'a near e1' });
    expect(homes([ignore('a', false), was('a', ['1'])])).toEqual({ 1: 'a near e1' });
  });
  it('who merges keeps the tracks of all sides, of those it names alone', () => {
    expect(homes([merge('a', 'b', 'c'), was('a', ['1']), was('b', ['2']), was('c', ['3']), was('d', ['4'])])).toEqual({
      1: 'a kept e1',
      2: 'a kept e1',
      3: 'a kept e1',
    });
  });
  it('who assigns states it of the tracks given, and keeps those the identity had', () => {
    expect(homes([assign('a', '2'), was('a', ['1']), was('b', ['2', '3'])])).toEqual({
      1: 'a kept e1',
      2: 'a stated e1',
    });
  });
  it('who splits states where the tracks go and where not, and keeps the rest', () => {
    const log: Said[] = [[split('a', 'n', '2'), was('a', ['1', '2'])]];
    expect(homes(...log)).toEqual({ 1: 'a kept e1', 2: 'n stated e1' });
    expect(barred(...log)).toEqual({ 2: { a: 'e1' } });
  });
  it('assigning bars nothing', () => {
    expect(barred([assign('a', '1'), was('a', ['1'])])).toEqual({});
  });
  it('who rejects a track bars it, leaves it without a home, and keeps the rest', () => {
    const log: Said[] = [
      [assign('a', '2'), was('b', ['2'])],
      [reject('a', '2'), was('a', ['1', '2'])],
    ];
    expect(homes(...log)).toEqual({ 1: 'a kept e2' });
    expect(barred(...log)).toEqual({ 2: { a: 'e2' } });
  });
  it('who rejects tracks of somebody else leaves them where an edit holds them', () => {
    const log: Said[] = [
      [merge('b', 'c'), was('b', ['2']), was('c', ['3'])],
      [reject('a', '2', '3'), was('a', ['1'])],
    ];
    expect(homes(...log)).toEqual({ 1: 'a kept e2', 2: 'b kept e1', 3: 'b kept e1' });
    expect(barred(...log)).toEqual({ 2: { a: 'e2' }, 3: { a: 'e2' } });
  });
  it('a track can be barred from several', () => {
    expect(barred([reject('a', '1')], [reject('b', '1', '2')])).toEqual({ 1: { a: 'e1', b: 'e2' }, 2: { b: 'e2' } });
  });
  it('what was stated outweighs what was kept, and that what was near; of equals the later holds', () => {
    const near = (of: string): Said => [name(of, 'Ada'), was(of, ['1'])];
    const kept = (of: string): Said => [reject(of, '9'), was(of, ['1'])];
    const stated = (of: string): Said => [assign(of, '1')];
    const home = (...log: Said[]) => homes(...log)['1'];
    expect(home(near('a'), near('b'))).toBe('b near e2');
    expect(home(near('a'), kept('b'))).toBe('b kept e2');
    expect(home(near('a'), stated('b'))).toBe('b stated e2');
    expect(home(kept('a'), near('b'))).toBe('a kept e1');
    expect(home(kept('a'), kept('b'))).toBe('b kept e2');
    expect(home(stated('a'), near('b'))).toBe('a stated e1');
    expect(home(stated('a'), kept('b'))).toBe('a stated e1');
    expect(home(stated('a'), stated('b'))).toBe('b stated e2');
  });
  it('only what is near is not held', () => {
    const of = (...log: Said[]) => isHeld(replayEdits(logOf(...log)).homes.get('1'));
    expect(of([name('a', 'Ada'), was('a', ['1'])])).toBe(false);
    expect(of([merge('a', 'b'), was('b', ['1'])])).toBe(true);
    expect(of([assign('a', '1')])).toBe(true);
    expect(of()).toBe(false);
  });
});

describe('names and ignored', () => {
  it('the last name given counts, also none', () => {
    expect(names([name('a', 'Ada')], [name('b', 'Bea')], [name('a', 'Ann')], [name('b', null)])).toEqual({
      a: 'Ann',
      b: null,
    });
  });
  it('knows what everybody was called whom an edit spoke of', () => {
    expect(names([assign('a', '1'), was('a', [], 'Ada'), was('b', ['1'])])).toEqual({ a: 'Ada', b: null });
    // What it was called later, by whatever else, is no decision.
    expect(names([name('a', 'Ada'), was('a', [], 'Old')], [reject('a', '1'), was('a', [], 'Other')])).toEqual({
      a: 'Ada',
    });
  });
  it('a merge keeps the name of the one merged into, else the first that has one', () => {
    const of = (a: string | null, b: string | null, c: string | null) =>
      names([merge('a', 'b', 'c'), was('a', [], a), was('b', [], b), was('c', [], c)])['a'];
    expect(of('Ada', 'Bea', null)).toBe('Ada');
    expect(of(null, null, 'Cat')).toBe('Cat');
    expect(of(null, 'Bea', 'Cat')).toBe('Bea');
    expect(of(null, null, null)).toBeNull();
    expect(names([merge('a', 'b')])).toEqual({ a: null });
  });
  it('a name given to a merged identity is that of what it became', () => {
    expect(names([merge('a', 'b')], [name('b', 'Bea')])).toEqual({ a: 'Bea' });
  });
  it('the ignored are those who were not taken back, under what they became', () => {
    const of = (...log: Said[]) => [...replayEdits(logOf(...log)).ignored];
    expect(of([ignore('a')], [ignore('b')], [ignore('a', false)])).toEqual(['b']);
    expect(of([ignore('b')], [merge('a', 'b')])).toEqual(['a']);
    expect(of([merge('a', 'b')], [ignore('b')])).toEqual(['a']);
    expect(of([merge('a', 'b')], [ignore('a')], [ignore('b', false)])).toEqual([]);
  });
});

describe('merges', () => {
  it('lead on to what the identity is at last', () => {
    const { merged, merges } = replayEdits(
      logOf([merge('b', 'c'), was('b', ['2']), was('c', ['3'])], [merge('a', 'b'), was('a', ['1']), was('b', [])]),
    );
    expect(Object.fromEntries(merged)).toEqual({ b: 'a', c: 'a' });
    expect(merges).toEqual([
      { edit_id: 'e1', into: 'a', sides: [['2'], ['3']] },
      { edit_id: 'e2', into: 'a', sides: [['1'], []] },
    ]);
  });
  it('go through an identity that was merged before, and once is as good as twice', () => {
    const merged = (...log: Said[]) => Object.fromEntries(replayEdits(logOf(...log)).merged);
    expect(merged([merge('a', 'b')], [merge('c', 'b')])).toEqual({ b: 'c', a: 'c' });
    expect(merged([merge('a', 'b')], [merge('b', 'c')])).toEqual({ b: 'a', c: 'a' });
    expect(merged([merge('a', 'b')], [merge('a', 'b', 'a')], [merge('b', 'a')])).toEqual({ b: 'a' });
  });
  it('take homes and bars along, with the edit that first said so', () => {
    const log: Said[] = [
      [name('b', 'Bea'), was('b', ['1'])],
      [assign('c', '2')],
      [reject('b', '3')],
      [reject('a', '4')],
      [reject('b', '4')],
      [merge('a', 'b')],
    ];
    expect(homes(...log)).toEqual({ 1: 'a near e1', 2: 'c stated e2' });
    expect(barred(...log)).toEqual({ 3: { b: 'e3', a: 'e3' }, 4: { a: 'e4', b: 'e5' } });
  });
  it('what is said of a merged identity later is said of what it became', () => {
    const after = (...log: Said[]): Said[] => [[merge('a', 'b')], ...log];
    expect(homes(...after([assign('b', '1')]))).toEqual({ 1: 'a stated e2' });
    expect(homes(...after([name('b', 'Bea'), was('b', ['1'])]))).toEqual({ 1: 'a near e2' });
    expect(homes(...after([split('c', 'b', '1')]))).toEqual({ 1: 'a stated e2' });
    expect(barred(...after([split('b', 'n', '1')]))).toEqual({ 1: { a: 'e2' } });
    expect(barred(...after([reject('b', '1')]))).toEqual({ 1: { a: 'e2' } });
  });
});

describe('enrolling', () => {
  const enrolled = (...log: Said[]) => replayEdits(logOf(...log)).enrolled;
  it('names somebody and keeps their faces, under what they became', () => {
    expect(names([enrol('a', 'Ada', 'r1')], [enrol('b', 'Bea')])).toEqual({ a: 'Ada', b: 'Bea' });
    expect(enrolled([enrol('a', 'Ada', 'r1', 'r2')], [enrol('b', 'Bea', 'r3')], [merge('c', 'b')])).toEqual([
      { identity_id: 'a', edit_id: 'e1', reference_ids: ['r1', 'r2'] },
      { identity_id: 'c', edit_id: 'e2', reference_ids: ['r3'] },
    ]);
    expect(names([merge('a', 'b')], [enrol('b', 'Bea')])).toEqual({ a: 'Bea' });
  });
  it('leaves the tracks near them that they had, and those recognised since, wherever these were', () => {
    const log: Said[] = [[enrol('a', 'Ada', 'r1'), was('a', ['1']), was('b', ['2'])], [assign('c', '3')]];
    expect(homes(...log)).toEqual({ 1: 'a near e1', 2: 'a near e1', 3: 'c stated e2' });
  });
  it('once undone is no more, and what was said meanwhile is not said of tracks it had brought', () => {
    const log: Said[] = [
      [enrol('a', 'Ada', 'r1'), was('a', ['1']), was('b', ['2'])],
      [ignore('a'), was('a', ['1', '2'])],
      [undo('e1')],
    ];
    expect(enrolled(...log)).toEqual([]);
    expect(homes(...log)).toEqual({ 1: 'a near e2' });
    expect(names(...log)).toEqual({ a: null, b: null });
  });
});

describe('undoing', () => {
  it('takes back what an edit said of anybody, but what they were called before', () => {
    const log = logOf(
      [merge('a', 'b'), was('a', ['1'], 'Ada'), was('b', ['2'], 'Bea')],
      [ignore('c'), was('c', ['3'])],
      [reject('c', '3')],
      [undo('e1', 'e2', 'e3')],
    );
    const nothing = replayEdits(log);
    expect([nothing.homes.size, nothing.barred.size, nothing.ignored.size, nothing.merged.size]).toEqual([0, 0, 0, 0]);
    expect(nothing.merges).toEqual([]);
    expect(Object.fromEntries(nothing.names)).toEqual({ a: 'Ada', b: 'Bea', c: null });
  });
  it('gives back the name from before', () => {
    expect(names([name('a', 'Ada'), was('a', [])], [name('b', 'Bea')], [undo('e1')])).toEqual({ a: null, b: 'Bea' });
  });

  // Tracks that an undone edit had moved were only by its mistake where an edit meanwhile found them.
  const called = (...tracks: string[]): Said => [name('a', 'Ada'), was('a', tracks)];
  it('what was said meanwhile is not said of tracks that an undone assignment had moved', () => {
    const moved: Said[] = [[assign('a', '2'), was('b', ['2'])], called('1', '2'), [undo('e1')]];
    expect(homes(...moved)).toEqual({ 1: 'a near e2' });
    expect(homes(...moved, called('2'))).toEqual({ 1: 'a near e2', 2: 'a near e4' });
  });
  it('nor of those that an undone split or rejection had moved', () => {
    const after = (edit: Said[0]): Said[] => [[edit], called('1', '2'), [undo('e1')]];
    expect(homes(...after(split('b', 'a', '2')))).toEqual({ 1: 'a near e2' });
    const rejected: Said[] = [[reject('b', '2'), was('b', ['2', '3'])], called('1', '2'), [undo('e1')]];
    expect(homes(...rejected)).toEqual({ 1: 'a near e2' });
    // A rejection of somebody else's moves nothing.
    expect(homes(...after(reject('b', '2')))).toEqual({ 1: 'a near e2', 2: 'a near e2' });
    // A name moves nothing.
    expect(homes(...after(name('a', 'Old')))).toEqual({ 1: 'a near e2', 2: 'a near e2' });
  });
  it('nor of those that an undone merge had brought, but of those that were there', () => {
    const log: Said[] = [[merge('a', 'b'), was('a', ['1']), was('b', ['2'])], called('1', '2'), [undo('e1')]];
    expect(homes(...log)).toEqual({ 1: 'a near e2' });
  });
  it('counts only once all edits that had moved a track are undone', () => {
    const twice: Said[] = [[assign('a', '2')], [assign('a', '2', '3')], [undo('e2')], called('2', '3'), [undo('e1')]];
    expect(homes(...twice)).toEqual({ 3: 'a near e4' });
    expect(homes(...twice, called('2'))).toEqual({ 2: 'a near e6', 3: 'a near e4' });
  });
  it('what is stated of a moved track meanwhile holds', () => {
    expect(homes([assign('a', '2')], [assign('c', '2')], [undo('e1')])).toEqual({ 2: 'c stated e2' });
  });
});

describe('any log', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd'),
    ids = fc.uniqueArray(id, { minLength: 1, maxLength: 2 }),
    tracks = fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1, maxLength: 3 });
  const edit = fc.oneof(
    fc.tuple(id, fc.constantFrom('Ada', null)).map(([a, called]) => name(a, called)),
    fc.tuple(id, fc.boolean()).map(([a, on]) => ignore(a, on)),
    fc.tuple(id, ids).map(([a, others]) => merge(a, ...others)),
    id.map((a) => enrol(a, 'Ann', 'r')),
    fc.tuple(id, tracks).map(([a, of]) => assign(a, ...of)),
    fc.tuple(id, tracks).map(([a, of]) => reject(a, ...of)),
    fc.tuple(id, id, tracks).map(([a, b, of]) => split(a, b, ...of)),
  );
  const log = fc.array(
    fc.tuple(edit, id, tracks).map(([said, of, there]): Said => [said, was(of, there)]),
    { maxLength: 8 },
  );

  it('speaks of nobody under an id that was merged away', () => {
    fc.assert(
      fc.property(log, (said) => {
        const { homes: at, enrolled, ignored, merged, merges } = replayEdits(logOf(...said));
        const spoken = [...[...at.values()].map((h) => h.identity_id), ...ignored, ...merged.values()];
        spoken.push(...merges.map((m) => m.into), ...enrolled.map((e) => e.identity_id));
        for (const of of spoken) expect(merged.has(of)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
  it('says nothing when everything in it is undone at once', () => {
    fc.assert(
      fc.property(log, (said) => {
        const all = replayEdits(logOf(...said, [undo(...said.map((_, k) => `e${k + 1}`))]));
        expect([all.homes.size, all.barred.size, all.ignored.size, all.merged.size]).toEqual([0, 0, 0, 0]);
        expect([...all.merges, ...all.enrolled]).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
