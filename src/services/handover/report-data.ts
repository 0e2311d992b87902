/** What a report tells, from what is handed over: who comes first, how much fits, who is with whom. */
import { cuesOf, type Handover, isDoubtful } from '../../domain/handover/handover.js';
import { subtract, union } from '../../domain/intervals.js';
import { byText } from '../../domain/order.js';
import { overlaps } from '../../domain/presence/together.js';
import { plainLine } from '../../domain/plain-line.js';
import type { Report, ReportFilm, ReportPair, ReportPerson, ReportRow } from '../../domain/report/report.js';
import type { VideoRow } from '../../store/rows.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import { coveredShare, percent } from './gather.js';

/** How much a page holds, so that it stays below some five megabytes. */
export const MOST = { films: 40, people: 60, heat: 16, rows: 24, bars: 400, photos: 24 } as const;
/** Shorter holes in what was looked at are between two pictures, seconds. */
const SHORTEST_GAP_S = 0.5;

/** Longest on screen first, then in most photos; colours and "Person 3" go by this order. */
export function rankPeople({ cues, films }: Handover): Omit<ReportPerson, 'face'>[] {
  const stills = new Set(films.flatMap((f) => (f.photo ? [f.video_id] : [])));
  const people = new Map<string, { name: string | null; cues: Handover['cues'][number][] }>();
  for (const cue of cues)
    for (const { identity_id, name } of cue.people) {
      const known = people.get(identity_id) ?? { name, cues: [] };
      known.cues.push(cue);
      people.set(identity_id, known);
    }
  return [...people]
    .map(([identity_id, { name, cues: all }]) => {
      const own = all.filter((c) => !stills.has(c.video_id));
      return { identity_id, name, cues: own, seconds: secondsOf(own), photos: all.length - own.length };
    })
    .sort((a, b) => b.seconds - a.seconds || b.photos - a.photos || byText(a.identity_id, b.identity_id))
    .map(({ identity_id, name, cues: own, seconds, photos }, index) => ({
      ...{ index, identity_id, photos, seconds: round(seconds) },
      label: name === null ? `Person ${index + 1}` : plainLine(name, 60),
      named: name !== null,
      films: new Set(own.map((c) => c.video_id)).size,
      appearances: own.length,
      in_doubt: 0,
    }));
}

/** How often each is in doubt. */
export function withDoubts<P extends Omit<ReportPerson, 'face'>>(people: readonly P[], handover: Handover): P[] {
  const doubts = new Map<string, number>();
  for (const cue of handover.cues.filter((c) => isDoubtful(c, handover.threshold)))
    for (const { identity_id } of cue.people) doubts.set(identity_id, (doubts.get(identity_id) ?? 0) + 1);
  return people.map((p) => ({ ...p, in_doubt: doubts.get(p.identity_id) ?? 0 }));
}

/** A film without its pictures. @param people those that the report shows */
export function reportFilm(
  handover: Handover,
  video: VideoRow,
  people: readonly ReportPerson[],
): Omit<ReportFilm, 'strip' | 'missing'> {
  const film = handover.films.find((f) => f.video_id === video.video_id);
  const cues = film ? cuesOf(handover, film) : [];
  const all = people.flatMap((person): ReportRow[] => {
    const bars = cues
      .filter((c) => c.people.some((p) => p.identity_id === person.identity_id))
      .map((c) => ({
        ...{ start_s: c.start_s, end_s: c.end_s, score: c.score },
        in_doubt: isDoubtful(c, handover.threshold),
      }));
    return bars.length > 0 ? [{ person, bars }] : [];
  });
  const longest = [...all].sort((a, b) => secondsOf(b.bars) - secondsOf(a.bars));
  const rows: ReportRow[] = [];
  let bars = 0;
  for (const row of longest.slice(0, MOST.rows)) {
    if (rows.length > 0 && bars + row.bars.length > MOST.bars) break;
    rows.push({ ...row, bars: row.bars.slice(0, MOST.bars) });
    bars += row.bars.length;
  }
  const present = new Set(cues.flatMap((c) => c.people.map((p) => p.identity_id))).size;
  const { start_s, duration_s, coverage } = video;
  const { sample_fps, faces_seen, faces_kept, gated, ended_early, notes = [] } = coverage;
  return {
    ...{ video_id: video.video_id, title: plainLine(video.title, 100), start_s, end_s: Math.max(duration_s, start_s) },
    rows,
    rows_left_out: present - rows.length,
    gaps: subtract([{ start_s, end_s: duration_s }], union(coverage.decoded, SHORTEST_GAP_S)).filter(
      (g) => g.end_s - g.start_s >= SHORTEST_GAP_S,
    ),
    coverage: {
      ...{ sample_fps: round(sample_fps), faces_seen, faces_kept, gated, ended_early, notes },
      share: percent(coveredShare(video)),
    },
  };
}

/** Seconds in which two people are in the picture at once, a < b by place in `people`. */
export function pairsAmong(handover: Handover, people: readonly { identity_id: string }[]): ReportPair[] {
  const place = new Map(people.map((p, i) => [p.identity_id, i]));
  const pairs = new Map<string, ReportPair>();
  for (const film of handover.films) {
    const spans = cuesOf(handover, film).flatMap(({ start_s, end_s, people: there }) =>
      there.flatMap((p) => {
        const who = place.get(p.identity_id);
        return who === undefined ? [] : [{ start_s, end_s, who }];
      }),
    );
    for (const { a, b, start_s, end_s } of overlaps(spans)) {
      const pair = pairs.get(`${a} ${b}`) ?? { a, b, seconds: 0, times: 0 };
      pairs.set(`${a} ${b}`, { ...pair, seconds: pair.seconds + end_s - start_s, times: pair.times + 1 });
    }
  }
  return [...pairs.values()];
}

/** What did not fit. */
export function leftOut(films: number, photos: number, people: number, shown: Pick<Report, 'heat_people'>): string[] {
  const more = (all: number, most: number, of: string): string[] =>
    all > most ? [`${all - most} of ${all} ${of}`] : [];
  return [
    ...more(films, MOST.films, 'films: name the ones you want'),
    ...more(photos, MOST.photos, 'photos, those of the fewest people'),
    ...more(people, MOST.people, 'people, those least on screen'),
    ...(Math.min(people, MOST.people) > shown.heat_people
      ? [`in "With whom" all but the ${shown.heat_people} longest on screen`]
      : []),
  ];
}

function secondsOf(spans: readonly { start_s: number; end_s: number }[]): number {
  return spans.reduce((s, i) => s + i.end_s - i.start_s, 0);
}
