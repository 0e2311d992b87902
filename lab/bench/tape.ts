/** What went into the networks, kept in a file, so that the same runs can be made again with nothing around them. */
import { open } from 'node:fs/promises';
import { readSync, writeSync } from 'node:fs';
import type { WrapSession } from '../../src/vision/workers/load-networks.js';
import type { Session } from '../../src/vision/inference/sessions.js';

export interface Tape {
  /** Wraps a network so that what it is given is kept, in the order of the runs. */
  readonly record: WrapSession;
  /** Runs each network was given, and pictures or crops in them. */
  counts(): Record<string, { runs: number; pictures: number }>;
  /**
   * Makes all recorded runs again, one after another, in their order.
   * @returns milliseconds inside `session.run` by network; reading the file is not counted
   */
  replay(signal: AbortSignal): Promise<Record<string, number>>;
  close(): Promise<void>;
}

interface Run {
  of: string;
  dims: readonly number[];
  at: number;
  length: number;
}

/** Opens a tape over a new file: float32 tensors one after another, as long as the video has samples. */
export async function openTape(file: string): Promise<Tape> {
  const handle = await open(file, 'wx+');
  const runs: Run[] = [];
  const sessions = new Map<string, Session>();
  let end = 0;

  return {
    record(session, of) {
      sessions.set(of, session);
      return {
        ...session,
        run(data, dims) {
          writeAll(handle.fd, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end);
          runs.push({ of, dims: [...dims], at: end, length: data.length });
          end += data.byteLength;
          return session.run(data, dims);
        },
      };
    },
    counts() {
      const counts: Record<string, { runs: number; pictures: number }> = {};
      for (const of of sessions.keys()) counts[of] = { runs: 0, pictures: 0 };
      for (const { of, dims } of runs) {
        const count = counts[of];
        if (!count) continue;
        count.runs += 1;
        count.pictures += dims[0] ?? 0;
      }
      return counts;
    },
    async replay(signal) {
      const spent: Record<string, number> = Object.fromEntries([...sessions.keys()].map((of) => [of, 0]));
      const buffers = new Map<number, Float32Array>();
      for (const { of, dims, at, length } of runs) {
        signal.throwIfAborted();
        const data = buffers.get(length) ?? new Float32Array(length);
        buffers.set(length, data);
        readAll(handle.fd, new Uint8Array(data.buffer), at);
        const session = sessions.get(of);
        if (!session) continue;
        const began = performance.now();
        await session.run(data, dims);
        spent[of] = (spent[of] ?? 0) + performance.now() - began;
      }
      return spent;
    },
    async close() {
      for (const session of sessions.values()) await session.release();
      await handle.close();
    },
  };
}

function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

function readAll(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(fd, bytes, done, bytes.length - done, at + done);
    if (read === 0) throw new RangeError('the tape is shorter than what was recorded');
    done += read;
  }
}
