/** Where comparing with those most alike alone would not do: by made-up rules, whose numbers say what must come out. */
import { expect, it } from 'vitest';
import { at } from '../../../src/domain/at.js';
import type { JoinRules } from '../../../src/domain/grouping/join-rules.js';
import { groupMany } from '../../../src/services/grouping/group-many.js';
import type { StagedTrack } from '../../../src/store/api.js';
import { comparing } from '../../support/libraries/grouping.js';

const using = comparing();

interface MadeUp {
  video?: string;
  quality?: number;
  /** By axis. */
  vector: Record<number, number>;
}

async function grouped(
  made: readonly MadeUp[],
  bars: { base: number; span: number; between: number; within: number | Record<string, number>; allowed?: number },
  apart: JoinRules['apart'] = () => false,
): Promise<number[][]> {
  const axes = 1 + Math.max(...made.flatMap(({ vector }) => Object.keys(vector).map(Number)));
  const tracks = made.map(({ video = 'one', quality = 0, vector }, i): StagedTrack => {
    const v = new Float32Array(axes);
    for (const [axis, x] of Object.entries(vector)) v[Number(axis)] = x;
    const track = { track_id: `track_${i}`, video_id: video, vector: v, quality };
    return { ...track, population_excess: 0, presence: [] };
  });
  const { base, span, between, allowed = 0 } = bars;
  const videos = [...new Set(tracks.map((t) => t.video_id))];
  const within = (place: number) =>
    typeof bars.within === 'number' ? bars.within : (bars.within[videos[place] ?? ''] ?? 0);
  const place = (i: number) => videos.indexOf(at(tracks, i).video_id);
  const rules: JoinRules & { linear: NonNullable<JoinRules['linear']> } = {
    zero: (i, j) => base + span * Math.sqrt(at(tracks, i).quality * at(tracks, j).quality),
    odds: (i, j) => (place(i) === place(j) ? within(place(i)) : between),
    needed: (odds, a, b) => odds - allowed * (1 - (a + b) / (2 * a * b)),
    most: () => allowed,
    apart,
    weight: () => 1,
    linear: {
      base,
      span,
      quality: (i) => at(tracks, i).quality,
      place,
      isBound: () => true,
      oddsIn: within,
      oddsBetween: between,
      flatter: 0,
      unread: () => 0,
      atOnce: [],
      sure: null,
    },
  };
  return groupMany(tracks, [], rules, tracks.length, using.pipeline());
}

/** Indices from one to another, without that. */
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

it('finds who is behind others that are more alike and kept apart, once those are joined', async () => {
  // Two people, 0 and 1, who are one; each is more like 18 lookalikes, on screen beside them, who score 0.8 together.
  const crowd = 18;
  const lookalikes = [2, 3].map((axis) =>
    range(0, crowd).map(
      (k): MadeUp => ({
        quality: 1,
        vector: { [axis]: Math.sqrt(0.8), [4 + (axis - 2) * crowd + k]: Math.sqrt(0.2) },
      }),
    ),
  );
  const made: MadeUp[] = [{ vector: { 0: 0.742, 2: 0.67 } }, { vector: { 0: 0.742, 3: 0.67 } }, ...lookalikes.flat()];
  const isApart = (i: number, j: number) => i < 2 !== j < 2;
  // Lookalikes just reach their bar of 0.78; 0 and 1 score 0.55, and 0.6 with those they are kept apart from.
  const groups = await grouped(made, { base: 0.5, span: 0.28, between: 0, within: 0 }, isApart);
  expect(groups).toEqual([[0, 1], range(2, 2 + crowd), range(2 + crowd, 2 + 2 * crowd)]);
});

it.each([0, 40])('meets a group wherever it is seen, beside %i others', async (others) => {
  // 2 and 3 of two videos are one person; 4 is like 3 as far as the bar within their video, and too little like 2.
  const strangers = range(0, others).map((k): MadeUp => ({ video: 'two', vector: { [3 + k]: 1 } }));
  const [a, b] = [0.59, (0.33 - 0.75 * 0.59) / Math.sqrt(1 - 0.75 ** 2)];
  const made: MadeUp[] = [
    { video: 'none', vector: { [3 + others]: 1 } },
    { video: 'none', vector: { [4 + others]: 1 } },
    { video: 'one', vector: { 0: 1 } },
    { video: 'two', vector: { 0: 0.75, 1: Math.sqrt(1 - 0.75 ** 2) } },
    { video: 'two', vector: { 0: a, 1: b, 2: Math.sqrt(1 - a * a - b * b) } },
    ...strangers,
  ];
  const bars = { base: 0, span: 0, between: 0.6, within: 0.3 };
  expect((await grouped(made, bars)).slice(0, 3)).toEqual([[0], [1], [2, 3, 4]]);
  // By itself 4 would not be one with 2.
  expect(
    await grouped(
      [2, 4].map((i) => at(made, i)),
      bars,
    ),
  ).toEqual([[0], [1]]);
});

it('joins groups that are alike enough for their size, and would not be as single tracks', async () => {
  const [some, others] = [{ 0: 1 }, { 0: 0.57, 1: Math.sqrt(1 - 0.57 ** 2) }].map((vector) =>
    range(0, 4).map((): MadeUp => ({ vector })),
  ) as [MadeUp[], MadeUp[]];
  // From the bar of 0.6 for single tracks it falls to 0.5625 for fours.
  const bars = { base: 0, span: 0, between: 0.6, within: 0.6, allowed: 0.05 };
  expect(await grouped([...some, ...others], bars)).toEqual([range(0, 8)]);
  expect(await grouped([...some.slice(3), ...others.slice(3)], bars)).toEqual([[0], [1]]);
});

it('asks in each video for what is enough there', async () => {
  const made: MadeUp[] = [
    { video: 'crowded', vector: { 0: 1 } },
    { video: 'crowded', vector: { 1: 1 } },
    { video: 'quiet', vector: { 2: 1 } },
    { video: 'quiet', vector: { 2: 0.4, 3: Math.sqrt(1 - 0.4 ** 2) } },
  ];
  const within = { crowded: 0.5, quiet: 0.3 };
  expect(await grouped(made, { base: 0, span: 0, between: 0.6, within })).toEqual([[0], [1], [2, 3]]);
});
