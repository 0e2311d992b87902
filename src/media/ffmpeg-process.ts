import type { Writable } from 'node:stream';
import ffmpeg from 'fluent-ffmpeg';
import type { FfmpegTools } from './ffmpeg-binaries.js';

/** How long ffmpeg may take to obey SIGTERM. */
const GRACE_MS = 2000;
/** Lines of ffmpeg's own words that are kept for error messages. */
const KEPT_LINES = 20;

export interface FfmpegJob {
  input: string;
  inputOptions: readonly string[];
  filterGraph: string;
  /** Labels of the graph's outputs, in the order of the streams. */
  outputs: readonly string[];
  outputOptions: readonly string[];
}

export interface FfmpegRun {
  /**
   * Settles when the process is gone, which may be before the last of its output was read; never rejects. `failure` is
   * null after a clean end; `started` false when there was no process, and so nothing that would end the sink.
   */
  readonly done: Promise<{ failure: string | null; started: boolean }>;
  /** The last lines on stderr. */
  lastLines(): readonly string[];
  /**
   * Ends the process: SIGTERM, then SIGKILL after 2 s. Settles when it is gone. `sink` must keep accepting data
   * meanwhile.
   */
  stop(): Promise<void>;
}

/** Starts ffmpeg with its standard output piped into `sink`, which must neither auto-destroy nor emit 'close'. */
export function runFfmpeg(tools: FfmpegTools, job: FfmpegJob, sink: Writable): FfmpegRun {
  const lines: string[] = [];
  let state: 'starting' | 'running' | 'ended' = 'starting';
  let stopping = false;
  let killTimer: NodeJS.Timeout | undefined;

  const command = ffmpeg(job.input)
    .setFfmpegPath(tools.ffmpeg)
    .inputOptions([...job.inputOptions])
    .complexFilter(job.filterGraph, [...job.outputs])
    .outputOptions([...job.outputOptions]);

  const kill = (): void => {
    command.kill('SIGTERM');
    killTimer = setTimeout(() => command.kill('SIGKILL'), GRACE_MS);
  };
  const done = new Promise<{ failure: string | null; started: boolean }>((resolve) => {
    const settle = (failure: string | null): void => {
      const started = state !== 'starting';
      state = 'ended';
      clearTimeout(killTimer);
      resolve({ failure, started });
    };
    command.on('start', () => {
      state = 'running';
      if (stopping) kill();
    });
    command.on('stderr', (line: string) => {
      if (line.trim() === '') return;
      lines.push(line.trim());
      if (lines.length > KEPT_LINES) lines.shift();
    });
    command.on('end', () => settle(null));
    command.on('error', (error: Error) => settle(error.message));
  });
  command.pipe(sink, { end: true });

  return {
    done,
    lastLines: () => lines,
    stop: async () => {
      // fluent-ffmpeg checks the binary's capabilities before it starts it: then 'start' does the killing.
      if (!stopping && state === 'running') kill();
      stopping = true;
      await done;
    },
  };
}
