/** One run of ffmpeg, its output pumped into a sink. */
import type { Writable } from 'node:stream';
import ffmpeg from 'fluent-ffmpeg';
import { type ChildLimits, type Ending, startChild } from '../processes/child-process.js';
import type { FfmpegTools } from './ffmpeg-binaries.js';
import { confinement } from '../processes/confinement.js';
import { openOutputPipe } from './output-pipe.js';

/** ffmpeg is taken for stuck when it gives nothing for this long while somebody waits for it, milliseconds. */
const STALL_MS = 120_000;

export interface FfmpegJob {
  /** Absolute path, with links followed. */
  file: string;
  inputOptions: readonly string[];
  filterGraph: string;
  /** Labels of the graph's outputs, in the order of the streams. */
  outputs: readonly string[];
  outputOptions: readonly string[];
  limits: ChildLimits;
}

export interface FfmpegEnd {
  /** In words, null after a clean end. */
  failure: string | null;
  /** Something stopped it before it was done: the watchdog, a limit, a crash. Not `stop`. */
  broken: boolean;
  /** There was no such program, or it may not be run. */
  notStarted: boolean;
}

export interface FfmpegRun {
  /** Settles when the process is gone and the sink has taken the last of its output; never rejects. */
  readonly done: Promise<FfmpegEnd>;
  /** The last lines on stderr. */
  lastLines(): readonly string[];
  /** Pictures that were left out because their time can't be right. */
  strays(): number;
  /** Pictures that were left out because the clock was set back before them. */
  setBack(): number;
  /**
   * Ends the process: SIGTERM, then SIGKILL after 2 s. Settles when it is gone. `sink` must keep accepting data
   * meanwhile.
   */
  stop(): Promise<void>;
}

/** What the filter graph prints for each picture it leaves out, in two lines. */
export const STRAY = 'rollcall.stray';
/** The value of that where the clock was set back; else it is 1. */
export const SET_BACK = 2;
const STRAY_LINE = new RegExp(`^(${STRAY.replace('.', '\\.')}=|frame:\\d+ +pts:)`);

/** Takes ffmpeg's output; may have `room` for the next bytes, in which they then lie when they are written to it. */
export type OutputSink = Writable & { room?(): Uint8Array | null };

/** Starts ffmpeg with its standard output going into `sink`, which is ended when there is no more. */
export async function runFfmpeg(
  tools: FfmpegTools,
  job: FfmpegJob,
  sink: OutputSink,
  { stallMs = STALL_MS }: { stallMs?: number | undefined } = {},
): Promise<FfmpegRun> {
  const pipe = await openOutputPipe();
  const child = startChild(tools.ffmpeg, ffmpegArguments(job), {
    ...job.limits,
    ...confinement(tools.sandbox, job.file),
    stdout: pipe.stdio,
  });
  pipe.handedOver();
  let stopping = false,
    stalled = false,
    strays = 0,
    setBack = 0;
  child.stderr.skip = (line) => {
    if (line === `${STRAY}=${SET_BACK}`) setBack += 1;
    else if (line.startsWith(`${STRAY}=`)) strays += 1;
    return STRAY_LINE.test(line);
  };

  const pump = async (): Promise<void> => {
    const watchdog = (): NodeJS.Timeout =>
      setTimeout(() => {
        stalled = true;
        child.kill();
      }, stallMs);
    // Only ffmpeg's own silence counts, not the time that the sink makes it wait.
    let timer = watchdog();
    try {
      const take = (bytes: Buffer, done: () => void): boolean => {
        let waits = false;
        sink.write(bytes, () => {
          if (!waits) return;
          timer = watchdog();
          done();
        });
        // What the sink took at once has no length any more.
        waits = sink.writableLength > 0;
        if (waits) clearTimeout(timer);
        else timer.refresh();
        return !waits;
      };
      await pipe.read(child.stdout, take, () => sink.room?.() ?? null);
    } finally {
      clearTimeout(timer);
      sink.end();
    }
  };
  const pumped = pump().catch(() => child.kill());
  const done = child.done.then(async (ending) => {
    await pumped;
    return {
      notStarted: ending.notStarted !== null,
      failure: failureOf(ending, stalled ? stallMs : null, child.stderr.lines),
      broken: stalled || (ending.signal !== null && !stopping),
    };
  });
  return {
    done,
    lastLines: () => child.stderr.lines,
    strays: () => strays,
    setBack: () => setBack,
    stop: async () => {
      stopping = true;
      await child.stop();
    },
  };
}

/** fluent-ffmpeg composes; it starts nothing, since it leaves a program its environment and all of its memory. */
function ffmpegArguments(job: FfmpegJob): string[] {
  return ffmpeg(`file:${job.file}`)
    .inputOptions([...job.inputOptions])
    .complexFilter(job.filterGraph, [...job.outputs])
    .outputOptions([...job.outputOptions])
    .output('pipe:1')
    ._getArguments();
}

function failureOf(
  { code, signal, notStarted }: Ending,
  stallMs: number | null,
  lines: readonly string[],
): string | null {
  if (notStarted !== null) return `ffmpeg could not be started: ${notStarted}`;
  if (stallMs !== null) return `ffmpeg gave nothing for ${stallMs / 1000} s and was stopped`;
  if (signal !== null) return `ffmpeg was ended by ${signal}`;
  return code === 0 ? null : (lines.at(-1) ?? `ffmpeg ended with exit code ${code}`);
}
