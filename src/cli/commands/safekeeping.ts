/** `backup` and `restore`: a library in one file, and back. */
import type { Command } from 'commander';
import type { Run } from '../host.js';

export function addSafekeeping(program: Command, run: Run): void {
  program
    .command('backup')
    .description('write the library into one file, verified; also while a server runs')
    .argument('<file>', 'where to; must not be there yet')
    .option('--json', 'print what was kept as JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      await run(json, async ({ settings, logger }, signal) => {
        const { backUpLibrary } = await import('../../services/upkeep/safekeeping.js');
        const report = await backUpLibrary(settings, file, logger, signal);
        const text = `Kept in ${report.file} (${megabytes(report.bytes)}), read back and compared: ${counts(report.rows)}.\nIt holds faces and names as the library does. Settings, jobs and models are not in it.`;
        return { data: report, text };
      });
    });
  program
    .command('restore')
    .description('put a backup in the place of the library, if it is whole')
    .argument('<file>', 'what backup wrote')
    .option('--replace', 'move a library that is there aside, in the home folder')
    .option('--json', 'print what was put back as JSON')
    .action(async (file: string, { json, replace }: { json?: boolean; replace?: boolean }) => {
      await run(json, async ({ settings, logger }, signal) => {
        const { restoreLibrary } = await import('../../services/upkeep/safekeeping.js');
        const report = await restoreLibrary(settings, file, replace ?? false, logger, signal);
        const aside = report.replaced === null ? '' : `\nThe library that was there lies in ${report.replaced}.`;
        const text = `Back as it was at ${report.made_at}: ${counts(report.rows)}.${aside}\nServers that run now have to be started again.`;
        return { data: report, text };
      });
    });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function counts(rows: Readonly<Record<string, number>>): string {
  return Object.entries(rows)
    .map(([table, n]) => `${n} ${table}`)
    .join(', ');
}
