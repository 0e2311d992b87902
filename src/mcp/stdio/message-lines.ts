/** Cuts a stream of bytes into lines: in linear time, and holding no more than the longest line allowed. */
import type { RequestId } from '@modelcontextprotocol/sdk/types.js';

const NEWLINE = 0x0a;
/** What is kept of either end of a line that is too long. */
const END_BYTES = 512;

export interface LineHandlers {
  /** A line without its newline. */
  line(bytes: Uint8Array): void;
  /** Called at the end of a line of more than `maxBytes`, of which only its two ends are known. */
  tooLong(head: Uint8Array, tail: Uint8Array): void;
}

/** @returns what takes the stream, chunk by chunk; the chunks are kept until their line ends, never changed */
export function messageLines(maxBytes: number, handlers: LineHandlers): (chunk: Uint8Array) => void {
  let pieces: Uint8Array[] = [];
  let length = 0;
  /** Set while the rest of a line that is too long is passed over. */
  let passed: { head: Uint8Array; tail: Uint8Array } | null = null;

  const add = (piece: Uint8Array): void => {
    if (passed) {
      passed.tail = lastOf([passed.tail, piece]);
      return;
    }
    pieces.push(piece);
    length += piece.length;
    if (length <= maxBytes) return;
    passed = { head: firstOf(pieces), tail: lastOf(pieces) };
    pieces = [];
  };
  const end = (): void => {
    const [whole, over] = [pieces, passed];
    pieces = [];
    length = 0;
    passed = null;
    if (over) handlers.tooLong(over.head, over.tail);
    else handlers.line(Buffer.concat(whole));
  };
  return (chunk) => {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, to));
      end();
      from = to + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  };
}

function firstOf(pieces: readonly Uint8Array[]): Uint8Array {
  const taken: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    if (size >= END_BYTES) break;
    taken.push(piece.subarray(0, END_BYTES - size));
    size += piece.length;
  }
  return Buffer.concat(taken);
}

/** A copy, so that what it is the end of can be freed. */
function lastOf(pieces: readonly Uint8Array[]): Uint8Array {
  const taken: Uint8Array[] = [];
  let size = 0;
  for (let i = pieces.length - 1; i >= 0 && size < END_BYTES; i--) {
    const piece = pieces[i]?.subarray(-(END_BYTES - size)) ?? new Uint8Array();
    taken.unshift(piece);
    size += piece.length;
  }
  return Buffer.concat(taken);
}

const ID = String.raw`"id"\s*:\s*(-?\d{1,15}|"[^"\\]{1,200}")`;
const VERSION = String.raw`"jsonrpc"\s*:\s*"2\.0"`;
/** Where clients put the id: among the first members or as the last. Elsewhere it may be that of an inner object. */
const AT_HEAD = new RegExp(String.raw`^\s*\{\s*(?:${VERSION}\s*,\s*)?${ID}\s*,`);
const AT_TAIL = new RegExp(String.raw`${VERSION}\s*,\s*${ID}\s*\}\s*$`);

/** The id of a request of which only the two ends are known; null where it can't be told for certain. */
export function requestIdAtEnds(head: Uint8Array, tail: Uint8Array): RequestId | null {
  // Bytes as Latin-1: a character may be cut in two, and an id of others than ASCII is not told.
  const [start, end] = [head, tail].map((bytes) => Buffer.from(bytes).toString('latin1'));
  const found = AT_HEAD.exec(start ?? '')?.[1] ?? AT_TAIL.exec(end ?? '')?.[1];
  if (found === undefined || !/^[\x20-\x7e]*$/.test(found)) return null;
  return found.startsWith('"') ? found.slice(1, -1) : Number(found);
}
