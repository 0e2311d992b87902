/** The tool list_identities. */
import { z } from 'zod';
import { defineTool } from './define-tool.js';
import { count, lines, moreLine } from './format.js';
import { videosMentioned } from '../services/answers/titles.js';
import { identitiesRequestShape } from '../services/requests/list-identities.js';
import { cursorInput } from './inputs.js';
import { pageOf } from './paging.js';
import { coverageFields, coverageLine, coverageShape } from './coverage-fields.js';
import { DEFAULT_APPEARANCES, identityLine, shortIdentity } from './identity-line.js';
import { identitiesAgain, videosOutline } from './outlines.js';

export const listIdentities = defineTool({
  name: 'list_identities',
  title: 'List the people in the videos',
  description: [
    'List everyone in the indexed videos, or in some of them, named or not: seconds on screen, videos, first appearances, best face.',
    'find_person has all appearances of one, co_occurrence who is with whom.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    ...identitiesRequestShape,
    max_appearances: z.number().int().min(0).max(50).default(DEFAULT_APPEARANCES),
    limit: z.number().int().min(1).max(200).default(20),
    cursor: cursorInput.optional(),
  }),
  output: z.object({
    identities: identitiesAgain,
    identities_total: z.number().int(),
    videos: videosOutline,
    ...coverageShape,
    next_cursor: z.string().nullable(),
    hint: z.string().nullable(),
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
