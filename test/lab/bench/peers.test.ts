import { expect, test } from 'vitest';
import { peersText } from '../../../lab/bench/peers/report-peers.js';
import type { PeerComparison, ScoredPair } from '../../../lab/bench/peers/compare-peers.js';

const round = (ours_s: number, picture_ms: number): PeerComparison['rounds'][number] => {
  const peer = { backend: 'wasm', wall_ms: [picture_ms, picture_ms], cpu_ms: 4 * picture_ms, faces: 3, pairs: [] };
  return {
    ours: {
      wall_s: ours_s,
      cpu: { main: 1, threads: [], children: 1, all: 20 },
      peak_mb: 400,
      identities: 2,
      faces_seen: 600,
      faces_kept: 500,
    },
    peers: { human: peer, 'face-api': { ...peer, wall_ms: [2 * picture_ms] } },
  };
};
const cells = (text: string) => text.split('\n').map((line) => line.split(' | ').map((cell) => cell.trim()));

test('a peer takes its median picture for every picture that ours samples', () => {
  const rounds = [round(10, 400), round(12, 900), round(11, 500)];
  const [ours, human, faceApi] = cells(peersText({ seconds: 60, samples: 300, rounds, pairs: null })).slice(4);
  expect(ours?.slice(2, 7)).toEqual(['11.0 s', '5.45 s', '1.0 ×', '1.0 ×', '2.00']);
  // 500 ms × 300 pictures; of the processor twice as much, against ours of 20 s.
  expect(human?.slice(2, 7)).toEqual(['150.0 s', '0.40 s', '13.6 ×', '15.0 ×', '1.50']);
  expect(faceApi?.slice(2, 4)).toEqual(['300.0 s', '0.20 s']);
  expect(ours?.[7]).toBe('not asked |');
});

test('a pair without a face is nobody’s match, and is told', () => {
  const pairs = (...scores: (number | null)[]): ScoredPair[] => scores.map((score, i) => ({ same: i < 2, score }));
  const told = {
    ours: pairs(0.9, 0.8, 0.1, 0.2),
    peers: { human: pairs(0.9, null, 0.1, null), 'face-api': pairs(0.1, 0.2, 0.8, 0.9) },
  };
  const rows = cells(peersText({ seconds: 60, samples: 300, rounds: [round(10, 400)], pairs: told })).slice(4);
  const last = rows.map((row) => row[7]);
  expect(last[0]).toMatch(/^100\.0 % \([\d.]+–100\.0\) \|$/);
  expect(last[1]).toMatch(/^75\.0 % .*, 2 of 4 without a face \|$/);
  expect(last[2]).toMatch(/^50\.0 % /);
});
