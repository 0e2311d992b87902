/** When a server has nothing to do. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { quietTime } from '../../src/services/quiet-time.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('is told once, so long after the last of calls that overlap has ended', () => {
  const work = vi.fn(),
    quiet = quietTime(250, work);
  vi.advanceTimersByTime(1000);
  quiet.onceQuiet();
  vi.advanceTimersByTime(249);
  const [one, other] = [quiet.begin(), quiet.begin()];
  vi.advanceTimersByTime(1000);
  one();
  vi.advanceTimersByTime(1000);
  expect(work).not.toHaveBeenCalled();
  other();
  vi.advanceTimersByTime(249);
  quiet.onceQuiet();
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(work).toHaveBeenCalledTimes(1);
  quiet.begin()();
  quiet.onceQuiet();
  vi.advanceTimersByTime(1000);
  expect(work).toHaveBeenCalledTimes(1);
});

it('is not told when it is stopped, and whoever waits for calm goes on', async () => {
  const work = vi.fn(),
    quiet = quietTime(250, work);
  await quiet.calm();
  quiet.onceQuiet();
  const ended = quiet.begin();
  let calm = false;
  const waiting = quiet.calm().then(() => (calm = true));
  await Promise.resolve();
  expect(calm).toBe(false);
  ended();
  await waiting;
  quiet.begin();
  const still = quiet.calm();
  quiet.stop();
  await still;
  vi.advanceTimersByTime(1000);
  expect(work).not.toHaveBeenCalled();
});

it('is not told while a call runs that began before it was asked for', () => {
  const work = vi.fn(),
    quiet = quietTime(250, work);
  const ended = quiet.begin();
  quiet.onceQuiet();
  vi.advanceTimersByTime(1000);
  expect(work).not.toHaveBeenCalled();
  ended();
  vi.advanceTimersByTime(250);
  expect(work).toHaveBeenCalledTimes(1);
});
