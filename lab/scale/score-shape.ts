/** How made-up faces score beside real ones. */
import { seededRandom } from '../../src/domain/seeded-sample.js';
import { dot } from '../../src/domain/vectors.js';
import { MadeFaces, madeQuality } from './made-faces.js';

/** Scores of a share of pairs: of strangers the share that score higher, of one person the share that score lower. */
export interface ScoreShape {
  of: 'strangers' | 'one person';
  share: number;
  real: number;
  made: number;
}

/** People compared with one another, and people of whom two faces are compared. */
const STRANGERS = 600,
  PAIRS = 2000;
/** Pictures of LFW are fair ones: so are those compared with them. */
const FAIR = 0.4;

/** @param calibration of a pack, which holds what its scores of real faces were (LFW) */
export function scoreShape(
  seed: number,
  calibration: {
    impostorTail: readonly (readonly [number, number])[];
    genuineHead: readonly (readonly [number, number])[];
  },
): ScoreShape[] {
  const faces = new MadeFaces(seed),
    random = seededRandom(seed);
  const fair = (): number => {
    for (;;) {
      const quality = madeQuality(random);
      if (quality >= FAIR) return quality;
    }
  };
  // Families are few among all pairs: as in LFW.
  const one = Array.from({ length: STRANGERS }, (_, person) => faces.face(person, fair(), random));
  const strangers = one.flatMap((a, i) => one.slice(0, i).map((b) => dot(a, b))).sort((a, b) => b - a);
  const same = Array.from({ length: PAIRS }, (_, person) =>
    dot(faces.face(person, fair(), random), faces.face(person, fair(), random)),
  ).sort((a, b) => a - b);
  const rows = (of: ScoreShape['of'], points: typeof calibration.genuineHead, scores: readonly number[]) =>
    points
      .filter(([, share]) => share * scores.length >= 10)
      .map(([real, share]) => ({ of, share, real, made: scores[Math.floor(share * scores.length)] ?? NaN }));
  return [
    ...rows('strangers', calibration.impostorTail, strangers),
    ...rows('one person', calibration.genuineHead, same),
  ];
}

/** In Markdown. */
export function shapeText(rows: readonly ScoreShape[]): string {
  return [
    '| pairs of | share | score of real faces | of made-up ones |',
    '|---|---:|---:|---:|',
    ...rows.map(
      ({ of, share, real, made }) =>
        `| ${of} | ${share} ${of === 'strangers' ? 'higher' : 'lower'} | ${real.toFixed(3)} | ${made.toFixed(3)} |`,
    ),
  ].join('\n');
}
