/** Embeds the crops of a finished track: some of them, and where those tell too little of a face, all. */
import { embeddedQuality } from '../../domain/faces/quality.js';
import { bestOfPairs, MIRRORED_CROPS, type EmbeddedCrop } from '../../domain/faces/track-pooling.js';
import type { TrackCrop, TrackDraft } from '../../domain/faces/tracker.js';
import type { FacePipeline } from '../../vision/pipeline.js';

/** Below this quality a face is told better by twice as many crops: their errors even out. */
const POOR = 0.15;

/** What was embedded, in order of time, and how many crops turned out too poor. */
export interface EmbeddedTrack {
  crops: (TrackCrop & EmbeddedCrop)[];
  weak: number;
}

type Embedder = Pick<FacePipeline, 'pack' | 'embed'>;

/** @param track crops in order of time */
export async function embedTrack(
  track: Pick<TrackDraft, 'crops' | 'jumps'>,
  pipeline: Embedder,
  signal?: AbortSignal,
): Promise<EmbeddedTrack> {
  const mirror = track.crops.length <= MIRRORED_CROPS;
  const first = bestOfPairs(track.crops, track.jumps);
  const some = await embedCrops(first, mirror, pipeline, signal);
  const left = track.crops.filter((crop) => !first.includes(crop));
  if (left.length === 0 || some.crops.some(({ quality }) => quality >= POOR)) return some;
  const others = await embedCrops(left, mirror, pipeline, signal);
  return {
    crops: [...some.crops, ...others.crops].toSorted((a, b) => a.time_s - b.time_s),
    weak: some.weak + others.weak,
  };
}

async function embedCrops(
  crops: readonly TrackCrop[],
  mirror: boolean,
  pipeline: Embedder,
  signal?: AbortSignal,
): Promise<EmbeddedTrack> {
  const { norms } = pipeline.pack;
  const embeddings = await pipeline.embed(
    crops.map(({ crop }) => crop),
    signal,
    { mirror },
  );
  const embedded = crops.flatMap((crop, i) => {
    const found = embeddings[i];
    return found ? [{ ...crop, ...found, quality: embeddedQuality(crop.quality, found.norm, norms) }] : [];
  });
  const kept = embedded.filter(({ norm }) => norm >= norms.least);
  return { crops: kept, weak: embedded.length - kept.length };
}
