import { chmod, writeFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { type Workspace, workspace } from '../../support/pictures/clips.js';
import { npmTools, systemTools } from '../../support/servers/tools.js';
import { matching } from '../../support/matching.js';

let files: Workspace;
beforeAll(async () => {
  files = await workspace();
});
afterAll(() => files.remove());

describe('locateFfmpeg', () => {
  it('takes the system’s, and without one the builds on npm', async () => {
    expect(await systemTools()).toMatchObject({
      ffmpeg: 'ffmpeg',
      ffprobe: 'ffprobe',
      origin: 'system',
      version: matching(/\d/),
    });
    const npm = await npmTools();
    expect(npm).toMatchObject({ origin: 'npm', version: matching(/\d/) });
    expect(isAbsolute(npm.ffmpeg) && isAbsolute(npm.ffprobe)).toBe(true);
    expect(await locateFfmpeg({ ffmpegPath: npm.ffmpeg, ffprobePath: npm.ffprobe, cacheDir: files.folder })).toEqual({
      ...npm,
      origin: 'configured',
    });
  }, 300_000);

  it('does not fall back when what the user configured does not run', async () => {
    const broken = files.path('broken');
    await writeFile(broken, '#!/bin/sh\nexit 3\n');
    await chmod(broken, 0o755);
    for (const ffmpegPath of [broken, files.path('none')]) {
      await expect(locateFfmpeg({ ffmpegPath, cacheDir: files.folder })).rejects.toMatchObject({
        code: 'missing_dependency',
        hint: matching(/FFMPEG_PATH/),
      });
    }
    await expect(locateFfmpeg({ ffprobePath: broken, cacheDir: files.folder })).rejects.toMatchObject({
      code: 'missing_dependency',
      hint: matching(/FFPROBE_PATH/),
    });
  });
});
