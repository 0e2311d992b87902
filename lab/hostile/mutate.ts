/** Damage to files, the same each time for the same number. */
import { seededRandom } from '../../src/domain/seeded-sample.js';
import { mendChecksums } from './checksums.js';
import { landmarks } from './landmarks.js';

type Random = () => number;

const whole = (random: Random, below: number): number => Math.floor(random() * below);
/** Anywhere, small numbers as often as large ones: 1 … below. */
const anySize = (random: Random, below: number): number => Math.max(1, Math.floor(below ** random()));
const pick = <T>(random: Random, all: readonly T[]): T | undefined => all[whole(random, all.length)];

function flip(bytes: Buffer, random: Random, within: number, most: number): Buffer {
  for (let n = 1 + whole(random, most); n > 0; n -= 1) {
    const at = whole(random, Math.min(within, bytes.length));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << whole(random, 8));
  }
  return bytes;
}

/** Numbers that break sums: none, one, the largest, the smallest, and any. */
function extreme(random: Random, length: number): Buffer {
  const value = Buffer.alloc(length);
  switch (whole(random, 7)) {
    case 0:
      return value;
    case 1:
      return value.fill(0xff);
    case 2:
      value.fill(0xff)[0] = 0x7f;
      return value;
    case 3:
      value[0] = 0x80;
      return value;
    case 4:
      value[length - 1] = 1 + whole(random, 3);
      return value;
    case 5:
      value[0] = 1 + whole(random, 3);
      return value;
    default:
      return Buffer.from(Array.from(value, () => whole(random, 256)));
  }
}

/** Other numbers where a header or a list of times has some. */
function edit(bytes: Buffer, random: Random): Buffer {
  const places = landmarks(bytes);
  for (let n = 1 + whole(random, 4); n > 0; n -= 1) {
    const place = (pick(random, places) ?? whole(random, bytes.length)) + whole(random, 40);
    extreme(random, pick(random, [1, 2, 4, 4, 8]) ?? 4).copy(bytes, Math.min(place, bytes.length));
  }
  return bytes;
}

const piece = (bytes: Buffer, random: Random): { start: number; end: number } => {
  const start = whole(random, bytes.length);
  return { start, end: Math.min(bytes.length, start + anySize(random, bytes.length)) };
};

const DAMAGES: readonly ((bytes: Buffer, random: Random, other: Buffer) => Buffer)[] = [
  (bytes, random) => flip(bytes, random, bytes.length, 64),
  (bytes, random) => flip(bytes, random, 1024, 12),
  edit,
  edit,
  edit,
  (bytes, random) => bytes.subarray(0, whole(random, bytes.length)),
  (bytes, random) => bytes.subarray(0, anySize(random, bytes.length)),
  (bytes, random) => {
    const { start, end } = piece(bytes, random);
    return bytes.fill(pick(random, [0, 0xff, 0x47]) ?? 0, start, end);
  },
  (bytes, random) => {
    const { start, end } = piece(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  (bytes, random) => {
    const { start, end } = piece(bytes, random);
    const times = Math.min(1 + whole(random, 50), Math.ceil(2e6 / (end - start + 1)));
    const again = Array.from({ length: times }, () => bytes.subarray(start, end));
    return Buffer.concat([bytes.subarray(0, end), ...again, bytes.subarray(end)]);
  },
  (bytes, random) => {
    const { start, end } = piece(bytes, random);
    return Buffer.concat([bytes.subarray(end), bytes.subarray(start, end), bytes.subarray(0, start)]);
  },
  (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, whole(random, bytes.length)), other.subarray(whole(random, other.length))]),
];

/**
 * A damaged copy: one to three damages, chosen by `seed`. @param other a file whose pieces may get into it
 */
export function mutate(original: Buffer, other: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  // The first numbers of neighbouring seeds are alike.
  random();
  let bytes: Buffer = Buffer.from(original);
  for (let n = 1 + whole(random, 3); n > 0 && bytes.length > 0; n -= 1)
    bytes = Buffer.from(pick(random, DAMAGES)?.(bytes, random, other) ?? bytes);
  if (random() < 0.7) mendChecksums(bytes);
  return bytes;
}
