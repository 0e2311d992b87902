/** `library`: the tool library at a terminal. */
import { Argument, type Command } from 'commander';
import { LIBRARY_PARTS } from '../../services/requests/library.js';
import { library } from '../../tools/library.js';
import { addEncryption } from './encryption.js';
import type { Run } from '../host.js';
import { pageOptions } from '../options.js';
import { answerOf } from '../run-tool.js';

interface Options {
  limit?: number;
  cursor?: string;
  json?: boolean;
}

export function addLibrary(program: Command, run: Run): void {
  const parent = pageOptions(program.command('library'), 'videos, edits or questions');
  parent
    .description('look at the library: its state, its videos, the log of edits, questions worth asking')
    .addArgument(new Argument('[what]', 'which part').choices(LIBRARY_PARTS))
    .action(async (what: string | undefined, { limit, cursor, json }: Options) => {
      await run(json, (host, signal) => answerOf(library, { what, limit, cursor }, host, signal));
    });
  addEncryption(parent, run);
}
