/**
 * Dot products of one vector with very many, eight numbers at once: V8 makes no use of SIMD but through WebAssembly,
 * which takes a tenth of the time that a loop does. The code is small enough to be written here by hand:
 *
 *     (func (export "dots") (param $codes i32) (param $rows i32) (param $bytes i32) (param $query i32) (param $out i32)
 *       (local $at i32) (local $sum v128)
 *       loop $row
 *         $sum = 0, $at = 0
 *         loop $eight
 *           $sum += i32x4.dot_i16x8_s(v128.load($codes + $at), v128.load($query + $at))
 *           br_if $eight (($at += 16) < $bytes)
 *         end
 *         i32.store($out, lanes of $sum added up)
 *         $codes += $bytes, $out += 4
 *         br_if $row ($rows -= 1)
 *       end)
 */

declare global {
  /** As much of it as is used: Node's types have none, only those of browsers. */
  // eslint-disable-next-line @typescript-eslint/no-namespace -- it is one
  namespace WebAssembly {
    class Memory {
      constructor(size: { initial: number });
      readonly buffer: ArrayBuffer;
      grow(pages: number): number;
    }
    class Module {
      constructor(code: Uint8Array<ArrayBuffer>);
    }
    class Instance {
      constructor(module: Module, imports: Record<string, Record<string, Memory>>);
      readonly exports: Record<string, (...args: number[]) => void>;
    }
  }
}

const [CODES, ROWS, BYTES, QUERY, OUT, AT, SUM] = [0, 1, 2, 3, 4, 5, 6];

const I32 = 0x7f,
  V128 = 0x7b;
const get = (local: number) => [0x20, local],
  set = (local: number) => [0x21, local],
  tee = (local: number) => [0x22, local];
const constant = (small: number) => [0x41, small];
const ADD = [0x6a],
  SUBTRACT = [0x6b],
  LESS = [0x49];
const LOOP = [0x03, 0x40],
  REPEAT_IF = [0x0d, 0],
  END = [0x0b];
const ZERO_V128 = [0xfd, 0x0c, ...new Uint8Array(16)],
  LOAD_V128 = [0xfd, 0x00, 4, 0],
  DOT = [0xfd, 0xba, 0x01],
  ADD_LANES = [0xfd, 0xae, 0x01],
  STORE = [0x36, 2, 0];
const lane = (n: number) => [...get(SUM), 0xfd, 0x1b, n];

const BODY = [
  ...[2, 1, I32, 1, V128],
  ...LOOP,
  ...[...ZERO_V128, ...set(SUM), ...constant(0), ...set(AT)],
  ...LOOP,
  ...get(SUM),
  ...[...get(CODES), ...get(AT), ...ADD, ...LOAD_V128],
  ...[...get(QUERY), ...get(AT), ...ADD, ...LOAD_V128],
  ...[...DOT, ...ADD_LANES, ...set(SUM)],
  ...[...get(AT), ...constant(16), ...ADD, ...tee(AT), ...get(BYTES), ...LESS, ...REPEAT_IF],
  ...END,
  ...[...get(OUT), ...lane(0), ...lane(1), ...ADD, ...lane(2), ...ADD, ...lane(3), ...ADD, ...STORE],
  ...[...get(CODES), ...get(BYTES), ...ADD, ...set(CODES)],
  ...[...get(OUT), ...constant(4), ...ADD, ...set(OUT)],
  ...[...get(ROWS), ...constant(1), ...SUBTRACT, ...tee(ROWS), ...REPEAT_IF],
  ...END,
  ...END,
];

const section = (kind: number, content: readonly number[]) => [kind, ...size(content.length), ...content];
/** In LEB128. */
const size = (n: number) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7]);
const name = (text: string) => [text.length, ...Buffer.from(text)];

const MODULE = Uint8Array.from([
  ...[0, ...Buffer.from('asm'), 1, 0, 0, 0],
  ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
  ...section(2, [1, ...name('js'), ...name('memory'), 2, 0, 1]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...name('dots'), 0, 0]),
  ...section(10, [1, ...size(BODY.length), ...BODY]),
]);

/**
 * Writes the dot product of each row with the query, whole numbers of 16 bits, as whole numbers of 32.
 * @param codes, query, out where they lie in memory, in bytes. @param rows at least one. @param bytes of a row, a
 * multiple of 16: what lies there beyond the vector is 0
 */
export type Dots = (codes: number, rows: number, bytes: number, query: number, out: number) => void;

export function dotsIn(memory: WebAssembly.Memory): Dots {
  const { dots } = new WebAssembly.Instance(new WebAssembly.Module(MODULE), { js: { memory } }).exports;
  if (!dots) throw new Error('The module has no such function.');
  return dots;
}
