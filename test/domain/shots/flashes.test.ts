// Light that comes and goes is no cut, unless one hides in it.
import { describe, expect, it } from 'vitest';
import { isFlash, isLightChange, isLit, lastOfFlash } from '../../../src/domain/shots/flashes.js';
import { likeness, THUMBNAIL } from '../../../src/domain/shots/frame-thumbnails.js';
import { blend, flat, framesOf, lit, map, picture, scene, still } from '../../support/pictures/thumbnails.js';

const [a, b] = [picture(scene(1, 0.6)), picture(scene(3, 0.6))];

/** Between two pictures, so that it is so much like the first. */
function between(from: Uint8Array, to: Uint8Array, alike: number): Uint8Array {
  let low = 0,
    high = 1;
  for (let k = 0; k < 20; k++) {
    const share = (low + high) / 2;
    if (likeness(from, blend(from, to, share)) > alike) low = share;
    else high = share;
  }
  return blend(from, to, low);
}
/** A picture that is so much like another, and much brighter all over. */
const litLike = (alike: number) => {
  const dim = (of: Uint8Array) => map(of, (v) => v / 2);
  return { scene: dim(a), light: lit(between(dim(a), dim(b), alike), 110) };
};

describe('isLit', () => {
  it('holds for more light and for the same, not for less', () => {
    expect(isLit(a, lit(a, 60))).toBe(true);
    expect(isLit(a, a)).toBe(true);
    expect(isLit(a, flat(255))).toBe(true);
    expect(isLit(a, lit(a, -60))).toBe(false);
    expect(isLit(a, b)).toBe(false);
  });
  it('forgives a picture that gets a little darker, or darker in a twelfth of it', () => {
    const darker = (values: number, by: number) => map(flat(100), (v, i) => (i < values ? v - by : v));
    const most = Math.floor(0.08 * THUMBNAIL.bytes);
    expect(isLit(flat(100), darker(THUMBNAIL.bytes, 12))).toBe(true);
    expect(isLit(flat(100), darker(THUMBNAIL.bytes, 13))).toBe(false);
    expect(isLit(flat(100), darker(most, 13))).toBe(true);
    expect(isLit(flat(100), darker(most + 1, 13))).toBe(false);
  });
});

describe('isLightChange', () => {
  it('is light that comes or light that goes, and no other picture', () => {
    expect(isLightChange(a, lit(a, 50))).toBe(true);
    expect(isLightChange(lit(a, 50), a)).toBe(true);
    expect(isLightChange(a, b)).toBe(false);
  });
});

describe('isFlash', () => {
  /** A change between frames 4 and 5 of what is seen. */
  const from4 = (pictures: readonly Uint8Array[], fps = 25) => isFlash(framesOf(pictures, fps), 4, 5);

  it('sees one begin and one end, by the scene that is under it', () => {
    expect(from4([...still(a, 5), ...still(lit(a, 50), 2), ...still(a, 5)])).toBe(true);
    expect(from4([...still(a, 3), ...still(lit(a, 50), 2), ...still(a, 5)])).toBe(true);
    expect(from4([...still(a, 5), ...still(lit(a, 50), 5)])).toBe(true);
  });
  it('sees one that whites everything out, by the scene that comes back', () => {
    expect(from4([...still(a, 5), ...still(flat(255), 3), ...still(a, 5)])).toBe(true);
    expect(from4([...still(a, 3), ...still(flat(255), 2), ...still(a, 5)])).toBe(true);
    expect(from4([...still(a, 5), ...still(flat(255), 3), ...still(b, 5)])).toBe(false);
    expect(from4([...still(a, 5), ...still(flat(255), 5)])).toBe(false);
  });
  it('lets people move on while it lasts', () => {
    const then = (alike: number) => [...still(a, 5), ...still(flat(255), 3), ...still(between(a, b, alike), 5)];
    expect(from4(then(0.65))).toBe(true);
    expect(from4(then(0.55))).toBe(false);
  });
  it('knows the scene under a light that stays, if less surely', () => {
    const stays = (alike: number) => {
      const { scene: dark, light } = litLike(alike);
      return from4([...still(dark, 5), ...still(light, 20)]);
    };
    expect(stays(0.75)).toBe(true);
    expect(stays(0.65)).toBe(false);
  });
  it('takes the best that is seen of the scene while the light lasts', () => {
    const { scene: dark, light } = litLike(0.75);
    expect(from4([...still(dark, 5), flat(255), light, ...still(flat(255), 20)])).toBe(true);
  });
  it('lasts half a second at most', () => {
    const white = (frames: number) => [...still(a, 5), ...still(flat(255), frames), ...still(a, 5)];
    expect(from4(white(4), 10)).toBe(true);
    expect(from4(white(5), 10)).toBe(false);
    const before = (frames: number) => {
      const pictures = [...still(a, 5), ...still(flat(255), frames), ...still(a, 5)];
      return isFlash(framesOf(pictures, 10), 4 + frames, 5 + frames);
    };
    expect(before(4)).toBe(true);
    // One that ends is looked for backwards as far.
    expect(before(5)).toBe(false);
  });
  it('is no cut, and no frame that is not there', () => {
    expect(from4([...still(a, 5), ...still(b, 5)])).toBe(false);
    expect(from4([...still(b, 5), ...still(a, 5)])).toBe(false);
    expect(isFlash(framesOf(still(a, 3)), 5, 6)).toBe(false);
  });
});

describe('lastOfFlash', () => {
  const last = (pictures: readonly Uint8Array[], fps = 25) => lastOfFlash(framesOf(pictures, fps), 5, 0.035);

  it('is where the light goes that hid a cut', () => {
    expect(last([...still(a, 5), ...still(flat(255), 3), ...still(b, 8)])).toBe(8);
    expect(last([...still(a, 5), flat(255), ...still(b, 8)])).toBe(6);
  });
  it('is where the old scene goes that could be seen in the light', () => {
    const { scene: dark } = litLike(1);
    // Not darker than the flash was, and darker than the old scene: the old one was seen until then.
    const shade = map(dark, (v, i) => (i % 3 === 0 ? v - 30 : v + 90));
    expect(last([...still(dark, 5), ...still(lit(dark, 60), 2), ...still(shade, 8)])).toBe(7);
  });
  it('is the first frame itself where the new shot is merely brighter, or nothing is', () => {
    expect(
      last([
        ...still(
          map(a, (v) => v / 4),
          5,
        ),
        ...still(lit(b, 60), 12),
      ]),
    ).toBe(5);
    expect(last([...still(a, 5), ...still(b, 8)])).toBe(5);
    expect(last(still(a, 3))).toBe(5);
  });
  it('is looked for during half a second', () => {
    const white = (frames: number) => last([...still(a, 5), ...still(flat(255), frames), ...still(b, 8)], 10);
    expect(white(4)).toBe(9);
    expect(white(5)).toBe(5);
  });
  it('passes over light that flickers by less than what counts', () => {
    expect(last([...still(a, 5), flat(255), flat(250), flat(255), ...still(flat(252), 12)])).toBe(5);
    expect(last([...still(a, 5), flat(255), flat(240), ...still(flat(240), 12)])).toBe(6);
  });
});
