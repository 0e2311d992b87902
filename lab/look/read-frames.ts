/** Samples of an indexed film: what a look at each alone finds, and whom the library says is there. */
import { scaleBox } from '../../src/domain/faces/geometry.js';
import { boxAt } from '../../src/domain/tracks/box-at.js';
import { covering } from '../../src/domain/intervals.js';
import type { Box, Face, RgbImage } from '../../src/domain/types.js';
import { openFrames } from '../../src/media/film/frames.js';
import { probeVideo } from '../../src/media/film/probe.js';
import { footageOf } from '../../src/services/evidence/footage.js';
import { MIN_SCORE } from '../../src/services/indexing/watching/watch-video.js';
import type { Resources } from '../../src/services/resources.js';

/** Somebody whom the library has on screen. */
export interface Present {
  /** As P12; a track of nobody's has none. */
  label: string;
  /** Where, pixels of the picture; null where no box was stored. */
  box: Box | null;
}

export interface SeenFrame {
  time_s: number;
  image: RgbImage;
  /** Every face that the detector finds in this picture, gated ones too. */
  faces: Face[];
  present: Present[];
}

/** Of the samples that indexing takes, as many as asked for, spread evenly. @throws RollcallError of the footage */
export async function* readFrames(
  resources: Resources,
  video_id: string,
  count: number,
  signal: AbortSignal,
): AsyncGenerator<SeenFrame> {
  const view = await resources.view([video_id], signal),
    library = await resources.library();
  const video = view.videos.get(video_id);
  const footage = video && (await footageOf(video, resources));
  if (!footage || 'missing' in footage) throw new Error(footage?.missing ?? `There is no ${video_id}.`);
  const tools = await resources.ffmpeg(),
    pipeline = await resources.pipeline();
  const { detectorSide, maxSide, sampleFps } = resources.settings;
  const probe = await probeVideo(footage.file, tools, signal);
  const boxes = await library.boxesIn([video_id], signal),
    labels = await library.labels(signal);
  const whoOf = (track_id: string): string => {
    const owner = view.ownerOf(track_id);
    return owner ? (owner.name ?? `P${labels.get(owner.identity_id) ?? '?'}`) : 'nobody';
  };
  const tracks = [...view.tracks.values()];
  const every_s = probe.duration_s / count;
  let next_s = probe.start_s + every_s / 2;
  const frames = openFrames(footage.file, { sampleFps, maxSide, probe, tools }, signal);
  for await (const { time_s, image } of frames) {
    if (image.weights !== undefined || time_s < next_s - 0.5 / frames.sampleFps) {
      frames.recycle(image.data);
      continue;
    }
    next_s += every_s;
    const scale = { x: image.width / probe.width, y: image.height / probe.height };
    const { faces } = await pipeline.detect(image, { minScore: MIN_SCORE, detectorSide }, signal);
    const { width, height, data } = image;
    yield {
      time_s,
      image: { width, height, data: Uint8Array.from(data) },
      faces,
      present: tracks
        .filter((t) => covering(t.presence, time_s).length > 0)
        .map(({ track_id }) => {
          const box = boxAt(boxes.get(track_id) ?? [], time_s);
          return { label: whoOf(track_id), box: box && scaleBox(box, scale) };
        }),
    };
    frames.recycle(data);
  }
}
