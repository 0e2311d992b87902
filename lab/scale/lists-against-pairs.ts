/**
 * `npx tsx lab/scale/lists-against-pairs.ts HOME [--portions 8192,100] [--tracks 5000] [--sample 1000]`: groups the
 * tracks of a library, or of its first films, by all pairs, and by lists as if there were too many for that, and prints
 * how far the two agree and which tracks differ. The library stays as it is; edits are not looked at.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { roundSeconds } from '../../src/domain/seconds.js';
import { overlapOf } from '../../src/domain/people/co-visibility.js';
import { groupTracks, joinRule } from '../../src/services/grouping/group-tracks.js';
import { inTheirLight, loadTracks } from '../../src/services/people/library-tracks.js';
import { codeOf, openHome } from '../bench/scale/code-of.js';
import { bcubed } from '../measures/bcubed.js';

const { values, positionals } = parseArgs({
  options: {
    portions: { type: 'string', default: '8192,100' },
    tracks: { type: 'string', default: 'Infinity' },
    sample: { type: 'string', default: 'Infinity' },
  },
  allowPositionals: true,
});
const NOBODY = { library: 0, videos: new Map<string, number>(), faces: [] };

async function main(home: string, portions: readonly number[], most: number, sample: number): Promise<void> {
  const code = await codeOf(path.resolve(import.meta.dirname, '../..'));
  const { library, settings, pack } = await openHome(code, home);
  const pipeline = await code.openPrepared({ modelsDir: settings.modelsDir, packId: pack.id, threads: 2 });
  try {
    const videos = await library.videos();
    const rule = joinRule(pack.calibration, overlapOf(videos));
    const share = Math.min(1, most / (await library.counts()).tracks);
    const video_ids = videos.slice(0, Math.ceil(share * videos.length)).map((v) => v.video_id);
    const tracks = inTheirLight(await loadTracks(library, share === 1 ? {} : { video_ids }), rule);
    const grouped = async (from: number, portion: number): Promise<string[]> => {
      const labels = tracks.map(() => '');
      const groups = await groupTracks(tracks, NOBODY, [], rule, pipeline, undefined, undefined, {
        from,
        portion,
        sample,
      });
      for (const [k, group] of groups.entries()) for (const i of group) labels[i] = String(k);
      return labels;
    };
    const pairs = await grouped(Infinity, 1);
    for (const portion of portions) {
      const lists = await grouped(0, portion);
      const groups = [pairs, lists].map((labels) => new Set(labels).size).join(' and ');
      process.stdout.write(
        `${tracks.length} tracks, portions of ${portion}: ${groups} groups, BCubed F ${bcubed(lists, pairs).f.toFixed(4)}\n`,
      );
      const [byPairs, byLists] = [companions(pairs), companions(lists)];
      for (const [i, { track_id, video_id, quality, presence }] of tracks.entries()) {
        const [with_, without] = [byPairs[i] ?? [], byLists[i] ?? []];
        if (with_.join() === without.join()) continue;
        const when = presence.map((p) => `${roundSeconds(p.start_s)}-${roundSeconds(p.end_s)}`).join();
        process.stdout.write(
          `  ${track_id} of ${video_id} at ${when}, quality ${quality.toFixed(2)}: with ${with_.length - 1} others by pairs, with ${without.length - 1} by lists\n`,
        );
      }
    }
  } finally {
    await pipeline.close();
    await library.close();
  }
}

/** Of each track, those with the same label. */
function companions(labels: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [i, label] of labels.entries()) groups.set(label, [...(groups.get(label) ?? []), i]);
  return labels.map((label) => groups.get(label) ?? []);
}

const [home] = positionals;
if (home === undefined) throw new Error('Which library? lab/scale/lists-against-pairs.ts HOME');
await main(home, values.portions.split(',').map(Number), Number(values.tracks), Number(values.sample));
