/** The measurements, in turn; how each is made stands in main.ts. */
import os from 'node:os';
import path from 'node:path';
import type { Settings } from '../../src/config/settings.js';
import type { FfmpegTools } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import { probeVideo } from '../../src/media/film/probe.js';
import { decodeOnly } from './decode-only.js';
import { indexInChild, type IndexedOnce } from './index-in-child.js';
import { LONG_S, type Material, SHORT_S } from './material.js';
import { recordInference } from './record-inference.js';
import { spread, type Spread } from './spread.js';
import { startUp } from './start-up.js';
import { ownFile } from '../own-file.js';

const ROUNDS = 3,
  STARTS = 5;

export interface MeasureOptions {
  /** Instead of the demo's footage. */
  video: string | undefined;
  /** Without the ten minutes. */
  quick: boolean;
  /** The built server. */
  bin: string;
  material: Material;
  /** For what is made on the way: about 3 MB a sample. */
  folder: string;
  settings: Settings;
  tools: FfmpegTools;
  onStep: (what: string) => void;
}

export interface NetworkTime {
  of: string;
  /** Runs of the network and pictures in them. */
  runs: number;
  pictures: number;
  /** Milliseconds inside `session.run`. */
  ms: Spread;
  /** Of the indexing time. */
  share: number;
}

/** All of it; `_ms` are wall milliseconds, `_mb` MB of 10⁶ bytes. */
export interface BenchResult {
  machine: {
    cores: number;
    cpu: string;
    memory_gb: number;
    platform: string;
    node: string;
    ffmpeg: string;
    load_before: number;
    load_after: number;
  };
  video: { what: string; seconds: number; width: number; height: number; fps: number; codec: string };
  settings: { pack: string; sample_fps: number; detector_side: number; max_side: number; threads: number };
  samples: number;
  faces_seen: number;
  faces_kept: number;
  identities: number;
  decode_ms: Spread;
  inference_ms: Spread;
  index_ms: Spread;
  /** Of each round; its median is that of the rounds, not of the medians. */
  ratio: Spread;
  networks: NetworkTime[];
  memory: { short_s: number; short_mb: Spread; long_s: number; long_mb: number | null; growth_mb: number | null };
  startup_ms: Spread;
}

/**
 * @throws RollcallError or ExecaError when something can't be measured, RangeError when inference and indexing did not
 * see the same faces
 */
export async function measure(options: MeasureOptions, signal: AbortSignal): Promise<BenchResult> {
  const { folder, settings, tools, onStep } = options;
  const load_before = load();
  const starts: number[] = [];
  for (let n = 0; n < STARTS; n++) starts.push(await startUp(options.bin, signal));
  onStep(`start-up: ${starts.map((ms) => ms.toFixed(0)).join(', ')} ms`);

  const { warmUp, minute } = options.material;
  const video = options.video ?? minute;
  const probe = await probeVideo(await ownFile(video), tools, signal);

  onStep('recording what goes into the networks');
  const recording = await recordInference(video, path.join(folder, 'tensors.f32'), settings, tools, signal);
  const decode: number[] = [],
    inference: Record<string, number>[] = [],
    indexed: IndexedOnce[] = [];
  try {
    for (let n = 0; n < ROUNDS; n++) {
      decode.push(await decodeOnly(video, tools.ffmpeg, signal));
      inference.push(await recording.tape.replay(signal));
      indexed.push(await indexInChild(warmUp, video, signal));
      onStep(
        `round ${n + 1}: decoding ${decode[n]?.toFixed(0)} ms, inference ${total(inference[n] ?? {}).toFixed(0)} ms, indexing ${indexed[n]?.wall_ms.toFixed(0)} ms, ${indexed[n]?.peak_mb.toFixed(0)} MB`,
      );
    }
  } finally {
    await recording.tape.close();
  }
  const first = checkSame(indexed, recording.seen);
  const memory = await measureMemory(options, indexed, () => options.material.loop(LONG_S), { warmUp, minute }, signal);

  const decode_ms = spread(decode),
    inference_ms = spread(inference.map(total)),
    index_ms = spread(indexed.map((i) => i.wall_ms));
  const counts = recording.tape.counts();
  return {
    machine: {
      cores: os.availableParallelism(),
      cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
      memory_gb: Math.round(os.totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      ffmpeg: `${tools.version} (${tools.origin})`,
      load_before,
      load_after: load(),
    },
    video: {
      what: options.video ? path.basename(options.video) : "the demo's footage, repeated",
      seconds: probe.duration_s,
      width: probe.width,
      height: probe.height,
      fps: probe.fps,
      codec: probe.codec,
    },
    settings: {
      pack: settings.pack,
      sample_fps: settings.sampleFps,
      detector_side: settings.detectorSide,
      max_side: settings.maxSide,
      threads: settings.threads,
    },
    samples: counts.detector?.pictures ?? 0,
    faces_seen: first.faces_seen,
    faces_kept: first.faces_kept,
    identities: first.identities,
    decode_ms,
    inference_ms,
    index_ms,
    ratio: spread(indexed.map(({ wall_ms }, n) => wall_ms / ((decode[n] ?? NaN) + total(inference[n] ?? {})))),
    networks: Object.entries(counts).map(([of, { runs, pictures }]) => {
      const ms = spread(inference.map((round) => round[of] ?? 0));
      return { of, runs, pictures, ms, share: ms.median / index_ms.median };
    }),
    memory,
    startup_ms: spread(starts),
  };
}

async function measureMemory(
  { video, quick, onStep }: MeasureOptions,
  indexed: readonly IndexedOnce[],
  makeLong: () => Promise<string>,
  { warmUp, minute }: { warmUp: string; minute: string },
  signal: AbortSignal,
): Promise<BenchResult['memory']> {
  const short = video ? [await indexInChild(warmUp, minute, signal)] : indexed;
  const short_mb = spread(short.map((i) => i.peak_mb));
  if (quick) return { short_s: SHORT_S, short_mb, long_s: LONG_S, long_mb: null, growth_mb: null };
  onStep(`indexing ${LONG_S} s for its memory`);
  const { peak_mb: long_mb } = await indexInChild(warmUp, await makeLong(), signal);
  return { short_s: SHORT_S, short_mb, long_s: LONG_S, long_mb, growth_mb: long_mb - short_mb.median };
}

/** Comparing them means something only when inference ran on what indexing looked at. */
function checkSame(indexed: readonly IndexedOnce[], seen: { faces_seen: number; faces_kept: number }): IndexedOnce {
  for (const { faces_seen, faces_kept } of indexed) {
    if (faces_seen !== seen.faces_seen || faces_kept !== seen.faces_kept)
      throw new RangeError(
        `indexing saw ${faces_seen} faces and kept ${faces_kept}, the recording ${seen.faces_seen} and ${seen.faces_kept}: they can't be compared`,
      );
  }
  const first = indexed[0];
  if (!first) throw new RangeError('nothing was indexed');
  return first;
}

function total(times: Record<string, number>): number {
  return Object.values(times).reduce((sum, ms) => sum + ms, 0);
}

/** Processes that ran or wanted to, on average over the last minute. */
function load(): number {
  return os.loadavg()[0] ?? 0;
}
