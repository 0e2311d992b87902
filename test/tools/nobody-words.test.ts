import { expect, it } from 'vitest';
import { nobodyWords, unseenWords } from '../../src/tools/answers/nobody-words.js';

it('says why nobody is told, by what most faces lack, and what would help', () => {
  const small = nobodyWords({ faces_seen: 45, gated: { profile: 3, too_small: 40 } });
  expect(small).toContain('faces were seen, mostly (40 of 45 times) too small (below 18 pixels): a larger copy');
  expect(nobodyWords({ faces_seen: 5, gated: { profile: 5 } })).toContain('(5 of 5 times) seen from the side only');
});

it('tells faces that nobody saw from those seen too briefly', () => {
  expect(nobodyWords({ faces_seen: 0, gated: {} })).toMatch(/^No face was seen: see coverage/);
  expect(nobodyWords({ faces_seen: 2, gated: {} })).toContain('too briefly or too poorly');
});

it('says what was looked at where a moment was not', () => {
  const decoded = [
    { start_s: 0, end_s: 60 },
    { start_s: 90, end_s: 100 },
  ];
  expect(unseenWords(59.9, { decoded })).toBeNull();
  expect(unseenWords(60, { decoded })).toBe(
    '00:01:00.000 was not looked at: only 00:00:00.000–00:01:00.000, 00:01:30.000–00:01:40.000 of the video was.',
  );
  const many = Array.from({ length: 9 }, (_, k) => ({ start_s: 2 * k, end_s: 2 * k + 1 }));
  expect(unseenWords(1.5, { decoded: many })).toMatch(/00:00:04\.000–00:00:05\.000 and 6 more of the video was\.$/);
  expect(unseenWords(5, { decoded: [], photo: { taken_at: null } })).toBeNull();
});
