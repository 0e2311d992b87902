/** The timecode that a camera or an editing program gave a film. */
import { z } from 'zod';
import { captureOutput } from '../processes/child-process.js';
import type { FfmpegTools } from '../ffmpeg/ffmpeg-binaries.js';
import { INPUT_GUARDS } from '../ffmpeg/ffmpeg-input-guards.js';
import { confinement } from '../processes/confinement.js';
import { Source } from '../sources/source.js';

const PROBING = { limits: { memoryBytes: 4 * 1024 ** 3, cpu_s: 60 }, timeoutMs: 20_000, maxBytes: 1024 * 1024 };
const tagged = z.object({ tags: z.object({ timecode: z.string().optional() }).optional() });
const probed = z.object({ streams: z.array(tagged).default([]), format: tagged.default({}) });

/** Of the first picture, as "01:00:00:00"; null where the file says none. @throws the signal's reason */
export async function startTimecode(
  file: Source<'file'>,
  tools: FfmpegTools,
  signal?: AbortSignal,
): Promise<string | null> {
  const show = ['-show_entries', 'stream_tags=timecode:format_tags=timecode', '-print_format', 'json'];
  const path = Source.locationOf(file);
  const { stdout, code } = await captureOutput(
    tools.ffprobe,
    ['-v', 'error', ...show, ...INPUT_GUARDS, '-i', `file:${path}`],
    { ...PROBING, limits: { ...PROBING.limits, ...confinement(tools.sandbox, path) } },
    signal,
  );
  if (code !== 0) return null;
  const { streams, format } = probed.parse(JSON.parse(stdout.toString('utf8')));
  return [...streams, format].map((s) => s.tags?.timecode).find((t) => t !== undefined) ?? null;
}
