/** Hands who is on screen when to other programs: tables, subtitles, markers, pictures. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageInfo } from '../../config/package-info.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { csvOf } from '../../domain/handover/csv-table.js';
import { edlsOf } from '../../domain/handover/edl.js';
import { fileStem, uniqueNames } from '../../domain/handover/file-names.js';
import { type Film, type Handover, type HandoverFile, withoutPhotos } from '../../domain/handover/handover.js';
import type { ExportFormat } from '../../domain/handover/formats.js';
import { jsonOf } from '../../domain/handover/json.js';
import { otioOf } from '../../domain/handover/otio.js';
import { chaptersOf, vttOf } from '../../domain/handover/webvtt.js';
import { decidingPoint } from '../../domain/scores/operating-points.js';
import type { Library } from '../../store/api.js';
import type { ExportAnswer } from '../answers/export.js';
import { footageOf } from '../evidence/footage.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { View } from '../library/library-view.js';
import type { ShortIds } from '../library/short-ids.js';
import { secondsOf } from '../library/people-view.js';
import type { WorkContext } from '../progress.js';
import { checkExportRequest, type ExportRequest } from '../requests/export.js';
import type { Resources } from '../resources.js';
import { gather, type Gathered } from './gather.js';
import { writeStills } from './stills.js';
import { writeFiles } from './write-files.js';

export interface ExportService {
  /** @throws RollcallError `too_large` for what does not fit an answer and has no path to be written to */
  export(request: ExportRequest, context?: WorkContext): Promise<ExportAnswer>;
}

type TextFormat = Exclude<ExportFormat, 'stills'>;

/** Characters of a file that an answer may hold: some 2,000 tokens. */
const ANSWER_CHARACTERS = 4_000;
const ENDINGS = {
  csv: ['.csv'],
  json: ['.json'],
  vtt: ['.vtt'],
  chapters: ['.vtt'],
  edl: ['.edl'],
  otio: ['.otio'],
} as const satisfies Record<TextFormat, readonly string[]>;
/** Formats whose editing programs count a film by its own timecode. */
const COUNTED: readonly ExportFormat[] = ['csv', 'json', 'edl', 'otio'];

/** Formats that say nothing but when. */
const TIMED: readonly ExportFormat[] = ['vtt', 'chapters', 'edl', 'otio'];

type Shared = Pick<Resources, 'library' | 'view' | 'calibration' | 'sources' | 'ffmpeg'>;

export function createExportService(resources: Shared, { labelsOf }: Pick<ShortIds, 'labelsOf'>): ExportService {
  return {
    async export(request, context = {}) {
      checkExportRequest(request);
      const { format, out, overwrite = false } = request;
      const endings = format === 'stills' ? [] : ENDINGS[format];
      const target = out === undefined ? null : await resources.sources.target(out, { endings, overwrite });
      const library = await resources.library();
      const view = await viewOf(request, resources, context.signal);
      const { threshold } = decidingPoint(await resources.calibration(), 0);
      const gatherFrom = (faces: Library | null): Promise<Gathered> =>
        gather({ faces, labelsOf }, view, request, threshold, context.signal);
      if (format === 'stills') {
        if (!target) throw new RollcallError('bad_argument', 'Stills are files.', 'Give a folder as {out}.');
        const found = await gatherFrom(library);
        const stills = await writeStills({ found, view, library, resources, target, request }, context);
        return { ...summaryOf(found, format), ...stills, left_out: [...found.left_out, ...stills.left_out] };
      }
      // What is too much without scores is refused before faces are read, and files asked for timecodes, a second each.
      if (!target) contentOf(filesOf(format, withTimes(await gatherFrom(null), format).handover));
      const gathered = withTimes(await gatherFrom(library), format);
      const handover = COUNTED.includes(format)
        ? await withTimecodes(gathered.handover, view, resources, context.signal)
        : gathered.handover;
      const files = filesOf(format, handover);
      if (target)
        return {
          ...summaryOf(gathered, format),
          files: await writeFiles(target, files, { overwrite, bom: format === 'csv' }),
        };
      return { ...summaryOf(gathered, format), content: contentOf(files) };
    },
  };
}

/** Of the films that are asked for, or else of the people, no more than of those is read. */
function viewOf(
  { video_ids, identity_ids }: ExportRequest,
  { view }: Pick<Resources, 'view'>,
  signal?: AbortSignal,
): Promise<View> {
  return !video_ids && identity_ids ? view.ofPeople(identity_ids, signal) : view(video_ids, signal, identity_ids);
}

/** What is left where a format has times alone. */
function withTimes(found: Gathered, format: ExportFormat): Gathered {
  const photos = found.handover.films.filter((film) => film.photo).length;
  if (photos === 0 || !TIMED.includes(format)) return found;
  const note = `${photos} ${photos === 1 ? 'photo' : 'photos'}: ${format} has no place for what has no time; csv and json have`;
  return { ...found, handover: withoutPhotos(found.handover), left_out: [...found.left_out, note] };
}

function summaryOf({ handover, people, left_out, uncertainty }: Gathered, format: ExportFormat): ExportAnswer {
  return {
    ...{ format, files: [], left_out, uncertainty },
    people: people.length,
    videos: new Set(handover.cues.map((c) => c.video_id)).size,
    appearances: handover.cues.length,
    seconds: round(secondsOf(handover.cues)),
  };
}

function filesOf(format: TextFormat, handover: Handover): HandoverFile[] {
  const stem = fileStem(handover.title),
    entries = handover.cues.length,
    name = uniqueNames();
  const each = (of: (film: Film) => { content: string; entries: number }[]): HandoverFile[] =>
    handover.films.flatMap((film) => {
      const parts = of(film),
        own = name(fileStem(film.title));
      return parts.map((part, i) => ({ ...part, name: `${own}${i > 0 ? ` part ${i + 1}` : ''}${ENDINGS[format][0]}` }));
    });
  switch (format) {
    case 'csv':
      return [{ name: `${stem}.csv`, content: csvOf(handover), entries }];
    case 'json': {
      return [{ name: `${stem}.json`, content: jsonOf(handover, `rollcall-mcp ${packageInfo().version}`), entries }];
    }
    case 'otio':
      return [{ name: `${stem}.otio`, content: otioOf(handover, urlOf), entries }];
    case 'vtt':
      return each((film) => [vttOf(handover, film)]);
    case 'chapters':
      return each((film) => [chaptersOf(handover, film)]);
    case 'edl':
      return each((film) => edlsOf(handover, film));
  }
}

function urlOf({ source }: Film): string {
  return path.isAbsolute(source) ? pathToFileURL(source).href : source;
}

/** @throws RollcallError too_large */
function contentOf(files: readonly HandoverFile[]): string {
  const [only, ...more] = files;
  const content = only && more.length === 0 ? only.content : files.map((f) => `${f.name}\n${f.content}`).join('\n');
  if (content.length > ANSWER_CHARACTERS)
    throw new RollcallError(
      'too_large',
      `That is ${content.length} characters${only && more.length === 0 ? '' : ` in ${files.length} files`}, too much for an answer.`,
      'Give {out}, a file or folder to write it to; or ask for fewer films ({video_ids}) or people.',
    );
  return content;
}

/** The films with the timecodes that their files bear, where they are there. */
async function withTimecodes(
  handover: Handover,
  view: View,
  resources: Pick<Resources, 'sources' | 'ffmpeg'>,
  signal?: AbortSignal,
): Promise<Handover> {
  const { startTimecode } = await import('../../media/film/start-timecode.js');
  const films: Film[] = [];
  for (const film of handover.films) {
    const video = view.videos.get(film.video_id);
    const footage = video ? await footageOf(video, resources) : { missing: '' };
    const timecode =
      'file' in footage && !film.photo ? await startTimecode(footage.file, await resources.ffmpeg(), signal) : null;
    films.push({ ...film, timecode });
  }
  return { ...handover, films };
}
