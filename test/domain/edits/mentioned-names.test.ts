/** Names in texts of people. */
import { expect, it } from 'vitest';
import { FORGOTTEN, mentionsName, withoutNames } from '../../../src/domain/edits/mentioned-names.js';

it('finds whole words only, in any case, whatever signs a name has', () => {
  expect(mentionsName('met AL today', ['Al'])).toBe(true);
  expect(mentionsName('a calibration', ['Al'])).toBe(false);
  expect(mentionsName('C. (Kit) Poe+ came', [' C. (Kit) Poe+ '])).toBe(true);
  expect(mentionsName('Żaneta2', ['aneta'])).toBe(false);
});

it('no name, or one of blanks, is in nothing', () => {
  for (const names of [[], [''], ['  ']]) {
    expect(mentionsName('any text', names)).toBe(false);
    expect(withoutNames('any text', names)).toBe('any text');
  }
  // A blank one beside another does not stand for everything.
  expect(withoutNames('Ada and Bo', ['', 'Bo'])).toBe('Ada and (forgotten)');
});

it('takes the longest name first, and every time it stands there', () => {
  expect(FORGOTTEN).toBe('(forgotten)');
  expect(withoutNames('Ada Lovelace, ada.', ['Ada', 'Ada Lovelace'])).toBe('(forgotten), (forgotten).');
});
