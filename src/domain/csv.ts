/**
 * Comma-separated values after RFC 4180: quotes, doubled quotes, line breaks inside quotes; also semicolons and tabs,
 * as spreadsheets write them.
 */

/**
 * @returns rows of fields, each with the number of the line it begins on (from 1); empty lines are left out
 * @throws RangeError with the line, for a quote that is never closed or stands inside a field
 */
export function parseCsv(text: string): { line: number; fields: string[] }[] {
  const source = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(source);
  const rows: { line: number; fields: string[] }[] = [];
  let row: { line: number; fields: string[] } = { line: 1, fields: [] },
    line = 1,
    at = 0;
  const end = () => {
    if (row.fields.some((field) => field !== '')) rows.push(row);
  };
  while (at < source.length) {
    let field = '';
    if (source[at] === '"') {
      const opened = line;
      for (;;) {
        const close = source.indexOf('"', at + 1);
        if (close < 0) throw new RangeError(`a quote in line ${opened} is never closed`);
        field += source.slice(at + 1, close);
        at = close + 1;
        if (source[at] !== '"') break;
        field += '"';
      }
      line += field.split('\n').length - 1;
      if (at < source.length && source[at] !== separator && source[at] !== '\n' && source[at] !== '\r')
        throw new RangeError(`text follows a closing quote in line ${line}`);
    } else {
      const from = at;
      while (at < source.length && source[at] !== separator && source[at] !== '\n' && source[at] !== '\r') at++;
      field = source.slice(from, at).trim();
      if (field.includes('"')) throw new RangeError(`a quote stands inside a field in line ${line}`);
    }
    row.fields.push(field);
    if (source[at] === separator) {
      at++;
      if (at === source.length) row.fields.push('');
      continue;
    }
    if (source[at] === '\r' && source[at + 1] === '\n') at++;
    at++;
    line++;
    end();
    row = { line, fields: [] };
  }
  end();
  return rows;
}

/** Whichever of comma, semicolon and tab the first line has most of. */
function separatorOf(text: string): string {
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const times = (mark: string) => first.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (times(mark) > times(best) ? mark : best));
}
