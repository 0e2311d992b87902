import { describe, expect, it } from 'vitest';
import { areTwo, isOfPhoto, mayBeTwice, TWICE, whereTogether } from '../../../src/domain/people/twice-in-picture.js';
import { PHOTO_SPAN } from '../../../src/domain/photos.js';

const track = (cosine: number, presence = [{ ...PHOTO_SPAN }], video_id = 'photo', population_excess = 0) => ({
  ...{ video_id, presence, population_excess },
  vector: Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine)),
});
const film = [{ start_s: 0, end_s: 59 }];

describe('two faces of one picture', () => {
  it('are two people, but for copies of one face', () => {
    for (const when of [undefined, film, [...film, { start_s: 80, end_s: 90 }]]) {
      expect(areTwo(track(1, when), track(TWICE - 0.01, when), 0.3)).toBe(true);
      expect(areTwo(track(1, when), track(TWICE + 0.01, when), 0.3)).toBe(false);
      expect(areTwo(track(1, when), track(TWICE + 0.01, when, undefined, 0.1), 0.3)).toBe(true);
    }
  });
  it('say nothing where they are in two', () => {
    expect(areTwo(track(1), track(0, undefined, 'other'), 0.3)).toBe(false);
    expect(areTwo(track(1, film), track(0, [{ start_s: 59, end_s: 80 }]), 0.3)).toBe(false);
  });
});

it('asks about whoever may be one person twice: of films only those much alike', () => {
  expect(mayBeTwice('film', 0.61)).toBe(true);
  expect(mayBeTwice('film', 0.59)).toBe(false);
  expect(mayBeTwice('photo', 0.3)).toBe(true);
  expect(mayBeTwice(null, 0.9)).toBe(false);
});

it('knows a photo by its only stretch', () => {
  expect(isOfPhoto(track(1))).toBe(true);
  for (const presence of [[], film, [{ start_s: 1, end_s: 60 }], [{ ...PHOTO_SPAN }, { start_s: 70, end_s: 80 }]])
    expect(isOfPhoto({ presence })).toBe(false);
});

it('says where two people are together, a film before a photo', () => {
  const inFilm = track(1, film, 'film');
  expect(whereTogether([track(1), inFilm], [track(0)])).toBe('photo');
  expect(whereTogether([track(1), inFilm], [track(0), inFilm])).toBe('film');
  expect(whereTogether([track(1)], [track(0, undefined, 'other'), inFilm])).toBe(null);
});
