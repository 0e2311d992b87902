/** Pictures of people as a folder: the clearest faces, and the frames they are from where the footage is there. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { csvTable } from '../../domain/handover/csv-table.js';
import { fileStem, uniqueNames } from '../../domain/handover/file-names.js';
import { spreadFaces } from '../../domain/people/spread-faces.js';
import type { Target } from '../../media/sources/writable-target.js';
import type { Library } from '../../store/api.js';
import { writeAtomically } from '../../store/files/atomic-write.js';
import type { IdentityRow, TrackSummary, VideoRow } from '../../store/rows.js';
import type { ExportAnswer } from '../answers/export.js';
import { shown } from '../evidence/choose-faces.js';
import { boxesAt, pictureAt } from '../evidence/moment.js';
import type { View } from '../library/library-view.js';
import { countProgress, type WorkContext } from '../progress.js';
import type { ExportRequest } from '../requests/export.js';
import type { Resources } from '../resources.js';
import type { Gathered } from './gather.js';
import { openFolder, refuseExisting } from './write-files.js';

interface Sitting {
  found: Gathered;
  view: View;
  library: Library;
  resources: Pick<Resources, 'sources' | 'ffmpeg'>;
  target: Target;
  request: Pick<ExportRequest, 'limit' | 'overwrite'>;
}

/** Long side of a frame at most, and of a face cut out of one, pixels. */
const FRAME_SIDE = 3840,
  FACE_SIDE = 512;
const QUALITY = 90;
/** Of the face's box, around it on each side. */
const PADDING = 0.4;
/** Stills of a person. */
const USUAL = 12;
const INDEX = 'index.csv';
const INDEX_COLUMNS = ['file', 'kind', 'name', 'identity_id', 'title', 'video_id', 'time_s', 'track_id', 'quality'];

/** Writes a folder for each person, and a table of what is in them. */
export async function writeStills(
  { found, view, library, resources, target, request }: Sitting,
  { signal, onProgress }: WorkContext,
): Promise<Pick<ExportAnswer, 'files' | 'left_out'>> {
  const { limit = USUAL } = request;
  const folderOf = uniqueNames();
  const wanted = found.people.map((person) => {
    const tracks = view.tracksOf(person);
    const faces = tracks.map((track) => ({ ...track, time_s: track.best_time_s }));
    return {
      person,
      folder: folderOf(fileStem(found.called(person))),
      tracks: spreadFaces(faces, limit),
      more: Math.max(0, tracks.length - limit),
    };
  });
  await openFolder(target);
  const places = [INDEX, ...wanted.map((w) => w.folder)].map((name) => path.join(target.location, name));
  if (!request.overwrite) await refuseExisting(places);
  const tell = countProgress(
    onProgress,
    wanted.reduce((n, w) => n + w.tracks.length, 0),
    'stills',
  );
  const files: ExportAnswer['files'] = [];
  const rows: Record<string, string | number>[] = [];
  const missing = new Set<string>();
  let done = 0;
  for (const { person, folder, tracks } of wanted) {
    await mkdir(path.join(target.location, folder), { recursive: true });
    for (const [i, track] of tracks.entries()) {
      const video = view.videos.get(track.video_id);
      if (!video) continue;
      const still = await stillsOf({ track, person, video, library, resources }, signal);
      if (still.missing !== null) missing.add(`${video.title}: ${still.missing}; faces as they are stored, no frames.`);
      for (const { kind, jpeg } of still.pictures) {
        const file = `${String(i + 1).padStart(2, '0')} ${fileStem(video.title)} ${video.coverage.photo ? 'photo' : clockName(track.best_time_s)} ${kind}.jpg`;
        const place = path.join(target.location, folder, file);
        await writeAtomically(place, jpeg);
        files.push({ path: place, bytes: jpeg.byteLength, entries: 1 });
        rows.push({
          file: `${folder}/${file}`,
          kind,
          name: person.name ?? '',
          title: video.title,
          time_s: track.best_time_s,
          quality: Math.round(track.quality * 1e3) / 1e3,
          ...{ identity_id: person.identity_id, video_id: track.video_id, track_id: track.track_id },
        });
      }
      tell(++done);
    }
  }
  const index = Buffer.from(`\uFEFF${csvTable(INDEX_COLUMNS, rows)}`);
  const indexPath = path.join(target.location, INDEX);
  await writeAtomically(indexPath, index);
  const more = wanted.reduce((n, w) => n + w.more, 0);
  return {
    files: [{ path: indexPath, bytes: index.byteLength, entries: rows.length }, ...files],
    left_out: [...(more > 0 ? [`${more} more faces: {limit} sets how many of a person.`] : []), ...missing],
  };
}

interface Asked {
  track: TrackSummary;
  person: IdentityRow;
  video: VideoRow;
  library: Library;
  resources: Pick<Resources, 'sources' | 'ffmpeg'>;
}

/** The face, and the frame where the footage is there. */
async function stillsOf(
  { track, person, video, library, resources }: Asked,
  signal?: AbortSignal,
): Promise<{ pictures: { kind: 'face' | 'frame'; jpeg: Uint8Array }[]; missing: string | null }> {
  const { cropJpeg, encodeJpeg } = await import('../../media/pictures/images.js');
  const moment = await pictureAt(video, track.best_time_s, resources, signal, FRAME_SIDE);
  const stored = async (): Promise<{ kind: 'face'; jpeg: Uint8Array }[]> => {
    const [jpeg] = (await library.pictures(track.track_id, signal)).crops;
    return jpeg ? [{ kind: 'face', jpeg }] : [];
  };
  if ('missing' in moment) return { pictures: await stored(), missing: moment.missing };
  const frame = { kind: 'frame', jpeg: await encodeJpeg(moment.image, QUALITY) } as const;
  const [box] = await boxesAt(library, [shown(1, track, person, null, '')], video, moment, signal);
  if (!box) return { pictures: [...(await stored()), frame], missing: null };
  const side = Math.min(FACE_SIDE, Math.round(Math.max(box.w, box.h) * (1 + 2 * PADDING)));
  const face = await cropJpeg(moment.image, box, { padding: PADDING, side: Math.max(1, side), quality: QUALITY });
  return { pictures: [{ kind: 'face', jpeg: face }, frame], missing: null };
}

/** 3723.5 → "01-02-03.500": sorts, and no system minds it. */
function clockName(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60].map(two);
  return `${clock.join('-')}.${String(ms % 1000).padStart(3, '0')}`;
}
