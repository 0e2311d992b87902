import { expect, test } from 'vitest';
import { deriveId, ID_KINDS, isId, newId, parseId } from '../../src/domain/ids.js';

test('new ids are well formed, of their kind only, and differ', () => {
  for (const kind of ID_KINDS) {
    const id = newId(kind);
    expect(id).toMatch(new RegExp(`^${kind}_[a-z2-7]{26}$`));
    expect(ID_KINDS.filter((other) => isId(other, id))).toEqual([kind]);
    expect(parseId(kind, id)).toBe(id);
  }
  expect(new Set(Array.from({ length: 1000 }, () => newId('track'))).size).toBe(1000);
});

test('derived ids are the same everywhere and depend on every part and its borders', () => {
  // SHA-256 of "video", NUL, "3:abc", first 16 bytes, RFC 4648 base32; computed with Python's hashlib and base64.
  expect(deriveId('video', 'abc')).toBe('video_s55z7672igv647y6inpp6ganpy');
  const parts = [[], ['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['é']];
  expect(new Set(parts.map((p) => deriveId('track', ...p))).size).toBe(parts.length);
  expect(deriveId('track', 'a')).not.toBe(deriveId('video', 'a').replace('video', 'track'));
});

test('what is not an id is refused with words', () => {
  const good = newId('video');
  for (const bad of [
    '',
    'video_',
    good.toUpperCase(),
    `${good}a`,
    good.slice(0, -1),
    `${good}\n`,
    ` ${good}`,
    `${good}' OR 1=1`,
    newId('track'),
  ]) {
    expect(isId('video', bad)).toBe(false);
    expect(() => parseId('video', bad)).toThrow(expect.objectContaining({ code: 'unknown_id' }));
  }
});

test('the words say what was given, cut short, and what is wanted', () => {
  expect(() => parseId('video', 'x"y')).toThrow(
    expect.objectContaining({
      message: '"x\\"y" is not a video id.',
      hint: 'Give an id as another answer returned it: video_ and 26 letters or digits.',
    }),
  );
  for (const kind of ['identity', 'edit'] as const)
    expect(() => parseId(kind, 'x')).toThrow(`"x" is not an ${kind} id.`);
  expect(() => parseId('track', 'x'.repeat(500))).toThrow(`"${'x'.repeat(80)}" is not a track id.`);
});

test('an id is base32 of 128 bits: the last letter stands for the three that are left', () => {
  const last = new Set(Array.from({ length: 400 }, () => newId('job').slice(-1)));
  // 128 = 25 × 5 + 3 bits, then two zeros.
  expect([...last].sort()).toEqual(['4', 'a', 'e', 'i', 'm', 'q', 'u', 'y']);
});
