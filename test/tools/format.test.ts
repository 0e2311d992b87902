import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clock, lines } from '../../src/tools/format.js';
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

describe('lines', () => {
  it('says how much it left out', () => {
    expect(
      lines(Array.from({ length: 50 }, (_, i) => `l${i}`))
        .split('\n')
        .at(-1),
    ).toBe('… and 10 more lines in the structured result.');
    expect(lines(['a', null, '', 'b'])).toBe('a\nb');
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
