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
});
