/** Which pictures are looked at, on frames that are made up. */
import { expect, it } from 'vitest';
import type { Face, Landmarks, Picture } from '../../../../src/domain/types.js';
import type { LeapingFrame } from '../../../../src/services/indexing/watching/leaps.js';
import { lookSparsely } from '../../../../src/services/indexing/watching/sparse-looks.js';

/**
 * Samples five a second with faces at these places; a cut before those numbered in `cuts`.
 * @param light brightness of each, all over; by default pictures have no small copy to tell by
 */
async function look(
  places: readonly (readonly number[])[],
  { cuts = [] as number[], leaps = [] as number[], step_s = 0.2, from_s = -1, light = [] as number[] } = {},
) {
  const image = (i: number): Picture => {
    const lit = light[i];
    const small = { width: 16, height: 16, data: new Uint8Array(3 * 256).fill(lit ?? 0) };
    return { width: 640, height: 360, data: Uint8Array.of(i), ...(lit === undefined ? {} : { small }) };
  };
  async function* frames(): AsyncGenerator<LeapingFrame> {
    for (const i of places.keys())
      yield await Promise.resolve({
        index: i,
        time_s: i * step_s,
        image: image(i),
        cut_s: cuts.includes(i) ? i : null,
        leap: leaps.includes(i) ? { time_s: i * step_s, isOneScene: true } : null,
        passed: [],
      });
  }
  const looked: number[] = [],
    back: number[] = [];
  const groups = lookSparsely(
    frames(),
    {
      look: async ({ data }) => {
        await Promise.resolve();
        looked.push(data[0] ?? -1);
        back.push(data[0] ?? -1);
        return (places[data[0] ?? -1] ?? []).map(face);
      },
      giveBack: ({ data }) => void back.push(data[0] ?? -1),
    },
    from_s * step_s,
  );
  const samples: { sample: number; cut: boolean; at: number[] }[] = [],
    ends: number[] = [];
  for await (const group of groups) {
    for (const { time_s, cut_s, faces } of group)
      samples.push({
        sample: Math.round(time_s / step_s),
        cut: cut_s !== null,
        at: (await faces).map(({ box }) => Math.round(box.x)),
      });
    ends.push(samples.at(-1)?.sample ?? -1);
  }
  const order = (a: number, b: number) => a - b;
  return { looked: looked.sort(order), back: back.sort(order), samples, ends };
}

function face(x: number): Face {
  const points = Array.from({ length: 5 }, () => ({ x, y: 50 })) as unknown as Landmarks;
  return { box: { x, y: 50, w: 60, h: 60 }, landmarks: points, score: 0.9, quality: 0.5 };
}

it('looks at every third picture where the same faces are seen, and follows them between', async () => {
  const { looked, back, samples } = await look([[100], [104], [108], [112], [116], [120], [124]]);
  expect(looked).toEqual([0, 3, 6]);
  expect(samples.map(({ at }) => at)).toEqual([[100], [104], [108], [112], [116], [120], [124]]);
  expect(back).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

it('looks between where somebody comes or goes', async () => {
  const { looked, samples } = await look([[], [], [], [100], [100], [100], [100]]);
  expect(looked).toEqual([0, 2, 3, 6]);
  expect(samples.map(({ at }) => at.length)).toEqual([0, 0, 0, 1, 1, 1, 1]);
});

it('looks at the first and the last picture of every shot', async () => {
  const { looked, samples } = await look([[1], [1], [1], [1], [1], [1], [1]], { cuts: [4, 5] });
  expect(looked).toEqual([0, 3, 4, 5, 6]);
  expect(samples.map(({ sample, cut }) => (cut ? -sample : sample))).toEqual([0, 1, 2, 3, -4, -5, 6]);
});

it('looks at every picture of those that are further apart, at more of those that are closer', async () => {
  const still = Array.from({ length: 9 }, () => [100]);
  expect((await look(still, { step_s: 0.5 })).looked).toHaveLength(9);
  expect((await look(still, { step_s: 0.1 })).looked).toEqual([0, 6, 8]);
});

it('looks once a second where the picture hardly changes', async () => {
  const still = Array.from({ length: 11 }, () => [100]);
  const light = Array.from({ length: 11 }, (_, i) => 100 + (i % 3));
  expect((await look(still, { light })).looked).toEqual([0, 5, 10]);
});

it('looks once at a picture that stands still, however long', async () => {
  const still = Array.from({ length: 60 }, () => [100]);
  const { looked, back, samples } = await look(still, { light: still.map(() => 100) });
  expect(looked).toEqual([0]);
  expect(back).toHaveLength(60);
  expect(samples.map(({ at }) => at)).toEqual(still);
});

it('looks again where a still picture has changed, also little by little', async () => {
  const places = Array.from({ length: 40 }, (_, i) => (i < 20 ? [100] : [200]));
  const { looked, samples } = await look(places, { light: places.map((_, i) => (i < 20 ? 100 : 101)) });
  expect(looked[0]).toBe(0);
  expect(looked.some((i) => i >= 20)).toBe(true);
  expect(samples.map(({ at }) => at)).toEqual(places);
  const fading = Array.from({ length: 101 }, () => [100]);
  const fade = await look(fading, { light: fading.map((_, i) => 100 + Math.floor(i / 20)) });
  expect(fade.looked.length).toBeGreaterThanOrEqual(6);
});

it('looks as often as ever where it changes, if only for a moment or slowly', async () => {
  const same = Array.from({ length: 8 }, () => [100]);
  expect((await look(same, { light: [9, 9, 20, 10, 9, 9, 9, 9] })).looked).toEqual([0, 3, 7]);
  expect((await look(same, { light: [9, 9, 9, 10, 20, 20, 20, 22] })).looked).toEqual([0, 3, 6, 7]);
  expect((await look(same, { light: [9, 11, 13, 15, 17, 19, 21, 23] })).looked).toEqual([0, 3, 6, 7]);
});

it('looks between two flashes, which hide everybody', async () => {
  const places = [[], [100], [100], [], [100], [100], [100]];
  const { samples } = await look(places, { light: [250, 60, 60, 250, 60, 60, 60] });
  expect(samples.map(({ at }) => at.length)).toEqual([0, 1, 1, 0, 1, 1, 1]);
});

it('compares with the picture of the last look, not with one before it', async () => {
  const same = Array.from({ length: 12 }, () => [100]);
  const light = same.map((_, i) => (i < 3 ? 9 : i < 4 ? 10 : 20 + (i % 2)));
  expect((await look(same, { light })).looked).toEqual([0, 3, 6, 11]);
});

it('goes on from where a pass was left as that would have gone on', async () => {
  const places = [[100], [100], [100], [100], [], [], [], [300], [300]];
  const whole = await look(places),
    end = whole.ends[1] ?? expect.unreachable();
  const rest = await look(places, { from_s: end });
  expect(rest.samples).toEqual(whole.samples.filter(({ sample }) => sample > end));
  const light = places.map((_, i) => 50 + (i % 3));
  const quiet = await look(places, { light }),
    later = quiet.ends[1] ?? expect.unreachable();
  const goneOn = await look(places, { light, from_s: later });
  expect(goneOn.samples).toEqual(quiet.samples.filter(({ sample }) => sample > later));
});

it('looks at a picture that came long after the one before, and follows nobody to it', async () => {
  const still = Array.from({ length: 8 }, () => [100]);
  const without = await look(still);
  expect(without.looked).not.toContain(2);
  const { looked, back } = await look(still, { leaps: [2] });
  // The last before it as well: what is between is told by pictures of its own side.
  expect(looked).toEqual(expect.arrayContaining([1, 2]));
  expect(back).toEqual(still.map((_, i) => i));
});
