/** A video behind a URL: on this machine for as long as it is looked at. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Source } from '../../media/sources/source.js';
import type { WorkContext } from '../progress.js';

/** Bytes at most, how long nothing may come, and at least so many bytes a second. */
const LIMITS = { maxBytes: 8e9, timeoutMs: 60_000, leastRate: 20_000 } as const;

/** @throws RollcallError whatever is wrong with the download, or what `work` throws */
export async function whileDownloaded<T>(
  source: Source<'url'>,
  work: (file: Source<'file'>) => Promise<T>,
  { onProgress: tell }: Pick<WorkContext, 'onProgress'>,
  signal: AbortSignal,
): Promise<T> {
  const { downloadVideo } = await import('../../media/sources/files.js');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-'));
  try {
    const onProgress = (received: number, total: number | null): void => {
      const of = total === null ? '' : ` of ${megabytes(total)}`;
      tell?.({ fraction: 0, stage: `downloading: ${megabytes(received)}${of} MB`, eta_s: null });
    };
    onProgress(0, null);
    return await work(await downloadVideo(source, folder, { ...LIMITS, onProgress }, signal));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
