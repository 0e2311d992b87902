/** What an ffmpeg can do, by its version. */
import type { FfmpegTools } from './ffmpeg-binaries.js';

/** Whether `-fps_mode` replaces `-vsync` (since 5.1; `-vsync` is gone from later releases). */
export function hasFpsMode(tools: Pick<FfmpegTools, 'version'>): boolean {
  return isSince(tools.version, { release: [5, 1], commits: 107_500 });
}

/** Whether it writes its output on a thread of its own (since 6.0, by its Changelog). */
export function hasMuxerThread(tools: Pick<FfmpegTools, 'version'>): boolean {
  return isSince(tools.version, { release: [6, 0], commits: 110_000 });
}

/** @param since a release, and about as many commits as it has: builds from git count them */
function isSince(version: string, since: { release: [number, number]; commits: number }): boolean {
  const release = /^n?(\d+)\.(\d+)/.exec(version);
  if (release) return Number(release[1]) * 100 + Number(release[2]) >= since.release[0] * 100 + since.release[1];
  const commits = /^N-(\d+)/.exec(version);
  return !commits || Number(commits[1]) > since.commits;
}
