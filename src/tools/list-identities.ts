/** The tool list_identities. */
import { z } from 'zod';
import { defineTool } from './definition/define-tool.js';
import { count, lines, moreLine } from './answers/format.js';
import { videosMentioned } from '../services/answers/titles.js';
import { identitiesRequestShape } from '../services/requests/list-identities.js';
import { detailInput } from './definition/brief-answers.js';
import { cursorInput, limitInput } from './definition/inputs.js';
import { fitPage, windowed, windowOf } from './answers/paging.js';
import { markIn } from './answers/cursor.js';
import { coverageFields, coverageLine, coverageShape, onPage } from './answers/coverage-fields.js';
import { unseenWords } from './answers/nobody-words.js';
import { IDENTITY_SCALES, doubtsAmong, identityLine, shortIdentity } from './answers/identity-line.js';
import { identitiesAgain, videosOutline } from './answers/answer-outlines.js';

const USUAL = 20;
/** Said once, for all tools that follow. */
const COVERAGE = "as index_video's; brief: only where not looked at; coverage_totals";

export const listIdentities = defineTool({
  name: 'list_identities',
  title: 'List the people in the videos',
  description: [
    'List everyone in all videos or some, named or not: how long, first appearances, best face, how sure.',
    'find_person has all appearances of one, co_occurrence who is with whom.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    ...identitiesRequestShape,
    max_appearances: z.number().int().min(0).max(50).optional(),
    detail: detailInput.optional(),
    limit: limitInput.optional(),
    cursor: cursorInput.optional(),
  }),
  output: z.object({
    identities: identitiesAgain,
    identities_total: z.number().int(),
    videos: videosOutline,
    ...coverageShape,
    coverage: coverageShape.coverage.meta({ description: COVERAGE }),
    next_cursor: z.string().nullable(),
    hint: z.string().nullable(),
  }),
  async handler({ limit, cursor, max_appearances, detail: _, ...request }, context) {
    const { detail } = context;
    // Who asks for more of each gets a longer answer, or fewer of them.
    const room = { detail, limit: limit ?? (max_appearances === undefined ? undefined : USUAL) };
    const { identities: service, library, sumCoverage } = await context.services();
    const since = await library.since(markIn(cursor));
    const paging = { kind: 'list_identities', args: request, cursor, ...room, usual: USUAL, since };
    const window = windowOf(paging);
    const { identities, total, coverage, titles } = await service.list(request, context.signal, window);
    const whole = coverageFields(coverage, detail, sumCoverage);
    return fitPage(
      windowed(identities, window.from, total),
      paging,
      (page, scale) => {
        const { items, first, next_cursor } = page;
        const shown = items.map((i) => shortIdentity(i, { detail, scale, appearances: max_appearances }));
        const covered = onPage(whole, first);
        const mentioned = shown.flatMap((i) => [...i.video_ids, ...i.appearances.map((a) => a.video_id)]);
        const nobody = request.name !== undefined && total === 0;
        const [film] = request.at_s !== undefined && total === 0 ? coverage : [];
        const unseen = film && unseenWords(request.at_s ?? 0, film);
        const hint =
          coverage.length === 0
            ? 'No video is indexed: {index_video} comes first.'
            : nobody
              ? 'Nobody on screen is called so: {list_identities} without a name lists everybody.'
              : [unseen, doubtsAmong(shown), moreLine(page)].filter(Boolean).join(' ') || null;
        return {
          data: {
            identities: shown,
            identities_total: total,
            videos: videosMentioned(titles, mentioned),
            ...covered,
            next_cursor,
            hint,
          },
          text: lines([
            count(total, 'person', 'people'),
            ...shown.map((i) => identityLine(i, titles)),
            coverageLine(covered),
            hint,
          ]),
        };
      },
      IDENTITY_SCALES,
    );
  },
});
