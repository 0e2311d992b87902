import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clock, durationWords, lines, moments } from '../../src/tools/answers/format.js';
import { absoluteSource } from '../../src/services/requests/fields.js';

describe('clock', () => {
  it.each([
    [0, '00:00:00.000'],
    [0.85, '00:00:00.850'],
    [59.9996, '00:01:00.000'],
    [3723.5, '01:02:03.500'],
    [360_000, '100:00:00.000'],
    [-0.5, '-00:00:00.500'],
  ])('%d', (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });
});

it.each([
  [0, '0 s'],
  [0.2, '1 s'],
  [89, '89 s'],
  [120, '2 min'],
  [7200, '2 h'],
])('%d seconds are told as exactly as anybody knows', (seconds, text) => {
  expect(durationWords(seconds)).toBe(text);
});

describe('lines', () => {
  it('says everything that there is to say', () => {
    const all = Array.from({ length: 50 }, (_, i) => `l${i}`);
    expect(lines(all).split('\n')).toEqual(all);
    expect(lines(['a', null, '', 'b'])).toBe('a\nb');
  });
});

describe('moments', () => {
  it('stand under the film they are in, by its title', () => {
    const titles = new Map([['video_a', 'a.mp4']]);
    expect(
      moments(
        [
          { video_id: 'video_a', start_s: 1, end_s: 2 },
          { video_id: 'video_b', start_s: 0, end_s: 1 },
          { video_id: 'video_a', start_s: 3, end_s: 4.5 },
        ],
        titles,
      ),
    ).toBe('a.mp4 (video_a) 00:00:01.000–00:00:02.000, 00:00:03.000–00:00:04.500; video_b 00:00:00.000–00:00:01.000');
  });
});

describe('absoluteSource', () => {
  it.each([
    ['https://example.org/a.mp4', 'https://example.org/a.mp4'],
    ['data:image/png;base64,AA', 'data:image/png;base64,AA'],
    ['a b/%41.mp4', path.resolve('a b/%41.mp4')],
    ['~/a.mp4', path.join(os.homedir(), 'a.mp4')],
    ['~a.mp4', path.resolve('~a.mp4')],
  ])('%s', (given, expected) => {
    expect(absoluteSource(given)).toBe(expected);
  });
});
