import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FITS, fitOf, folded, namesLike } from '../../../src/domain/edits/loose-names.js';

describe('fitOf', () => {
  it.each([
    ['Ada', 'Ada', 'exact'],
    [' Zoe\u0308 ', 'Zoë', 'exact'],
    ['ada lovelace', 'Ada Lovelace', 'same'],
    ['ADA-LOVELACE', 'Ada Lovelace', 'same'],
    ['Bjork Gudmundsdottir', 'Björk Guðmundsdóttir', 'same'],
    ['strasse', 'Straße', 'same'],
    ['LODZ', 'Łódź', 'same'],
    ['OBrien', "O'Brien", 'same'],
    ['O’Brien', "o'brien", 'same'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσεύς', 'same'],
    ['istanbul', 'İstanbul', 'same'],
    ['Lovelace, Ada', 'Ada Lovelace', 'reordered'],
    ['lovelace', 'Ada King Lovelace', 'words'],
    ['lovelace ada', 'Ada King Lovelace', 'words'],
    ['love ad', 'Ada Lovelace', 'beginnings'],
    ['山', '山田太郎', 'beginnings'],
    ['太郎', '山田太郎', 'inside'],
    ['テスト', 'モテストラ', 'inside'],
    ['adalove', 'Ada Lovelace', 'inside'],
    ['lovelaceking', 'Ada Lovelace King', 'inside'],
    ['velac', 'Ada Lovelace', null],
    ['ea', 'Lovelace Ada', null],
    ['Ann', 'Hannah', null],
    ['か', 'が', null],
    ['Eva', 'Ada Lovelace', null],
    ['Ada Byron', 'Ada Lovelace', null],
    ['', 'Ada', null],
    ['...', 'Ada', null],
    ['Ada', '???', null],
    ['???', '???', 'exact'],
    ['Ada', ' Ada ', 'exact'],
    ['Aegir', 'Ægir', 'same'],
    ['COEUR', 'cœur', 'same'],
    ['Soren', 'Søren', 'same'],
    ['Dorde', 'Đorđe', 'same'],
    ['Hamrun', 'Ħamrun', 'same'],
    ['Thor', 'Þór', 'same'],
    ['Isil', 'Işıl', 'same'],
    ['οδυσσευσ', 'Οδυσσεύς', 'same'],
    ['dalove', 'Ada Lovelace', null],
    ['velacead', 'Ada Lovelace', null],
  ])('%j in %j: %s', (asked, name, fit) => {
    expect(fitOf(asked, name)).toBe(fit);
  });
});

describe('namesLike', () => {
  const people = ['Ada Lovelace', null, 'Lovelace Ada', 'Bea', 'ada lovelace', 'Ada King'].map((called, i) => ({
    identity_id: `i${i}`,
    name: called,
  }));
  it.each([
    ['Ada Lovelace', 'exact', ['i0']],
    ['ADA LOVELACE', 'same', ['i0', 'i4']],
    ['ada', 'words', ['i0', 'i2', 'i4', 'i5']],
    ['ki', 'beginnings', ['i5']],
    ['adal', 'inside', ['i0', 'i4']],
  ])('%j: %s', (asked, fit, ids) => {
    const found = namesLike(asked, people);
    expect(found?.fit).toBe(fit);
    expect(found?.people.map((p) => p.identity_id)).toEqual(ids);
  });
  it('finds nobody by a name that nobody has', () => {
    expect(namesLike('Cleo', people)).toBeNull();
    expect(namesLike('Ada', [])).toBeNull();
  });
});

const word = fc.stringMatching(/^[a-zéöüñçåıßа-я]{2,8}$/);
const name = fc.array(word, { minLength: 1, maxLength: 4 });

describe('whatever the name', () => {
  it('folding twice is folding once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (s) => {
        expect(folded(folded(s))).toBe(folded(s));
      }),
    );
  });

  it('case, accents and order are forgiven, and parts are found', () => {
    fc.assert(
      fc.property(name, fc.nat(), fc.nat(), (words, k, cut) => {
        const full = words.join(' ');
        expect(fitOf(full, full)).toBe('exact');
        expect(['exact', 'same']).toContain(fitOf(folded(full).toUpperCase(), full));
        expect(['exact', 'same', 'reordered']).toContain(fitOf(words.toReversed().join(', '), full));
        const one = words[k % words.length] ?? '';
        expect(fitOf(one, full)).not.toBeNull();
        expect(fitOf(one.slice(0, 1 + (cut % one.length)), full)).not.toBeNull();
      }),
    );
  });

  it('gives all who fit best and nobody who fits less', () => {
    fc.assert(
      fc.property(fc.array(fc.option(name.map((w) => w.join(' ')))), name, (names, asked) => {
        const people = names.map((n, i) => ({ identity_id: String(i), name: n }));
        const wanted = asked.join(' ');
        const found = namesLike(wanted, people);
        const rank = (p: { name: string | null }) => {
          const fit = p.name === null ? null : fitOf(wanted, p.name);
          return fit === null ? Infinity : FITS.indexOf(fit);
        };
        const best = Math.min(Infinity, ...people.map(rank));
        expect(found?.people ?? []).toEqual(best === Infinity ? [] : people.filter((p) => rank(p) === best));
        if (found) expect(FITS.indexOf(found.fit)).toBe(best);
      }),
    );
  });
});
