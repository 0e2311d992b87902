/** The tool calibrate. */
import { z } from 'zod';
import { RollcallError } from '../domain/errors/errors.js';
import { startAndWait } from './answers/await-job.js';
import { calibrationAnswer, calibrationAnswerShape } from './answers/calibration-answer.js';
import { detailInput } from './definition/brief-answers.js';
import { defineTool } from './definition/define-tool.js';
import { calibrateRequestShape } from '../services/requests/calibrate.js';
import { idInput } from '../services/requests/fields.js';
import { waitInput } from './definition/inputs.js';
import { answerOfJob } from './answers/job-answer.js';

const { apply: _apply, ...measureShape } = calibrateRequestShape;

export const calibrate = defineTool({
  name: 'calibrate',
  title: 'Measure and set the threshold',
  description: [
    'Measure how often decisions are wrong and choose the threshold for a false-accept rate, on labelled pairs or else on the library (faces on screen together are two people, crops of one track one).',
    'With too few pairs it chooses nothing, and says how many it needs.',
  ].join(' '),
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: z.strictObject({
    action: z
      .enum(['measure', 'apply', 'revert', 'status'])
      .default('measure')
      .describe(
        'measure changes nothing; apply: puts in force what it measures, or calibration_id; revert: back to the one before; status: what is in force',
      ),
    ...measureShape,
    calibration_id: idInput('calibration').optional(),
    wait_s: waitInput,
    detail: detailInput.optional(),
  }),
  output: z.object(calibrationAnswerShape),
  async handler({ action, wait_s, calibration_id, detail: _, ...request }, context) {
    const measures = action === 'measure' || (action === 'apply' && calibration_id === undefined);
    const unused = [
      ...(action === 'apply' || calibration_id === undefined ? [] : ['calibration_id']),
      ...(measures ? [] : Object.entries(request).flatMap(([name, value]) => (value === undefined ? [] : [name]))),
    ];
    if (unused.length > 0)
      throw new RollcallError(
        'bad_argument',
        `${unused.join(' and ')} can't be given with action ${action}${measures || action !== 'apply' ? '' : ' and calibration_id'}.`,
        'pairs_file, pairs and operating_point are for measuring (measure, or apply without calibration_id), calibration_id is for apply.',
      );
    if (request.pairs_file !== undefined && request.pairs)
      throw new RollcallError(
        'bad_argument',
        "pairs_file and pairs don't go together.",
        'Give one of them, or neither, to measure on the library.',
      );
    const { signal } = context;
    if (measures)
      return answerOfJob(
        await startAndWait('calibrate', { ...request, apply: action === 'apply' }, wait_s, context),
        context,
      );
    const { calibration } = await context.services();
    const status =
      calibration_id !== undefined
        ? calibration.apply(calibration_id, signal)
        : action === 'revert'
          ? calibration.revert(signal)
          : calibration.status(signal);
    return calibrationAnswer(null, await status, context.detail);
  },
});
