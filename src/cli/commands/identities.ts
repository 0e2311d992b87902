/** `identities`: list_identities at a terminal. */
import { type Command, Option } from 'commander';
import { listIdentities } from '../../tools/list-identities.js';
import type { Run } from '../host.js';
import { numberOption, pageOptions, videoOption } from '../options.js';
import { answerOf } from '../run-tool.js';

interface Options {
  video?: string[];
  name?: string;
  minSeconds?: number;
  at?: number;
  ignored?: boolean;
  sort?: string;
  limit?: number;
  cursor?: string;
  json?: boolean;
}

export function addIdentities(program: Command, run: Run): void {
  pageOptions(videoOption(program.command('identities')), 'people')
    .description('list the people in the indexed videos')
    .option('--name <part>', 'only names that contain this')
    .option('--min-seconds <seconds>', 'only people on screen for at least this long', numberOption)
    .option('--at <seconds>', 'only who is on screen then, in the one --video', numberOption)
    .option('--ignored', 'also those that an edit ignores')
    .addOption(new Option('--sort <by>', 'order').choices(['seconds', 'videos', 'name']))
    .action(async ({ video, name, minSeconds, at, ignored, sort, limit, cursor, json }: Options) => {
      const args = {
        video_ids: video,
        name,
        min_seconds: minSeconds,
        at_s: at,
        include_ignored: ignored,
        sort,
        limit,
        cursor,
      };
      await run(json, (host, signal) => answerOf(listIdentities, args, host, signal));
    });
}
