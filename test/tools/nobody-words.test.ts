import { expect, it } from 'vitest';
import { nobodyWords } from '../../src/tools/answers/nobody-words.js';

it('says why nobody is told, by what most faces lack, and what would help', () => {
  const small = nobodyWords({ faces_seen: 45, gated: { profile: 3, too_small: 40 } });
  expect(small).toContain('faces were seen, mostly (40 of 45 times) too small (below 18 pixels): a larger copy');
  expect(nobodyWords({ faces_seen: 5, gated: { profile: 5 } })).toContain('(5 of 5 times) seen from the side only');
});

it('tells faces that nobody saw from those seen too briefly', () => {
  expect(nobodyWords({ faces_seen: 0, gated: {} })).toMatch(/^No face was seen: see coverage/);
  expect(nobodyWords({ faces_seen: 2, gated: {} })).toContain('too briefly or too poorly');
});
