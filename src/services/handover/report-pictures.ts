/** Pictures for a report, as data URLs: frames of a film while its file is there, else faces of who is on screen. */
import type { Library } from '../../store/api.js';
import type { IdentityRow, TrackSummary, VideoRow } from '../../store/rows.js';
import type { ReportStrip } from '../../domain/report/report.js';
import { pictureAt } from '../evidence/moment.js';
import type { View } from '../library/library-view.js';
import type { Resources } from '../resources.js';

/** Pictures over a film. */
const STRIP = 8;
/** Long side of a frame, pixels, and how well it is kept. */
const FRAME_SIDE = 220,
  QUALITY = 72;

export async function faceUrl(
  library: Pick<Library, 'pictures'>,
  view: View,
  person: IdentityRow,
  signal?: AbortSignal,
): Promise<string | null> {
  const [best] = view.tracksOf(person).sort((a, b) => b.quality - a.quality);
  return best ? trackUrl(library, best, signal) : null;
}

async function trackUrl(
  library: Pick<Library, 'pictures'>,
  { track_id }: TrackSummary,
  signal?: AbortSignal,
): Promise<string | null> {
  const [crop] = (await library.pictures(track_id, signal)).crops;
  return crop ? dataUrl(crop) : null;
}

/** Spread evenly over the film; `missing` says why there are no frames of it. */
export async function stripOf(
  video: VideoRow,
  { library, view, resources }: { library: Pick<Library, 'pictures'>; view: View; resources: Resources },
  signal?: AbortSignal,
): Promise<{ strip: ReportStrip; missing: string | null }> {
  const length = video.duration_s - video.start_s;
  const times = Array.from({ length: STRIP }, (_, i) => video.start_s + (length * (i + 0.5)) / STRIP);
  const pictures: ReportStrip['pictures'][number][] = [];
  const { encodeJpeg } = await import('../../media/images.js');
  for (const time_s of times) {
    const moment = await pictureAt(video, time_s, resources, signal, FRAME_SIDE);
    if ('missing' in moment)
      return { strip: await facesStrip(video, { library, view }, signal), missing: moment.missing };
    pictures.push({ time_s, src: dataUrl(await encodeJpeg(moment.image, QUALITY)), alt: '' });
  }
  return { strip: { of: 'frames', pictures }, missing: null };
}

/** The clearest face of each stretch of the film. */
async function facesStrip(
  { video_id, start_s, duration_s }: VideoRow,
  { library, view }: { library: Pick<Library, 'pictures'>; view: View },
  signal?: AbortSignal,
): Promise<ReportStrip> {
  const step = Math.max(1e-6, duration_s - start_s) / STRIP;
  const shown = [...view.tracks.values()].filter((t) => {
    const owner = view.ownerOf(t.track_id);
    return t.video_id === video_id && owner !== undefined && !view.ignored.has(owner.identity_id);
  });
  const pictures: ReportStrip['pictures'][number][] = [];
  for (let i = 0; i < STRIP; i++) {
    const within = shown.filter((t) => Math.min(STRIP - 1, Math.floor((t.best_time_s - start_s) / step)) === i);
    const [best] = within.sort((a, b) => b.quality - a.quality);
    const src = best ? await trackUrl(library, best, signal) : null;
    if (best && src !== null) pictures.push({ time_s: best.best_time_s, src, alt: '' });
  }
  return { of: 'faces', pictures };
}

function dataUrl(jpeg: Uint8Array): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
}
