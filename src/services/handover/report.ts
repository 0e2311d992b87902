/** A page that a person can send: who is in the films, when, with whom, and how sure that is. */
import { packageInfo } from '../../config/package-info.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { reportPage } from '../../domain/report/page.js';
import type { Report, ReportFilm, ReportPerson } from '../../domain/report/report.js';
import { withoutPhotos } from '../../domain/handover/handover.js';
import { decidingPoint } from '../../domain/scores/operating-points.js';
import { writeAtomically } from '../../store/files/atomic-write.js';
import type { VideoRow } from '../../store/rows.js';
import type { Facts } from '../library/facts.js';
import type { ShortIds } from '../library/short-ids.js';
import { countProgress, type WorkContext } from '../progress.js';
import type { Resources } from '../resources.js';
import { gather } from './gather.js';
import { leftOut, MOST, pairsAmong, rankPeople, reportFilm, withDoubts } from './report-data.js';
import { faceUrl, photosOf, stripOf } from './report-pictures.js';

export interface ReportRequest {
  /** Ids, titles or paths of videos; all when empty. */
  videos: readonly string[];
  /** File to write, ends in .html. */
  out: string;
  overwrite: boolean;
}

export interface ReportAnswer {
  path: string;
  bytes: number;
  people: number;
  films: number;
  appearances: number;
  left_out: readonly string[];
  uncertainty: readonly string[];
}

export interface ReportService {
  /** @throws RollcallError unknown_id, and what `sources.target` does */
  write(request: ReportRequest, context?: WorkContext): Promise<ReportAnswer>;
}

export function createReportService(resources: Resources, { labelsOf }: Pick<ShortIds, 'labelsOf'>): ReportService {
  return {
    async write({ videos, out, overwrite }, { signal, onProgress } = {}) {
      const target = await resources.sources.target(out, { endings: ['.html', '.htm'], overwrite });
      if (target.kind === 'folder')
        throw new RollcallError('bad_argument', `${out} is a folder.`, 'Give a file that ends in .html.');
      const library = await resources.library();
      // Which films there are says what is to be read of them: tracks of the others are not.
      const known = (await resources.view.facts(signal)).videos;
      const asked = new Set(videos.map((given) => videoOf(known, given).video_id));
      const wanted = [...known.values()].filter((v) => asked.size === 0 || asked.has(v.video_id));
      const timed = wanted.filter((v) => !v.coverage.photo),
        chosen = timed.slice(0, MOST.films);
      const stills = wanted.filter((v) => v.coverage.photo);
      const video_ids = [...chosen, ...stills].map((v) => v.video_id);
      const { threshold } = decidingPoint(await resources.calibration(), 0);
      const read = await resources.view(video_ids.length < known.size ? video_ids : undefined, signal);
      const found = await gather({ faces: library, labelsOf }, read, { video_ids }, threshold, signal);
      const ranked = withDoubts(rankPeople(found.handover), found.handover);
      const tell = countProgress(onProgress, chosen.length, 'films');
      const people: ReportPerson[] = [];
      for (const person of ranked.slice(0, MOST.people))
        people.push({ ...person, face: await faceUrl(library, read, read.person(person.identity_id), signal) });
      const films: ReportFilm[] = [];
      for (const [i, video] of chosen.entries()) {
        const pictures = await stripOf(video, { library, view: read, resources }, signal);
        films.push({ ...reportFilm(found.handover, video, people), ...pictures });
        tell(i + 1);
      }
      const { photos, all } = await photosOf(found.handover, people, { view: read, resources }, signal);
      const heat_people = Math.min(MOST.heat, people.length);
      const report: Report = {
        title: titleOf(films),
        date: new Date().toISOString().slice(0, 10),
        made_by: `Rollcall ${packageInfo().version}`,
        ...{ people, films, photos, heat_people },
        pairs: pairsAmong(found.handover, people.slice(0, heat_people)),
        totals: {
          films: films.length,
          photos: stills.length,
          people: ranked.length,
          seconds: films.reduce((s, f) => s + f.end_s - f.start_s, 0),
          appearances: withoutPhotos(found.handover).cues.length,
        },
        uncertainty: found.uncertainty,
        left_out: [...found.left_out, ...leftOut(timed.length, all, ranked.length, { heat_people })],
        threshold: found.handover.threshold,
      };
      const page = Buffer.from(reportPage(report));
      await writeAtomically(target.location, page);
      const { totals, uncertainty, left_out } = report;
      return {
        ...{ path: target.location, bytes: page.byteLength, uncertainty, left_out },
        ...{ people: totals.people, films: totals.films, appearances: totals.appearances },
      };
    },
  };
}

/** @throws RollcallError unknown_id */
function videoOf(videos: Facts['videos'], given: string): VideoRow {
  const all = [...videos.values()];
  const byId = videos.get(given);
  const found = byId ? [byId] : all.filter((v) => v.title === given || v.source === given);
  const [only, ...more] = found;
  if (only && more.length === 0) return only;
  throw new RollcallError(
    'unknown_id',
    only ? `${found.length} videos are called ${given}.` : `There is no video ${given} in the library.`,
    '{library videos} lists them with their video_ids.',
  );
}

function titleOf([first, ...more]: readonly { title: string }[]): string {
  return first && more.length === 0 ? `Who is in ${first.title}, and when` : 'Who is in this footage, and when';
}
