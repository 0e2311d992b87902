import { describe, expect, it } from 'vitest';
import { cameraView } from '../../../lab/footage/placement.js';
import { castMembers, loadCast } from '../../../lab/footage/people.js';
import { peopleOf } from '../../../lab/footage/render.js';
import { demoSet } from '../../../lab/footage/sets/demo.js';
import { hardSet } from '../../../lab/footage/sets/hard.js';
import { setTruth } from '../../../lab/footage/truth.js';

const cast = loadCast(),
  people = castMembers(cast);

describe.each([demoSet, hardSet])('the set $name', (set) => {
  const used = peopleOf(set, people);
  const truth = setTruth(set, people);

  it('never looks past the edge of a photograph', () => {
    for (const scene of set.scenes) {
      for (const shot of scene.shots) {
        const picture = cast.pictures[shot.picture];
        for (let at = 0; at <= shot.length_s; at += 0.1) {
          const view = cameraView(scene, shot, at);
          expect(Math.min(view.x, view.y), `${scene.name} ${shot.picture} ${at}`).toBeGreaterThanOrEqual(0);
          expect(view.x + view.w).toBeLessThanOrEqual(picture?.width ?? 0);
          expect(view.y + view.h).toBeLessThanOrEqual(picture?.height ?? 0);
        }
      }
    }
  });

  it('uses nobody together with someone who may be the same person', () => {
    const asked = new Set([...used, ...set.stills.map((still) => still.person)]);
    for (const [a, b] of cast.maybe_same) expect(asked.has(a) && asked.has(b), `${a} and ${b}`).toBe(false);
  });

  it('has a still of everyone who is surely on screen, and of someone who is not in it', () => {
    const sure = new Set(
      Object.values(truth.videos)
        .flatMap((video) => Object.entries(video.people))
        .filter(([, spans]) => spans.some((span) => span[2] !== 'hard'))
        .map(([id]) => id),
    );
    const stills = new Set(set.stills.map((still) => still.person));
    expect([...sure].filter((id) => !stills.has(id))).toEqual([]);
    expect([...stills].filter((id) => !used.has(id)).length).toBeGreaterThan(0);
  });

  it('shows several people in more than one video', () => {
    const videos = new Map<string, number>();
    for (const video of Object.values(truth.videos))
      for (const id of Object.keys(video.people)) videos.set(id, (videos.get(id) ?? 0) + 1);
    expect([...videos.values()].filter((n) => n > 1).length).toBeGreaterThanOrEqual(4);
  });
});
