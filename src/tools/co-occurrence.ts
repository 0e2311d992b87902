/** The tool co_occurrence. */
import { z } from 'zod';
import { type GroupAnswer, type PairAnswer, groupSchema, pairSchema } from '../services/answers/co-occurrence.js';
import { defineTool } from './define-tool.js';
import { count, lines, moments, moreLine, secondsWords, who } from './format.js';
import { type Titles, videosMentioned } from '../services/answers/titles.js';
import { checkTogetherRequest, togetherRequestShape } from '../services/requests/co-occurrence.js';
import { cursorInput } from './inputs.js';
import { inOutline } from './outlined-schema.js';
import { videosOutline } from './outlines.js';
import { headOf, pageOf } from './paging.js';
import { coverageFields, coverageLine, coverageShape } from './coverage-fields.js';

const GROUPS = 20;
/** Characters of JSON that groups may take. */
const GROUPS_CHARACTERS = 5_000;

export const coOccurrence = defineTool({
  name: 'co_occurrence',
  title: 'Who is with whom',
  description: [
    'Tell who is on screen together, how long, how often and when: pairs and groups of three and more, longest first.',
    'People by picture or name: find_person, mode together.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    ...togetherRequestShape,
    max_intervals: z.number().int().min(0).max(500).default(5),
    limit: z.number().int().min(1).max(200).default(20),
    cursor: cursorInput.optional(),
  }),
  output: z.object({
    pairs: inOutline(
      z.array(pairSchema.extend({ intervals_total: z.number().int() })),
      'a, b, a_name, b_name, seconds, times, intervals [{ video_id, start_s, end_s }], intervals_total, jaccard (÷ seconds of either)',
    ),
    pairs_total: z.number().int(),
    groups: inOutline(
      z.array(groupSchema.extend({ intervals_total: z.number().int() })),
      'identity_ids, names, seconds, intervals, intervals_total; on the first page',
    ),
    groups_total: z.number().int(),
    videos: videosOutline,
    ...coverageShape,
    next_cursor: z.string().nullable(),
    hint: z.string().nullable(),
  }),
  async handler({ limit, cursor, max_intervals, ...request }, context) {
    checkTogetherRequest(request);
    const answer = await (await context.services()).together.coOccurrence(request, context.signal);
    const { pairs, groups, titles } = answer;
    const short = <T extends PairAnswer | GroupAnswer>(rows: readonly T[]) =>
      rows.map((r) => ({ ...r, intervals: r.intervals.slice(0, max_intervals), intervals_total: r.intervals.length }));
    const onFirst = cursor === undefined;
    const shownGroups = onFirst ? headOf(short(groups), Math.min(GROUPS, limit), GROUPS_CHARACTERS) : [];
    const covered = coverageFields(answer.coverage, onFirst);
    const { items, next_cursor } = pageOf(short(pairs), {
      kind: 'co_occurrence',
      args: request,
      limit,
      cursor,
      beside: [shownGroups, covered],
    });
    const videos = videosMentioned(
      titles,
      [...items, ...shownGroups].flatMap((row) => row.intervals.map((i) => i.video_id)),
    );
    const more = moreLine(next_cursor);
    const hint = answer.coverage.length === 0 ? 'No video is indexed: {index_video} comes first.' : more;
    return {
      data: {
        pairs: items,
        pairs_total: pairs.length,
        groups: shownGroups,
        groups_total: groups.length,
        videos,
        ...covered,
        next_cursor,
        hint,
      },
      text: lines([
        `${count(pairs.length, 'pair')}, ${count(groups.length, 'group')} of three and more`,
        ...items.map(
          (p) =>
            `- ${who(p.a, p.a_name)} with ${who(p.b, p.b_name)}: ${secondsWords(p.seconds)}, ${count(p.times, 'time')}${listed(p, titles)}`,
        ),
        ...shownGroups.map(
          (g) =>
            `- ${g.identity_ids.map((id, i) => who(id, g.names[i] ?? null)).join(', ')}: ${secondsWords(g.seconds)}${listed(g, titles)}`,
        ),
        coverageLine(covered),
        hint,
      ]),
    };
  },
});

function listed(
  { intervals, intervals_total }: Pick<PairAnswer, 'intervals'> & { intervals_total: number },
  titles: Titles,
): string {
  const rest = intervals_total - intervals.length;
  return `${intervals.length > 0 ? `: ${moments(intervals, titles)}` : ''}${rest > 0 ? `, ${rest} more` : ''}`;
}
