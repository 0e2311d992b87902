/** When somebody is seen, out of the JSON that a row keeps of it: parsing that whole takes many times as long. */
import type { SeenRow } from '../rows.js';

/** What comes before a start, an end and the tracks: `{"start_s":` and so on. */
const START = 11,
  END = 9,
  TRACKS = 14;
/** Of a track's id in its quotes. */
const TRACK = 34;
const QUOTE = 0x22,
  COMMA = 0x2c,
  POINT = 0x2e,
  ZERO = 0x30,
  NINE = 0x39,
  COLON = 0x3a,
  OPEN = 0x5b,
  CLOSE = 0x5d,
  BRACE = 0x7b,
  S = 0x73,
  E = 0x65,
  T = 0x74;
/** Doubles hold these exactly, so that dividing a whole number by one rounds once, as parsing does. */
const TEN_TO = Array.from({ length: 23 }, (_, n) => 10 ** n);

/**
 * Start and end in turn of each appearance in JSON as this code writes it (see SeenRow), read byte by byte without its
 * lists of tracks; written otherwise it is parsed.
 * @param times what is found is added to them
 */
export function timesIn(json: Uint8Array, from: number, to: number, times: number[]): void {
  const before = times.length;
  if (readTimes(json, from, to, times)) return;
  times.length = before;
  const text = Buffer.from(json.buffer, json.byteOffset + from, to - from).toString();
  for (const { start_s, end_s } of JSON.parse(text) as SeenRow['appearances']) times.push(start_s, end_s);
}

/**
 * Of names a letter is looked at: it tells the three apart, in whatever order. There are hundreds of thousands.
 * @returns whether it is as this code writes it
 */
function readTimes(json: Uint8Array, from: number, to: number, times: number[]): boolean {
  if (json[from] !== OPEN) return false;
  let at = from + 1;
  while (json[at] !== CLOSE) {
    if (json[at] !== BRACE || json[at + 2] !== S || json[at + START - 1] !== COLON) return false;
    at = readNumber(json, at + START, times);
    if (json[at] !== COMMA || json[at + 2] !== E || json[at + END - 1] !== COLON) return false;
    at = readNumber(json, at + END, times);
    if (json[at] !== COMMA || json[at + 2] !== T || json[at + TRACKS - 1] !== OPEN) return false;
    at += TRACKS;
    while (json[at] === QUOTE) at += json[at + TRACK] === COMMA ? TRACK + 1 : TRACK;
    if (json[at] !== CLOSE) return false;
    at += 2;
    if (json[at] === COMMA) at++;
  }
  return at === to - 1;
}

/** Adds the number that a comma ends. @returns where that is; before the beginning where there is none */
function readNumber(json: Uint8Array, from: number, times: number[]): number {
  let digits = 0,
    point = -1,
    at = from;
  for (; ; at++) {
    const byte = json[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) digits = 10 * digits + (byte - ZERO);
    else if (byte === POINT) point = at;
    else break;
  }
  const by = TEN_TO[point < 0 ? 0 : at - 1 - point];
  if (json[at] === COMMA && by !== undefined && digits <= Number.MAX_SAFE_INTEGER) times.push(digits / by);
  else {
    // Of more digits than a double holds, or with a sign or an exponent.
    at = json.indexOf(COMMA, from);
    times.push(Number(Buffer.from(json.buffer, json.byteOffset + from, Math.max(0, at - from)).toString('latin1')));
  }
  return at;
}
