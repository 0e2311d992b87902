import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { z } from 'zod';

const indexedOnceSchema = z.object({
  wall_ms: z.number(),
  cpu_ms: z.number().describe('processor time of the process with its workers, without ffmpeg'),
  peak_mb: z.number().describe('MB of 10⁶ bytes'),
  faces_seen: z.number(),
  faces_kept: z.number(),
  identities: z.number(),
});

/** What indexing one video in a process of its own took. */
export type IndexedOnce = z.infer<typeof indexedOnceSchema>;

/**
 * Indexes `video` in a fresh process and library, after `warmUp`, which is not counted. @param env more of it, as a key
 * @throws ExecaError when it fails
 */
export async function indexInChild(
  warmUp: string,
  video: string,
  signal: AbortSignal,
  env: Record<string, string> = {},
): Promise<IndexedOnce> {
  const script = fileURLToPath(new URL('./index-once.ts', import.meta.url));
  const { stdout } = await execaNode(script, [warmUp, video], {
    nodeOptions: ['--import', 'tsx'],
    stderr: 'inherit',
    stdin: 'ignore',
    env,
    cancelSignal: signal,
  });
  return indexedOnceSchema.parse(JSON.parse(stdout));
}
