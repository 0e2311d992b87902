import { type Command, Option } from 'commander';
import { POINT_NAMES, type PointName } from '../domain/scores/calibration-model.js';
import { RollcallError } from '../domain/errors.js';
import { answerOfLog } from '../tools/calibration-answer.js';
import { absoluteSource } from '../services/requests/fields.js';
import { answerOfJob } from '../tools/job-answer.js';
import { followJob } from './follow-job.js';
import type { Run } from './host.js';

interface Options {
  point?: PointName;
  apply?: boolean;
  id?: string;
  revert?: boolean;
  status?: boolean;
  json?: boolean;
}

export function addCalibrate(program: Command, run: Run): void {
  program
    .command('calibrate')
    .description('measure how often decisions are wrong here, and choose the threshold')
    .argument(
      '[pairs.csv]',
      'labelled pairs: picture, picture, yes or no, subgroup labels; without it, what the library knows by itself',
    )
    .addOption(new Option('--point <name>', 'false-accept rate to aim at: 1e-4, 1e-3 or 1e-2').choices(POINT_NAMES))
    .option('--apply', 'put the result in force')
    .option('--id <calibration_id>', 'with --apply: one that was kept, without measuring again')
    .option('--revert', 'go back to the calibration before')
    .option('--status', 'only show what is in force and the history')
    .option('--json', 'print the whole answer as JSON')
    .action(async (pairs: string | undefined, options: Options) => {
      await run(options.json, async (host, signal) => {
        if (
          [pairs, options.id, options.revert, options.status].filter(Boolean).length > 1 ||
          (options.id !== undefined && !options.apply)
        ) {
          throw new RollcallError(
            'bad_argument',
            "These don't go together.",
            'Give one of a pairs file, --id with --apply, --revert and --status; or none, to measure on the library.',
          );
        }
        const answer = await answerOfLog(
          { status: options.status, revert: options.revert, calibration_id: options.id },
          (await host.services()).calibration,
          signal,
        );
        if (answer) return answer;
        const record = await followJob(
          host,
          'calibrate',
          {
            pairs_file: pairs === undefined ? undefined : absoluteSource(pairs),
            operating_point: options.point,
            apply: options.apply,
          },
          signal,
        );
        return answerOfJob(record, { services: host.services, signal });
      });
    });
}
