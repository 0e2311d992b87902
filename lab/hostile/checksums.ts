/** Checksums made right again, so that damage gets past them: PNG's chunks and Ogg's pages. */

/** The table of a CRC of 32 bits. @param reflected whether the lowest bit comes first, as in PNG */
function table(polynomial: number, reflected: boolean): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = reflected ? byte : byte << 24;
    for (let bit = 0; bit < 8; bit += 1)
      value = reflected
        ? value & 1
          ? (value >>> 1) ^ polynomial
          : value >>> 1
        : value & 0x80000000
          ? (value << 1) ^ polynomial
          : value << 1;
    return value;
  });
}
const PNG = table(0xedb88320, true),
  OGG = table(0x04c11db7, false);

/** Of PNG (ISO/IEC 15948, annex D). */
function pngCrc(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (PNG[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Of Ogg (RFC 3533, section 6). */
function oggCrc(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) crc = (crc << 8) ^ (OGG[((crc >>> 24) ^ byte) & 0xff] ?? 0);
  return crc >>> 0;
}

/** Makes the checksums of a PNG or Ogg file right, in place, as far as its parts can be followed. */
export function mendChecksums(bytes: Buffer): void {
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') {
    for (let at = 8; at + 12 <= bytes.length; ) {
      const end = at + 8 + bytes.readUInt32BE(at);
      if (end + 4 > bytes.length) return;
      bytes.writeUInt32BE(pngCrc(bytes.subarray(at + 4, end)), end);
      at = end + 4;
    }
  } else if (bytes.subarray(0, 4).toString('latin1') === 'OggS') {
    for (let at = 0; at + 27 <= bytes.length; ) {
      const segments = bytes[at + 26] ?? 0;
      const body = bytes.subarray(at + 27, at + 27 + segments).reduce((sum, length) => sum + length, 0);
      const page = bytes.subarray(at, at + 27 + segments + body);
      if (page.subarray(0, 4).toString('latin1') !== 'OggS') return;
      page.writeUInt32LE(0, 22);
      page.writeUInt32LE(oggCrc(page), 22);
      at += page.length;
    }
  }
}
