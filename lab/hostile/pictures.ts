/** Small pictures of all formats that sharp writes, to be damaged. */
import sharp, { type Sharp } from 'sharp';
import type { Specimen } from './videos.js';

/** A picture with edges, colours and gradients, the same each time. */
function scene(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i += 1) {
    const at = Math.floor(i / channels);
    data[i] = (at % width) * (2 + (i % channels)) + (Math.floor(at / width / 8) % 2) * 90;
  }
  return sharp(data, { raw: { width, height, channels } });
}

/** Four pictures one above the other, as sharp takes the pages of a film. */
const film = (): Sharp => {
  const [width, page] = [48, 32];
  const data = Uint8Array.from({ length: width * page * 4 * 3 }, (_, i) => (i * 7) % 251);
  return sharp(data, { raw: { width, height: page * 4, channels: 3, pageHeight: page } });
};

const EXIF = { IFD0: { Orientation: '6', Make: 'a camera' }, IFD2: { DateTimeOriginal: '2020:02:03 04:05:06' } };

/** Makes the pictures. */
export async function makePictures(): Promise<Specimen[]> {
  const recipes: Record<string, () => Sharp> = {
    'plain.jpg': () => scene(96, 64).jpeg(),
    'progressive.jpg': () => scene(96, 64).withExif(EXIF).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
    'cmyk.jpg': () => scene(96, 64).toColourspace('cmyk').jpeg(),
    'grey.jpg': () => scene(96, 64).greyscale().withExif(EXIF).jpeg(),
    'plain.png': () => scene(96, 64, 4).withExif(EXIF).png(),
    'deep.png': () => scene(48, 32).toColourspace('rgb16').png(),
    'palette.png': () => scene(96, 64).png({ palette: true }),
    'interlaced.png': () => scene(96, 64).png({ progressive: true }),
    'lossy.webp': () => scene(96, 64).withExif(EXIF).webp(),
    'lossless.webp': () => scene(96, 64, 4).webp({ lossless: true }),
    'film.webp': () => film().webp(),
    'plain.gif': () => scene(96, 64).gif(),
    'film.gif': () => film().gif(),
    'raw.tiff': () => scene(96, 64).withExif(EXIF).tiff({ compression: 'none' }),
    'lzw.tiff': () => scene(96, 64).tiff({ compression: 'lzw', predictor: 'horizontal' }),
    'deflate.tiff': () => scene(96, 64, 4).tiff({ compression: 'deflate' }),
    'jpeg.tiff': () => scene(96, 64).tiff({ compression: 'jpeg' }),
    'tiles.tiff': () => scene(96, 64).tiff({ tile: true, tileWidth: 32, tileHeight: 32, pyramid: true }),
    'plain.avif': () => scene(96, 64).withExif(EXIF).avif({ effort: 0 }),
    'alpha.avif': () => scene(64, 64, 4).avif({ effort: 0, lossless: true }),
  };
  const made: Specimen[] = [];
  for (const [name, make] of Object.entries(recipes)) made.push({ name, bytes: await make().toBuffer() });
  return made;
}
