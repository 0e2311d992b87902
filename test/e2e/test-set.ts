/**
 * Two short clips with five people: three in a lounge (the one at the left leaves the picture and comes back) and two
 * at a window; everyone but her is in both clips, and each clip has a cut.
 */
import type { FootageSet, Scene, Still } from '../../lab/footage/scene.js';

const frame: Pick<Scene, 'width' | 'height' | 'fps' | 'crf'> = { width: 960, height: 540, fps: 15, crf: 23 };
const all = { x: 960, y: 560, w: 1920 },
  rightTwo = { x: 1400, y: 400, w: 1000 },
  leftTwo = { x: 600, y: 490, w: 1100 };

const lounge: Scene = {
  ...frame,
  name: 'lounge.mp4',
  seed: 11,
  shots: [
    {
      length_s: 5,
      picture: 'lounge',
      camera: [
        { at_s: 1, ...all },
        { at_s: 1.8, ...rightTwo },
        { at_s: 3.4, ...rightTwo },
        { at_s: 4.2, ...all },
      ],
    },
    {
      length_s: 2.4,
      picture: 'window',
      camera: [
        { at_s: 0, ...leftTwo },
        { at_s: 2.4, x: 550, y: 535, w: 860 },
      ],
    },
  ],
};

const window: Scene = {
  ...frame,
  name: 'window.mp4',
  seed: 12,
  shots: [
    {
      length_s: 3,
      picture: 'window',
      camera: [
        { at_s: 1.4, ...leftTwo },
        { at_s: 2, x: 780, y: 480, w: 600 },
      ],
      grade: { gain: 0.9, saturation: 0.8 },
    },
    {
      length_s: 3,
      picture: 'lounge',
      mirror: true,
      camera: [
        { at_s: 1.4, ...rightTwo },
        { at_s: 2, x: 1600, y: 435, w: 590 },
      ],
    },
  ],
};

const still = (person: string, mirror: boolean, face_px: number, quality: number, name = person): Still => ({
  name: `${name}.jpg`,
  person,
  mirror,
  face_px,
  quality,
});

export const testSet: FootageSet = {
  name: 'test',
  scenes: [lounge, window],
  stills: [
    still('blonde-curls', true, 130, 60),
    still('black-blouse', false, 150, 60),
    still('purple-dress', true, 140, 70),
    still('green-dress', true, 120, 60),
    still('burgundy-dress', false, 150, 70),
    still('black-blouse', true, 90, 50, 'black-blouse-again'),
    // In no clip.
    still('dark-waves', false, 140, 80),
  ],
};

/** The photograph that shows three of them, left to right. */
export const GROUP = { picture: 'lounge', people: ['blonde-curls', 'black-blouse', 'purple-dress'] } as const;
