/** The tool verify_faces. */
import { z } from 'zod';
import { verifyAnswerShape } from '../services/answers/verify-faces.js';
import { defineTool } from './define-tool.js';
import { lines, verdictWords, who } from './format.js';
import { verifyRequestShape } from '../services/requests/verify-faces.js';

export const verifyFaces = defineTool({
  name: 'verify_faces',
  title: 'Compare two faces',
  description: [
    'Tell whether two pictures show the same person, or whether a picture shows a known identity. Use find_person to search the videos instead.',
    'The largest face of each picture is compared. Returns match, no_match or ambiguous with score, threshold, margin and the estimated chance of a false match; treat ambiguous as unknown.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject(verifyRequestShape),
  output: z.object({ ...verifyAnswerShape, hint: z.string().nullable().describe('what to do next') }),
  async handler(args, context) {
    const answer = await (await context.services()).verification.verifyFaces(args, context.signal);
    const several = [answer.image_a, answer.image_b].some((face) => face !== null && face.faces > 1);
    const hint =
      [
        answer.decision === 'ambiguous' ? 'Too close to call: compare with a sharper, more frontal picture.' : '',
        several
          ? 'A picture holds several faces and the largest was compared: crop the picture to choose another.'
          : '',
      ]
        .filter(Boolean)
        .join(' ') || null;
    return {
      data: { ...answer, hint },
      text: lines([
        `${verdictWords(answer)}, estimated FAR ${answer.estimated_far.toExponential(1)}${answer.identity_id === null ? '' : `, compared with ${who(answer.identity_id, answer.name)}`}`,
        ...answer.reasons,
        hint,
      ]),
    };
  },
});
