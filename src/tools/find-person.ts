import { z } from 'zod';
import { type PersonHit, findAnswerShape } from '../domain/answers.js';
import { RollcallError } from '../domain/errors.js';
import type { PersonQuery } from '../services/api.js';
import { defineTool } from './define-tool.js';
import { count, decisionWords, lines, secondsWords, span, who } from './format.js';
import { cursorInput, identityIdInput, imageInput, thresholdInput, videoIdsInput } from './inputs.js';
import { pageOf } from './page.js';
import { coverageFields, coverageLine, coverageShape } from './shorten.js';

const personInput = z.strictObject({
  image: imageInput.optional().describe('path, https URL or data URL of a picture; every face in it is looked for'),
  name: z.string().min(1).max(200).optional().describe('a name that was given to an identity'),
  identity_id: identityIdInput.optional(),
});

export const findPerson = defineTool({
  name: 'find_person',
  title: 'Find a person in the videos',
  description: [
    'Find when a person is on screen across all indexed videos: by a picture of them, by name, or by identity_id. Several people at once with people and mode: any, or together for the moments when all are on screen.',
    'Returns appearances with start and end, a decision (match, no_match, ambiguous) with its evidence for each person asked for, total seconds, and coverage: not found means not seen in what was looked at.',
    'Pages with next_cursor. Use list_identities when you do not know whom to look for.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: personInput.extend({
    people: z
      .array(personInput)
      .min(1)
      .max(20)
      .optional()
      .describe('several people at once, instead of image, name or identity_id'),
    mode: z
      .enum(['any', 'together'])
      .optional()
      .describe('with several people: appearances of each (any, the default) or moments with all of them (together)'),
    video_ids: videoIdsInput.optional(),
    threshold: thresholdInput.optional(),
    limit: z.number().int().min(1).max(200).default(50).describe('appearances on a page'),
    cursor: cursorInput.optional(),
  }),
  output: z.object({ ...findAnswerShape, ...coverageShape, next_cursor: z.string().nullable() }),
  async handler({ limit, cursor, ...request }, { services, signal }) {
    checkQuery(request, request.people);
    const answer = await services.search.findPerson(request, signal);
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

function checkQuery(single: PersonQuery, people: readonly PersonQuery[] | undefined): void {
  const given = ({ image, name, identity_id }: PersonQuery): number =>
    [image, name, identity_id].filter((v) => v !== undefined).length;
  if (given(single) + (people ? 1 : 0) !== 1) {
    throw new RollcallError(
      'bad_argument',
      'Give exactly one of image, name, identity_id and people.',
      'For several people use people: [{ image }, { name }, …] alone.',
    );
  }
  if (people?.some((person) => given(person) !== 1))
    throw new RollcallError(
      'bad_argument',
      'Each of people needs exactly one of image, name and identity_id.',
      'Split a person given twice into two entries, or keep the better one.',
    );
}

function hitLine({ query, decision, identity_id, name, seconds_on_screen }: PersonHit): string {
  const verdict = decision
    ? `${decisionWords(decision.decision)} (score ${decision.score.toFixed(3)}, threshold ${decision.threshold.toFixed(3)})`
    : 'known';
  return `${query}: ${verdict}${identity_id === null && name === null ? '' : `: ${who(identity_id, name)}`}, ${secondsWords(seconds_on_screen)} on screen`;
}
