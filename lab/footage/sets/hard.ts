/** Clips that each take one thing to where it hurts; for measuring, not for passing. */
import type { FootageSet, Scene, Shot, Sprite, Still } from '../scene.js';

const frame: Pick<Scene, 'width' | 'height' | 'fps' | 'crf'> = { width: 1280, height: 720, fps: 25, crf: 23 };

const everyone: Record<'lounge' | 'stairs' | 'window', Pick<Shot, 'picture' | 'camera'>> = {
  lounge: {
    picture: 'lounge',
    camera: [
      { at_s: 0, x: 960, y: 545, w: 1900 },
      { at_s: 8, x: 1090, y: 500, w: 1500 },
    ],
  },
  stairs: {
    picture: 'stairs',
    camera: [
      { at_s: 0, x: 960, y: 642, w: 1920 },
      { at_s: 8, x: 955, y: 645, w: 1900 },
    ],
  },
  window: {
    picture: 'window',
    camera: [
      { at_s: 0, x: 960, y: 545, w: 1920 },
      { at_s: 8, x: 990, y: 520, w: 1700 },
    ],
  },
};

const blur: Scene = {
  ...frame,
  name: 'blur.mp4',
  seed: 11,
  shots: [
    {
      ...everyone.lounge,
      length_s: 6,
      blurs: [
        { from_s: 1.5, to_s: 3, sigma: 4 },
        { from_s: 4, to_s: 5, sigma: 7 },
      ],
    },
    { ...everyone.window, length_s: 4, blurs: [{ from_s: 0, to_s: 4, sigma: 3 }] },
  ],
};

const lowLight: Scene = {
  ...frame,
  name: 'low-light.mp4',
  seed: 12,
  shots: [
    { ...everyone.stairs, length_s: 5, grade: { gain: 0.35, gamma: 1.2, saturation: 0.5 }, noise: 5 },
    { ...everyone.lounge, length_s: 5, grade: { gain: 0.22, gamma: 1.3, saturation: 0.4 }, noise: 6 },
  ],
};

const noise: Scene = {
  ...frame,
  name: 'noise.mp4',
  seed: 13,
  shots: [
    { ...everyone.window, length_s: 5, noise: 30 },
    { ...everyone.stairs, length_s: 4, noise: 45 },
  ],
};

const compression: Scene = {
  ...frame,
  name: 'compression.mp4',
  seed: 14,
  crf: 42,
  shots: [
    { ...everyone.stairs, length_s: 4 },
    { ...everyone.window, length_s: 4 },
    { ...everyone.lounge, length_s: 3 },
  ],
};

const occlusion: Scene = {
  ...frame,
  name: 'occlusion.mp4',
  seed: 15,
  shots: [
    {
      ...everyone.lounge,
      length_s: 10,
      // One post passes over all three and back; then a sheet hides the middle face from the eyes down for two seconds.
      occluders: [
        {
          from_s: 1,
          to_s: 6,
          rgb: [60, 62, 66],
          path: [
            { at_s: 1, x: -220, y: 0, w: 220, h: 720 },
            { at_s: 3.5, x: 1280, y: 0, w: 220, h: 720 },
            { at_s: 6, x: -220, y: 0, w: 220, h: 720 },
          ],
        },
        { from_s: 7, to_s: 9, rgb: [200, 196, 188], path: [{ at_s: 7, x: 560, y: 230, w: 330, h: 240 }] },
      ],
    },
  ],
};

const small: Scene = {
  ...frame,
  name: 'small.mp4',
  seed: 16,
  width: 384,
  height: 216,
  crf: 24,
  shots: [
    { length_s: 4, picture: 'stairs', camera: [{ at_s: 0, x: 960, y: 642, w: 1920 }] },
    {
      length_s: 4,
      picture: 'window',
      camera: [
        { at_s: 0, x: 950, y: 545, w: 1900 },
        { at_s: 4, x: 970, y: 545, w: 1900 },
      ],
    },
  ],
};

const returning: Scene = {
  ...frame,
  name: 'returning.mp4',
  seed: 17,
  shots: [
    {
      length_s: 12,
      picture: 'window',
      defocus: 60,
      camera: [
        { at_s: 0, x: 900, y: 700, w: 1500 },
        { at_s: 12, x: 1020, y: 700, w: 1500 },
      ],
      sprites: [
        // Walks out on the left, comes back from the right.
        {
          person: 'dark-waves',
          path: [
            { at_s: 0, x: 400, y: 330, h: 210 },
            { at_s: 1, x: 400, y: 330, h: 210 },
            { at_s: 3, x: -200, y: 340, h: 210 },
            { at_s: 6, x: 1500, y: 380, h: 230 },
            { at_s: 8, x: 900, y: 370, h: 230 },
          ],
        },
        // Comes, goes and comes again, the second time mirrored by walking the other way.
        {
          person: 'orange-top',
          path: [
            { at_s: 1, x: 1500, y: 360, h: 240 },
            { at_s: 2.5, x: 850, y: 350, h: 240 },
            { at_s: 4, x: 850, y: 350, h: 240 },
            { at_s: 5.5, x: 1500, y: 350, h: 240 },
          ],
        },
        {
          person: 'orange-top',
          mirror: true,
          path: [
            { at_s: 7.5, x: -200, y: 380, h: 220 },
            { at_s: 9.5, x: 400, y: 370, h: 220 },
          ],
        },
      ],
    },
  ],
};

const crossing: Scene = {
  ...frame,
  name: 'crossing.mp4',
  seed: 18,
  shots: [
    {
      length_s: 10,
      picture: 'stairs',
      defocus: 60,
      camera: [
        { at_s: 0, x: 900, y: 700, w: 1500 },
        { at_s: 10, x: 960, y: 660, w: 1400 },
      ],
      sprites: [
        {
          person: 'burgundy-dress',
          path: [
            { at_s: 1, x: 300, y: 340, h: 220 },
            { at_s: 4, x: 980, y: 350, h: 220 },
            { at_s: 6, x: 980, y: 350, h: 220 },
            { at_s: 9, x: 300, y: 360, h: 220 },
          ],
        },
        {
          person: 'green-white-top',
          path: [
            { at_s: 1, x: 980, y: 370, h: 250 },
            { at_s: 4, x: 300, y: 380, h: 250 },
            { at_s: 6, x: 300, y: 380, h: 250 },
            { at_s: 9, x: 980, y: 390, h: 250 },
          ],
        },
      ],
    },
  ],
};

const transitions: Scene = {
  ...frame,
  name: 'transitions.mp4',
  seed: 19,
  shots: [
    {
      ...everyone.lounge,
      length_s: 3.5,
      flashes: [
        { at_s: 1.4, length_s: 0.3 },
        { at_s: 2, length_s: 0.2 },
      ],
    },
    { ...everyone.window, length_s: 4, dissolve_s: 1, flashes: [{ at_s: 2.2, length_s: 0.4 }] },
    { ...everyone.stairs, length_s: 4, dissolve_s: 0.6 },
  ],
};

/**
 * One after another in the same place of a picture that stays as it is, as in a call that shows who speaks: no cut
 * between them.
 */
const inset = (person: string, from_s: number, to_s: number): Sprite => {
  const [on, off] = [
      { x: 640, y: 330, h: 150 },
      { x: -400, y: 330, h: 150 },
    ],
    step = 1e-3;
  return {
    person,
    path: [
      { ...off, at_s: from_s - step },
      { ...on, at_s: from_s },
      { ...on, at_s: to_s - step, x: 648 },
      { ...off, at_s: to_s },
    ],
  };
};
const insets: Scene = {
  ...frame,
  name: 'insets.mp4',
  seed: 20,
  shots: [
    {
      length_s: 11,
      picture: 'window',
      defocus: 60,
      camera: [{ at_s: 0, x: 900, y: 700, w: 1500 }],
      sprites: [
        inset('black-blouse', 0, 1.6),
        inset('orange-top', 1.6, 3.2),
        inset('blonde-curls', 3.2, 4.4),
        inset('burgundy-dress', 4.4, 6),
        inset('black-blouse', 6, 7),
        inset('dark-waves', 7, 9),
        inset('green-white-top', 9, 11),
      ],
    },
  ],
};

const still = (person: string, mirror: boolean, face_px: number, quality: number): Still => ({
  name: `${person}.jpg`,
  person,
  mirror,
  face_px,
  quality,
});

export const hardSet: FootageSet = {
  name: 'hard',
  scenes: [blur, lowLight, noise, compression, occlusion, small, returning, crossing, transitions, insets],
  stills: [
    still('red-top', false, 70, 40),
    still('navy-dress', true, 70, 40),
    still('black-top', false, 80, 40),
    still('front-row', true, 80, 40),
    still('orange-top', false, 70, 40),
    still('blonde-curls', false, 70, 40),
    still('black-blouse', true, 80, 30),
    still('purple-dress', false, 80, 40),
    still('green-dress', false, 70, 40),
    still('burgundy-dress', true, 80, 40),
    still('striped-dress', false, 80, 40),
    still('green-white-top', true, 70, 40),
    still('dark-waves', true, 80, 40),
    // In no clip.
    still('harlequin', false, 80, 40),
    still('lace-choker', false, 80, 40),
  ],
};
