import type { Command } from 'commander';
import { decisionWords, secondsWords, span, who } from '../tools/format.js';
import { coverageFields, coverageLine } from '../tools/shorten.js';
import { numberOption, personOf, videoOption } from './options.js';
import type { Run } from './host.js';

export function addFind(program: Command, run: Run): void {
  videoOption(program.command('find'))
    .description('find when people are on screen')
    .argument('<who...>', 'pictures, names or identity ids')
    .option('--together', 'only the moments when all of them are on screen')
    .option('--threshold <score>', 'instead of the calibrated one', numberOption)
    .option('--json', 'print the whole answer as JSON')
    .action(
      async (
        given: string[],
        options: { video?: string[]; together?: boolean; threshold?: number; json?: boolean },
      ) => {
        await run(options.json, async (host, signal) => {
          const services = await host.services();
          const [single, ...more] = given.map(personOf);
          const query = single && more.length === 0 ? single : { people: given.map(personOf) };
          const answer = await services.search.findPerson(
            {
              ...query,
              mode: options.together ? 'together' : 'any',
              video_ids: options.video,
              threshold: options.threshold,
            },
            signal,
          );
          const people = answer.people.map(
            (p) =>
              `${p.query}: ${p.decision ? `${decisionWords(p.decision.decision)} (score ${p.decision.score.toFixed(3)}, threshold ${p.decision.threshold.toFixed(3)})` : ''} ${who(p.identity_id, p.name)}`,
          );
          const rows = answer.appearances.map(
            (a) => `  ${a.video_id}  ${span(a)}${a.score === null ? '' : `  ${a.score.toFixed(3)}`}`,
          );
          return {
            data: answer,
            text: [
              ...people,
              `${secondsWords(answer.seconds_on_screen)} on screen`,
              ...rows,
              coverageLine(coverageFields(answer.coverage)),
              answer.hint ?? '',
            ]
              .filter(Boolean)
              .join('\n'),
          };
        });
      },
    );
}
