/** The tool list_identities. */
import { z } from 'zod';
import { identitySchema } from '../services/answers/identity.js';
import { defineTool } from './define-tool.js';
import { count, lines, moreLine } from './format.js';
import { videosMentioned, videosShape } from '../services/answers/titles.js';
import { identitiesRequestShape } from '../services/requests/list-identities.js';
import { cursorInput } from './inputs.js';
import { pageOf } from './paging.js';
import { coverageFields, coverageLine, coverageShape } from './coverage-fields.js';
import { DEFAULT_APPEARANCES, identityLine, shortIdentity } from './identity-line.js';

export const listIdentities = defineTool({
  name: 'list_identities',
  title: 'List the people in the videos',
  description: [
    'List everyone found in the indexed videos, named or not: seconds on screen, videos, first appearances, best face. Use it to see who there is, or who is in certain videos (video_ids).',
    'Then find_person with an identity_id gives all appearances of one of them, and co_occurrence who is with whom. Pages with next_cursor.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    ...identitiesRequestShape,
    max_appearances: z
      .number()
      .int()
      .min(0)
      .max(50)
      .default(DEFAULT_APPEARANCES)
      .describe('first appearances to show of each'),
    limit: z.number().int().min(1).max(200).default(20).describe('people on a page'),
    cursor: cursorInput.optional(),
  }),
  output: z.object({
    identities: z.array(identitySchema),
    identities_total: z.number().int(),
    ...videosShape,
    ...coverageShape,
    next_cursor: z.string().nullable(),
    hint: z.string().nullable().describe('what to do next'),
  }),
  async handler({ limit, cursor, max_appearances, ...request }, context) {
    const { identities, coverage, titles } = await (await context.services()).identities.list(request, context.signal);
    const short = identities.map((i) => shortIdentity(i, max_appearances));
    const covered = coverageFields(coverage, cursor === undefined);
    const { items, next_cursor } = pageOf(short, {
      kind: 'list_identities',
      args: request,
      limit,
      cursor,
      beside: covered,
    });
    const videos = videosMentioned(
      titles,
      items.flatMap((i) => i.video_ids),
    );
    const hint = coverage.length === 0 ? 'No video is indexed: {index_video} comes first.' : moreLine(next_cursor);
    return {
      data: { identities: items, identities_total: identities.length, videos, ...covered, next_cursor, hint },
      text: lines([
        count(identities.length, 'person', 'people'),
        ...items.map((i) => identityLine(i, titles)),
        coverageLine(covered),
        hint,
      ]),
    };
  },
});
