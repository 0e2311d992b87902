/** Animated PNGs, of which decoders of pictures see the first alone. */

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * How many pictures a PNG holds, by its `acTL` chunk, which comes before the first of them; 1 for any other file.
 * PNG specification, third edition, 11.3.6.1.
 */
export function pagesOfPng(bytes: Buffer): number {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return 1;
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') return Math.max(1, bytes.readUInt32BE(at + 8));
    if (type === 'IDAT') return 1;
  }
  return 1;
}
