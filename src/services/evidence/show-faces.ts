/** Faces to look at: the sheets and pictures that back an answer up. */
import path from 'node:path';
import { takenWords } from '../../domain/photos.js';
import { plainLine } from '../../domain/plain-line.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { decidingPoint } from '../../domain/scores/operating-points.js';
import type { Library } from '../../store/api.js';
import type { FacesAnswer, ShownFace } from '../answers/show-faces.js';
import type { Titles } from '../answers/titles.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { View } from '../library/library-view.js';
import type { ShortIds } from '../library/short-ids.js';
import { facesAsked, type FacesRequest, MOST_FACES } from '../requests/show-faces.js';
import type { Resources } from '../resources.js';
import { type Chosen, type ChosenPanel, facesOfPeople, facesOfTracks } from './choose-faces.js';
import { boxesAt, facesAtMoment, pictureAt } from './moment.js';

export interface EvidenceService {
  /** One JPEG and what is on it. Nothing but the library and, for a moment, the video's own file is read. */
  showFaces(request: FacesRequest, signal?: AbortSignal): Promise<FacesAnswer>;
}

type Shared = Pick<Resources, 'library' | 'view' | 'calibration' | 'sources' | 'ffmpeg'>;
type Parts = Shared & Pick<ShortIds, 'labelsOf'>;

export function createEvidenceService(shared: Shared, { labelsOf }: Pick<ShortIds, 'labelsOf'>): EvidenceService {
  const resources = { ...shared, labelsOf };
  return {
    async showFaces(request, signal) {
      const asked = facesAsked(request);
      const library = await resources.library();
      if (asked.of === 'moment') return showMoment(library, asked, resources, request.limit, signal);
      if (asked.of === 'tracks') {
        const view = await resources.view.ofTracks(asked.track_ids, signal);
        const chosen = await facesOfTracks(library, view, asked.track_ids, request.limit, signal);
        return sheetOf(library, view, chosen, resources, signal);
      }
      const view = await resources.view.ofPeople(asked.identity_ids, signal);
      const from = decidingPoint(await resources.calibration(), 0).threshold;
      const chosen = await facesOfPeople(library, view, asked.identity_ids, from, request.limit, signal);
      return sheetOf(library, view, chosen, resources, signal);
    },
  };
}

async function showMoment(
  library: Library,
  { video_id, time_s }: { video_id: string; time_s: number | undefined },
  resources: Parts,
  limit: number,
  signal?: AbortSignal,
): Promise<FacesAnswer> {
  const view = await resources.view([video_id], signal);
  const video = view.videos.get(video_id);
  if (!video) throw new RollcallError('unknown_id', `There is no video ${video_id}.`, 'Ask for its appearances again.');
  if (time_s === undefined && !video.coverage.photo)
    throw new RollcallError('bad_argument', 'A moment of a video has a time.', 'Give the time in it, too, in seconds.');
  const at_s = time_s ?? 0;
  const all = facesAtMoment(view, video_id, at_s).map((face) => withDate(face, view)),
    faces = all.slice(0, Math.min(limit, MOST_FACES));
  const left_out = all.length - faces.length;
  const moment = await pictureAt(video, at_s, resources, signal);
  if ('missing' in moment) {
    if (faces.length === 0)
      throw new RollcallError(
        'not_found',
        `${moment.missing}, and no face is known ${video.coverage.photo ? 'in it' : `at ${clockOf(at_s)}`}.`,
        'Give a time at which somebody is on screen, or put the file back.',
      );
    const notes = [`${moment.missing}: stored faces of who is ${video.coverage.photo ? 'in it' : 'on screen then'}.`];
    return sheetOf(library, view, { panels: [{ person: null, faces }], left_out, notes }, resources, signal);
  }
  const boxes = await boxesAt(library, faces, video, moment, signal);
  const shortOf = await shortNames(faces, resources, signal);
  const marks = faces.flatMap((face, i) => {
    const box = boxes[i];
    return box ? [{ box, number: face.number, label: whoOf(face, shortOf) }] : [];
  });
  const notes =
    all.length === 0
      ? [`Nobody of the library is ${video.coverage.photo ? 'in it' : 'on screen at that moment'}.`]
      : [];
  const { photo } = video.coverage;
  const when = photo ? takenWords(photo.taken_at) : clockOf(moment.time_s);
  const caption = [`${when} ${plainLine(video.title)}`, ...notes];
  const { renderMarkedFrame } = await import('../../media/pictures/contact-sheet.js');
  const picture = await renderMarkedFrame(moment.image, marks, caption);
  const then = faces.map((face) => ({ ...face, time_s: round(moment.time_s) }));
  return { picture, faces: then, left_out, titles: view.titles(), notes };
}

async function sheetOf(
  library: Library,
  view: View,
  { panels: chosen, left_out, notes }: Chosen,
  parts: Pick<ShortIds, 'labelsOf'>,
  signal?: AbortSignal,
): Promise<FacesAnswer> {
  const titles = view.titles();
  const panels = chosen.map((p) => ({ ...p, faces: p.faces.map((face) => withDate(face, view)) }));
  const faces = panels.flatMap((p) => p.faces);
  if (faces.length === 0)
    throw new RollcallError('not_found', 'No face of them is in the library.', '{list_identities} shows who there is.');
  const shownPeople = chosen.flatMap(({ person }) => person ?? []);
  const ofTracks = faces.flatMap((face) => (face.reference ? [] : [face.track_id]));
  const [shortOf, crops, { renderContactSheet }] = await Promise.all([
    shortNames([...faces, ...shownPeople], parts, signal),
    library.bestCrops(ofTracks, signal),
    import('../../media/pictures/contact-sheet.js'),
  ]);
  const picture = await renderContactSheet(
    panels.map((panel) => ({
      heading: headingOf(panel, shortOf),
      faces: panel.faces.map((face) => ({
        jpeg: face.reference?.crop ?? crops.get(face.track_id) ?? null,
        number: face.number,
        lines: labelOf(face, titles, shortOf),
      })),
    })),
    notes,
  );
  return { picture, faces, left_out, titles, notes };
}

/** "P12" of an identity, as the text beside the picture calls it. */
type ShortNames = (identity_id: string) => string;

async function shortNames(
  of: readonly { identity_id: string | null }[],
  { labelsOf }: Pick<ShortIds, 'labelsOf'>,
  signal?: AbortSignal,
): Promise<ShortNames> {
  const labels = await labelsOf([...new Set(of.flatMap(({ identity_id }) => identity_id ?? []))], signal);
  return (id) => labels.get(id) ?? id.replace(/^(identity_.{6}).*$/, '$1…');
}

function headingOf({ person, faces }: ChosenPanel, shortOf: ShortNames): string {
  if (person === null) return faces.length === 1 ? 'One face' : `${faces.length} faces`;
  const short = shortOf(person.identity_id);
  return person.name === null ? short : `${plainLine(person.name, 60)} (${short})`;
}

/** What stands below a face: who, film, when and how good, why. */
function labelOf(face: ShownFace, titles: Titles, shortOf: ShortNames): string[] {
  if (face.reference)
    return [whoOf(face, shortOf), path.basename(face.reference.source), `q ${face.quality.toFixed(2)}`, face.why];
  const score = face.score === null ? '' : `, s ${face.score.toFixed(2)}`;
  return [
    whoOf(face, shortOf),
    titles.get(face.video_id) ?? face.video_id,
    `${face.photo ? takenWords(face.photo.taken_at) : clockOf(face.time_s)}, q ${face.quality.toFixed(2)}${score}`,
    face.why,
  ];
}

function whoOf({ name, identity_id }: ShownFace, shortOf: ShortNames): string {
  if (name !== null) return name;
  return identity_id === null ? 'nobody yet' : shortOf(identity_id);
}

/** Of a photo, when it was taken. */
function withDate(face: ShownFace, view: View): ShownFace {
  return { ...face, photo: view.videos.get(face.video_id)?.coverage.photo };
}

/** hh:mm:ss, cut to the second as players show it. */
function clockOf(seconds: number): string {
  const s = Math.floor(Math.abs(seconds) + 1e-6);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${seconds < 0 && s > 0 ? '-' : ''}${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
