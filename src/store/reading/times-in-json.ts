/** When somebody is seen, out of the JSON that a row keeps of it: parsing that whole takes many times as long. */
import type { SeenRow } from '../rows.js';

const START = Buffer.from('{"start_s":'),
  END = Buffer.from(',"end_s":'),
  TRACKS = Buffer.from(',"track_ids":[');
const COMMA = 0x2c,
  POINT = 0x2e,
  ZERO = 0x30,
  NINE = 0x39,
  OPEN = 0x5b,
  CLOSE = 0x5d;
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

/** @returns whether it is as this code writes it */
function readTimes(json: Uint8Array, from: number, to: number, times: number[]): boolean {
  if (json[from] !== OPEN) return false;
  let at = from + 1;
  while (json[at] !== CLOSE) {
    if (!isAt(json, at, START)) return false;
    at += START.length;
    let end = json.indexOf(COMMA, at);
    times.push(numberIn(json, at, end));
    if (!isAt(json, end, END)) return false;
    at = end + END.length;
    end = json.indexOf(COMMA, at);
    times.push(numberIn(json, at, end));
    if (!isAt(json, end, TRACKS)) return false;
    // Ids have no brackets.
    at = json.indexOf(CLOSE, end + TRACKS.length) + 2;
    if (json[at] === COMMA) at++;
  }
  return at === to - 1;
}

function isAt(json: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let k = 0; k < text.length; k++) if (json[at + k] !== text[k]) return false;
  return true;
}

function numberIn(json: Uint8Array, from: number, to: number): number {
  let digits = 0,
    point = to - 1;
  for (let at = from; at < to; at++) {
    const byte = json[at] ?? 0;
    if (byte === POINT) point = at;
    else if (byte >= ZERO && byte <= NINE) digits = 10 * digits + (byte - ZERO);
    else return parsed(json, from, to);
  }
  const by = TEN_TO[to - 1 - point];
  return by !== undefined && digits <= Number.MAX_SAFE_INTEGER ? digits / by : parsed(json, from, to);
}

/** Of more digits than a double holds, or written with an exponent. */
function parsed(json: Uint8Array, from: number, to: number): number {
  return Number(Buffer.from(json.buffer, json.byteOffset + from, to - from).toString('latin1'));
}
