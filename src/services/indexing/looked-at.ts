/**
 * What of a video was looked at, how finely, and what a new look adds or takes the place of. A look with fewer pictures
 * a second never replaces one with more, unless it is forced to.
 */
import { clip, intersect, subtract, union } from '../../domain/intervals.js';
import type { Interval } from '../../domain/types.js';
import type { CoverageRecord, LookRecord } from '../../store/records/coverage-record.js';
import type { VideoRow } from '../../store/rows.js';

/** JSON has no infinities: an open side is stored as a number beyond any video, seconds. */
const BEYOND_S = 1e9;
/** Times of samples are exact but for rounding, in sampling steps. */
const ROUNDING = 1e-6;

/** Everything there is, whatever the video's length. */
const EVERYTHING: Interval = { start_s: -BEYOND_S, end_s: BEYOND_S };

/** How a request looks at a video. */
export interface Manner {
  sample_fps: number;
  pipeline_version: string;
  /** What was looked at before is looked at again. */
  force: boolean;
}

/** What was asked for, with open sides as numbers. */
export function askedRange({ start_s, end_s }: { start_s?: number | undefined; end_s?: number | undefined }): Interval {
  return {
    start_s: Math.max(start_s ?? EVERYTHING.start_s, EVERYTHING.start_s),
    end_s: Math.min(end_s ?? EVERYTHING.end_s, EVERYTHING.end_s),
  };
}

/** The range as readers of frames take it: undefined for the whole video, else with infinities for open sides. */
export function openRange({ start_s, end_s }: Interval): Interval | undefined {
  if (start_s <= -BEYOND_S && end_s >= BEYOND_S) return undefined;
  return { start_s: start_s <= -BEYOND_S ? -Infinity : start_s, end_s: end_s >= BEYOND_S ? Infinity : end_s };
}

/** How a video was looked at so far. One from before looks were kept was looked at once. */
export function looksOf(video: Pick<VideoRow, 'coverage' | 'range' | 'pipeline_version'>): LookRecord[] {
  const { looks, decoded, sample_fps, faces_seen, faces_kept, gated, ended_early } = video.coverage;
  if (looks) return looks;
  const { pipeline_version, range } = video;
  return [
    { sample_fps, pipeline_version, asked: [range ?? EVERYTHING], decoded, faces_seen, faces_kept, gated, ended_early },
  ];
}

/**
 * What of `asked` was not looked at before in this manner or a finer one; sorted, disjoint, inside `asked`.
 * @param span from the first picture of the video to its end: a gap without a moment to look at is none
 */
export function missing(looks: readonly LookRecord[], asked: Interval, manner: Manner, span: Interval): Interval[] {
  if (manner.force) return [asked];
  const known = union(looks.filter((look) => isFineEnough(look, manner)).flatMap((look) => look.asked));
  if (known.length === 0) return [asked];
  return subtract([asked], known).filter((gap) => clip([gap], span).some((part) => holdsSample(part, manner)));
}

function isFineEnough(look: LookRecord, { sample_fps, pipeline_version }: Manner): boolean {
  return look.pipeline_version === pipeline_version && look.sample_fps >= sample_fps;
}

function holdsSample({ start_s, end_s }: Interval, { sample_fps }: Manner): boolean {
  return Math.ceil(start_s * sample_fps - ROUNDING) < end_s * sample_fps - ROUNDING;
}

/** The looks once `fresh` has taken the place of what was known of its range. */
export function addLook(looks: readonly LookRecord[], fresh: LookRecord): LookRecord[] {
  const left = looks.flatMap((look) => {
    const asked = subtract(look.asked, fresh.asked);
    return asked.length === 0 ? [] : [{ ...look, asked, decoded: subtract(look.decoded, fresh.asked) }];
  });
  const same = left.find((look) => isSameManner(look, fresh));
  const others = left.filter((look) => look !== same);
  return [...others, same ? sumOf(same, fresh) : fresh].sort((a, b) => a.sample_fps - b.sample_fps);
}

function isSameManner(a: LookRecord, b: LookRecord): boolean {
  return a.sample_fps === b.sample_fps && a.pipeline_version === b.pipeline_version;
}

function sumOf(a: LookRecord, b: LookRecord): LookRecord {
  return {
    ...b,
    asked: union([...a.asked, ...b.asked]),
    decoded: union([...a.decoded, ...b.decoded]),
    ...countsOf([a, b]),
    ended_early: b.ended_early ?? a.ended_early,
    ...notesOf([a, b]),
  };
}

/** A video of which something more is to be said, as far as it was looked at in the newest way. */
export function withNote({ coverage, ...video }: VideoRow, note: string, pipeline_version: string): VideoRow {
  const looks = looksOf({ ...video, coverage }).map((look) =>
    look.pipeline_version === pipeline_version ? { ...look, notes: [...(look.notes ?? []), note] } : look,
  );
  return { ...video, coverage: { ...coverage, ...notesOf(looks), looks } };
}

function notesOf(looks: readonly LookRecord[]): Pick<LookRecord, 'notes'> {
  const notes = [...new Set(looks.flatMap((look) => look.notes ?? []))];
  return notes.length > 0 ? { notes } : {};
}

function countsOf(looks: readonly LookRecord[]): Pick<LookRecord, 'faces_seen' | 'faces_kept' | 'gated'> {
  const gated: Record<string, number> = {};
  for (const look of looks)
    for (const [reason, n] of Object.entries(look.gated)) gated[reason] = (gated[reason] ?? 0) + n;
  const sum = (of: (look: LookRecord) => number) => looks.reduce((s, look) => s + of(look), 0);
  return { faces_seen: sum((look) => look.faces_seen), faces_kept: sum((look) => look.faces_kept), gated };
}

/**
 * What all looks at a video come to. Pictures that were looked at again count once more while any of the look is left.
 */
export function coverageOf(video_id: string, source: string, looks: readonly LookRecord[]): CoverageRecord {
  return {
    v: 1,
    video_id,
    source,
    decoded: union(looks.flatMap((look) => look.decoded)),
    sample_fps: Math.min(...looks.map((look) => look.sample_fps)),
    ...countsOf(looks),
    ended_early: looks.find((look) => look.ended_early !== null)?.ended_early ?? null,
    ...notesOf(looks),
    looks: [...looks],
  };
}

/** The part of a video that was asked for in all, as versions without looks read it; null for the whole. */
export function rangeOf(looks: readonly LookRecord[]): Interval | null {
  const asked = union(looks.flatMap((look) => look.asked));
  const [first, last] = [asked[0], asked.at(-1)];
  if (!first || !last || openRange(first) === undefined) return null;
  return { start_s: first.start_s, end_s: last.end_s };
}

/** The same content under another name. */
export function movedWarning(known: Pick<VideoRow, 'source'>, source: string): string[] {
  return known.source === source ? [] : [`The same content was indexed as ${known.source}.`];
}

/** What a new look replaces of earlier ones, and what of the request is kept as it was, in words. */
export function whatChanges(
  looks: readonly LookRecord[],
  asked: Interval,
  fresh: Pick<LookRecord, 'sample_fps' | 'pipeline_version' | 'asked'>,
): string[] {
  const rate = `${fresh.sample_fps} pictures a second`;
  const replaced = looks.flatMap((look) => {
    const parts = intersect(look.decoded, fresh.asked);
    if (parts.length === 0 || isSameManner(look, { ...look, ...fresh })) return [];
    const by = look.sample_fps === fresh.sample_fps ? 'by a newer version' : `with ${rate}`;
    return [
      `${inWords(parts)} had been looked at with ${look.sample_fps} pictures a second; a look ${by} took its place.`,
    ];
  });
  const kept = looks.flatMap((look) => {
    const parts = subtract(intersect(look.decoded, [asked]), union(fresh.asked));
    if (parts.length === 0 || look.sample_fps <= fresh.sample_fps) return [];
    return [
      `${inWords(parts)} had been looked at with ${look.sample_fps} pictures a second, which is finer than ${fresh.sample_fps}: kept as it was.`,
    ];
  });
  return [...replaced, ...kept];
}

/** Ranges that are named one by one. */
const NAMED = 3;

function inWords(ranges: readonly Interval[]): string {
  const named = ranges.slice(0, NAMED).map(({ start_s, end_s }) => `${start_s.toFixed(1)}–${end_s.toFixed(1)} s`);
  return ranges.length > NAMED ? `${named.join(', ')} and ${ranges.length - NAMED} more ranges` : named.join(', ');
}
