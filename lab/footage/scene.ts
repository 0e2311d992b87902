/**
 * A scene is data: shots of photographs under a moving camera, with people cut out of photographs moving in front.
 * Everything that is on screen at a time follows from it, so the truth does too (see truth.ts).
 * Times are seconds; `at_s` and `from_s`…`to_s` count from the start of the shot.
 */

/**
 * Where the camera looks: (x, y) is the centre and `w` the width of the view, pixels of the picture; the height follows
 * from the frame's aspect.
 */
export interface CameraKey {
  at_s: number;
  x: number;
  y: number;
  w: number;
}

/** Where a cut-out person is: (x, y) is the centre of the face and `h` its height, pixels of the frame. */
export interface SpriteKey {
  at_s: number;
  x: number;
  y: number;
  h: number;
}

/** A person cut out of a picture with a soft edge, in front of everything before it in the list. */
export interface Sprite {
  person: string;
  mirror?: boolean;
  path: SpriteKey[];
}

/** A flat box before everything else, pixels of the frame; there only from `from_s` to `to_s`. */
export interface Occluder {
  from_s: number;
  to_s: number;
  path: { at_s: number; x: number; y: number; w: number; h: number }[];
  rgb: readonly [number, number, number];
}

/**
 * How the light is changed: out = 255 · gain · (in / 255)^gamma, then each channel's distance from the luma ×
 * saturation.
 */
export interface Grade {
  gain?: number;
  gamma?: number;
  saturation?: number;
}

/** White light that decays linearly over `length_s`. */
export interface Flash {
  at_s: number;
  length_s: number;
}

/** Gaussian blur, standard deviation in pixels of the frame. */
export interface Blur {
  from_s: number;
  to_s: number;
  sigma: number;
}

export interface Shot {
  length_s: number;
  picture: string;
  camera: CameraKey[];
  mirror?: boolean;
  /**
   * Blurs the picture behind the sprites with this standard deviation (pixels of the picture) until nobody in it can be
   * told; they then don't count.
   */
  defocus?: number;
  sprites?: Sprite[];
  occluders?: Occluder[];
  grade?: Grade;
  flashes?: Flash[];
  blurs?: Blur[];
  /** Standard deviation of the noise on each byte. */
  noise?: number;
  /** Seconds that the end of the shot before and the start of this one are blended; both lengths include them. */
  dissolve_s?: number;
}

export interface Scene {
  /** File name, with its ending. */
  name: string;
  width: number;
  height: number;
  fps: number;
  /** x264's constant rate factor: 18 is nearly transparent, 40 falls apart. */
  crf: number;
  /** Of the noise. */
  seed: number;
  shots: Shot[];
}

/** A still picture to search by: the padded crop of one person's face, altered. */
export interface Still {
  name: string;
  person: string;
  mirror: boolean;
  /** Height of the face in the still, pixels. */
  face_px: number;
  /** JPEG quality, 1..100. */
  quality: number;
}

export interface FootageSet {
  name: string;
  scenes: Scene[];
  stills: Still[];
}

/** What is on screen during a frame: one shot, or two while they dissolve. */
export interface Playing {
  shot: Shot /** Seconds since the shot's start. */;
  at_s: number /** 1 alone; in a dissolve the later shot's share. */;
  weight: number;
}

/** Start of each shot, seconds from the scene's start. */
export function shotStarts(scene: Scene): number[] {
  const starts: number[] = [];
  let end = 0;
  for (const shot of scene.shots) {
    const start = end - (shot.dissolve_s ?? 0);
    starts.push(start);
    end = start + shot.length_s;
  }
  return starts;
}

export function frameCount(scene: Scene): number {
  const last = scene.shots.at(-1);
  return last ? Math.round(((shotStarts(scene).at(-1) ?? 0) + last.length_s) * scene.fps) : 0;
}

/** The shots that frame number `frame` shows, earliest first. */
export function playingAt(scene: Scene, frame: number): Playing[] {
  // A hair of slack: starts are sums of decimals, and a frame belongs to the shot that starts on it.
  const at = frame / scene.fps + 1e-6;
  const starts = shotStarts(scene);
  return scene.shots.flatMap((shot, i) => {
    const since = at - (starts[i] ?? 0);
    if (since < 0 || since >= shot.length_s) return [];
    const weight = shot.dissolve_s && since < shot.dissolve_s ? (since + 0.5 / scene.fps) / shot.dissolve_s : 1;
    return [{ shot, at_s: since, weight }];
  });
}

/**
 * The two key frames around a time and how far between them it is, eased (smoothstep); held before the first and after
 * the last.
 */
export function between<K extends { at_s: number }>(path: readonly K[], at_s: number): { from: K; to: K; s: number } {
  const next = path.findIndex((key) => key.at_s > at_s);
  const from = path[next < 0 ? path.length - 1 : Math.max(0, next - 1)];
  if (!from) throw new RangeError('a path needs a key frame');
  const to = path[next] ?? from;
  const u = to.at_s > from.at_s ? Math.max(0, (at_s - from.at_s) / (to.at_s - from.at_s)) : 0;
  return { from, to, s: u * u * (3 - 2 * u) };
}

export function mix(a: number, b: number, s: number): number {
  return a + (b - a) * s;
}
