import type { BenchResult } from './measure.js';
import type { Spread } from './spread.js';

/** The result as Markdown, which a terminal shows well enough too. */
export function reportText(r: BenchResult): string {
  const { machine: m, video: v, settings: s, memory } = r;
  const embedders = r.networks.filter(({ of }) => of !== 'detector');
  const rows: [string, string, string][] = [
    ['decoding alone', ...seconds(r.decode_ms)],
    ['inference alone', ...seconds(r.inference_ms)],
    ...r.networks.map(({ of, ms, runs, pictures }): [string, string, string] => [
      `– ${of}: ${pictures} pictures in ${runs} runs`,
      ...seconds(ms),
    ]),
    ['indexing', ...seconds(r.index_ms)],
    ['indexing ÷ (decoding + inference)', r.ratio.median.toFixed(2), range(r.ratio, (n) => n.toFixed(2))],
    ...embedders.map(({ of, share }): [string, string, string] => [
      `embedding with ${of} ÷ indexing`,
      `${(share * 100).toFixed(1)} %`,
      '',
    ]),
    [
      `peak memory, ${memory.short_s} s`,
      `${memory.short_mb.median.toFixed(0)} MB`,
      range(memory.short_mb, (n) => n.toFixed(0)),
    ],
    [
      `peak memory, ${memory.long_s} s`,
      memory.long_mb === null ? 'not measured (--quick)' : `${memory.long_mb.toFixed(0)} MB`,
      '',
    ],
    [
      '– growth over ten times the length',
      memory.growth_mb === null ? 'not measured (--quick)' : `${memory.growth_mb.toFixed(0)} MB`,
      '',
    ],
    [
      'start-up to the answer of tools/list',
      `${r.startup_ms.median.toFixed(0)} ms`,
      range(r.startup_ms, (n) => n.toFixed(0)),
    ],
  ];
  return [
    `${v.seconds.toFixed(1)} s of ${v.what}: ${v.width}×${v.height} ${v.codec}, ${v.fps.toFixed(2)} pictures a second; ${r.samples} samples (${s.sample_fps} a second), ${r.faces_seen} faces seen, ${r.faces_kept} kept, ${r.identities} identities.`,
    `Pack ${s.pack}, detector side ${s.detector_side}, ${s.threads} threads. ${m.cores} cores (${m.cpu}), ${m.memory_gb} GB, ${m.platform}, Node ${m.node}, ffmpeg ${m.ffmpeg}; load ${m.load_before.toFixed(1)} before, ${m.load_after.toFixed(1)} after.`,
    '',
    '| | median | least–greatest |',
    '|---|---:|---:|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

function seconds(ms: Spread): [string, string] {
  return [`${(ms.median / 1000).toFixed(2)} s`, range(ms, (n) => (n / 1000).toFixed(2))];
}

function range({ min, max, n }: Spread, show: (value: number) => string): string {
  return n > 1 ? `${show(min)}–${show(max)}` : '';
}
