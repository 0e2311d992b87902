/**
 * Three clips that a good system gets right: five people on a staircase, three in a lounge, four at a window; some are
 * in two clips.
 */
import type { FootageSet, Scene, Still } from '../scene.js';

const frame: Pick<Scene, 'width' | 'height' | 'fps' | 'crf'> = { width: 1280, height: 720, fps: 25, crf: 23 };

const staircase: Scene = {
  ...frame,
  name: 'staircase.mp4',
  seed: 1,
  shots: [
    // All five, then in on the four behind; the one in front leaves at the bottom.
    {
      length_s: 5,
      picture: 'stairs',
      camera: [
        { at_s: 1.5, x: 960, y: 642, w: 1920 },
        { at_s: 3.5, x: 1050, y: 400, w: 1150 },
      ],
    },
    // From the one in front to the one at the right.
    {
      length_s: 4,
      picture: 'stairs',
      camera: [
        { at_s: 1.2, x: 470, y: 1030, w: 720 },
        { at_s: 2.6, x: 1590, y: 575, w: 660 },
      ],
    },
    {
      length_s: 3,
      picture: 'lounge',
      camera: [
        { at_s: 0, x: 640, y: 480, w: 780 },
        { at_s: 3, x: 620, y: 490, w: 860 },
      ],
      grade: { gain: 0.9, saturation: 0.7 },
    },
  ],
};

const lounge: Scene = {
  ...frame,
  name: 'lounge.mp4',
  seed: 2,
  shots: [
    {
      length_s: 5,
      picture: 'lounge',
      camera: [
        { at_s: 1.5, x: 960, y: 560, w: 1920 },
        { at_s: 3, x: 1380, y: 380, w: 1000 },
      ],
    },
    {
      length_s: 4,
      picture: 'window',
      camera: [
        { at_s: 0, x: 600, y: 490, w: 1100 },
        { at_s: 4, x: 550, y: 535, w: 860 },
      ],
    },
    {
      length_s: 4,
      picture: 'lounge',
      mirror: true,
      camera: [
        { at_s: 1.2, x: 1600, y: 435, w: 590 },
        { at_s: 2.4, x: 1380, y: 380, w: 1000 },
      ],
    },
  ],
};

const window: Scene = {
  ...frame,
  name: 'window.mp4',
  seed: 3,
  shots: [
    {
      length_s: 6,
      picture: 'window',
      camera: [
        { at_s: 1.5, x: 640, y: 520, w: 1200 },
        { at_s: 3.5, x: 1385, y: 490, w: 1060 },
      ],
    },
    {
      length_s: 4,
      picture: 'stairs',
      mirror: true,
      camera: [
        { at_s: 0, x: 1060, y: 265, w: 700 },
        { at_s: 4, x: 1044, y: 270, w: 650 },
      ],
      grade: { gamma: 0.9, saturation: 0.8 },
    },
    {
      length_s: 3,
      picture: 'window',
      camera: [
        { at_s: 0.8, x: 1610, y: 405, w: 560 },
        { at_s: 2, x: 1385, y: 490, w: 1060 },
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

export const demoSet: FootageSet = {
  name: 'demo',
  scenes: [staircase, lounge, window],
  stills: [
    still('red-top', true, 120, 70),
    still('navy-dress', false, 110, 60),
    still('black-top', true, 140, 80),
    still('front-row', false, 120, 70),
    still('orange-top', true, 160, 60),
    still('blonde-curls', true, 130, 60),
    still('black-blouse', false, 150, 50),
    still('purple-dress', true, 140, 70),
    still('green-dress', true, 120, 60),
    still('burgundy-dress', false, 150, 70),
    still('striped-dress', true, 130, 60),
    still('green-white-top', false, 140, 50),
    // In no clip: the right answer is no_match.
    still('dark-waves', false, 140, 80),
    still('harlequin', true, 150, 80),
  ],
};
