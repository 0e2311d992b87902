/** The generated sets that an evaluation was asked for. */
import path from 'node:path';
import { makeFootage, type MadeFootage } from '../../footage/make-footage.js';
import type { FootageSet } from '../../footage/scene.js';
import { demoSet } from '../../footage/sets/demo.js';
import { hardSet } from '../../footage/sets/hard.js';
import type { EvalContext } from '../context.js';

export const FOOTAGE_SETS: readonly FootageSet[] = [demoSet, hardSet];

/** Makes what is not there yet. Says which sets are left out. */
export async function generatedSets(context: EvalContext): Promise<{ set: FootageSet; made: MadeFootage }[]> {
  const result = [];
  for (const set of FOOTAGE_SETS) {
    if (!context.folders.footage.includes(set.name)) {
      context.leaveOut(`generated footage, ${set.name}`, 'not asked for (--footage)');
      continue;
    }
    const { ffmpeg, ffprobe } = await context.ffmpeg();
    result.push({
      set,
      made: await makeFootage(
        set,
        {
          into: path.join(context.footageCache, set.name),
          cacheDir: context.footageCache,
          ffmpegPath: ffmpeg,
          ffprobePath: ffprobe,
          onStep: (what) => context.onStep(what),
        },
        context.signal,
      ),
    });
  }
  return result;
}
