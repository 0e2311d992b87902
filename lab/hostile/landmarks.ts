/** Where in a file sizes, times, rates and counts are found: the words before them, in bytes or letters. */

/** Letters that begin a part of a file: boxes of MP4, chunks of RIFF and PNG, tags of FLV and others. */
const LETTERS = [
  // ISO base media (ISO/IEC 14496-12), HEIF.
  ...['mvhd', 'tkhd', 'mdhd', 'elst', 'stsd', 'stts', 'ctts', 'stsc', 'stsz', 'stco', 'stss', 'sbgp', 'sgpd', 'pasp'],
  ...['moof', 'tfhd', 'tfdt', 'trun', 'avcC', 'hvcC', 'av1C', 'ispe', 'iloc', 'ipco', 'ipma', 'irot', 'iinf', 'pixi'],
  // RIFF.
  ...['avih', 'strh', 'strf', 'idx1', 'movi', '00dc', '01wb', 'VP8 ', 'VP8L', 'VP8X', 'ANIM', 'ANMF', 'ALPH'],
  // PNG and APNG.
  ...['IHDR', 'PLTE', 'tRNS', 'acTL', 'fcTL', 'fdAT', 'eXIf', 'gAMA'],
  // FLV's table of facts, Ogg, IVF, Y4M, RealMedia, GIF, RoQ's and cinepak's.
  ...['FLV', 'onMetaData', 'duration', 'width', 'framerate', 'OggS', 'theora', 'DKIF', 'YUV4MPEG2', 'PROP', 'MDPR'],
  ...['DATA', 'GIF89a', 'Exif', 'FILM', 'FDSC', 'STAB', 'BBCD'],
];

/** The same in hexadecimal digits. */
const BYTES = [
  // Matroska (RFC 9559): scale of time, length, default length, sizes, clusters, blocks, track number, lacing, cues.
  ...[
    '2ad7b1',
    '4489',
    '23e383',
    'b081',
    'b082',
    'ba81',
    'ba82',
    '54b0',
    '54ba',
    '1f43b675',
    'e781',
    'e782',
    'a3',
    'd781',
  ],
  ...['1c53bb6b', '1654ae6b', '63a2'],
  // MPEG: PES and its times, start of packets, pack and system headers, sequence, group, picture; H.264, HEVC.
  ...['000001e0', '4740', '4741', '000001ba', '000001bb', '000001b3', '000001b5', '000001b8', '00000100'],
  ...['00000167', '00000168', '00000165', '0000014001', '0000014201', '0000014401', '000001b6', '00000120'],
  // GIF: delays, pictures. JPEG: frames, tables, scans, restarts, EXIF. TIFF: tags of size, strips, bits, both orders.
  ...['21f904', '2c0000', 'ffc0', 'ffc2', 'ffc4', 'ffda', 'ffdb', 'ffdd', 'ffe1', '49492a00', '4d4d002a'],
  ...[
    '00010300',
    '01010300',
    '02010300',
    '03010300',
    '06010300',
    '11010400',
    '15010300',
    '16010300',
    '17010400',
    '42010300',
  ],
  // ASF: file, stream, data. MXF: keys. NUT: main, stream, sync.
  ...['a1dcab8c47a9cf11', '9107dcb7b7a9cf11', '3626b2758e66cf11', '060e2b34', '4e4d7a561f5f04ad', '4e5311405bf2f9db'],
];

const WORDS = [...LETTERS.map((word) => Buffer.from(word, 'latin1')), ...BYTES.map((word) => Buffer.from(word, 'hex'))];

/** Places of a file just behind such words, a hundred of each at most. */
export function landmarks(bytes: Buffer): number[] {
  const found = new Set<number>();
  for (const word of WORDS) {
    let left = 100;
    for (let at = bytes.indexOf(word); at >= 0 && left-- > 0; at = bytes.indexOf(word, at + 1))
      found.add(at + word.length);
  }
  return [...found];
}
