/** `audit`: who asked what about whom. */
import type { Command } from 'commander';
import type { AuditEntry } from '../../services/audit.js';
import { count } from '../../tools/answers/format.js';
import type { CommandHost, Run } from '../host.js';
import { dateOption } from '../options.js';

interface Options {
  since?: Date;
  identity?: string;
  json?: boolean;
}

export function addAudit(program: Command, run: Run): void {
  program
    .command('audit')
    .description('print the log of who asked what about whom, oldest first')
    .option('--since <date>', 'from then on: 2026-01-31, or a time (local, unless it says a zone)', dateOption)
    .option('--identity <identity_id>', 'only what is about this person; P3 too')
    .option('--json', 'print it as JSON')
    .action(async ({ since, identity, json }: Options) => {
      await run(json, async (host, signal) => {
        const person = identity === undefined ? undefined : await idOf(identity, host, signal);
        const entries = ((await host.audit?.entries()) ?? []).filter(
          (e) =>
            (since === undefined || new Date(e.at) >= since) &&
            (person === undefined || e.identity_ids.includes(person)),
        );
        return {
          data: { entries },
          text: entries.length > 0 ? entries.map(line).join('\n') : 'Nothing is in the log.',
        };
      });
    });
}

/** A whole id also finds those who are forgotten; a short one is looked up in the library. @throws RollcallError */
async function idOf(given: string, host: CommandHost, signal: AbortSignal): Promise<string> {
  if (/^identity_[a-z2-7]{26}$/.test(given)) return given;
  const { shortIds } = await host.services();
  return shortIds.isShort(given) ? ((await shortIds.resolve([given], signal)).get(given) ?? given) : given;
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
