/** The tool co_occurrence. */
import { z } from 'zod';
import {
  type GroupAnswer,
  type InDoubt,
  type PairAnswer,
  groupSchema,
  inDoubtSchema,
  pairSchema,
} from '../services/answers/co-occurrence.js';
import { defineTool } from './definition/define-tool.js';
import { clock, count, film, lines, moments, moreLine, secondsWords, who } from './answers/format.js';
import { type Titles, videosMentioned } from '../services/answers/titles.js';
import { checkTogetherRequest, togetherRequestShape } from '../services/requests/co-occurrence.js';
import { type Detail, detailInput } from './definition/brief-answers.js';
import { cursorInput, limitInput } from './definition/inputs.js';
import { inOutline } from './answers/outlined-schema.js';
import { doubtsWords } from './answers/identity-line.js';
import { videosOutline } from './answers/answer-outlines.js';
import { fitPage, windowed, windowOf } from './answers/paging.js';
import { markIn } from './answers/cursor.js';
import { coverageFields, coverageLine, coverageShape, onPage } from './answers/coverage-fields.js';

/** What of pairs and groups is shown, by how little room there is. */
const SCALES = [
  { intervals: 5, groups: 20, members: 12 },
  { intervals: 2, groups: 5, members: 6 },
  { intervals: 1, groups: 3, members: 4 },
] as const;

const USUAL = 20;

export const coOccurrence = defineTool({
  name: 'co_occurrence',
  title: 'Who is with whom',
  description: [
    'Tell who is on screen together, how long, how often, when: pairs and larger groups, longest first.',
    'People by picture or name: find_person, mode together.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    ...togetherRequestShape,
    max_intervals: z.number().int().min(0).max(500).optional(),
    detail: detailInput.optional(),
    limit: limitInput.optional(),
    cursor: cursorInput.optional(),
  }),
  output: z.object({
    pairs: inOutline(
      z.array(pairSchema.extend({ intervals_total: z.number().int() })),
      'a, b, a_name, b_name, seconds, times, intervals (video_id, start_s, end_s), intervals_total, first and last (brief: if not in intervals), jaccard (÷ seconds of either), lift (÷ chance)',
    ),
    pairs_total: z.number().int(),
    groups: inOutline(
      z.array(groupSchema.extend({ intervals_total: z.number().int(), people_total: z.number().int() })),
      'identity_ids, names, people_total, seconds, intervals, first, last; on the first page',
    ),
    groups_total: z.number().int(),
    in_doubt: inOutline(z.array(inDoubtSchema)),
    videos: videosOutline,
    ...coverageShape,
    next_cursor: z.string().nullable(),
    hint: z.string().nullable(),
  }),
  async handler({ limit, cursor, max_intervals, detail: _, ...request }, context) {
    checkTogetherRequest(request);
    const { detail } = context;
    // Who asks for more of each gets a longer answer, or fewer of them.
    const room = { detail, limit: limit ?? (max_intervals === undefined ? undefined : USUAL) };
    const { together: service, library, sumCoverage } = await context.services();
    const since = await library.since(markIn(cursor));
    const paging = { kind: 'co_occurrence', args: request, cursor, ...room, usual: USUAL, since };
    const places = windowOf(paging);
    const window = { ...places, groups: places.from === 0 ? SCALES[0].groups : 0 };
    const answer = await service.coOccurrence(request, context.signal, window);
    const { pairs, pairs_total, groups, groups_total, titles } = answer;
    const whole = coverageFields(answer.coverage, detail, sumCoverage);
    return fitPage(
      windowed(pairs, window.from, pairs_total),
      paging,
      (page, scale) => {
        const { items, first, next_cursor } = page;
        const usual = SCALES[scale] ?? SCALES[0];
        const intervals = max_intervals ?? usual.intervals;
        const shownPairs = items.map((pair) => short(pair, intervals, detail));
        const shownGroups = (first ? groups.slice(0, usual.groups) : []).map((group) =>
          shortGroup(short(group, intervals, detail), detail === 'full' ? group.identity_ids.length : usual.members),
        );
        const covered = onPage(whole, first);
        const mentioned = [...shownPairs, ...shownGroups].flatMap(({ intervals, first, last }) =>
          [...intervals, first, last].flatMap((i) => i?.video_id ?? []),
        );
        const people = new Set([
          ...shownPairs.flatMap(({ a, b }) => [a, b]),
          ...shownGroups.flatMap((g) => g.identity_ids),
        ]);
        const in_doubt = answer.in_doubt.filter((p) => people.has(p.identity_id));
        const hint =
          answer.coverage.length === 0
            ? 'No video is indexed: {index_video} comes first.'
            : pairs_total === 0
              ? 'No two of them are together in what was looked at. {find_person identity_id} says where each is.'
              : [doubtsWords(in_doubt.length, people.size), moreLine(page)].filter(Boolean).join(' ') || null;
        return {
          data: {
            pairs: shownPairs,
            pairs_total,
            groups: shownGroups,
            groups_total,
            in_doubt,
            videos: videosMentioned(titles, mentioned),
            ...covered,
            next_cursor,
            hint,
          },
          text: lines([
            `${count(pairs_total, 'pair')}${groups_total > 0 ? `, ${count(groups_total, 'group')} of three and more` : ''}`,
            ...shownPairs.map((p) => pairLine(p, titles)),
            ...shownGroups.map((g) => groupLine(g, titles)),
            ...in_doubt.map(doubtLine),
            coverageLine(covered),
            hint,
          ]),
        };
      },
      SCALES.length,
    );
  },
});

type Ends = Pick<PairAnswer, 'intervals' | 'first' | 'last'>;

/** In brief, first and last are told where the intervals shown don't have them. */
function short<T extends Ends>(row: T, most: number, detail: Detail) {
  const intervals = row.intervals.slice(0, most);
  const all = detail === 'full',
    rest = row.intervals.length > intervals.length;
  return {
    ...row,
    intervals,
    intervals_total: row.intervals.length,
    // Photos have no time; the first says then what there is of films.
    first: all || intervals.every((i) => i.photo) ? row.first : null,
    last: all || rest ? row.last : null,
  };
}

function pairLine(p: ReturnType<typeof short<PairAnswer>>, titles: Titles): string {
  const parts = [
    ...(p.seconds === null || (p.seconds === 0 && p.photos) ? [] : [secondsWords(p.seconds)]),
    ...(p.times > 0 || !p.photos ? [count(p.times, 'time')] : []),
    ...(p.photos ? [`in ${count(p.photos, 'photo')}`] : []),
  ];
  return `- ${who(p.a, p.a_name)} with ${who(p.b, p.b_name)}: ${parts.join(', ')}${listed(p, titles)}`;
}

/** A crowd is told by its first. */
function shortGroup<T extends GroupAnswer>(group: T, most: number): T & { people_total: number } {
  const { identity_ids, names } = group;
  const shown = names.slice(0, most);
  return {
    ...group,
    identity_ids: identity_ids.slice(0, most),
    names: shown.some((name) => name !== null) ? shown : [],
    people_total: identity_ids.length,
  };
}

function groupLine(g: GroupAnswer & { intervals_total: number; people_total: number }, titles: Titles): string {
  const rest = g.people_total - g.identity_ids.length;
  return `- ${g.identity_ids.map((id, i) => who(id, g.names[i] ?? null)).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: ${secondsWords(g.seconds, g.photos)}${listed(g, titles)}`;
}

function doubtLine({ identity_id, score, doubtful, compared }: InDoubt): string {
  return `- In doubt: ${identity_id}, ${doubtful} of ${count(compared, 'track')}${score === null ? '' : `, score ${score.toFixed(3)}`}`;
}

function listed({ intervals, intervals_total, last }: Ends & { intervals_total: number }, titles: Titles): string {
  const rest = intervals_total - intervals.length;
  const until = last === null ? '' : `, the last until ${film(last.video_id, titles)} ${clock(last.end_s)}`;
  return `${intervals.length > 0 ? `: ${moments(intervals, titles)}` : ''}${rest > 0 ? `, ${rest} more${until}` : ''}`;
}
