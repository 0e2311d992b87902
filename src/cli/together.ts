import { type Command, Option } from 'commander';
import { count, secondsWords, span, who } from '../tools/format.js';
import { coverageFields, coverageLine } from '../tools/shorten.js';
import { numberOption, videoOption } from './options.js';
import type { Run } from './host.js';

export function addTogether(program: Command, run: Run): void {
  videoOption(program.command('together'))
    .description('tell who is on screen with whom')
    .argument('[identity_id...]', 'one: with anyone; several: among them; none: everyone')
    .addOption(
      new Option('--mode <mode>', 'what counts as together').choices(['same_frame', 'same_shot']).default('same_frame'),
    )
    .option('--within <seconds>', 'count people who appear at most this far apart', numberOption)
    .option('--json', 'print the whole answer as JSON')
    .action(
      async (
        given: string[],
        options: { video?: string[]; mode: 'same_frame' | 'same_shot'; within?: number; json?: boolean },
      ) => {
        await run(options.json, async (host, signal) => {
          const services = await host.services();
          const how =
            options.within === undefined
              ? { mode: options.mode }
              : { mode: 'within_s' as const, within_s: options.within };
          const answer = await services.together.coOccurrence(
            { identity_ids: given.length > 0 ? given : undefined, video_ids: options.video, ...how },
            signal,
          );
          const rows = answer.pairs.flatMap((p) => [
            `${who(p.a, p.a_name)} with ${who(p.b, p.b_name)}: ${secondsWords(p.seconds)}, ${count(p.times, 'time')}`,
            ...p.intervals.map((i) => `  ${i.video_id}  ${span(i)}`),
          ]);
          const groups = answer.groups.map(
            (g) =>
              `${g.identity_ids.map((id, i) => who(id, g.names[i] ?? null)).join(', ')}: ${secondsWords(g.seconds)}`,
          );
          return {
            data: answer,
            text: [
              count(answer.pairs.length, 'pair'),
              ...rows,
              ...(groups.length > 0 ? ['Groups:', ...groups] : []),
              coverageLine(coverageFields(answer.coverage)),
            ].join('\n'),
          };
        });
      },
    );
}
