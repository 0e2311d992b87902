/** How many people a very large library has, told by a sample of it. */
import { expect, it } from 'vitest';
import { SyntheticCast } from '../../../lab/faces/synthetic-tracks.js';
import { crowdBySample, sampleOf } from '../../../src/services/grouping/crowd.js';
import { at } from '../../../src/domain/at.js';

/** Tracks of people, `each` of a video; who is seen in the how manieth video is told by `who`. */
function library(videos: number, each: number, who: (video: number, k: number) => string) {
  const cast = new SyntheticCast(1);
  return Array.from({ length: videos }, (_, v) =>
    Array.from({ length: each }, (_, k) => cast.track(who(v, k), `video-${v}`)),
  ).flat();
}

/** The crowd that a sample tells, where grouping is always right. */
function told(tracks: ReturnType<typeof library>, most: number) {
  const { sample, rest } = sampleOf(tracks, most);
  const groups = (indices: readonly number[], key: (i: number) => string) => {
    const by = new Map<string, number[]>();
    for (const i of indices) by.set(key(i), [...(by.get(key(i)) ?? []), i]);
    return [...by.values()].map((group) => group.map((i) => at(tracks, i)));
  };
  const person = (i: number) => at(tracks, i).person;
  return crowdBySample(
    groups(sample, person),
    groups(rest, (i) => `${at(tracks, i).video_id} ${person(i)}`),
  );
}

it('takes whole videos, from all over, and leaves out none', () => {
  const tracks = library(40, 5, (v, k) => `${v} ${k}`);
  const { sample, rest } = sampleOf(tracks, 50);
  expect([...sample, ...rest].sort((a, b) => a - b)).toEqual([...tracks.keys()]);
  expect(sample).toHaveLength(50);
  const seen = new Set(sample.map((i) => at(tracks, i).video_id));
  expect(rest.some((i) => seen.has(at(tracks, i).video_id))).toBe(false);
  expect(sampleOf(tracks, 1000)).toEqual({ sample: [...tracks.keys()], rest: [] });
});

it('counts people who are in one video each, and people who are in all', () => {
  expect(
    told(
      library(40, 5, (v, k) => `${v} ${k}`),
      50,
    ).library,
  ).toBe(200);
  expect(
    told(
      library(40, 5, (_, k) => `${k}`),
      50,
    ).library,
  ).toBe(5);
  expect(
    told(
      library(40, 5, (v, k) => `${v} ${k}`),
      1000,
    ).library,
  ).toBe(200);
});

it('tells within a third how many there are where some come again and again', () => {
  // In each video three of thirty regulars, and two whom nobody sees again.
  const who = (v: number, k: number) => (k < 3 ? `regular ${(v * 7 + k * 11) % 30}` : `${v} ${k}`);
  const people = 30 + 2 * 400;
  const { library: found } = told(library(400, 5, who), 200);
  expect(found).toBeGreaterThan(people / 1.33);
  expect(found).toBeLessThan(people * 1.33);
});

it('knows of each video how many are seen in it', () => {
  const tracks = library(30, 6, (v, k) => `${v} ${Math.min(k, v % 5)}`);
  const { videos } = told(tracks, 40);
  expect(videos.size).toBe(30);
  for (const { video_id } of tracks) {
    const here = new Set(tracks.filter((t) => t.video_id === video_id).map((t) => t.person));
    expect(videos.get(video_id)).toBe(here.size);
  }
});
