import { describe, expect, it } from 'vitest';
import { hasFpsMode, hasMuxerThread } from '../../../src/media/ffmpeg/ffmpeg-releases.js';

describe('what a version can do', () => {
  it.each([
    ['4.1', false, false],
    ['5.0.1', false, false],
    ['5.1.9-0+deb12u1', true, false],
    ['n6.0-2-gabc', true, true],
    ['7.1', true, true],
    ['10.0', true, true],
    ['N-47683-g0e8eb07980-static', false, false],
    ['N-108000-gabc', true, false],
    ['N-120000-gabc', true, true],
    ['2024-01-01-git-abc', true, true],
  ])('%s: -fps_mode %s, a thread that writes %s', (version, fpsMode, muxerThread) => {
    expect([hasFpsMode({ version }), hasMuxerThread({ version })]).toEqual([fpsMode, muxerThread]);
  });
});
