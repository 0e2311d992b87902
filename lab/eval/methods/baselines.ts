/** Clusterings to compare with, on the same scores; thresholds are chosen with the truth known, which flatters them. */
import { agnes } from 'ml-hclust';
import type { CalibrationModel } from '../../../src/domain/scores/calibration-model.js';
import { bcubed } from '../../measures/bcubed.js';
import { chineseWhispers } from '../../measures/chinese-whispers.js';
import { connectedComponents } from '../../measures/connected-components.js';
import { similarityGraph } from '../../measures/similarity-graph.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import type { PeopleSubset } from '../data/people-subsets.js';
import type { Scorer } from '../data/scored-faces.js';

export interface Baseline {
  method: string;
  /** The threshold it was given. */
  threshold: number;
  /** The cluster of each face. */
  labels: string[];
}

/** Thresholds tried, from this much below the loose point to this much above it. */
const TRIED = { below: 0.1, above: 0.4, step: 0.02 } as const;
/** Average link by ml-hclust takes time with the cube of the faces. */
export const AVERAGE_LINK_UP_TO = 2000;

/**
 * Every baseline at its best threshold; average link also at the balanced point whatever the size, and only for crowds
 * up to AVERAGE_LINK_UP_TO faces.
 */
export function baselinesOf(crowd: PeopleSubset, scorer: Scorer, points: CalibrationModel['points']): Baseline[] {
  const { faces, labels: truth } = crowd;
  const score = (i: number, j: number) => {
    const a = faces[i],
      b = faces[j];
    return a && b ? scorer.score(a, b) : -1;
  };
  const from = Math.max(points.loose.threshold - TRIED.below, 0.01),
    fixed = points.balanced.threshold;
  const thresholds = Array.from(
    { length: Math.round((TRIED.below + TRIED.above) / TRIED.step) + 1 },
    (_, k) => from + k * TRIED.step,
  );
  const graph = similarityGraph(faces.length, score, from);
  const best = (method: string, of: (threshold: number) => string[]): Baseline => {
    const runs = thresholds.map((threshold) => {
      const labels = of(threshold);
      return { threshold, labels, f: bcubed(labels, truth).f };
    });
    const { threshold, labels } = runs.reduce((p, q) => (q.f > p.f ? q : p));
    return { method: `${method}, best τ`, threshold, labels };
  };
  const result = [
    best('connected components', (t) => named(connectedComponents(graph, t))),
    best('Chinese whispers', (t) => named(chineseWhispers(graph, t, seededRandom(1)))),
  ];
  if (faces.length <= AVERAGE_LINK_UP_TO && faces.length > 1) {
    const cut = averageLink(faces.length, score);
    result.push(best('average link', cut), {
      method: 'average link, balanced τ',
      threshold: fixed,
      labels: cut(fixed),
    });
  }
  return result;
}

/** @returns a function that gives the clusters at a threshold */
function averageLink(n: number, score: (i: number, j: number) => number): (threshold: number) => string[] {
  const distances = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 0 : 1 - score(Math.min(i, j), Math.max(i, j)))),
  );
  const tree = agnes(distances, { method: 'average', isDistanceMatrix: true });
  return (threshold) => {
    const labels = Array.from({ length: n }, (_, i) => `alone ${i}`);
    tree.cut(1 - threshold).forEach((part, k) => {
      for (const i of part.indices()) labels[i] = String(k);
    });
    return labels;
  };
}

function named(labels: Int32Array): string[] {
  return Array.from(labels, String);
}
