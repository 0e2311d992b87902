/** Records what indexing a video gives its networks. */
import type { Settings } from '../../src/config/settings.js';
import type { FfmpegTools } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import { openFrames } from '../../src/media/film/frames.js';
import { probeVideo } from '../../src/media/film/probe.js';
import { type FacesCounted, type WatchPipeline, watchVideo } from '../../src/services/indexing/watching/watch-video.js';
import { embedCrops } from '../../src/vision/inference/embedder.js';
import { loadNetworks } from '../../src/vision/workers/load-networks.js';
import { networkFolders, packNetworks } from '../../src/vision/packs/networks.js';
import { describePack } from '../../src/vision/open-pipeline.js';
import { loadPack } from '../../src/vision/packs/pack.js';
import { workersFor } from '../../src/vision/workers/worker-pool.js';
import { ensurePrepared } from '../../src/weights/ensure-prepared.js';
import { openTape, type Tape } from './tape.js';
import { ownFile } from '../own-file.js';

export interface Recording {
  tape: Tape;
  seen: FacesCounted;
  /** Seconds of video. */
  duration_s: number;
  embedders: string[];
}

/**
 * Watches the video as indexing does — the same pass, frames, tracks and crops — with the networks on this
 * thread and a tape before them. `file` of the tape must not exist; it takes about 3 MB a sample.
 */
export async function recordInference(
  video: string,
  file: string,
  settings: Settings,
  tools: FfmpegTools,
  signal: AbortSignal,
): Promise<Recording> {
  const { modelsDir, pack: packId, threads, sampleFps, maxSide, detectorSide } = settings;
  const tape = await openTape(file);
  try {
    const networkDirs = networkFolders(modelsDir);
    await ensurePrepared(modelsDir, networkDirs, packNetworks(await loadPack(modelsDir, packId)), signal);
    const { pack, detector, networks } = await loadNetworks(
      { modelsDir, networkDirs, packId, threads: workersFor(threads).threads },
      tape.record,
    );
    // One at a time, as in the worker: the detector fills the same tensor again for every picture.
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
      const turn = last.then(run);
      last = turn.catch(() => undefined);
      return turn;
    };
    const pipeline: WatchPipeline = {
      pack: await describePack(modelsDir, pack),
      workers: 1,
      detect: (image, options) => inTurn(async () => ({ faces: await detector.detect(image, options) })),
      embed: (crops, _signal, { mirror = true } = {}) => inTurn(() => embedCrops(networks, crops, pack.flip && mirror)),
    };
    const probe = await probeVideo(await ownFile(video), tools, signal);
    const range = { start_s: probe.start_s, end_s: probe.duration_s > 0 ? probe.start_s + probe.duration_s : Infinity };
    const frames = openFrames(
      await ownFile(video),
      { sampleFps, maxSide, smallSide: detectorSide, probe, tools },
      signal,
    );
    const seen = await watchVideo(frames, pipeline, {
      sampleFps,
      detectorSide,
      range,
      signal,
      onTracks: () => Promise.resolve(),
    });
    return { tape, seen, duration_s: probe.duration_s, embedders: networks.map(({ manifest }) => manifest.id) };
  } catch (error) {
    await tape.close();
    throw error;
  }
}
