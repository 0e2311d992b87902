/** Tokens are counted letter by letter as the patterns say that tell what a run is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tokensOf } from '../../../src/tools/answers/tokens.js';

const RUNS = /[a-z2-7]{26}|\p{L}+|\d{1,3}|\s+|[^\p{L}\d\s]+/gu;

/** Of a run that is no word of the answers' own. */
function cost(run: string): number {
  if (/^[a-z2-7]{26}$/.test(run)) return 21;
  if (/^\d/.test(run)) return 1;
  if (/^\s/.test(run)) return run.length > 1 || run === '\n' ? 1 : 0.5;
  if (!/^[!-~]+$/.test(run)) return Math.max(1, Math.ceil(Buffer.byteLength(run) / 2));
  if (/^[a-z]/i.test(run)) return Math.ceil(run.length / 4);
  return run.length <= 3 ? 1 : Math.ceil(run.length / 2);
}

const letters = ['q', 'qx', 'Q', '7', '9', '01', ' ', '\n', '\u00a0', '_', '"', ':{', '–', 'é', '漢', '😀', '𝒜'];
const unprinted = ['\u0001', '\u007f', '\ud800'];
const idLetters = [...'qxz27'];

it.each([
  ['letters of every kind', [...letters, ...unprinted]],
  ['ASCII', letters.filter((l) => /^[\n -~]+$/.test(l))],
  ['letters of ids', [...idLetters, '8', '_']],
])('counts %s as patterns do', (_, units) => {
  const text = fc.string({ unit: fc.constantFrom(...units), maxLength: 80 });
  fc.assert(
    fc.property(text, (said) => {
      expect(tokensOf(said)).toBe((said.match(RUNS) ?? []).reduce((sum, run) => sum + cost(run), 0));
    }),
    { numRuns: 200 },
  );
});

it('counts a word of the answers’ own as one', () => {
  expect(tokensOf('identity')).toBe(1);
  expect(tokensOf('identifying')).toBe(3);
});
