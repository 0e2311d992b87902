import type { Command } from 'commander';
import { decisionWords, who } from '../tools/format.js';
import { absoluteSource } from '../services/requests/fields.js';
import { numberOption } from './options.js';
import type { Run } from './host.js';

export function addVerify(program: Command, run: Run): void {
  program
    .command('verify')
    .description('tell whether two pictures show one person')
    .argument('<a>', 'a picture')
    .argument('<b>', 'another picture, or an identity id')
    .option('--threshold <score>', 'instead of the calibrated one', numberOption)
    .option('--json', 'print the whole answer as JSON')
    .action(async (a: string, b: string, options: { threshold?: number; json?: boolean }) => {
      await run(options.json, async (host, signal) => {
        const services = await host.services();
        const other = /^identity_[\w-]+$/.test(b) ? { identity_id: b } : { image_b: absoluteSource(b) };
        const answer = await services.verification.verifyFaces(
          { image_a: absoluteSource(a), ...other, threshold: options.threshold },
          signal,
        );
        const against = answer.identity_id === null ? '' : ` with ${who(answer.identity_id, answer.name)}`;
        return {
          data: answer,
          text: [
            `${decisionWords(answer.decision)}${against}`,
            `score ${answer.score.toFixed(3)}, threshold ${answer.threshold.toFixed(3)}, estimated FAR ${answer.estimated_far.toExponential(1)}`,
            ...answer.reasons,
          ].join('\n'),
        };
      });
    });
}
