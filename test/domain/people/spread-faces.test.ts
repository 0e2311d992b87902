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
