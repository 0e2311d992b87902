/** `verify`: verify_faces at a terminal. */
import type { Command } from 'commander';
import { verifyFaces } from '../tools/verify-faces.js';
import type { Run } from './host.js';
import { numberOption, personOf } from './options.js';
import { answerOf } from './run-tool.js';

export function addVerify(program: Command, run: Run): void {
  program
    .command('verify')
    .description('tell whether two pictures show one person')
    .argument('<a>', 'a picture')
    .argument('<b>', 'another picture, an identity id or a name')
    .option('--threshold <score>', 'instead of the calibrated one', numberOption)
    .option('--json', 'print the whole answer as JSON')
    .action(async (image_a: string, b: string, { threshold, json }: { threshold?: number; json?: boolean }) => {
      const who = personOf(b);
      const other = 'image' in who ? { image_b: who.image } : who;
      await run(json, (host, signal) => answerOf(verifyFaces, { image_a, ...other, threshold }, host, signal));
    });
}
