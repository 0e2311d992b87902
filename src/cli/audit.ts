/** `audit`: who asked what about whom. */
import { type Command, InvalidArgumentError } from 'commander';
import type { AuditEntry } from '../services/audit.js';
import { count } from '../tools/format.js';
import type { Run } from './host.js';

interface Options {
  since?: number;
  identity?: string;
  json?: boolean;
}

export function addAudit(program: Command, run: Run): void {
  program
    .command('audit')
    .description('print the log of who asked what about whom, oldest first')
    .option('--since <date>', 'from then on: 2026-01-31, or a time', timeOption)
    .option('--identity <identity_id>', 'only what is about this person')
    .option('--json', 'print it as JSON')
    .action(async ({ since = -Infinity, identity, json }: Options) => {
      await run(json, async ({ audit }) => {
        const entries = ((await audit?.entries()) ?? []).filter(
          (e) => Date.parse(e.at) >= since && (identity === undefined || e.identity_ids.includes(identity)),
        );
        return {
          data: { entries },
          text: entries.length > 0 ? entries.map(line).join('\n') : 'Nothing is in the log.',
        };
      });
    });
}

function line({ at, client, tool, outcome, dry_run, identity_ids, identities_total, video_ids }: AuditEntry): string {
  const more = identities_total - identity_ids.length;
  return [
    at,
    client ?? 'unknown',
    `${tool}${dry_run ? ' (dry run)' : ''}`,
    outcome,
    ...identity_ids,
    ...(more > 0 ? [`and ${count(more, 'person', 'people')} more`] : []),
    ...video_ids,
  ].join(' ');
}

function timeOption(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Give a date, as 2026-01-31.');
  return time;
}
