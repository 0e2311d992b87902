/** Programs, ffmpeg above all, as child processes that can neither outlive, outgrow nor talk over this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { LineTail } from './line-tail.js';

/** How long a process may take to obey SIGTERM, milliseconds. */
const GRACE_MS = 2000;
const GIB = 1024 ** 3;

export interface ChildLimits {
  /** Address space, bytes. */
  memoryBytes: number;
  /** Time on the processor, of all threads together, seconds. */
  cpu_s: number;
  /** The command line of the sandbox that the program is started in (see confinement); none when absent. */
  within?: readonly string[];
  /** Where its standard output goes; a pipe when absent. */
  stdout?: 'pipe' | Socket;
  /** How far it stays behind, where threads have a priority of their own (else the networks' would come first). */
  niceness?: number | undefined;
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** There never was a process: what the system said. */
  notStarted: string | null;
}

export interface Child {
  /** Empty where it was told to write elsewhere. */
  readonly stdout: Readable;
  readonly stderr: LineTail;
  /** Settles when the process is gone, which may be before the last of its output was read; never rejects. */
  readonly done: Promise<Ending>;
  kill(): void;
  /** SIGTERM, then SIGKILL after 2 s. Settles when the process is gone; someone must go on reading its output. */
  stop(): Promise<Ending>;
}

/** What a decoder is told of this process's environment: nothing that could be a secret. */
const ENVIRONMENT =
  /^(PATH|PATHEXT|HOME|LANG|LC_\w+|TMPDIR|TEMP|TMP|SystemRoot|windir|LD_LIBRARY_PATH|DYLD_\w*LIBRARY_PATH)$/i;

/**
 * [Note: Bounds] Memory and processor time are limited by the shell's `ulimit` before the program takes the shell's
 * place, under the same process id. A second shell waits on the pipe that only the parent holds the other end of: a
 * parent that dies, however, closes it without the word, and the program is killed. Linux enforces all of it; macOS
 * knows no limit of address space; Windows has no such shell, and there a decoder ends when it next writes to the
 * broken pipe. What bounds it everywhere is the filter graph (frame-plan) and the watchdog (ffmpeg-process).
 */
const LAUNCHER = [
  'ulimit -c 0 2>/dev/null; ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; shift 2',
  'exec 3<&0',
  '(read -r word <&3; [ "$word" = gone ] || kill -KILL $$) >/dev/null 2>&1 &',
  'exec "$@" </dev/null 3<&-',
].join('\n');

/** Starts a program with bounds; nothing of it is inherited from this process but what ENVIRONMENT lists. */
export function startChild(program: string, args: readonly string[], limits: ChildLimits): Child {
  const child = launch(program, args, limits);
  const stderr = new LineTail();
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const done = new Promise<Ending>((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, notStarted: error.message });
    });
    child.on('exit', (code, signal) => {
      child.stdin?.end('gone\n');
      const missing = process.platform !== 'win32' && (code === 127 || code === 126);
      const ending = { code, signal, notStarted: missing ? (stderr.lines.at(-1) ?? `exit code ${code}`) : null };
      resolve(limits.within ? endingWithin(ending, stderr.lines.at(-1) ?? '') : ending);
    });
  });
  return {
    stdout: child.stdout ?? Readable.from([]),
    stderr,
    done,
    kill: () => child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      try {
        return await done;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/**
 * How a program ended in a sandbox, which tells a signal as a shell does, by 128 and its number, and its own failures
 * in a line of its own. That the file is gone is the file's matter.
 */
function endingWithin(ending: Ending, lastLine: string): Ending {
  const { code } = ending;
  const killer = Object.entries(os.constants.signals).find(([, number]) => code === 128 + number)?.[0];
  if (killer !== undefined) return { code: null, signal: killer as NodeJS.Signals, notStarted: null }; // keys are names
  const own = code !== 0 && lastLine.startsWith('bwrap: ') && !lastLine.includes("Can't find source path");
  return own ? { ...ending, notStarted: lastLine } : ending;
}

type Launched = ChildProcess & { stderr: Readable };

function launch(program: string, args: readonly string[], limits: ChildLimits): Launched {
  // Static Linux builds crash when they load the host's character set tables (for the service name in an MPEG
  // transport stream); without tables they go without the name, which nobody asks for.
  const env = { ...childEnvironment(process.env), GCONV_PATH: '/nonexistent' };
  const { memoryBytes, cpu_s, within = [], stdout = 'pipe', niceness = 0 } = limits;
  if (process.platform === 'win32')
    return withErrors(spawn(program, [...args], { env, windowsHide: true, stdio: ['ignore', stdout, 'pipe'] }));
  const memory = Number.isFinite(memoryBytes) ? String(Math.round(memoryBytes / 1024)) : 'unlimited';
  const bounds = [memory, String(Math.round(cpu_s))];
  const child = spawn('/bin/sh', ['-c', LAUNCHER, 'sh', ...bounds, ...within, program, ...args], {
    env,
    stdio: ['pipe', stdout, 'pipe'],
  });
  if (niceness > 0 && process.platform === 'linux') stayBehind(child, niceness);
  // The word may come too late for the shell that waits for it.
  child.stdin?.on('error', () => undefined);
  return withErrors(child);
}

/** Of the shell, which the program and its threads have it from. */
function stayBehind({ pid }: ChildProcess, niceness: number): void {
  try {
    if (pid !== undefined) os.setPriority(pid, niceness);
  } catch {
    // It has ended already, or may not: it shares as others do.
  }
}

/** What goes to standard error always comes by a pipe. */
function withErrors(child: ChildProcess): Launched {
  const { stderr } = child;
  if (!stderr) throw new TypeError('a child without the pipe that was asked for');
  return Object.assign(child, { stderr });
}

/** The part of an environment that decoders are given. */
export function childEnvironment(all: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(all).filter(([name]) => ENVIRONMENT.test(name)));
}

/**
 * How much address space ffmpeg may take for pictures of a size: its threads each hold some of them, and their stacks.
 * Never more than half of the machine's memory, unless that is very little.
 * @param pixels width × height
 */
export function decoderMemory(pixels: number): number {
  const wanted = 3 * GIB + os.availableParallelism() * 128 * 1024 ** 2 + 64 * 4 * pixels;
  return Math.min(wanted, Math.max(2 * GIB, os.totalmem() / 2));
}

export interface Captured extends Ending {
  stdout: Buffer;
  stderr: LineTail;
  /** Why it was killed; null when it ended by itself. */
  killed: 'time' | 'size' | null;
}

/**
 * Runs a program to its end and keeps what it says on standard output. Killed when it takes too long or says too much.
 * @throws the signal's reason
 */
export async function captureOutput(
  program: string,
  args: readonly string[],
  options: { limits: ChildLimits; timeoutMs: number; maxBytes: number },
  signal?: AbortSignal,
): Promise<Captured> {
  signal?.throwIfAborted();
  const child = startChild(program, args, options.limits);
  let killed: Captured['killed'] = null;
  const kill = (why: Captured['killed']) => {
    killed ??= why;
    child.kill();
  };
  const abort = () => child.kill();
  signal?.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => kill('time'), options.timeoutMs);
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > options.maxBytes) kill('size');
      else chunks.push(chunk);
    }
    const ending = await child.done;
    signal?.throwIfAborted();
    return { ...ending, stdout: Buffer.concat(chunks), stderr: child.stderr, killed };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
