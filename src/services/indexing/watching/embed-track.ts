/**
 * Embeds the crops of a finished track: some of them, of those that look the same one, and where these tell too little
 * of a face, all.
 */
import { alikeCrops } from '../../../domain/tracks/alike-crops.js';
import { embeddedQuality } from '../../../domain/faces/quality.js';
import { bestOfPairs, MIRRORED_CROPS, POOLING, type EmbeddedCrop } from '../../../domain/tracks/track-pooling.js';
import type { TrackCrop, TrackDraft } from '../../../domain/tracks/open-track.js';
import type { FacePipeline } from '../../../vision/pipeline.js';

/** Below this quality a face is told better by twice as many crops: their errors even out. */
const POOR = 0.15;

/** What is told by embeddings, in order of time, and how many crops turned out too poor. */
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
  // A picture that stays gives one crop again and again.
  const mirror = new Set(track.crops.map(({ crop }) => crop)).size <= MIRRORED_CROPS;
  const first = bestOfPairs(track.crops, track.jumps);
  const some = await embedDistinct(first, mirror, pipeline, signal);
  const left = track.crops.filter((crop) => !first.includes(crop));
  if (left.length === 0 || some.crops.some(({ quality }) => quality >= POOR)) return some;
  return together(some, await embedCrops(left, mirror, pipeline, signal));
}

/** A crop that looks the same as a good one is told by the embedding of that; poor ones differ by noise, if at all. */
async function embedDistinct(
  crops: readonly TrackCrop[],
  mirror: boolean,
  pipeline: Embedder,
  signal?: AbortSignal,
): Promise<EmbeddedTrack> {
  const alike = alikeCrops(crops);
  const distinct = crops.filter((crop) => !alike.has(crop));
  const some = await embedCrops(distinct, mirror, pipeline, signal);
  if (alike.size === 0) return some;
  const embedded = new Map(some.crops.map((told) => [told.crop, told]));
  const told: EmbeddedTrack['crops'] = [],
    left: TrackCrop[] = [];
  for (const [crop, better] of alike) {
    const { vector, norm, quality = 0 } = embedded.get(better.crop) ?? {};
    const isTold = quality >= POOLING.good || crop.crop === better.crop;
    if (!isTold || vector === undefined || norm === undefined) left.push(crop);
    else told.push({ ...crop, vector, norm, quality: embeddedQuality(crop.quality, norm, pipeline.pack.norms) });
  }
  const others = left.length > 0 ? await embedCrops(left, mirror, pipeline, signal) : { crops: [], weak: 0 };
  return together(some, others, { crops: told, weak: 0 });
}

function together(...parts: readonly EmbeddedTrack[]): EmbeddedTrack {
  return {
    crops: parts.flatMap(({ crops }) => crops).sort((a, b) => a.time_s - b.time_s),
    weak: parts.reduce((sum, { weak }) => sum + weak, 0),
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
