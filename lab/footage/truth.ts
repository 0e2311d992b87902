/** Who is on screen when, by construction: read off the placement of every face in every frame. */
import { z } from 'zod';
import { placeFaces } from './placement.js';
import type { CastMember } from './people.js';
import { frameCount, playingAt, shotStarts, type FootageSet, type Playing, type Scene } from './scene.js';

const spanSchema = z.union([z.tuple([z.number(), z.number()]), z.tuple([z.number(), z.number(), z.literal('hard')])]);

export const videoTruthSchema = z.object({
  /** Per person intervals [start_s, end_s]; marked "hard" where neither answer is wrong. */
  people: z.record(z.string(), z.array(spanSchema)),
  /** Where a new shot starts, seconds; the middle of a dissolve. */
  cuts: z.array(z.number()),
  /** Intervals [start_s, end_s] that don't count at all. */
  ignore: z.array(z.tuple([z.number(), z.number()])),
});
/** The truth of one video. Ids are the same across the videos of a set. */
export type VideoTruth = z.infer<typeof videoTruthSchema>;

export const truthSchema = z.object({ note: z.string(), videos: z.record(z.string(), videoTruthSchema) });
export type Truth = z.infer<typeof truthSchema>;

export interface TruthRules {
  /** A face at least this high counts; a smaller one is hard. Pixels of the frame. */
  minFacePx: number;
  /** A face of which less is visible is not on screen. */
  goneBelow: number;
  /**
   * Out of sight for no longer than this within a shot is hard: a hand before the face does not end an appearance, but
   * need not be bridged. Seconds.
   */
  bridge_s: number;
}

/** 40 px is where a face still gives a 112 px crop worth embedding; a twentieth of a face nobody can see. */
export const TRUTH_RULES: TruthRules = { minFacePx: 40, goneBelow: 0.05, bridge_s: 1 };

type Presence = 'sure' | 'hard' | 'gone';

/** The truth of a whole set, as written beside its videos. */
export function setTruth(set: FootageSet, people: ReadonlyMap<string, CastMember>, rules = TRUTH_RULES): Truth {
  return {
    note: `seconds, exact by construction; "hard" = partly outside the frame or hidden, out of sight for at most ${rules.bridge_s} s, under ${rules.minFacePx} px high, in a dissolve or flash, or a face that can't be judged: neither right nor wrong counts`,
    videos: Object.fromEntries(set.scenes.map((scene) => [scene.name, sceneTruth(scene, people, rules)])),
  };
}

/** The truth of one scene: a frame's state holds from its presentation time to the next frame's. */
export function sceneTruth(scene: Scene, people: ReadonlyMap<string, CastMember>, rules = TRUTH_RULES): VideoTruth {
  const states = new Map<string, Presence[]>();
  const frames = frameCount(scene);
  for (let frame = 0; frame < frames; frame++) {
    for (const [id, presence] of presenceAt(scene, playingAt(scene, frame), people, rules)) {
      const list = states.get(id) ?? [];
      list[frame] = presence;
      states.set(id, list);
    }
  }
  const starts = shotStarts(scene);
  const cutFrames = starts.slice(1).map((start) => Math.round(start * scene.fps));
  return {
    people: Object.fromEntries(
      [...states].map(([id, list]) => [
        id,
        spans(bridged(list, cutFrames, rules.bridge_s * scene.fps), frames, scene.fps),
      ]),
    ),
    cuts: scene.shots.slice(1).map((shot, i) => round((starts[i + 1] ?? 0) + (shot.dissolve_s ?? 0) / 2)),
    ignore: [],
  };
}

/** Who is in one frame, leaving out those who are not. */
function presenceAt(
  scene: Scene,
  playing: readonly Playing[],
  people: ReadonlyMap<string, CastMember>,
  rules: TruthRules,
): Map<string, Presence> {
  const found = new Map<string, Presence>();
  for (const { shot, at_s } of playing) {
    const flashed = (shot.flashes ?? []).some((f) => at_s >= f.at_s && at_s < f.at_s + f.length_s);
    for (const { person, box, visible } of placeFaces(scene, shot, at_s, people)) {
      if (visible < rules.goneBelow) continue;
      const sure = playing.length === 1 && !flashed && !person.hard && visible > 0.999 && box.h >= rules.minFacePx;
      if (sure || !found.has(person.id)) found.set(person.id, sure ? 'sure' : 'hard');
    }
  }
  return found;
}

/** Turns short absences between two presences of one shot into hard time. */
function bridged(states: readonly (Presence | undefined)[], cutFrames: readonly number[], longest: number): Presence[] {
  const list = Array.from(states, (state) => state ?? 'gone');
  for (let start = list.findIndex((s) => s !== 'gone'); start < list.length; start++) {
    if (list[start] !== 'gone') continue;
    let end = start;
    while (end < list.length && list[end] === 'gone') end++;
    if (end < list.length && end - start <= longest && !cutFrames.some((cut) => cut >= start && cut <= end))
      list.fill('hard', start, end);
    start = end;
  }
  return list;
}

/** Runs of equal state as intervals. */
function spans(states: readonly Presence[], frames: number, fps: number): z.infer<typeof spanSchema>[] {
  const list: z.infer<typeof spanSchema>[] = [];
  for (let start = 0; start < frames; ) {
    const state = states[start] ?? 'gone';
    let end = start + 1;
    while (end < frames && (states[end] ?? 'gone') === state) end++;
    if (state === 'sure') list.push([round(start / fps), round(end / fps)]);
    if (state === 'hard') list.push([round(start / fps), round(end / fps), 'hard']);
    start = end;
  }
  return list;
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;
