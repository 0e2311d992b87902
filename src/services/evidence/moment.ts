/** The whole picture at a moment, with the faces of the library boxed; or why there is none. */
import { RollcallError } from '../../domain/errors/errors.js';
import { scaleBox } from '../../domain/faces/geometry.js';
import { boxAt } from '../../domain/tracks/box-at.js';
import { covering } from '../../domain/intervals.js';
import type { Box, RgbImage } from '../../domain/types.js';
import type { FfmpegTools } from '../../media/ffmpeg/ffmpeg-binaries.js';
import type { VideoProbe } from '../../media/film/probe.js';
import type { Source } from '../../media/sources/source.js';
import type { Library } from '../../store/api.js';
import type { VideoRow } from '../../store/rows.js';
import type { ShownFace } from '../answers/show-faces.js';
import type { View } from '../library/library-view.js';
import { type Resources, sandboxOf } from '../resources.js';
import { shown } from './choose-faces.js';
import { footageOf, whyUnreadable } from './footage.js';

/** Long side of the picture, pixels. */
const FRAME_SIDE = 1200;
/** Times are rounded on the way to a client and back, seconds. */
const EDGE_S = 1e-3;

/** Who is on screen, best first. @throws RollcallError unknown_id; bad_argument outside the video */
export function facesAtMoment(view: View, video_id: string, time_s: number): ShownFace[] {
  const video = view.videos.get(video_id);
  if (video?.coverage.photo) time_s = 0;
  // What is stored as its length is when it ends on the timeline of its times.
  const end_s = video?.duration_s ?? 0;
  if (video && end_s > 0 && (time_s < video.start_s - EDGE_S || time_s > end_s + EDGE_S))
    throw new RollcallError(
      'bad_argument',
      `${time_s} s lies outside the video, which lasts from ${video.start_s.toFixed(3)} to ${end_s.toFixed(3)} s.`,
      'Give a time inside the video.',
    );
  return [...view.tracks.values()]
    .filter((t) => t.video_id === video_id && covering(t.presence, time_s).length > 0)
    .sort((a, b) => b.quality - a.quality)
    .map((t, i) =>
      shown(
        i + 1,
        t,
        view.ownerOf(t.track_id) ?? null,
        null,
        video?.coverage.photo ? 'in the photo' : 'on screen then',
      ),
    );
}

export interface Moment {
  image: RgbImage;
  time_s: number;
}

/** A picture, or in words why the footage could not be read. */
type MomentOrNot = Moment | { missing: string };

/** @param maxSide long side of the picture at most, pixels */
export function pictureAt(
  video: VideoRow,
  time_s: number,
  resources: Pick<Resources, 'sources' | 'ffmpeg'>,
  signal?: AbortSignal,
  maxSide = FRAME_SIDE,
): Promise<MomentOrNot> {
  return picturesOf(video, resources, signal, maxSide)(time_s);
}

/** Pictures of one video at times: what its file is, is found out once. @param maxSide as of pictureAt */
export function picturesOf(
  video: VideoRow,
  resources: Pick<Resources, 'sources' | 'ffmpeg'>,
  signal?: AbortSignal,
  maxSide = FRAME_SIDE,
): (time_s: number) => Promise<MomentOrNot> {
  const openFilm = async (file: Source<'file'>): Promise<{ probe: VideoProbe; tools: FfmpegTools }> => {
    const { probeVideo } = await import('../../media/film/probe.js');
    const tools = await resources.ffmpeg();
    return { probe: await probeVideo(file, tools, signal), tools };
  };
  let opened: ReturnType<typeof openFilm> | undefined;
  return async (time_s) => {
    const footage = await footageOf(video, resources);
    if ('missing' in footage) return footage;
    try {
      if (video.coverage.photo) {
        const { loadImage } = await import('../../media/pictures/images.js');
        return {
          image: await loadImage(footage.file, { maxSide, findSandbox: sandboxOf(resources) }, signal),
          time_s: 0,
        };
      }
      const { frameAt } = await import('../../media/film/frame-at.js');
      const { probe, tools } = await (opened ??= openFilm(footage.file));
      // One indexed by the file’s own clock, as versions before 9 of the pipeline did, says so by its start.
      const ahead_s = probe.zero_s === 0 ? 0 : video.start_s - probe.start_s;
      const moment = await frameAt(footage.file, time_s - ahead_s, { probe, tools, maxSide }, signal);
      return { ...moment, time_s: moment.time_s + ahead_s };
    } catch (error) {
      signal?.throwIfAborted();
      return { missing: whyUnreadable(error) };
    }
  };
}

/** Where each face is in the picture, pixels of the picture; null when its track has no box. */
export async function boxesAt(
  library: Library,
  faces: readonly ShownFace[],
  video: VideoRow,
  { image, time_s }: Moment,
  signal?: AbortSignal,
): Promise<(Box | null)[]> {
  const scale = { x: image.width / video.width, y: image.height / video.height };
  return Promise.all(
    faces.map(async ({ track_id }) => {
      const box = boxAt(await library.boxes(track_id, signal), time_s);
      return box && scaleBox(box, scale);
    }),
  );
}
