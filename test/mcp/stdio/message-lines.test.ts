/** Lines come out as they went in, however they were cut, in linear time; of those too long the id is told. */
import { describe, expect, it } from 'vitest';
import { messageLines, requestIdAtEnds } from '../../../src/mcp/stdio/message-lines.js';

/** What comes of a stream that is given in chunks of a size. */
function cut(stream: Uint8Array, chunk: number, maxBytes: number): string[] {
  const seen: string[] = [];
  const read = messageLines(maxBytes, {
    line: (bytes) => seen.push(Buffer.from(bytes).toString()),
    tooLong: (head, tail) => seen.push(`${Buffer.from(head).toString()}…${Buffer.from(tail).toString()}`),
  });
  for (let at = 0; at < stream.length; at += chunk) read(stream.subarray(at, at + chunk));
  return seen;
}

describe('lines', () => {
  const long = `${'a'.repeat(600)}${'b'.repeat(600)}`;
  const stream = Buffer.from(`one\n\nzwölf\n${long}\nlast\n${long}\nunfinished`);
  const ends = `${'a'.repeat(512)}…${'b'.repeat(512)}`;

  it.each([1, 2, 3, 7, 100, 511, 700, 100_000])('are the same in chunks of %i bytes', (chunk) => {
    expect(cut(stream, chunk, 1200)).toEqual(['one', '', 'zwölf', long, 'last', long]);
    expect(cut(stream, chunk, 1199)).toEqual(['one', '', 'zwölf', ends, 'last', ends]);
  });

  it('take time in proportion to their length, also those that are passed over', () => {
    const piece = Buffer.alloc(65_536, 'A');
    /** The best of three: milliseconds for a line of some pieces. */
    const timed = (pieces: number, maxBytes: number): number => {
      const times = [1, 2, 3].map(() => {
        let lines = 0;
        const count = (): void => void lines++;
        const read = messageLines(maxBytes, { line: count, tooLong: count });
        const began = performance.now();
        for (let i = 0; i < pieces; i++) read(piece);
        read(Buffer.from('\n'));
        expect(lines).toBe(1);
        return performance.now() - began;
      });
      return Math.min(...times);
    };
    // 16 times as much; joining anew with every chunk takes 256 times as long.
    for (const maxBytes of [Infinity, 1_000_000]) {
      timed(256, maxBytes);
      expect(timed(256, maxBytes)).toBeLessThan(Math.max(64 * timed(16, maxBytes), 100));
    }
  });
});

describe('the id of a request that is too long', () => {
  const data = 'A'.repeat(100);
  const params = { name: 'find_person', arguments: { id: 99, image: data } };
  const of = (text: string) =>
    requestIdAtEnds(Buffer.from(text).subarray(0, 60), Buffer.from(text).subarray(text.length - 60));

  it.each([
    [{ jsonrpc: '2.0', id: 5, method: 'tools/call', params }, 5],
    [{ id: 'x-1', jsonrpc: '2.0', method: 'tools/call', params }, 'x-1'],
    [{ method: 'tools/call', params, jsonrpc: '2.0', id: 0 }, 0],
    [{ method: 'tools/call', params, jsonrpc: '2.0', id: 'ü' }, null],
    [{ jsonrpc: '2.0', method: 'tools/call', params: { arguments: { image: data, id: 99 } } }, null],
    [{ jsonrpc: '2.0', method: 'tools/call', params: { image: data, x: { jsonrpc: '2.0', id: 99 } } }, null],
  ])('%#', (message, id) => {
    expect(of(JSON.stringify(message))).toBe(id);
    expect(of(`${JSON.stringify(message, null, 1).replaceAll('\n', ' ')}\r`)).toBe(id);
  });
});
