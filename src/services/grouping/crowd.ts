/** The people that tracks are compared among: how many they are, where they are seen, and what they look like. */
import { at } from '../../domain/at.js';
import { groupBy } from '../../domain/group-by.js';
import { COHORT_MOST, spreadOver } from '../../domain/grouping/library-cohort.js';
import type { StagedTrack } from '../../store/api.js';

/**
 * How many people a pair of tracks may show: those of their video when it is one, else those of the library. Who
 * appears in a video appears there again far sooner than somebody picked from the library, so a large library does not
 * split the people of a small clip.
 */
export interface Crowd {
  library: number;
  videos: ReadonlyMap<string, number>;
  /** The best track of each, or in a large library of some, evenly spread. */
  faces: readonly StagedTrack[];
}

/** The people of groups of tracks. */
export function crowdOf(groups: readonly (readonly StagedTrack[])[]): Crowd {
  const videos = new Map<string, number>();
  for (const tracks of groups)
    for (const id of new Set(tracks.map((t) => t.video_id))) videos.set(id, (videos.get(id) ?? 0) + 1);
  return { library: groups.length, videos, faces: groups.flatMap((g) => bestOf(g) ?? []) };
}

function bestOf(tracks: readonly StagedTrack[]): StagedTrack | undefined {
  return tracks.reduce<StagedTrack | undefined>((best, t) => (best && best.quality >= t.quality ? best : t), undefined);
}

/** People of both, as many of each as its share in all people; of the others only some may be at hand. */
export function cohortOf(here: Crowd, others: Crowd): StagedTrack[] {
  if (others.faces.length === others.library) return spreadOver([...here.faces, ...others.faces]);
  const most = Math.min(1, COHORT_MOST / (here.library + others.library));
  return [here, others].flatMap(({ faces, library }) => spreadOver(faces, Math.ceil(most * library)));
}

/**
 * The people of very many tracks, told by some: how many they are follows from how their number grew from half of the
 * sample to all of it (Heaps' law, of words in texts), what they look like from the sample, and how many a video shows
 * from that video.
 * @param sample groups of whole videos; @param rest groups of each other video by itself
 */
export function crowdBySample(
  sample: readonly (readonly StagedTrack[])[],
  rest: readonly (readonly StagedTrack[])[],
): Crowd {
  const crowd = crowdOf(sample),
    tracks = (groups: readonly (readonly StagedTrack[])[]): number => groups.reduce((sum, g) => sum + g.length, 0);
  const times = 1 + tracks(rest) / tracks(sample),
    growth = Math.log2((2 * sample.length) / inHalves(sample));
  const videos = new Map([...crowd.videos, ...crowdOf(rest).videos]);
  return { ...crowd, videos, library: Math.round(crowd.library * times ** Math.min(1, Math.max(0, growth))) };
}

/** How many groups are seen in every other video, and how many in those between, in all. */
function inHalves(groups: readonly (readonly StagedTrack[])[]): number {
  const halves = new Map<string, number>();
  for (const group of groups)
    for (const { video_id } of group) if (!halves.has(video_id)) halves.set(video_id, halves.size % 2);
  return groups.reduce((sum, group) => sum + new Set(group.map((t) => halves.get(t.video_id))).size, 0);
}

/** Whole videos from all over, of little more than so many tracks. @returns indices of those, and of all others */
export function sampleOf(tracks: readonly StagedTrack[], most: number): { sample: number[]; rest: number[] } {
  const videos = [...groupBy(tracks.keys(), (i) => at(tracks, i).video_id).values()],
    step = Math.max(1, Math.round(tracks.length / most));
  const of = (is: (v: number) => boolean): number[] =>
    videos
      .filter((_, v) => is(v % step))
      .flat()
      .sort((a, b) => a - b);
  return { sample: of((v) => v === 0), rest: of((v) => v !== 0) };
}
