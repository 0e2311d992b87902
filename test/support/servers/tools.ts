import { join } from 'node:path';
import { type FfmpegTools, locateFfmpeg } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';

/** Where the binaries from npm are kept between test runs. */
const CACHE = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'rollcall-test');

export const systemTools = (): Promise<FfmpegTools> => locateFfmpeg({ cacheDir: CACHE });
export const npmTools = (): Promise<FfmpegTools> => locateFfmpeg({ cacheDir: CACHE, useSystem: false });
