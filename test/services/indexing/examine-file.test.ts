/** What is known of a file before it is watched: read once, and again when it changed. */
import { appendFile, copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { createFileExaminer } from '../../../src/services/indexing/examine-file.js';
import { fileSource } from '../../support/pictures/sources.js';
import { loungeClip, temporaryFolder } from '../../support/libraries/index-footage.js';
import { systemTools } from '../../support/servers/tools.js';

vi.setConfig({ hookTimeout: 300_000, testTimeout: 300_000 });

it('asks ffprobe and reads the file once, however often it is examined, until it changes', async () => {
  const copy = path.join(await temporaryFolder(), 'copy.mp4');
  await copyFile(await loungeClip(), copy);
  let asked = 0;
  const examiner = createFileExaminer({
    ffmpeg: () => {
      asked += 1;
      return systemTools();
    },
  });
  const file = await fileSource(copy),
    { signal } = new AbortController();
  const first = await examiner.examine(file, signal);
  expect(await examiner.examine(file, signal)).toEqual(first);
  expect(await examiner.facts(file, signal)).toEqual({
    content_hash: first.content_hash,
    size_bytes: first.size_bytes,
  });
  expect(asked).toBe(1);

  await appendFile(copy, 'more');
  const then = await examiner.examine(file, signal);
  expect(asked).toBe(2);
  expect(then.content_hash).not.toBe(first.content_hash);
  expect(then.size_bytes).toBe(first.size_bytes + 4);

  await rm(copy);
  await expect(examiner.facts(file, signal)).rejects.toMatchObject({ code: 'not_found' });
});
