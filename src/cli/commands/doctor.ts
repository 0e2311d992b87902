/** `doctor`: is everything there that Rollcall needs? */
import type { Command } from 'commander';
import { EXIT } from '../host.js';
import type { Run } from '../host.js';

export function addDoctor(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('check that everything Rollcall needs is there, and say what to do where it is not')
    .option('--repair', 'bring back what can be of a library whose files are lost or damaged')
    .option('--json', 'print the findings as JSON')
    .action(async (options: { json?: boolean; repair?: boolean }) => {
      await run(options.json, async ({ settings, logger }, signal) => {
        if (options.repair) {
          const { repair } = await import('../../services/upkeep/safekeeping.js');
          const report = await repair(settings, logger, signal);
          const { mended, index_again, aside } = report;
          const again = index_again.map((source) => `Index again: ${source}`);
          const kept = aside === null || mended.length === 0 ? [] : [`What was damaged lies in ${aside}.`];
          const text = [...mended, ...again, ...kept].join('\n') || 'The library is whole: nothing to repair.';
          return { data: report, text };
        }
        const { checkUp } = await import('../../services/upkeep/checkup.js');
        const findings = await checkUp(settings, logger, signal);
        const bad = findings.filter((f) => !f.ok);
        const rows = findings.map(
          (f) =>
            `${f.ok ? 'ok     ' : 'NOT OK '} ${f.name.padEnd(13)} ${f.detail}${f.hint === null ? '' : `\n                      → ${f.hint}`}`,
        );
        return {
          data: { ok: bad.length === 0, findings },
          text: [...rows, bad.length === 0 ? 'Everything is there.' : `${bad.length} to mend.`].join('\n'),
          exitCode: bad.length === 0 ? EXIT.ok : EXIT.failed,
        };
      });
    });
}
