/** Parsers of options that several commands have. */
import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import type { PersonQuery } from '../services/requests/find-person.js';
import { absoluteSource } from '../services/requests/fields.js';

export function numberOption(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('Give a number.');
  return number;
}

/** --video may be given several times. */
export function videoOption(command: Command): Command {
  return command.option('--video <video_id...>', 'only these videos');
}

/** An identity_id, a picture, or else a name. */
export function personOf(given: string): PersonQuery {
  if (/^identity_[\w-]+$/.test(given)) return { identity_id: given };
  const source = absoluteSource(given);
  return (source === given && /^(https?|data|file):/i.test(given)) || existsSync(source)
    ? { image: source }
    : { name: given };
}
