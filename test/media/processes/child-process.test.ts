import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  captureOutput,
  childEnvironment,
  decoderMemory,
  startChild,
} from '../../../src/media/processes/child-process.js';
import { LineTail } from '../../../src/media/processes/line-tail.js';

const LIMITS = { memoryBytes: 1e10, cpu_s: 60 };
const GENEROUS = { limits: LIMITS, timeoutMs: 20_000, maxBytes: 1e6 };
const shell = (script: string) => ['/bin/sh', ['-c', script]] as const;

describe.runIf(process.platform !== 'win32')('a child process', () => {
  it('dies with its parent, also when that is killed without a chance to say so', async () => {
    const script = path.join(import.meta.dirname, 'orphan-parent.ts');
    const parent = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(pid).toBeGreaterThan(1);
    process.kill(pid, 0);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await expect.poll(() => isRunning(pid), { timeout: 10_000, interval: 20 }).toBe(false);
  });

  it('is given nothing of the environment that could be a secret', async () => {
    process.env['ROLLCALL_HTTP_TOKEN'] = 'secret';
    try {
      const { stdout } = await captureOutput(...shell('env'), GENEROUS);
      expect(stdout.toString()).toContain('PATH=');
      expect(stdout.toString()).not.toMatch(/secret|ROLLCALL/);
    } finally {
      delete process.env['ROLLCALL_HTTP_TOKEN'];
    }
    expect(childEnvironment({ PATH: '/bin', httpToken: 'x', AWS_SECRET_ACCESS_KEY: 'x', LC_ALL: 'C' })).toEqual({
      PATH: '/bin',
      LC_ALL: 'C',
    });
  });

  it('has no more memory and processor time than it is granted', async () => {
    const limits = { memoryBytes: 2 ** 30, cpu_s: 77 };
    const { stdout } = await captureOutput(...shell('ulimit -v; ulimit -t; ulimit -c'), { ...GENEROUS, limits });
    if (process.platform === 'linux') expect(stdout.toString()).toBe('1048576\n77\n0\n');
    const spin = await captureOutput(...shell('while :; do :; done'), { ...GENEROUS, limits: { ...limits, cpu_s: 1 } });
    expect(spin.signal).toMatch(/SIGXCPU|SIGKILL/);
  });

  it('is killed where it does not obey', async () => {
    const child = startChild(...shell('trap "" TERM; echo up; while :; do sleep 0.05; done'), LIMITS);
    await once(child.stdout, 'data');
    child.stdout.resume();
    expect(await child.stop()).toMatchObject({ signal: 'SIGKILL' });
  });

  it('is killed where it takes too long, says too much, or nobody waits any more', async () => {
    expect(await captureOutput(...shell('exec sleep 60'), { ...GENEROUS, timeoutMs: 100 })).toMatchObject({
      killed: 'time',
      signal: 'SIGKILL',
    });
    expect(await captureOutput(...shell('exec yes'), { ...GENEROUS, maxBytes: 1e5 })).toMatchObject({ killed: 'size' });
    const controller = new AbortController();
    const asked = captureOutput(...shell('exec sleep 60'), GENEROUS, controller.signal);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('that is not there is told from one that fails', async () => {
    expect(await captureOutput('/no/such/program', [], GENEROUS)).toMatchObject({
      notStarted: expect.any(String) as string,
    });
    expect(await captureOutput(...shell('exit 3'), GENEROUS)).toMatchObject({ code: 3, notStarted: null });
  });

  it('may say a line of 200 MB without taking memory', async () => {
    const before = process.memoryUsage().rss;
    const child = startChild(...shell('head -c 200000000 /dev/zero | tr "\\0" x >&2; echo >&2; echo end >&2'), LIMITS);
    child.stdout.resume();
    await child.done;
    await expect.poll(() => child.stderr.lines.at(-1)).toBe('end');
    expect(child.stderr.lines[0]?.length).toBeLessThanOrEqual(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });
});

describe('the last lines of a program', () => {
  it('are whole however they come in, and no more than twenty', () => {
    const tail = new LineTail((line) => line.startsWith('skip'));
    for (const part of ['on', 'e\ntwo\r\nskip me\nthr', 'ee']) tail.push(Buffer.from(part));
    expect(tail.lines).toEqual(['one', 'two', 'three']);
    for (let i = 0; i < 100; i += 1) tail.push(Buffer.from(`\nline ${i}`));
    expect(tail.lines).toHaveLength(21);
    expect(tail.lines.at(-1)).toBe('line 99');
  });
});

describe('the memory that a decoder may take', () => {
  it('grows with the pictures and never beyond half of the machine’s', () => {
    expect(decoderMemory(1280 * 720)).toBeGreaterThan(2 ** 30);
    expect(decoderMemory(65535 * 65535)).toBeLessThanOrEqual(Math.max(2 ** 31, os.totalmem() / 2));
    expect(decoderMemory(7680 * 4320)).toBeGreaterThanOrEqual(decoderMemory(640 * 360));
  });
});

/** Whether a process runs; one that has ended and was not yet reaped does not. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}
