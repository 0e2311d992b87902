import { expect, it, onTestFinished, vi } from 'vitest';
import { folderProgress } from '../../../src/services/jobs/folder-progress.js';

it('tells what the rest takes once there is something to tell it by', () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  let told: number | null | undefined;
  const progress = folderProgress(['a.mp4', 'b.mp4'], new Set(), (fields) => {
    if ('eta_s' in fields) told = fields.eta_s;
  });
  const at = (seconds: number, share: number): number | null | undefined => {
    now = seconds * 1000;
    progress.at(['a.mp4'], share, 'watching');
    return told;
  };
  // Loading networks took most of that.
  expect(at(6, 0.002)).toBeNull();
  expect(at(10, 0.1)).toBeCloseTo(190);
  expect(at(20, 0.2)).toBeCloseTo(180);
});

it('tells it after half a minute, however little is done', () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  const told: (number | null | undefined)[] = [];
  const progress = folderProgress(['a.mp4'], new Set(), ({ eta_s }) => told.push(eta_s));
  now = 31_000;
  progress.at(['a.mp4'], 0.01, 'watching');
  expect(told.at(-1)).toBeCloseTo(3069);
});
