/** A poor track counts where the video has shown the same person well. */
import { expect, it } from 'vitest';
import { loadSettings } from '../../../../src/config/settings.js';
import { seenBefore } from '../../../../src/services/indexing/watching/seen-before.js';
import { loadPack } from '../../../../src/vision/packs/pack.js';
import { SyntheticCast, type SyntheticTrack } from '../../../../lab/faces/synthetic-tracks.js';

const { modelsDir, pack } = loadSettings();
const { calibration } = await loadPack(modelsDir, pack);
const cast = new SyntheticCast(7);
const at = (track: SyntheticTrack, start_s: number, quality: number): SyntheticTrack => ({
  ...track,
  quality,
  presence: [{ start_s, end_s: start_s + 2 }],
});
const [ada, adaAgain, bob] = [cast.track('ada', 'film'), cast.track('ada', 'film'), cast.track('bob', 'film')];
const known = (track: SyntheticTrack) => seenBefore([track], { population: null, calibration });

it('knows somebody who was seen well', () => {
  expect(known(at(ada, 0, 0.5))(at(adaAgain, 10, 0.05))).toBe(true);
});

it('knows nobody else', () => {
  expect(known(at(bob, 0, 0.5))(at(adaAgain, 10, 0.05))).toBe(false);
  expect(seenBefore([], { population: null, calibration })(at(adaAgain, 10, 0.05))).toBe(false);
});

it('takes no poor track for a witness', () => {
  expect(known(at(ada, 0, 0.1))(at(adaAgain, 10, 0.05))).toBe(false);
});

it('holds that nobody is in two places at once', () => {
  expect(known(at(ada, 9, 0.5))(at(adaAgain, 10, 0.05))).toBe(false);
});

it('takes a second detection of a head for nobody, also where another shot shows that head', () => {
  const shown = [at(ada, 0, 0.5), at(cast.track('ada', 'film'), 9, 0.5)];
  expect(seenBefore(shown, { population: null, calibration })(at(adaAgain, 10, 0.05))).toBe(false);
});

it('hears of tracks that are added later', () => {
  const tracks: SyntheticTrack[] = [];
  const isKnown = seenBefore(tracks, { population: null, calibration });
  tracks.push(at(ada, 0, 0.5));
  expect(isKnown(at(adaAgain, 10, 0.05))).toBe(true);
});

it('asks the more likeness, the more people were seen well', () => {
  // One in a hundred strangers may be kept, so each of more people may keep fewer of them.
  const crowd = new SyntheticCast(8);
  const others = Array.from({ length: 400 }, (_, i) => at(crowd.track(`p${i}`, 'film'), 0, 0.5));
  const strangers = Array.from({ length: 200 }, (_, i) => at(crowd.track(`s${i}`, 'film'), 10, 0.05));
  const kept = (people: SyntheticTrack[]) =>
    strangers.filter(seenBefore(people, { population: null, calibration })).length;
  expect(kept(others)).toBeLessThanOrEqual(kept(others.slice(0, 1)) + 0.05 * strangers.length);
});
