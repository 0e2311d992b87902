/**
 * What a program writes, read into the same memory again and again.
 *
 * [Note: One buffer] Node gives each 64 kB that come through a child's pipe memory of their own. Of pictures that is
 * 10 MB a second of film, and the collector goes through the whole heap again for every few of them: a fifth of the
 * main thread's time and more on its helpers'. A socket that this process connects reads into one buffer instead, and
 * its other end can be a program's output. Where the taker has room for what comes next, it is read right there: V8
 * copies into shared memory word by word.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';

const BUFFER_BYTES = 64 * 1024;

/** Takes bytes, which are overwritten once it is done with them: false when it isn't yet, and calls `done` later. */
export type TakeBytes = (bytes: Buffer, done: () => void) => boolean;

export interface OutputPipe {
  /** What the program is given as its standard output. */
  readonly stdio: 'pipe' | net.Socket;
  /** To be called when the program has its end: this process lets go of it, so that it can see the last of it close. */
  handedOver(): void;
  /**
   * Reads to the end. @param stdout the program's, where `stdio` is 'pipe' @param room where the taker, done with what
   * it was given, would have the next bytes; `take` then gets a view of it. null: anywhere
   * @throws the system's error
   */
  read(stdout: Readable, take: TakeBytes, room?: () => Uint8Array | null): Promise<void>;
}

/** A pipe that reads into one buffer; where the system makes none (Windows, long paths), an ordinary one. */
export async function openOutputPipe(): Promise<OutputPipe> {
  if (process.platform === 'win32') return ORDINARY;
  return await openSocketPipe().catch(() => ORDINARY);
}

/** Node's own pipe: each chunk has memory of its own. */
const ORDINARY: OutputPipe = {
  stdio: 'pipe',
  handedOver: () => undefined,
  async read(stdout, take) {
    for await (const chunk of stdout as AsyncIterable<Buffer>)
      await new Promise<void>((taken) => {
        if (take(chunk, taken)) taken();
      });
  },
};

async function openSocketPipe(): Promise<OutputPipe> {
  let take: TakeBytes = () => true,
    room: () => Uint8Array | null = () => null;
  const own = new Uint8Array(BUFFER_BYTES);
  /** It has not done with what it was given, and can't tell what comes next. */
  let waits = false;
  // Nobody else can come in by the name: the folder is this user's, and gone when both ends are there.
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pipe-'));
  const server = net.createServer({ pauseOnConnect: true });
  try {
    const address = path.join(folder, 's');
    const accepted = once(server.listen(address), 'connection');
    const reader = net.connect({
      path: address,
      onread: {
        // Asked after each callback.
        buffer: () => (waits ? null : room()) ?? own,
        callback: (length, { buffer, byteOffset }) => {
          waits = !take(Buffer.from(buffer, byteOffset, length), () => {
            waits = false;
            reader.resume();
          });
          return !waits;
        },
      },
    });
    reader.pause();
    reader.on('error', () => undefined); // where it ends is all that is asked
    const [, [writer]] = await Promise.all([once(reader, 'connect'), accepted as Promise<[net.Socket]>]);
    return {
      stdio: writer,
      handedOver: () => writer.destroy(),
      async read(_, taking, place = room) {
        [take, room] = [taking, place];
        const ended = once(reader, 'close');
        reader.resume();
        await ended;
      },
    };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
