/** `forget`: the tool forget at a terminal. */
import type { Command } from 'commander';
import { forget } from '../../tools/forget.js';
import type { Run } from '../host.js';
import { dateOption } from '../options.js';
import { answerOf } from '../run-tool.js';

interface Options {
  before?: Date;
  yes?: boolean;
  json?: boolean;
}

export function addForget(program: Command, run: Run): void {
  program
    .command('forget [ids...]')
    .description('erase people (P3) and videos (V2) from disk for good; only says what would go until --yes')
    .option('--before <date>', 'all indexed before: 2026-01-31, or a time (local, unless it says a zone)', dateOption)
    .option('--yes', 'do it: there is no undo')
    .option('--json', 'print the whole answer as JSON')
    .action(async (ids: string[], { before, yes, json }: Options) => {
      const isVideo = (id: string) => /^(video_|V\d)/i.test(id);
      const some = (list: string[]) => (list.length > 0 ? list : undefined);
      const args = {
        video_ids: some(ids.filter(isVideo)),
        identity_ids: some(ids.filter((id) => !isVideo(id))),
        before: before?.toISOString(),
        dry_run: yes !== true,
      };
      await run(json, (host, signal) => answerOf(forget, args, host, signal));
    });
}
