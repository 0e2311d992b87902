/** Renders a scene to an mp4: painted frames, piped raw into ffmpeg. */
import { Readable } from 'node:stream';
import { execa } from 'execa';
import { RollcallError, cancelled } from '../../src/domain/errors/errors.js';
import { paintFrame, pictureKey, stillnessKey, type Material } from './compose.js';
import { decodePicture } from './decode-picture.js';
import { noiseTable } from './effects.js';
import type { CastMember } from './people.js';
import { frameCount, type FootageSet, type Scene } from './scene.js';

/** Decodes what a set's scenes show, each picture once. `files` says where the pictures are, by id. */
export async function loadMaterial(
  scenes: readonly Scene[],
  people: ReadonlyMap<string, CastMember>,
  files: ReadonlyMap<string, string>,
): Promise<Omit<Material, 'noise'>> {
  const wanted = new Map<string, { picture: string; defocus?: number }>();
  for (const shot of scenes.flatMap((scene) => scene.shots)) {
    wanted.set(pictureKey(shot), shot);
    for (const sprite of shot.sprites ?? []) {
      const picture = people.get(sprite.person)?.picture;
      if (picture) wanted.set(picture, { picture });
    }
  }
  const pictures = await Promise.all(
    [...wanted].map(async ([key, { picture, defocus }]) => {
      const file = files.get(picture);
      if (!file) throw new RangeError(`no such picture: ${picture}`);
      return [key, await decodePicture(file, defocus)] as const;
    }),
  );
  return { pictures: new Map(pictures), people };
}

/**
 * Renders one scene to `file` (H.264, yuv420p, constant frame rate, first frame at 0 s).
 * x264 runs on one thread, which makes the file the same byte for byte with the same ffmpeg.
 * @throws RollcallError `missing_dependency` when ffmpeg can't be run, `cancelled` on abort.
 */
export async function renderScene(
  scene: Scene,
  file: string,
  material: Omit<Material, 'noise'>,
  ffmpeg: string,
  signal?: AbortSignal,
): Promise<void> {
  const whole: Material = { ...material, noise: noiseTable(scene.seed) };
  const frames = frameCount(scene);
  async function* paint(): AsyncGenerator<Uint8Array> {
    let held: { key: string | undefined; data: Uint8Array } | undefined;
    for (let frame = 0; frame < frames; frame++) {
      signal?.throwIfAborted();
      const key = stillnessKey(scene, frame, whole);
      if (!held || key === undefined || key !== held.key) held = { key, data: await paintFrame(scene, frame, whole) };
      yield held.data;
    }
  }
  try {
    await execa(ffmpeg, encoderArguments(scene, file), {
      input: Readable.from(paint(), { objectMode: false }),
      stdout: 'ignore',
      ...(signal ? { cancelSignal: signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw cancelled(error);
    throw new RollcallError(
      'missing_dependency',
      `ffmpeg could not write ${scene.name}.`,
      'Give the path of an ffmpeg with libx264 in FFMPEG_PATH.',
      { cause: error },
    );
  }
}

/** Options that ffmpeg 4.1 knows as well as the current one. */
function encoderArguments({ width, height, fps, crf }: Scene, file: string): string[] {
  return [
    '-hide_banner',
    '-loglevel',
    'error',
    '-y',
    '-f',
    'rawvideo',
    '-pixel_format',
    'rgb24',
    '-video_size',
    `${width}x${height}`,
    '-framerate',
    String(fps),
    '-i',
    'pipe:0',
    '-an',
    '-vf',
    'scale=out_color_matrix=bt709:out_range=tv',
    '-pix_fmt',
    'yuv420p',
    '-colorspace',
    'bt709',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    String(crf),
    '-threads',
    '1',
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    '-flags:v',
    '+bitexact',
    '-movflags',
    '+faststart',
    file,
  ];
}

/** Every person id that a set's scenes use, in front or behind. */
export function peopleOf(set: FootageSet, people: ReadonlyMap<string, CastMember>): Set<string> {
  const used = new Set<string>();
  for (const shot of set.scenes.flatMap((scene) => scene.shots)) {
    if (!shot.defocus) for (const person of people.values()) if (person.picture === shot.picture) used.add(person.id);
    for (const sprite of shot.sprites ?? []) used.add(sprite.person);
  }
  return used;
}
