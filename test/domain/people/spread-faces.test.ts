import { expect, it } from 'vitest';
import { spreadFaces } from '../../../src/domain/people/spread-faces.js';

const face = (video_id: string, time_s: number, quality: number) => ({ video_id, time_s, quality });

it('lets videos take turns, the one with the best face first', () => {
  const faces = [face('a', 1, 0.6), face('a', 2, 0.7), face('a', 3, 0.65), face('b', 1, 0.9), face('c', 5, 0.5)];
  expect(spreadFaces(faces, 3)).toEqual([face('b', 1, 0.9), face('a', 2, 0.7), face('c', 5, 0.5)]);
});

it('spreads over the time of a video, from the best face on', () => {
  const faces = [0, 10, 20, 90, 100].map((time_s) => face('a', time_s, time_s === 10 ? 0.9 : 0.8));
  expect(spreadFaces(faces, 3).map((f) => f.time_s)).toEqual([10, 100, expect.any(Number)]);
  expect(spreadFaces(faces, 99)).toHaveLength(5);
});

it('shows poor faces only when there are no others left', () => {
  const faces = [face('a', 0, 0.9), face('a', 1, 0.8), face('a', 1000, 0.1)];
  expect(spreadFaces(faces, 2).map((f) => f.time_s)).toEqual([0, 1]);
  expect(spreadFaces(faces, 3).map((f) => f.time_s)).toEqual([0, 1, 1000]);
  expect(spreadFaces([], 5)).toEqual([]);
});

it('goes on with the other videos when one has no more, and stops in the middle of a turn', () => {
  const faces = [face('a', 0, 0.9), face('b', 0, 0.8), face('b', 1, 0.7), face('b', 9, 0.7), face('c', 0, 0.6)];
  const shown = (limit: number) => spreadFaces(faces, limit).map((f) => `${f.video_id}${f.time_s}`);
  expect(shown(1)).toEqual(['a0']);
  expect(shown(4)).toEqual(['a0', 'b0', 'c0', 'b9']);
  expect(shown(9)).toEqual(['a0', 'b0', 'c0', 'b9', 'b1']);
  expect(shown(0)).toEqual([]);
});

it('goes by the distance to the nearest face given, and of equals by quality', () => {
  const of = (...at: [number, number][]) =>
    spreadFaces(
      at.map(([time_s, quality]) => face('a', time_s, quality)),
      9,
    ).map((f) => f.time_s);
  expect(of([10, 0.9], [0, 0.8], [15, 0.8])).toEqual([10, 0, 15]);
  expect(of([50, 0.9], [0, 0.7], [100, 0.8])).toEqual([50, 100, 0]);
  // 100 is far from the first, but near the second.
  expect(of([0, 0.9], [110, 0.8], [100, 0.8], [50, 0.8])).toEqual([0, 110, 50, 100]);
});

it('takes a face for good from half the quality of the best on', () => {
  const at = (quality: number) =>
    spreadFaces([face('a', 0, 0.6), face('a', 1, 0.5), face('a', 1000, quality)], 3).map((f) => f.time_s);
  expect(at(0.4)).toEqual([0, 1000, 1]);
  expect(at(0.3)).toEqual([0, 1000, 1]);
  expect(at(0.29)).toEqual([0, 1, 1000]);
});

it('measures a video by the best face of all', () => {
  const faces = [face('a', 0, 0.9), face('b', 0, 0.5), face('b', 1, 0.45), face('b', 1000, 0.44)];
  expect(spreadFaces(faces, 4).map((f) => `${f.video_id}${f.time_s}`)).toEqual(['a0', 'b0', 'b1', 'b1000']);
});

it('shows every face once, also of two at one moment', () => {
  const faces = [face('a', 0, 0.8), face('a', 5, 0.4), face('a', 0, 0.1), face('a', 5, 0.1)];
  const shown = spreadFaces(faces, 9);
  expect(shown).toHaveLength(4);
  expect(new Set(shown)).toEqual(new Set(faces));
});
