/** `verify`: verify_faces at a terminal. */
import type { Command } from 'commander';
import { verifyFaces } from '../../tools/verify-faces.js';
import type { Run } from '../host.js';
import { numberOption, personOf } from '../options.js';
import { answerOf } from '../run-tool.js';

export function addVerify(program: Command, run: Run): void {
  program
    .command('verify')
    .description('tell whether two pictures, or people of the library, are one person')
    .argument('<a>', 'a picture, an identity id or a name')
    .argument('<b>', 'another one')
    .option('--threshold <score>', 'instead of the calibrated one', numberOption)
    .option('--json', 'print the whole answer as JSON')
    .action(async (a: string, b: string, { threshold, json }: { threshold?: number; json?: boolean }) => {
      const args = { ...whatIsCompared(personOf(a), personOf(b)), threshold };
      await run(json, (host, signal) => answerOf(verifyFaces, args, host, signal));
    });
}

type Compared = ReturnType<typeof personOf>;

/** Two pictures, a picture and somebody, or two people. */
function whatIsCompared(a: Compared, b: Compared): object {
  if ('image' in a) return { image_a: a.image, ...('image' in b ? { image_b: b.image } : b) };
  if ('image' in b) return { image_a: b.image, ...a };
  return { identity_ids: [a, b].map((one) => ('name' in one ? one.name : one.identity_id)) };
}
