/** What goes when somebody or something is forgotten: worked out on one state of the library, before anything is. */
import { RollcallError } from '../../domain/errors/errors.js';
import { readEditLog } from '../../domain/edits/edit-log.js';
import { replayEdits } from '../../domain/edits/edits.js';
import { enrolledPhotos } from '../../domain/edits/enrolled-photos.js';
import { earlierTracks, forgetInEdits } from '../../domain/edits/forget-edits.js';
import { mentionsName, withoutNames } from '../../domain/edits/mentioned-names.js';
import { calibrationEventSchema } from '../../domain/scores/calibration-log.js';
import type { Reader } from '../../store/api.js';
import type { CalibrationRow, EditRow, IdentityRow, ReferenceRow, TrackSummary, VideoRow } from '../../store/rows.js';
import type { ForgetRequest } from '../requests/forget.js';

export interface ForgettingPlan {
  /** Live ones, and how much of them there is. */
  people: { row: IdentityRow; tracks: number; videos: number }[];
  videos: VideoRow[];
  tracks: TrackSummary[];
  references: ReferenceRow[];
  /** All that were ever said of the people, longest first. */
  names: string[];
  /** Rows of the people, and of those that redirect to them. */
  identity_ids: string[];
  /** Tracks of earlier runs too. */
  track_ids: string[];
  /** People who stay, with what changes of them. */
  changed: IdentityRow[];
  edits: { changed: EditRow[]; removed: string[] };
  calibrations: CalibrationRow[];
  /** Where the names stand still, in words. */
  namedStill: string[];
}

/** @throws RollcallError unknown_id */
export async function planForgetting(
  reader: Reader,
  request: Pick<ForgetRequest, 'identity_ids' | 'video_ids' | 'before'>,
  now: string,
  signal?: AbortSignal,
): Promise<ForgettingPlan> {
  const [all, rows, everyTrack, log, allReferences, calibrations] = [
    await reader.videos(signal),
    await reader.identities(signal),
    await reader.tracks({}, signal),
    await reader.edits(signal),
    await reader.references(signal),
    await reader.calibrations(signal),
  ];
  const before = request.before === undefined ? -Infinity : Date.parse(request.before);
  const videos = chosenVideos(all, request.video_ids ?? [], before);
  const videoIds = new Set(videos.map((v) => v.video_id));
  const byId = new Map(rows.map((r) => [r.identity_id, r]));
  const asked = new Set((request.identity_ids ?? []).map((id) => liveId(id, byId)));
  const exists = new Map(everyTrack.map((t) => [t.track_id, t]));
  const isOld = (r: ReferenceRow) => Date.parse(r.created_at) < before;
  const photos = enrolledPhotos(replayEdits(readEditLog(log)), allReferences);
  const goes = (row: IdentityRow): boolean => {
    if (asked.has(row.identity_id)) return true;
    const theirs = row.track_ids.flatMap((t) => exists.get(t) ?? []);
    // What would be left of them is an id and a name that nothing belongs to.
    const known = (photos.get(row.identity_id) ?? []).filter((r) => !isOld(r));
    const had = theirs.length > 0 || (photos.get(row.identity_id) ?? []).length > 0;
    return had && known.length === 0 && theirs.every((t) => videoIds.has(t.video_id));
  };
  const live = rows.filter((r) => r.merged_into === null);
  const people = live.filter(goes);
  const peopleIds = new Set(people.map((p) => p.identity_id));
  const gone = new Set(rows.flatMap((r) => (peopleIds.has(liveId(r.identity_id, byId)) ? [r.identity_id] : [])));
  const theirTracks = new Set(people.flatMap((p) => p.track_ids));
  const tracks = everyTrack.filter((t) => videoIds.has(t.video_id) || theirTracks.has(t.track_id));
  const track_ids = earlierTracks(log, [...tracks.map((t) => t.track_id), ...theirTracks]);
  const theirPhotos = enrolledFor(gone, log);
  const references = allReferences.filter((r) => isOld(r) || theirPhotos.has(r.reference_id));
  const names = namesOf(gone, rows, log);
  const changed = rows.flatMap((row) => {
    if (gone.has(row.identity_id)) return [];
    const left = row.track_ids.filter((t) => !track_ids.has(t));
    const split_from = row.split_from !== null && gone.has(row.split_from) ? null : row.split_from;
    return left.length === row.track_ids.length && split_from === row.split_from
      ? []
      : [{ ...row, track_ids: left, split_from, updated_at: now }];
  });
  const edits = forgetInEdits(log, {
    identity_ids: gone,
    track_ids,
    reference_ids: new Set(references.map((r) => r.reference_id)),
    names,
  });
  const stays = all.filter((v) => !videoIds.has(v.video_id));
  return {
    people: people.map((row) => {
      const theirs = row.track_ids.flatMap((t) => exists.get(t) ?? []);
      return { row, tracks: theirs.length, videos: new Set(theirs.map((t) => t.video_id)).size };
    }),
    videos,
    tracks,
    references,
    names,
    identity_ids: [...gone],
    track_ids: [...track_ids],
    changed,
    edits,
    calibrations: withoutNamesOf(calibrations, names),
    namedStill: [
      ...live
        .filter((r) => !gone.has(r.identity_id) && r.name !== null && mentionsName(r.name, names))
        .map((r) => `${r.identity_id} is called ${r.name}`),
      ...stays
        .filter((v) => mentionsName(`${v.title} ${v.source}`, names))
        .map((v) => `${v.video_id} lies at ${v.source}`),
    ],
  };
}

/** @throws RollcallError unknown_id */
function chosenVideos(all: readonly VideoRow[], asked: readonly string[], before: number): VideoRow[] {
  const known = new Set(all.map((v) => v.video_id));
  for (const id of asked)
    if (!known.has(id))
      throw new RollcallError(
        'unknown_id',
        `There is no video ${id} in the library: it was never indexed, or is forgotten.`,
        '{library videos} lists the videos.',
      );
  return all.filter((v) => asked.includes(v.video_id) || Date.parse(v.indexed_at) < before);
}

/** Follows redirects. @throws RollcallError unknown_id */
function liveId(identity_id: string, byId: ReadonlyMap<string, IdentityRow>): string {
  let row = byId.get(identity_id);
  for (let hops = 0; row?.merged_into && hops < 100; hops++) row = byId.get(row.merged_into);
  if (row) return row.identity_id;
  throw new RollcallError(
    'unknown_id',
    `There is no identity ${identity_id}: it never was, or is forgotten.`,
    '{list_identities} shows who there is.',
  );
}

/** Photos that were enrolled for one of these, by an edit in force or not. */
function enrolledFor(identity_ids: ReadonlySet<string>, log: readonly EditRow[]): Set<string> {
  return new Set(
    readEditLog(log).flatMap(({ edit }) =>
      edit.action === 'enrol' && identity_ids.has(edit.identity_id) ? edit.reference_ids : [],
    ),
  );
}

/** What people are called, and were. */
function namesOf(gone: ReadonlySet<string>, rows: readonly IdentityRow[], log: readonly EditRow[]): string[] {
  const names = new Set<string>();
  const add = (identity_id: string, name: string | null) => {
    if (name !== null && gone.has(identity_id)) names.add(name);
  };
  for (const row of rows) add(row.identity_id, row.name);
  for (const { edit, before } of readEditLog(log)) {
    if (edit.action === 'name' || edit.action === 'enrol') add(edit.identity_id, edit.name);
    for (const b of before) add(b.identity_id, b.name);
  }
  return [...names].sort((a, b) => b.length - a.length);
}

/** Calibrations whose description names somebody, as a file of pairs may. */
function withoutNamesOf(rows: readonly CalibrationRow[], names: readonly string[]): CalibrationRow[] {
  return rows.flatMap((row) => {
    const body = calibrationEventSchema.safeParse(row.body).data;
    if (body?.event !== 'made' || !mentionsName(body.model.set, names)) return [];
    return [{ ...row, body: { ...body, model: { ...body.model, set: withoutNames(body.model.set, names) } } }];
  });
}
