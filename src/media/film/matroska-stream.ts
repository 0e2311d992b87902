/** Reads the Matroska that ffmpeg writes for raw pictures, as bytes come in. */
import { RollcallError } from '../../domain/errors/errors.js';

/** Element ids, EBML spelling with the length marker (RFC 8794, RFC 9559). */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const SIMPLE_BLOCK = 0xa3;

/** Elements that are entered rather than skipped. */
const CONTAINERS: ReadonlySet<number> = new Set([SEGMENT, CLUSTER, BLOCK_GROUP]);

export interface BlockSink {
  /**
   * A buffer of exactly `bytes` for the next block of `track` (numbered from 1); null where there can be no such block.
   */
  allocate(track: number, bytes: number): Uint8Array | null;
  /** A block is complete. `time` is in ticks of the stream's time base. */
  block(track: number, time: number, data: Uint8Array): void;
}

/**
 * Reads the blocks out of a Matroska stream that ffmpeg writes to a pipe, as bytes come in: two raw
 * video streams of different rates, interleaved and timed, through one pipe. Only what ffmpeg's muxer
 * writes for raw video is understood (no lacing). Whatever bytes come, memory stays within a header and what `allocate`
 * grants. Source: RFC 9559.
 */
export class MatroskaStream {
  #pending: Buffer = Buffer.alloc(0);
  #skip = 0;
  #clusterTime = 0;
  #begun = false;
  #block: { track: number; time: number; data: Uint8Array; filled: number } | null = null;

  constructor(private readonly sink: BlockSink) {}

  /** @throws RollcallError `missing_dependency` for bytes that ffmpeg's muxer would not write */
  push(chunk: Buffer): void {
    let bytes = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    for (;;) {
      const used = this.#take(bytes);
      if (used === 0) break;
      bytes = bytes.subarray(used);
    }
    // At most a header: a copy, so that the chunk itself can be freed.
    this.#pending = Buffer.from(bytes);
  }

  /**
   * The rest of a block that is being filled, where at least `bytes` of it are missing: what is read into it and pushed
   * is not copied.
   */
  room(bytes: number): Uint8Array | null {
    if (!this.#block) return null;
    const { data, filled } = this.#block;
    return data.length - filled >= bytes ? data.subarray(filled) : null;
  }

  /** Uses up bytes from the front; 0 when more are needed. */
  #take(bytes: Buffer): number {
    if (bytes.length === 0) return 0;
    if (this.#skip > 0) {
      const used = Math.min(this.#skip, bytes.length);
      this.#skip -= used;
      return used;
    }
    if (this.#block) return this.#fill(this.#block, bytes);
    return this.#header(bytes);
  }

  #fill(block: { track: number; time: number; data: Uint8Array; filled: number }, bytes: Buffer): number {
    const used = Math.min(block.data.length - block.filled, bytes.length);
    const isThere = bytes.buffer === block.data.buffer && bytes.byteOffset === block.data.byteOffset + block.filled;
    if (!isThere) block.data.set(bytes.subarray(0, used), block.filled);
    block.filled += used;
    if (block.filled === block.data.length) {
      this.#block = null;
      this.sink.block(block.track, block.time, block.data);
    }
    return used;
  }

  #header(bytes: Buffer): number {
    const idLength = Math.clz32(bytes[0] ?? 0) - 23;
    if (idLength > 4) throw notMatroska();
    if (bytes.length <= idLength) return 0;
    const sizeLength = Math.clz32(bytes[idLength] ?? 0) - 23;
    if (sizeLength > 8) throw notMatroska();
    const length = idLength + sizeLength;
    if (bytes.length < length) return 0;
    const id = bytes.readUIntBE(0, idLength);
    if (!this.#begun && id !== EBML) throw notMatroska();
    this.#begun = true;
    if (CONTAINERS.has(id)) return length;
    const size = readSize(bytes, idLength, sizeLength);
    if (!Number.isSafeInteger(size)) throw notMatroska();
    if (id === TIMESTAMP) {
      if (size > 8) throw notMatroska();
      if (bytes.length < length + size) return 0;
      this.#clusterTime = readUnsigned(bytes, length, size);
      return length + size;
    }
    if (id === SIMPLE_BLOCK || id === BLOCK) {
      // Track number (one byte: there are two tracks), signed time relative to the cluster, flags.
      if (bytes.length < length + 4) return 0;
      const track = (bytes[length] ?? 0) & 0x7f;
      const time = this.#clusterTime + bytes.readInt16BE(length + 1);
      const data = size > 4 ? this.sink.allocate(track, size - 4) : null;
      if (!data) throw notMatroska();
      this.#block = { track, time, data, filled: 0 };
      return length + 4;
    }
    this.#skip = size;
    return length;
  }
}

function notMatroska(): RollcallError {
  return new RollcallError(
    'missing_dependency',
    'ffmpeg answered with something that is not the Matroska it was asked for.',
    'Set FFMPEG_PATH to a working ffmpeg, or leave it unset to use the one on PATH or from npm.',
  );
}

/** A size without its length marker. */
function readSize(bytes: Buffer, at: number, length: number): number {
  let value = (bytes[at] ?? 0) & (0xff >> length);
  for (let i = 1; i < length; i += 1) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

function readUnsigned(bytes: Buffer, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i += 1) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
