/** Parsers of options that several commands have. */
import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';

export function numberOption(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('Give a number.');
  return number;
}

/** --video may be given several times. */
export function videoOption(command: Command): Command {
  return command.option('--video <video_id...>', 'only these videos');
}

/** Listings come in pages, as the tools give them. */
export function pageOptions(command: Command, of: string): Command {
  return command
    .option('--limit <n>', `${of} on a page`, numberOption)
    .option('--cursor <cursor>', 'where the page before ended')
    .option('--json', 'print the whole answer as JSON');
}

/** An identity_id, or the label of one. */
function isIdentityId(given: string): boolean {
  return /^(identity_[\w-]+|P[1-9]\d*)$/.test(given);
}

/** What is called like a picture, or lies in a folder, is not somebody's name. */
const PICTURE = /[\\/]|\.(jpe?g|png|webp|gif|tiff?|avif|heic|bmp)$/i;

/** An identity_id, a picture, or else a name. */
export function personOf(given: string): { identity_id: string } | { image: string } | { name: string } {
  if (isIdentityId(given)) return { identity_id: given };
  return /^(https?|data|file):/i.test(given) || PICTURE.test(given) || existsSync(given)
    ? { image: given }
    : { name: given };
}
