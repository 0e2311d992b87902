/**
 * Tests make their footage with ffmpeg: where the machine has none, the builds from npm go on the PATH of all workers.
 */
import path from 'node:path';
import process from 'node:process';
import { systemTools } from './tools.js';

export default async function setup(): Promise<void> {
  const { origin, ffmpeg, ffprobe } = await systemTools();
  if (origin !== 'npm') return;
  process.env.PATH = [path.dirname(ffmpeg), path.dirname(ffprobe), process.env.PATH].join(path.delimiter);
  // Tests run ffprobe by themselves as well: see runProbe in media/probe for why.
  process.env.GCONV_PATH = '/nonexistent';
}
