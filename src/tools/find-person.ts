/** The tool find_person. */
import { z } from 'zod';
import { findAnswerShape, type FoundAppearance, type PersonHit } from '../services/answers/find-person.js';
import { type Titles, videosMentioned } from '../services/answers/titles.js';
import { findRequestShape } from '../services/requests/find-person.js';
import { defineTool } from './define-tool.js';
import { count, film, lines, moreLine, secondsWords, span, verdictWords, who } from './format.js';
import { cursorInput } from './inputs.js';
import { inOutline, listing } from './outlined-schema.js';
import { videosOutline } from './outlines.js';
import { pageOf } from './paging.js';
import { coverageFields, coverageLine, coverageShape } from './coverage-fields.js';

export const findPerson = defineTool({
  name: 'find_person',
  title: 'Find a person in the videos',
  description: [
    'Find when a person is on screen, by picture, name or identity_id; or several people, each or together.',
    'Not found means not seen in what was looked at (coverage).',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    ...findRequestShape,
    limit: z.number().int().min(1).max(200).default(50),
    cursor: cursorInput.optional(),
  }),
  output: z
    .object({
      ...listing(
        findAnswerShape,
        'decision',
        'score',
        'identity_id',
        'name',
        'appearances_total',
        'seconds_on_screen',
        'hint',
      ),
      people: inOutline(
        findAnswerShape.people,
        "of each asked for: query, box (pixels), decision (as verify_faces' answer; null: nothing compared), identity_id, name, seconds_on_screen, candidates (nearest first)",
      ),
      appearances: inOutline(
        findAnswerShape.appearances,
        'identity_id (null: all of them), video_id, start_s, end_s, score (to what was asked), track_ids',
      ),
      videos: videosOutline,
      ...coverageShape,
      next_cursor: z.string().nullable(),
    })
    .describe('of the best hit; threshold, margin, estimated_far'),
  async handler({ limit, cursor, ...request }, context) {
    const { titles, ...answer } = await (await context.services()).search.findPerson(request, context.signal);
    const coverage = coverageFields(answer.coverage, cursor === undefined);
    const { items, next_cursor } = pageOf(answer.appearances, {
      kind: 'find_person',
      args: request,
      limit,
      cursor,
      beside: [answer.people, coverage],
    });
    const names = new Map(answer.people.map((p) => [p.identity_id, p.name]));
    return {
      data: {
        ...answer,
        appearances: items,
        videos: videosMentioned(
          titles,
          items.map((a) => a.video_id),
        ),
        ...coverage,
        next_cursor,
      },
      text: lines([
        ...answer.people.map(hitLine),
        `${count(answer.appearances_total, 'appearance')}, ${secondsWords(answer.seconds_on_screen)}:`,
        ...items.map((a) => appearanceLine(a, names.get(a.identity_id) ?? null, titles)),
        moreLine(next_cursor),
        coverageLine(coverage),
        answer.hint,
      ]),
    };
  },
});

function appearanceLine(a: FoundAppearance, name: string | null, titles: Titles): string {
  const whom = a.identity_id === null ? 'all of them' : who(a.identity_id, name);
  return `- ${film(a.video_id, titles)} ${span(a)} ${whom}${a.score === null ? '' : ` (${a.score.toFixed(3)})`}`;
}

function hitLine({ query, decision, identity_id, name, seconds_on_screen, candidates }: PersonHit): string {
  const verdict = decision ? verdictWords(decision) : 'known';
  const whom = identity_id === null && name === null ? '' : `: ${who(identity_id, name)}`;
  const [nearest] = candidates;
  const near =
    decision && decision.decision !== 'match' && nearest
      ? `; nearest: ${who(nearest.identity_id, nearest.name)} (${nearest.score.toFixed(3)})`
      : '';
  return `${query}: ${verdict}${whom}, ${secondsWords(seconds_on_screen)} on screen${near}`;
}
