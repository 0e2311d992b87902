/** The comparison with other libraries as Markdown. */
import { bestAccuracy, rate, scoresOf } from '../../../src/domain/scores/error-rates.js';
import { spread } from '../spread.js';
import type { PeerComparison, ScoredPair } from './compare-peers.js';
import { PEER_VERSIONS } from './install-peers.js';
import { PEERS } from './peer.js';

/** Medians of the rounds; a peer's time for a film is that of a picture, times the pictures that ours samples. */
export function peersText({ seconds, samples, rounds, pairs }: PeerComparison): string {
  const ours = {
    wall_s: median(rounds.map((r) => r.ours.wall_s)),
    cpu_s: median(rounds.map((r) => r.ours.cpu?.all ?? NaN)),
    faces: median(rounds.map((r) => r.ours.faces_seen / samples)),
  };
  const rows = [
    ['Rollcall, `index_video`', 'onnxruntime, CPU', ...speed(ours, ours, seconds), right(pairs?.ours ?? null)],
    ...PEERS.map((name) => {
      const runs = rounds.map((r) => r.peers[name]);
      const theirs = {
        wall_s: (median(runs.map((r) => median(r.wall_ms))) * samples) / 1000,
        cpu_s: (median(runs.map((r) => r.cpu_ms / r.wall_ms.length)) * samples) / 1000,
        faces: median(runs.map((r) => r.faces / r.wall_ms.length)),
      };
      const backend = `${runs[0]?.backend ?? ''}, one thread`;
      return [PEER_VERSIONS[name], backend, ...speed(theirs, ours, seconds), right(pairs?.peers[name] ?? null)];
    }),
  ];
  return [
    `${seconds} s of film at 1280×720, ${samples} pictures, ${rounds.length} rounds (medians):`,
    '',
    '| | engine | the film takes | footage a second | ours is faster | with as much processor | faces a picture | pairs told apart at the best threshold |',
    '|---|---|---:|---:|---:|---:|---:|---:|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

interface Taken {
  wall_s: number;
  cpu_s: number;
  faces: number;
}

function speed(one: Taken, ours: Taken, seconds: number): string[] {
  return [
    `${one.wall_s.toFixed(1)} s`,
    `${(seconds / one.wall_s).toFixed(2)} s`,
    `${(one.wall_s / ours.wall_s).toFixed(1)} ×`,
    `${(one.cpu_s / ours.cpu_s).toFixed(1)} ×`,
    one.faces.toFixed(2),
  ];
}

/** A pair without a face is nobody's match. */
function right(pairs: readonly ScoredPair[] | null): string {
  if (pairs === null) return 'not asked';
  const of = (same: boolean) => pairs.filter((p) => p.same === same).map((p) => p.score ?? -Infinity);
  const { accuracy } = bestAccuracy(scoresOf(of(true), of(false)));
  const { low, high } = rate(Math.round(accuracy * pairs.length), pairs.length);
  const missing = pairs.filter((p) => p.score === null).length;
  const shares = `${(accuracy * 100).toFixed(1)} % (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)})`;
  return missing > 0 ? `${shares}, ${missing} of ${pairs.length} without a face` : shares;
}

function median(values: readonly number[]): number {
  return spread(values).median;
}
