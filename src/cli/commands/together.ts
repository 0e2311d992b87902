/** `together`: co_occurrence at a terminal. */
import { type Command, Option } from 'commander';
import { coOccurrence } from '../../tools/co-occurrence.js';
import { TOGETHER_MODES } from '../../services/requests/co-occurrence.js';
import type { Run } from '../host.js';
import { numberOption, pageOptions, videoOption } from '../options.js';
import { answerOf } from '../run-tool.js';

interface Options {
  video?: string[];
  mode?: string;
  within?: number;
  limit?: number;
  cursor?: string;
  json?: boolean;
}

export function addTogether(program: Command, run: Run): void {
  pageOptions(videoOption(program.command('together')), 'pairs')
    .description('tell who is on screen with whom')
    .argument('[person...]', 'ids or names; one: with anyone; several: among them; none: everyone')
    .addOption(new Option('--mode <mode>', 'what counts as together').choices(TOGETHER_MODES))
    .option('--within <seconds>', 'count people who appear, come or go at most this far apart', numberOption)
    .action(async (people: string[], { video, mode, within, limit, cursor, json }: Options) => {
      const how = { mode: mode ?? (within === undefined ? undefined : 'within_s'), within_s: within };
      const args = { identity_ids: people.length > 0 ? people : undefined, video_ids: video, ...how, limit, cursor };
      await run(json, (host, signal) => answerOf(coOccurrence, args, host, signal));
    });
}
