import { z } from 'zod';
import { type PersonHit, findAnswerShape } from '../services/answers/find-person.js';
import { findRequestShape } from '../services/requests/find-person.js';
import { defineTool } from './define-tool.js';
import { count, decisionWords, lines, secondsWords, span, who } from './format.js';
import { cursorInput } from './inputs.js';
import { pageOf } from './page.js';
import { coverageFields, coverageLine, coverageShape } from './shorten.js';

export const findPerson = defineTool({
  name: 'find_person',
  title: 'Find a person in the videos',
  description: [
    'Find when a person is on screen across all indexed videos: by a picture of them, by name, or by identity_id. Several people at once with people and mode: any, or together for the moments when all are on screen.',
    'Returns appearances with start and end, a decision (match, no_match, ambiguous) with its evidence for each person asked for, total seconds, and coverage: not found means not seen in what was looked at.',
    'Pages with next_cursor. Use list_identities when you do not know whom to look for.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    ...findRequestShape,
    limit: z.number().int().min(1).max(200).default(50).describe('appearances on a page'),
    cursor: cursorInput.optional(),
  }),
  output: z.object({ ...findAnswerShape, ...coverageShape, next_cursor: z.string().nullable() }),
  async handler({ limit, cursor, ...request }, context) {
    const answer = await (await context.services()).search.findPerson(request, context.signal);
    const { items, first, next_cursor } = pageOf(answer.appearances, {
      kind: 'find_person',
      args: request,
      limit,
      cursor,
    });
    const coverage = coverageFields(answer.coverage, first);
    return {
      data: { ...answer, appearances: items, ...coverage, next_cursor },
      text: lines([
        ...answer.people.map(hitLine),
        `${count(answer.appearances_total, 'appearance')}, ${secondsWords(answer.seconds_on_screen)}:`,
        ...items.map(
          (a) =>
            `- ${a.video_id} ${span(a)}${a.identity_id === null ? '' : ` ${a.identity_id}`}${a.score === null ? '' : ` (${a.score.toFixed(3)})`}`,
        ),
        next_cursor === null ? null : 'More: call again with cursor = next_cursor.',
        coverageLine(coverage),
        answer.hint,
      ]),
    };
  },
});

function hitLine({ query, decision, identity_id, name, seconds_on_screen }: PersonHit): string {
  const verdict = decision
    ? `${decisionWords(decision.decision)} (score ${decision.score.toFixed(3)}, threshold ${decision.threshold.toFixed(3)})`
    : 'known';
  return `${query}: ${verdict}${identity_id === null && name === null ? '' : `: ${who(identity_id, name)}`}, ${secondsWords(seconds_on_screen)} on screen`;
}
