/** Reads all videos, in columns: checking each value again takes long, and every first answer waits for it. */
import type { Table } from '../tables/database-engine.js';
import { storedVideo } from '../tables/columns.js';
import type { VideoRow } from '../rows.js';
import { stopIfAborted } from '../abort.js';
import { asciiIn, integersIn, realsIn, textIn } from '../tables/scan.js';

const COLUMNS = Object.keys(storedVideo.shape);

export async function readVideos(table: Table, signal?: AbortSignal): Promise<VideoRow[]> {
  const rows: VideoRow[] = [];
  // Cuts may be many: not in large batches.
  for await (const batch of table.query().select(COLUMNS)) {
    stopIfAborted(signal);
    const ids = asciiIn(batch, 'video_id'),
      runs = asciiIn(batch, 'run_id'),
      hashes = asciiIn(batch, 'content_hash'),
      indexed = asciiIn(batch, 'indexed_at'),
      sources = textIn(batch, 'source'),
      titles = textIn(batch, 'title'),
      packs = textIn(batch, 'pack'),
      pipelines = textIn(batch, 'pipeline_version'),
      ranges = asciiIn(batch, 'range'),
      coverages = textIn(batch, 'coverage'),
      shots = asciiIn(batch, 'shots'),
      sizes = realsIn(batch, 'size_bytes'),
      durations = realsIn(batch, 'duration_s'),
      starts = realsIn(batch, 'start_s'),
      fps = realsIn(batch, 'fps'),
      sampled = realsIn(batch, 'sample_fps'),
      widths = integersIn(batch, 'width'),
      heights = integersIn(batch, 'height');
    for (let i = 0; i < batch.numRows; i++) {
      // Made by this code of what it has checked.
      const coverage = JSON.parse(coverages[i] ?? '') as VideoRow['coverage'];
      const row = {
        video_id: ids[i] ?? '',
        run_id: runs[i] ?? '',
        content_hash: hashes[i] ?? '',
        source: sources[i] ?? '',
        title: titles[i] ?? '',
        size_bytes: sizes[i] ?? 0,
        duration_s: durations[i] ?? 0,
        start_s: starts[i] ?? 0,
        width: widths[i] ?? 0,
        height: heights[i] ?? 0,
        fps: fps[i] ?? 0,
        sample_fps: sampled[i] ?? 0,
        pack: packs[i] ?? '',
        pipeline_version: pipelines[i] ?? '',
        range: JSON.parse(ranges[i] ?? '') as VideoRow['range'],
        indexed_at: indexed[i] ?? '',
        // Records from before they had a version are of the first.
        coverage: { ...coverage, v: 1 as const },
      };
      rows.push(withCuts(row, shots[i] ?? ''));
    }
  }
  return rows;
}

/** There are a hundred cuts in a film, and few questions ask for those of any: they are parsed when one does. */
function withCuts(row: Omit<VideoRow, 'shots'>, json: string): VideoRow {
  let cuts: number[] | null = null;
  return {
    ...row,
    get shots() {
      return (cuts ??= JSON.parse(json) as number[]);
    },
  };
}
