import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/domain/csv.js';

const fields = (text: string) => parseCsv(text).map((row) => row.fields);

describe('comma-separated values', () => {
  it('with quotes, doubled quotes, separators and line breaks in quotes', () => {
    expect(fields('a,b\r\n"x, y","he said ""no"""\r\n"two\nlines",\n')).toEqual([
      ['a', 'b'],
      ['x, y', 'he said "no"'],
      ['two\nlines', ''],
    ]);
  });
  it('without a last line break, with a mark of byte order, blanks and empty lines', () => {
    expect(parseCsv('\uFEFFa, b \n\n,\nc,d')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 4, fields: ['c', 'd'] },
    ]);
    expect(fields('a,b,')).toEqual([['a', 'b', '']]);
    expect(fields('')).toEqual([]);
  });
  it('with semicolons or tabs, as the first line has it', () => {
    expect(fields('a;b\n1,5;2')).toEqual([
      ['a', 'b'],
      ['1,5', '2'],
    ]);
    expect(fields('a\tb\n1, 2\t"3\t4"')).toEqual([
      ['a', 'b'],
      ['1, 2', '3\t4'],
    ]);
  });
  it('counts lines inside quotes, and says where a quote is wrong', () => {
    expect(parseCsv('a\n"1\n2"\n3').map((row) => row.line)).toEqual([1, 2, 4]);
    expect(() => parseCsv('a,b\n"1\n2",x\n"3')).toThrow('a quote in line 4 is never closed');
    expect(() => parseCsv('a,b\n"1"2,3')).toThrow('text follows a closing quote in line 2');
    expect(() => parseCsv('a,b\n1"2,3')).toThrow('a quote stands inside a field in line 2');
  });
  it('takes any of the three line breaks', () => {
    for (const br of ['\n', '\r\n', '\r']) {
      expect(fields(`a,b${br}c,d${br}`)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
      expect(parseCsv(`a${br}${br}"b"${br}c`).map((row) => [row.line, ...row.fields])).toEqual([
        [1, 'a'],
        [3, 'b'],
        [4, 'c'],
      ]);
    }
  });
  it('keeps blanks in quotes, and empty fields between others', () => {
    expect(fields('" a ",, b ,""')).toEqual([[' a ', '', 'b', '']]);
    expect(fields(',a')).toEqual([['', 'a']]);
    expect(fields('"a"')).toEqual([['a']]);
    expect(fields('"a",')).toEqual([['a', '']]);
    expect(fields('""')).toEqual([]);
  });
  it('takes the separator that the first line alone has most of, a comma if in doubt', () => {
    expect(fields('a;b\n1,2,3,4;5')).toEqual([
      ['a', 'b'],
      ['1,2,3,4', '5'],
    ]);
    expect(fields('a,b;c')).toEqual([['a', 'b;c']]);
    expect(fields('a\tb;c\td\r1')).toEqual([['a', 'b;c', 'd'], ['1']]);
    expect(fields('a;b')).toEqual([['a', 'b']]);
  });
  it('leaves marks of byte order alone but at the beginning', () => {
    expect(fields('a,x\uFEFFy')).toEqual([['a', 'x\uFEFFy']]);
  });
  it('names the line that a quote was opened in, however long it goes on', () => {
    expect(() => parseCsv('a\n"b\nc\nd')).toThrow('a quote in line 2 is never closed');
    expect(() => parseCsv('a\n"b\nc"d')).toThrow(RangeError);
    expect(() => parseCsv('a\n"b\nc"d')).toThrow('text follows a closing quote in line 3');
  });
  it('reads back whatever fields are written, quoted', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ' ', ',', ';', '\t', '"', '\n', '\r') });
    const row = fc.array(field, { minLength: 2, maxLength: 4 }).filter((list) => list.some((f) => f !== ''));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), (rows) => {
        const text = [['x', 'y', 'z'], ...rows]
          .map((list) => list.map((f) => `"${f.replaceAll('"', '""')}"`).join(','))
          .join('\n');
        expect(fields(text).slice(1)).toEqual(rows);
      }),
    );
  });
});
