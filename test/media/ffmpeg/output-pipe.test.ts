/** A real program's output through a pipe that reads into one buffer. */
import { describe, expect, test } from 'vitest';
import { startChild } from '../../../src/media/processes/child-process.js';
import { openOutputPipe } from '../../../src/media/ffmpeg/output-pipe.js';

const LIMITS = { memoryBytes: 4e9, cpu_s: 20 };
const BYTES = 3_000_000;

/** A program that writes the numbers from 1 on, a line each. */
async function start() {
  const pipe = await openOutputPipe();
  const child = startChild('/bin/sh', ['-c', `seq 1 1000000 | head -c ${BYTES}`], { ...LIMITS, stdout: pipe.stdio });
  pipe.handedOver();
  return { pipe, child };
}

describe.skipIf(process.platform === 'win32')('one buffer for all that a program writes', () => {
  test('everything comes, in order, through the same memory', async () => {
    const { pipe, child } = await start();
    const memory = new Set<ArrayBufferLike>();
    let text = '';
    await pipe.read(child.stdout, (bytes) => {
      memory.add(bytes.buffer);
      text += bytes.toString('latin1');
      return true;
    });
    expect(text.length).toBe(BYTES);
    expect(text.startsWith('1\n2\n3\n')).toBe(true);
    expect(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1)).toBe(String(text.split('\n').length - 1));
    expect(memory.size).toBe(1);
    expect(await child.done).toMatchObject({ code: 0 });
  });

  test('whoever is not done holds the program up, and loses nothing', async () => {
    const { pipe, child } = await start();
    let bytes = 0,
      busy = false;
    await pipe.read(child.stdout, (chunk, done) => {
      expect(busy).toBe(false);
      busy = true;
      bytes += chunk.length;
      setImmediate(() => {
        busy = false;
        done();
      });
      return false;
    });
    expect(bytes).toBe(BYTES);
    expect(await child.done).toMatchObject({ code: 0 });
  });

  test('bytes come where there is room for them, and nowhere else', async () => {
    const { pipe, child } = await start();
    // Workers see such memory; frames lie in it.
    const whole = new Uint8Array(new SharedArrayBuffer(BYTES));
    let filled = 0,
      copied = 0;
    await pipe.read(
      child.stdout,
      (bytes, done) => {
        const isThere = bytes.buffer === whole.buffer && bytes.byteOffset === filled;
        if (!isThere) {
          whole.set(bytes, filled);
          copied += bytes.length;
        }
        filled += bytes.length;
        const waits = filled > BYTES / 2;
        if (waits) setImmediate(done);
        return !waits;
      },
      () => (filled > BYTES / 10 && filled < BYTES ? whole.subarray(filled) : null),
    );
    const text = Buffer.from(whole.buffer).toString('latin1');
    expect(filled).toBe(BYTES);
    expect(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1)).toBe(String(text.split('\n').length - 1));
    // Whoever holds the program up is not asked for room before it goes on.
    expect(copied).toBeGreaterThan(BYTES / 2 - BYTES / 10);
    expect(copied).toBeLessThan(BYTES);
    expect(await child.done).toMatchObject({ code: 0 });
  });
});
