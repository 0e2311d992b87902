/** Parsers of options that several commands have. */
import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';

export function numberOption(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('Give a number.');
  return number;
}

const ANYWHERE = { offset: true, local: true };

/** Midnight here, as a time without zone is a time here: Date takes a day alone for one of UTC. */
const DAY = z.iso.date().transform((day) => `${day}T00:00`);

/** With seconds or, as the offer says, without, which zod takes in a time without zone alone. */
const DATE = z.union([DAY, z.iso.datetime(ANYWHERE), z.iso.datetime({ ...ANYWHERE, precision: -1 })]);

/** ISO 8601 alone: Date takes "3/2/2026" for March, and finds a date in nearly anything. */
export function dateOption(value: string): Date {
  const { data } = DATE.safeParse(value);
  if (data === undefined) throw new InvalidArgumentError('Give a date, as 2026-01-31, or a time, as 2026-01-31T12:00.');
  return new Date(data);
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
