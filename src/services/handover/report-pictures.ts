/** Pictures for a report, as data URLs: frames of a film while its file is there, else faces of who is on screen. */
import type { Library } from '../../store/api.js';
import type { IdentityRow, TrackSummary, VideoRow } from '../../store/rows.js';
import type { Handover } from '../../domain/handover/handover.js';
import { byText, byTitle } from '../../domain/order.js';
import { plainLine } from '../../domain/plain-line.js';
import type { ReportPerson, ReportPhoto, ReportStrip } from '../../domain/report/report.js';
import { pictureAt, picturesOf } from '../evidence/moment.js';
import type { View } from '../library/library-view.js';
import type { Resources } from '../resources.js';
import { MOST } from './report-data.js';

/** Pictures over a film. */
const STRIP = 8;
/** Long side of a frame, pixels, and how well it is kept. */
const FRAME_SIDE = 220,
  PHOTO_SIDE = 400,
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
  const { encodeJpeg } = await import('../../media/pictures/images.js');
  const at = picturesOf(video, resources, signal, FRAME_SIDE);
  for (const time_s of times) {
    const moment = await at(time_s);
    if ('missing' in moment)
      return { strip: await facesStrip(video, { library, view }, signal), missing: moment.missing };
    pictures.push({ time_s, src: dataUrl(await encodeJpeg(moment.image, QUALITY)), alt: '' });
  }
  return { strip: { of: 'frames', pictures }, missing: null };
}

/** The photos of the most people of the report, newest first. @param shown those that have a card */
export async function photosOf(
  { films, cues }: Pick<Handover, 'films' | 'cues'>,
  shown: readonly ReportPerson[],
  { view, resources }: { view: View; resources: Resources },
  signal?: AbortSignal,
): Promise<{ photos: ReportPhoto[]; all: number }> {
  const byId = new Map(shown.map((p) => [p.identity_id, p]));
  const there = new Map<string, ReportPerson[]>();
  for (const { video_id, people } of cues)
    for (const { identity_id } of people) {
      const person = byId.get(identity_id);
      if (person) there.set(video_id, [...(there.get(video_id) ?? []), person]);
    }
  const all = films
    .filter((film) => film.photo && there.has(film.video_id))
    .map((film) => ({ film, taken_at: film.photo?.taken_at ?? null, people: there.get(film.video_id) ?? [] }));
  const chosen = all
    .sort((a, b) => b.people.length - a.people.length)
    .slice(0, MOST.photos)
    .sort((a, b) => byText(b.taken_at ?? '', a.taken_at ?? '') || byTitle(a.film, b.film));
  const { encodeJpeg } = await import('../../media/pictures/images.js');
  const photos: ReportPhoto[] = [];
  for (const { film, taken_at, people } of chosen) {
    const video = view.videos.get(film.video_id);
    const moment = video ? await pictureAt(video, 0, resources, signal, PHOTO_SIDE) : { missing: '' };
    const src = 'image' in moment ? dataUrl(await encodeJpeg(moment.image, QUALITY)) : null;
    // In the order of the cards.
    const shownFirst = people.toSorted((a, b) => a.index - b.index);
    photos.push({ title: plainLine(film.title, 100), taken_at, src, people: shownFirst });
  }
  return { photos, all: all.length };
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
