/** What was thrown. */
import { expect, it } from 'vitest';
import { asError, saidBy } from '../../../src/domain/errors/thrown.js';

it('an error is handed on as it is, anything else is worded', () => {
  const error = new TypeError('no such thing');
  expect(asError(error)).toBe(error);
  expect(asError('no')).toEqual(new Error('no'));
  expect(saidBy(error)).toBe('no such thing');
  expect(saidBy(404)).toBe('404');
});
