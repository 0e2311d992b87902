import { type Command, Option } from 'commander';
import { count } from '../tools/format.js';
import { DEFAULT_APPEARANCES, coverageFields, coverageLine, identityLine, shortIdentity } from '../tools/shorten.js';
import { numberOption, videoOption } from './options.js';
import type { Run } from './host.js';

type Sort = 'seconds' | 'videos' | 'name';

export function addIdentities(program: Command, run: Run): void {
  videoOption(program.command('identities'))
    .description('list the people in the indexed videos')
    .option('--name <part>', 'only names that contain this')
    .option('--min-seconds <seconds>', 'only people on screen for at least this long', numberOption)
    .addOption(new Option('--sort <by>', 'order').choices(['seconds', 'videos', 'name']).default('seconds'))
    .option('--json', 'print the whole answer as JSON')
    .action(async (options: { video?: string[]; name?: string; minSeconds?: number; sort: Sort; json?: boolean }) => {
      await run(options.json, async (host, signal) => {
        const services = await host.services();
        const answer = await services.identities.list(
          { video_ids: options.video, name: options.name, min_seconds: options.minSeconds, sort: options.sort },
          signal,
        );
        const rows = answer.identities.map((i) => identityLine(shortIdentity(i, DEFAULT_APPEARANCES), answer.titles));
        return {
          data: answer,
          text: [
            count(answer.identities.length, 'person', 'people'),
            ...rows,
            coverageLine(coverageFields(answer.coverage)),
          ].join('\n'),
        };
      });
    });
}
