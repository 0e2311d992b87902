/** The tool verify_faces. */
import { z } from 'zod';
import { type VerifyAnswer, verifyAnswerShape } from '../services/answers/verify-faces.js';
import { detailInput } from './definition/brief-answers.js';
import { listing } from './answers/outlined-schema.js';
import { defineTool } from './definition/define-tool.js';
import { candidateWords, lines, verdictWords, who } from './answers/format.js';
import { verifyRequestShape } from '../services/requests/verify-faces.js';

const shownShape = {
  ...verifyAnswerShape,
  network_cosines: verifyAnswerShape.network_cosines.optional(),
  raw_cosine: verifyAnswerShape.raw_cosine.optional(),
};
const CANDIDATES = 3;

/** Without what each network says, and without those who are far. */
function short({ network_cosines: _, raw_cosine: __, ...answer }: VerifyAnswer) {
  return { ...answer, candidates: answer.candidates.slice(0, CANDIDATES) };
}

export const verifyFaces = defineTool({
  name: 'verify_faces',
  title: 'Compare two faces',
  description: [
    'Tell whether two pictures show one person, a picture an identity, or two identities are one; of several faces the one nearest the middle is compared.',
    'Treat ambiguous as unknown.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({ ...verifyRequestShape, detail: detailInput.optional() }),
  output: z
    .object(
      listing(
        { ...shownShape, hint: z.string().nullable() },
        ...([
          'decision',
          'score',
          'threshold',
          'margin',
          'estimated_far',
          'identity_id',
          'name',
          'reasons',
          'hint',
        ] as const),
      ),
    )
    .describe(
      'margin: score minus the best of anyone else; estimated_far: chance that two people score this high (estimated_far_library: that anyone there does); full: raw_cosine, network_cosines (disagreeing says no more than margin); model_pack; calibration (point null: given); image_a, image_b: faces, used (box, pixels), quality; candidates, nearest first; pair (of two identities): chance (that they are one), asked (by suggestions), best_score, faces',
    ),
  async handler({ detail: _, ...args }, context) {
    const answer = await (await context.services()).verification.verifyFaces(args, context.signal);
    const several = [answer.image_a, answer.image_b].some((face) => face !== null && face.faces > 1);
    const hint =
      [
        answer.decision === 'ambiguous' && answer.pair === null
          ? 'Too close to call: compare with a sharper, more frontal picture.'
          : '',
        answer.decision !== 'no_match' && answer.pair !== null
          ? 'Look at both with {show_faces}, ask the user, then merge or reject with {edit_identities}.'
          : '',
        several
          ? 'A picture holds several faces and the one nearest the middle was compared (its box is in used): crop the picture to choose another.'
          : '',
      ]
        .filter(Boolean)
        .join(' ') || null;
    const { pair } = answer;
    const of = pair
      ? `: ${pair.identity_ids.map((id, i) => who(id, pair.names[i] ?? null)).join(' and ')}`
      : answer.identity_id === null
        ? ''
        : `, compared with ${who(answer.identity_id, answer.name)}`;
    return {
      data: { ...(context.detail === 'full' ? answer : short(answer)), hint },
      text: lines([
        `${verdictWords(answer)}, ${strangersWords(answer.estimated_far)}${of}`,
        pair && pairWords(pair),
        ...answer.reasons,
        answer.candidates.length > 0
          ? `nearest: ${answer.candidates.slice(0, CANDIDATES).map(candidateWords).join(', ')}`
          : null,
        hint,
      ]),
    };
  },
});

/** "3.7 % of strangers score as high": what an estimated false accept rate means. */
function strangersWords(far: number): string {
  const percent = Number((100 * far).toPrecision(2));
  return `${percent < 0.001 ? 'fewer than 0.001' : percent} % of strangers score as high`;
}

function pairWords({ chance, asked, best_score, faces }: NonNullable<VerifyAnswer['pair']>): string {
  const best =
    best_score === null ? '' : `; most alike of their faces: ${faces.join(' and ')} (${best_score.toFixed(3)})`;
  return `the score is the mean over their faces; by those alone ${Math.round(100 * chance)} % likely to be one${asked ? ', which the library suggests to ask' : ''}${best}`;
}
