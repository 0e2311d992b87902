/** `calibrate`: the tool of that name at a terminal. */
import { type Command, Option } from 'commander';
import { POINT_NAMES } from '../../domain/scores/operating-points.js';
import { calibrate } from '../../tools/calibrate.js';
import { followJob } from '../follow-job.js';
import type { Run } from '../host.js';

interface Options {
  point?: string;
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
    .addOption(new Option('--revert', 'go back to the calibration before').conflicts(['apply', 'status']))
    .addOption(new Option('--status', 'only show what is in force and the history').conflicts('apply'))
    .option('--json', 'print the whole answer as JSON')
    .action(async (pairs_file: string | undefined, { point, apply, id, revert, status, json }: Options) => {
      const action = status ? 'status' : revert ? 'revert' : apply ? 'apply' : 'measure';
      const args = { action, pairs_file, operating_point: point, calibration_id: id };
      await run(json, (host, signal) => followJob(calibrate, args, host, signal));
    });
}
