/**
 * Forgetting: what is named goes from the library in one write, and from the disk before the receipt is given.
 *
 * [Note: Cut short] The write that removes it also says in the library's head that a purge is due; whoever opens the
 * library next makes up for one that was cut short. Before that write nothing has happened, and it can be asked again.
 */
import path from 'node:path';
import { asRollcallError, RollcallError } from '../../domain/errors/errors.js';
import { readOnly } from '../../domain/errors/refusals.js';
import { libraryAt } from '../../config/settings.js';
import type { Library } from '../../store/api.js';
import { readHead } from '../../store/head/head.js';
import { copiesAside } from '../../store/upkeep/library-copy.js';
import type { JobRecord } from '../../store/records/job-record.js';
import { mentionsName } from '../../domain/edits/mentioned-names.js';
import type { ForgetAnswer } from '../answers/forget.js';
import type { Jobs } from '../jobs/jobs.js';
import { checkForgetRequest, type ForgetRequest } from '../requests/forget.js';
import type { Resources } from '../resources.js';
import { isForgettingDue } from './is-due.js';
import { type ForgettingPlan, planForgetting } from './plan-forgetting.js';
import { checkGone, tracesOf } from './traces.js';

/** People and videos that a receipt names. */
const NAMED = 20;
const DAY_MS = 24 * 3600_000;

export interface ForgettingService {
  /**
   * Forgets, or tells what would be. There is no way back. `signal` counts until something is written; from then on it
   * is brought to its end.
   * @throws RollcallError unknown_id, bad_argument; busy when a job that must end first does not
   */
  forget(request: ForgetRequest, jobs: Jobs, signal?: AbortSignal): Promise<ForgetAnswer>;
  /**
   * Forgets what is older than the setting `retentionDays` says, and finishes what was cut short.
   * @returns null when there was nothing to forget
   */
  keepWithin(jobs: Jobs, signal?: AbortSignal): Promise<ForgetAnswer | null>;
}

export function createForgettingService(resources: Pick<Resources, 'library' | 'settings'>): ForgettingService {
  const service: ForgettingService = {
    async keepWithin(jobs, signal) {
      const { retentionDays } = resources.settings;
      if (!(await isForgettingDue(resources.settings))) return null;
      // Opening it brings to its end what was cut short.
      await finishPurge(await resources.library(), libraryAt(resources.settings));
      if (retentionDays === null) return null;
      const before = new Date(Date.now() - retentionDays * DAY_MS).toISOString();
      const { removed } = await service.forget({ before, dry_run: true }, jobs, signal);
      if (removed.videos + removed.reference_photos + removed.jobs === 0) return null;
      return service.forget({ before, dry_run: false }, jobs, signal);
    },
    async forget(request, jobs, signal) {
      checkForgetRequest(request);
      if (resources.settings.readOnly && !request.dry_run) throw readOnly();
      const library = await resources.library();
      const now = new Date().toISOString();
      if (!request.dry_run) await finishPurge(library, libraryAt(resources.settings));
      const expected = await planForgetting(await library.snapshot(), request, now, signal);
      if (request.dry_run) {
        const { removed } = await jobs.forget(jobsOf(expected, request.before), { dry_run: true });
        const aside = await copiesAside(resources.settings.home);
        const also = aside.length > 0 ? ` Copies of the library that were set aside go too: ${aside.join(', ')}.` : '';
        return answer(expected, true, { jobs: removed, runs: 0 }, null, [], `${DRY_HINT}${also}`);
      }
      const first = await jobs.forget(jobsOf(expected, request.before));
      const { plan, traces } = await library.write(async (writer) => {
        const state = await library.snapshot();
        const plan = await planForgetting(state, request, now, signal);
        const traces = await tracesOf(state, plan, signal);
        await writer.removeVideos(plan.videos.map((v) => v.video_id));
        await writer.removeTracks(plan.tracks.map((t) => t.track_id));
        await writer.removeReferences(plan.references.map((r) => r.reference_id));
        await writer.putIdentities(plan.changed);
        await writer.removeIdentities(plan.identity_ids);
        await writer.replaceEdits(plan.edits.changed);
        await writer.removeEdits(plan.edits.removed);
        await writer.replaceCalibrations(plan.calibrations);
        writer.duePurge();
        return { plan, traces };
      }, signal);
      const runs = await endRuns(library, plan, first.shortened);
      // A job that ended meanwhile.
      const again = await jobs.forget(jobsOf(plan, request.before));
      const { bytes_removed, versions_removed } = await library.purge().catch((error: unknown) => {
        throw unfinished(error);
      });
      const { in: files, ...checked } = await checkGone(resources.settings, traces);
      return answer(
        plan,
        false,
        { jobs: first.removed + again.removed, runs: runs.dropped },
        { ...checked, bytes_freed: bytes_removed, versions_removed },
        [
          ...(runs.in_progress > 0
            ? ['A video is being indexed now: whoever is in it is found again, as somebody new.']
            : []),
          ...files.map((file) => `Something is still in ${file}.`),
        ],
        checked.found > 0
          ? 'Not all of it is gone: see remains, and ask again.'
          : 'It is gone from this library, and cannot be brought back. The footage itself, copies of it, backups and what was exported are untouched.',
      );
    },
  };
  return service;
}

/** One that was cut short, as by a full disk, in this process or another: asking again, or waiting, makes up for it. */
async function finishPurge(library: Library, home: string): Promise<void> {
  if ((await readHead(home))?.purge_due !== true) return;
  await library.purge().catch((error: unknown) => {
    throw unfinished(error);
  });
}

function unfinished(error: unknown): RollcallError {
  const { code, message, hint } = asRollcallError(error);
  return new RollcallError(
    code,
    `It is out of the library, but older states on the disk still hold it: ${message}`,
    `${hint} Whatever is forgotten next takes it off the disk too, as does the next start.`,
    { cause: error },
  );
}

const DRY_HINT =
  'Nothing was forgotten. There is no way back, no undo: ask the user, then the same with {dry_run false} does it.';

/** Unfinished indexing may hold faces of whoever is forgotten; what nobody works on starts over. */
async function endRuns(
  library: Library,
  plan: ForgettingPlan,
  jobsShortened: number,
): Promise<{ dropped: number; in_progress: number }> {
  await library.sweep();
  return plan.people.length > 0 || jobsShortened > 0 ? library.dropRestingRuns() : { dropped: 0, in_progress: 0 };
}

/** Which jobs speak of what is forgotten. */
function jobsOf(plan: ForgettingPlan, before: string | undefined): Parameters<Jobs['forget']>[0] {
  const ids = [...plan.identity_ids, ...plan.track_ids, ...plan.videos.map((v) => v.video_id)];
  const sources = plan.videos.map((v) => v.source);
  const words = [...ids, ...sources.map((s) => JSON.stringify(s).slice(1, -1))];
  return {
    finished: (job) => {
      const text = JSON.stringify(job);
      return (
        (before !== undefined && Date.parse(job.created_at) < Date.parse(before)) ||
        words.some((word) => text.includes(word)) ||
        mentionsName(text, plan.names)
      );
    },
    unfinished: (job) =>
      job.kind === 'index_video' &&
      (sources.some((s) => isWithin(s, job)) ||
        job.videos.some((v) => v.video_id !== null && ids.includes(v.video_id))),
    // Of a folder only the film that goes is left out.
    leavesOut(job) {
      if (job.kind !== 'index_video' || sources.includes(job.source)) return null;
      const theirs = job.videos.flatMap((v) => (v.video_id !== null && ids.includes(v.video_id) ? [v.source] : []));
      return theirs.includes(job.source) ? null : [...sources.filter((s) => isWithin(s, job)), ...theirs];
    },
  };
}

/** Whether a job looks at a source, or at a folder that it lies in. */
function isWithin(source: string, job: JobRecord): boolean {
  return source === job.source || source.startsWith(job.source.endsWith(path.sep) ? job.source : job.source + path.sep);
}

function answer(
  plan: ForgettingPlan,
  dry_run: boolean,
  { jobs, runs }: { jobs: number; runs: number },
  checked: ForgetAnswer['checked'],
  remains: readonly string[],
  hint: string,
): ForgetAnswer {
  const { length } = plan.namedStill;
  return {
    dry_run,
    people: plan.people
      .slice(0, NAMED)
      .map(({ row: { identity_id, name }, tracks, videos }) => ({ identity_id, name, tracks, videos })),
    videos: plan.videos.slice(0, NAMED).map(({ video_id, title, source }) => ({ video_id, title, source })),
    removed: {
      people: plan.people.length,
      videos: plan.videos.length,
      tracks: plan.tracks.length,
      reference_photos: plan.references.length,
      names: plan.names.length,
      edits: plan.edits.removed.length,
      edits_changed: plan.edits.changed.length,
      calibrations_changed: plan.calibrations.length,
      jobs,
      runs,
    },
    checked,
    remains: [
      ...plan.namedStill.slice(0, NAMED).map((where) => `The name stands elsewhere: ${where}.`),
      ...(length > NAMED ? [`The name stands in ${length - NAMED} more places.`] : []),
      ...remains,
    ],
    hint,
  };
}
