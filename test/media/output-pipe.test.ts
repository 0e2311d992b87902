/** A real program's output through a pipe that reads into one buffer. */
import { describe, expect, test } from 'vitest';
import { startChild } from '../../src/media/child-process.js';
import { openOutputPipe } from '../../src/media/output-pipe.js';

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
});
