/** The tool calibrate. */
import { z } from 'zod';
import { RollcallError } from '../domain/errors.js';
import { startAndWait } from './await-job.js';
import { answerOfLog, calibrationAnswerShape } from './calibration-answer.js';
import { defineTool } from './define-tool.js';
import { calibrateRequestShape } from '../services/requests/calibrate.js';
import { idInput } from '../services/requests/fields.js';
import { waitInput } from './inputs.js';
import { answerOfJob } from './job-answer.js';

export const calibrate = defineTool({
  name: 'calibrate',
  title: 'Measure and set how sure a match must be',
  description: [
    'Measure how often decisions are wrong here, and choose the threshold for a wanted false-accept rate: on labelled pairs of pictures (pairs_file or pairs), or, without them, on what the library knows by itself (faces on screen together are two people, crops of one track are one).',
    'Returns false-accept and false-reject rates with 95 % intervals at the chosen and at the shipped threshold, by subgroup, and the curve. With too few pairs it chooses nothing and says how many are needed.',
    'Nothing changes unless apply is true; then every later decision uses it and names it. status shows what is in force, revert goes back one step. Long work becomes a job: call job with its job_id.',
  ].join(' '),
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: z.strictObject({
    ...calibrateRequestShape,
    calibration_id: idInput('calibration')
      .optional()
      .describe('with apply: a calibration that was kept, without measuring again'),
    status: z.boolean().optional().describe('only show what is in force and the history'),
    revert: z.boolean().optional().describe('go back to the calibration before, in the end to the one of the pack'),
    wait_s: waitInput,
  }),
  output: z.object(calibrationAnswerShape),
  async handler({ wait_s, status, revert, calibration_id, ...request }, context) {
    const asked = [
      status ? 'status' : '',
      revert ? 'revert' : '',
      calibration_id === undefined ? '' : 'calibration_id',
      request.pairs_file === undefined ? '' : 'pairs_file',
      request.pairs ? 'pairs' : '',
    ].filter(Boolean);
    if (asked.length > 1)
      throw new RollcallError(
        'bad_argument',
        `${asked.join(' and ')} don't go together.`,
        'Give one of status, revert, calibration_id (with apply), pairs_file and pairs; or none of them, to measure on the library.',
      );
    if (calibration_id !== undefined && !request.apply)
      throw new RollcallError(
        'bad_argument',
        'calibration_id is for putting a kept calibration in force.',
        'Give apply: true with it, or status to see what there is.',
      );
    const answer = await answerOfLog(
      { status, revert, calibration_id },
      (await context.services()).calibration,
      context.signal,
    );
    if (answer) return answer;
    return answerOfJob(await startAndWait('calibrate', request, wait_s, context), context);
  },
});
