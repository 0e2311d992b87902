/** Reads all videos, in columns: checking each value again takes long, and every first answer waits for it. */
import type { Table } from '../tables/database-engine.js';
import { storedVideo } from '../tables/columns.js';
import type { VideoRow } from '../rows.js';
import { stopIfAborted } from '../abort.js';
import { asciiIn, integersIn, realsIn } from '../tables/scan.js';

const COLUMNS = Object.keys(storedVideo.shape);

export async function readVideos(table: Table, signal?: AbortSignal): Promise<VideoRow[]> {
  const rows: VideoRow[] = [];
  // Cuts may be many: not in large batches.
  for await (const batch of table.query().select(COLUMNS)) {
    stopIfAborted(signal);
    const ascii = (name: string) => asciiIn(batch, name),
      reals = (name: string) => realsIn(batch, name);
    const ids = ascii('video_id'),
      runs = ascii('run_id'),
      hashes = ascii('content_hash'),
      indexed = ascii('indexed_at'),
      [sources, titles, packs, pipelines, ranges, coverages] = (
        ['source', 'title', 'pack', 'pipeline_version', 'range', 'coverage'] as const
      ).map((name) => batch.getChild(name)),
      shots = ascii('shots'),
      sizes = reals('size_bytes'),
      durations = reals('duration_s'),
      starts = reals('start_s'),
      fps = reals('fps'),
      sampled = reals('sample_fps'),
      widths = integersIn(batch, 'width'),
      heights = integersIn(batch, 'height');
    for (let i = 0; i < batch.numRows; i++) {
      // Made by this code of what it has checked.
      const coverage = JSON.parse(String(coverages?.get(i))) as VideoRow['coverage'];
      rows.push({
        video_id: ids[i] ?? '',
        run_id: runs[i] ?? '',
        content_hash: hashes[i] ?? '',
        source: String(sources?.get(i)),
        title: String(titles?.get(i)),
        size_bytes: sizes[i] ?? 0,
        duration_s: durations[i] ?? 0,
        start_s: starts[i] ?? 0,
        width: widths[i] ?? 0,
        height: heights[i] ?? 0,
        fps: fps[i] ?? 0,
        sample_fps: sampled[i] ?? 0,
        pack: String(packs?.get(i)),
        pipeline_version: String(pipelines?.get(i)),
        range: JSON.parse(String(ranges?.get(i))) as VideoRow['range'],
        indexed_at: indexed[i] ?? '',
        // Records from before they had a version are of the first.
        coverage: { ...coverage, v: 1 },
        shots: JSON.parse(shots[i] ?? '') as number[],
      });
    }
  }
  return rows;
}
