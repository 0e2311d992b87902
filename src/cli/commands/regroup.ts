/** `regroup`: groups the library anew, by the rules of today. */
import type { Command } from 'commander';
import type { GroupedAnew } from '../../services/curation/group-anew.js';
import type { Run } from '../host.js';
import { progressBar } from '../progress-bar.js';

export function addRegroup(program: Command, run: Run): void {
  program
    .command('regroup')
    .description('say anew who is who in all footage, by the rules and the calibration of today; names and edits stay')
    .option('--dry-run', 'only say what would change')
    .option('--json', 'print what changed as JSON')
    .action(async ({ dryRun, json }: { dryRun?: boolean; json?: boolean }) => {
      await run(json, async (host, signal) => {
        const bar = progressBar();
        const { curation } = await host.services();
        const done = await curation
          .groupAnew(dryRun ?? false, { signal, onProgress: (p) => bar.show(p) })
          .finally(() => bar.stop());
        return { data: done, text: lines(done) };
      });
    });
}

function lines(done: GroupedAnew): string {
  const { dry_run, tracks, people_before, people_after, joined, parted, tracks_moved, refused, hint } = done;
  return [
    `${dry_run ? 'Would be grouped' : 'Grouped'} anew: ${tracks} tracks, ${people_before} people before, ${people_after} after.`,
    `${joined} are part of somebody else, ${parted} are new, ${tracks_moved} tracks are with somebody else.`,
    ...(refused > 0 ? [`${refused} people would have become one: not believed, so no two were joined.`] : []),
    hint,
  ].join('\n');
}
