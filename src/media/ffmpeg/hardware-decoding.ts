/** Whether ffmpeg can decode with a kind of hardware on this machine. */
import { captureOutput } from '../processes/child-process.js';
import type { FfmpegTools } from './ffmpeg-binaries.js';

/** Drivers map more address space than they use. */
const OPENING = { limits: { memoryBytes: Infinity, cpu_s: 20 }, timeoutMs: 20_000, maxBytes: 1024 * 1024 };
/** ffmpeg takes the first that works for a stream, or none. */
const WHATEVER = 'auto';

/** @param name as `ffmpeg -hwaccels` lists it, or `auto` @returns why the device can't be opened; null: it can */
export async function hardwareTrouble(
  { ffmpeg }: Pick<FfmpegTools, 'ffmpeg'>,
  name: string,
  signal?: AbortSignal,
): Promise<string | null> {
  if (name === WHATEVER) return null;
  const nothing = ['-f', 'lavfi', '-i', 'nullsrc=s=16x16:d=0.04', '-f', 'null', '-'];
  const args = ['-nostdin', '-hide_banner', '-v', 'error', '-init_hw_device', name, ...nothing];
  const { code, stderr, notStarted, killed } = await captureOutput(ffmpeg, args, OPENING, signal);
  if (code === 0) return null;
  return notStarted ?? (killed ? 'it does not answer' : (stderr.lines[0] ?? `ffmpeg ended with exit code ${code}`));
}
