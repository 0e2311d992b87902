import { execa } from 'execa';

/** Wall milliseconds that ffmpeg takes to decode a file's video stream and drop the pictures, its start included. */
export async function decodeOnly(video: string, ffmpeg: string, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  await execa(
    ffmpeg,
    [
      '-nostdin',
      '-hide_banner',
      '-nostats',
      '-loglevel',
      'error',
      '-i',
      `file:${video}`,
      '-map',
      '0:v:0',
      '-f',
      'null',
      '-',
    ],
    { stdout: 'ignore', cancelSignal: signal },
  );
  return performance.now() - began;
}
