import { expect, it } from 'vitest';
import { titleOf } from '../../../src/services/indexing/title-of.js';

it.each([
  ['/films/a b%20.mp4', 'a b%20.mp4'],
  ['https://example.org/films/a%20b.mp4?X-Amz-Signature=0123&x=/y', 'a b.mp4'],
  ['https://example.org/100%.mp4#t=3', '100%.mp4'],
  ['https://example.org/?v=1', 'example.org'],
])('calls %s by its file, not by what lets it be read', (source, title) => {
  expect(titleOf(source)).toBe(title);
});
