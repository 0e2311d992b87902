/** Out of the library what is handed over, and how sure it is. */
import { filesWords, PHOTO_SPAN } from '../../domain/photos.js';
import { groupBy } from '../../domain/group-by.js';
import { frameRateOf } from '../../domain/handover/frame-rate.js';
import {
  calledBy,
  type Cue,
  type Film,
  type Handover,
  isDoubtful,
  type Someone,
} from '../../domain/handover/handover.js';
import { intersect, total, union } from '../../domain/intervals.js';
import type { Interval } from '../../domain/types.js';
import type { Library } from '../../store/api.js';
import type { IdentityRow, VideoRow } from '../../store/rows.js';
import type { Appearance } from '../answers/identity.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { View } from '../library/library-view.js';
import type { ShortIds } from '../library/short-ids.js';
import { scoresOfTracks } from './appearance-scores.js';

export interface Asked {
  identity_ids?: readonly string[] | undefined;
  video_ids?: readonly string[] | undefined;
  together?: boolean | undefined;
}

export interface Gathered {
  handover: Handover;
  people: IdentityRow[];
  /** What a person is called: by name, or else by label. */
  called: (person: IdentityRow) => string;
  left_out: string[];
  uncertainty: string[];
}

/** Film titles that a note names. */
const NAMED = 3;

/**
 * @param faces where they are read from, to be compared; null leaves out how sure anything is
 * @param threshold score from which on two faces are held to be one person's
 * @throws RollcallError unknown_id
 */
export async function gather(
  { faces, labelsOf }: { faces: Pick<Library, 'vectors'> | null } & Pick<ShortIds, 'labelsOf'>,
  view: View,
  asked: Asked,
  threshold: number,
  signal?: AbortSignal,
): Promise<Gathered> {
  const given = [...new Set((asked.identity_ids ?? []).map((id) => view.person(id)))];
  const listed = view.people.filter((p) => !view.ignored.has(p.identity_id));
  const people = given.length > 0 ? given : listed;
  const labels = await labelsOf(
    people.map((p) => p.identity_id),
    signal,
  );
  const someone = ({ identity_id, name }: IdentityRow): Someone => {
    const label = labels.get(identity_id);
    return { identity_id, name, ...(label === undefined ? {} : { label }) };
  };
  const scores = faces ? await scoresOfTracks(faces, view, people, signal) : new Map<string, number>();
  const alone = people.flatMap((p) =>
    view.appearances(p, (id) => scores.get(id) ?? null).map((a): Cue => cueOf(a, [someone(p)])),
  );
  const all = asked.together ? atOnce(alone, people.map(someone), view) : alone;
  const shown = new Set(all.map((c) => c.video_id));
  const videos = [...view.videos.values()].filter((v) => asked.video_ids !== undefined || shown.has(v.video_id));
  const place = new Map(videos.map((v, i) => [v.video_id, i]));
  const cues = all
    .filter((c) => place.has(c.video_id))
    .sort((a, b) => (place.get(a.video_id) ?? 0) - (place.get(b.video_id) ?? 0) || a.start_s - b.start_s);
  const handover: Handover = {
    title: titleOf(given.map(someone), asked.together ?? false),
    films: videos.map(filmOf),
    cues,
    threshold: scores.size > 0 ? threshold : null,
  };
  const held = new Set(cues.map((c) => c.video_id));
  const without = [...view.videos.values()].filter((v) => !held.has(v.video_id));
  const filesOf = (videos: readonly VideoRow[]): string => {
    const photos = videos.filter((v) => v.coverage.photo).length;
    return filesWords(videos.length - photos, photos);
  };
  const seen = new Set(cues.flatMap((c) => c.people.map((q) => q.identity_id)));
  const ignored = given.length > 0 ? 0 : view.people.length - listed.length;
  return {
    handover,
    called: (person) => calledBy(someone(person)),
    people: people.filter((p) => seen.has(p.identity_id)),
    left_out: [
      ...(ignored > 0 ? [`${ignored} ignored identities`] : []),
      ...(without.length > 0 ? [`${filesOf(without)} of ${view.videos.size}: nobody asked for was found there`] : []),
    ],
    uncertainty: doubtsOf(handover, [...view.videos.values()]),
  };
}

function cueOf({ video_id, start_s, end_s, score, track_ids }: Appearance, people: Someone[]): Cue {
  return { video_id, start_s, end_s, people, track_ids, score: score === null ? null : Math.round(score * 1e4) / 1e4 };
}

/** Where all of them are on screen. */
function atOnce(timed: readonly Cue[], people: readonly Someone[], { videos }: View): Cue[] {
  const isPhoto = (video_id: string): boolean => videos.get(video_id)?.coverage.photo !== undefined;
  const cues = timed.map((cue) => (isPhoto(cue.video_id) ? { ...cue, ...PHOTO_SPAN } : cue));
  return [...groupBy(cues, (c) => c.video_id)].flatMap(([video_id, here]) => {
    const each = people.map((p) => here.filter((c) => c.people[0]?.identity_id === p.identity_id));
    const [first = [], ...rest] = each.map((own): Interval[] => union(own));
    return rest.reduce(intersect, first).map(({ start_s, end_s }): Cue => {
      const there = each.flat().filter((c) => c.start_s < end_s && c.end_s > start_s);
      const scores = there.flatMap((c) => c.score ?? []);
      return {
        video_id,
        ...(isPhoto(video_id) ? { start_s: 0, end_s: 0 } : { start_s: round(start_s), end_s: round(end_s) }),
        people,
        score: scores.length > 0 ? Math.min(...scores) : null,
        track_ids: [...new Set(there.flatMap((c) => c.track_ids))],
      };
    });
  });
}

function titleOf(given: readonly Someone[], together: boolean): string {
  const names = given.slice(0, NAMED).map(calledBy);
  if (names.length === 0) return 'Who is on screen when';
  return `${names.join(together ? ' with ' : ', ')}${given.length > NAMED ? ` and ${given.length - NAMED} more` : ''}`;
}

function filmOf(video: VideoRow): Film {
  const { video_id, title, source, start_s, duration_s, fps } = video;
  return {
    ...{ video_id, title, source, start_s, fps, timecode: null },
    end_s: Math.max(duration_s, start_s),
    photo: video.coverage.photo,
    coverage: coverageWords(video),
  };
}

/** Share of a video that was looked at, 0..1. */
export function coveredShare({ coverage, start_s, duration_s }: VideoRow): number {
  const whole = duration_s - start_s;
  return whole > 0 ? Math.min(1, total(coverage.decoded) / whole) : 1;
}

function coverageWords(video: VideoRow): string {
  const { sample_fps, faces_seen, faces_kept, ended_early, notes = [] } = video.coverage;
  const badly = notes.map((note) => ` ${note}`).join('');
  if (video.coverage.photo) return `Looked at: ${faces_seen} faces seen, ${faces_kept} good enough to compare.${badly}`;
  const early = ended_early === null ? '' : `; not all was looked at (${ended_early.replace(/\.$/, '')})`;
  return `Looked at ${percent(coveredShare(video))} of it, ${round(sample_fps)} pictures a second: ${faces_seen} faces seen, ${faces_kept} good enough to compare${early}.${badly}`;
}

/** Never 100 % for less. */
export function percent(share: number): string {
  return `${share >= 0.9995 ? 100 : Math.min(99, Math.round(share * 100))} %`;
}

function doubtsOf({ cues, threshold, films }: Handover, looked: readonly VideoRow[]): string[] {
  const doubtful = cues.filter((c) => isDoubtful(c, threshold)).length,
    alone = cues.filter((c) => c.score === null).length;
  const partly = looked.filter((v) => coveredShare(v) < 0.9995 || v.coverage.ended_early !== null);
  const badly = looked.filter((v) => v.coverage.notes);
  const inexact = films.filter((f) => !f.photo && !frameRateOf(f.fps).exact);
  const timed = looked.filter((v) => !v.coverage.photo);
  const slowest = Math.min(...timed.map((v) => v.coverage.sample_fps));
  const sum = (of: (v: VideoRow) => number): number => looked.reduce((n, v) => n + of(v), 0);
  const seen = sum((v) => v.coverage.faces_seen),
    kept = sum((v) => v.coverage.faces_kept);
  const titles = (some: readonly { title: string }[]): string =>
    `${some
      .slice(0, NAMED)
      .map((v) => v.title)
      .join(', ')}${some.length > NAMED ? ` and ${some.length - NAMED} more` : ''}`;
  return [
    ...(Number.isFinite(slowest)
      ? [
          `Comings and goings are exact to ${(1 / slowest).toFixed(2)} s: ${round(slowest)} pictures a second were looked at.`,
        ]
      : []),
    ...(doubtful > 0 && threshold !== null
      ? [
          `${doubtful} of ${cues.length} appearances are in doubt, marked (?): their score is below ${threshold.toFixed(3)}.`,
        ]
      : []),
    ...(alone > 0 ? [`${alone} of ${cues.length} appearances have no score: no other face to compare with.`] : []),
    ...(partly.length > 0 ? [`Looked at in part only: ${titles(partly)}.`] : []),
    ...(badly.length > 0 ? [`Looked at, but faces may have been missed: ${titles(badly)}.`] : []),
    ...(inexact.length > 0 ? [`Frame rate unknown or varying, frames are near: ${titles(inexact)}.`] : []),
    `${kept} of ${seen} faces seen in ${filesWords(timed.length, looked.length - timed.length)} were good enough to compare; who was seen only badly is missing.`,
  ];
}
