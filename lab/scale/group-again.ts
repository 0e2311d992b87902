/**
 * `npx tsx lab/scale/group-again.ts HOME [--tracks 10000,60000]`: groups all tracks of a made-up library anew, as if
 * nothing were known of who is who, and prints how long that takes, what memory, and how well it fits. The library
 * stays as it is.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { joinRule } from '../../src/services/grouping/group-tracks.js';
import { inTheirLight, loadTracks } from '../../src/services/people/library-tracks.js';
import { regroup } from '../../src/services/people/regroup.js';
import { codeOf, openHome } from '../bench/scale/code-of.js';
import { peakMb } from '../bench/scale/peak-mb.js';
import { bcubed, pairwise } from '../measures/bcubed.js';

const { values, positionals } = parseArgs({
  options: { tracks: { type: 'string', default: 'Infinity' } },
  allowPositionals: true,
});

async function main(home: string, sizes: readonly number[]): Promise<void> {
  const code = await codeOf(path.resolve(import.meta.dirname, '../..'));
  const { library, settings, pack } = await openHome(code, home);
  const pipeline = await code.openPrepared({ modelsDir: settings.modelsDir, packId: pack.id, threads: 2 });
  try {
    const rule = joinRule(pack.calibration, 0.3);
    const videos = (await library.videos()).map((v) => v.video_id),
      { tracks: all } = await library.counts();
    for (const size of sizes) {
      const share = Math.min(1, size / all);
      const some = share === 1 ? {} : { video_ids: videos.slice(0, Math.ceil(share * videos.length)) };
      const tracks = inTheirLight(await loadTracks(library, some), rule);
      const [began, before] = [performance.now(), process.cpuUsage()];
      const { rows } = await regroup({ old: [], fresh: tracks, held: [], rule, compare: pipeline, now: '' });
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(before);
      const peak = await peakMb('self');
      // Not before: what a library knows of people is no part of grouping it.
      const known = new Map(
        (await library.identities()).flatMap((row) => row.track_ids.map((t) => [t, row.identity_id] as const)),
      );
      const owner = new Map(rows.flatMap((row) => row.track_ids.map((t) => [t, row.identity_id] as const)));
      const labels = (of: ReadonlyMap<string, string>) => tracks.map(({ track_id }) => of.get(track_id) ?? track_id);
      const [groups, people] = [labels(owner), labels(known)];
      const { wrong, f } = pairwise(groups, people);
      const figures = [
        `${tracks.length} tracks of ${new Set(people).size} people: ${new Set(groups).size} groups`,
        `${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor`,
        `memory at its highest ${peak?.toFixed(0) ?? 'not known'} MB`,
        `BCubed F ${bcubed(groups, people).f.toFixed(4)}, pairwise F ${f.toFixed(4)}, ${wrong} pairs wrongly merged`,
      ];
      process.stdout.write(`${figures.join('; ')}\n`);
    }
  } finally {
    await pipeline.close();
    await library.close();
  }
}

const [home] = positionals;
if (home === undefined) throw new Error('Which library? lab/scale/group-again.ts HOME');
await main(home, values.tracks.split(',').map(Number));
