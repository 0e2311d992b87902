/** How a picture lies in a network's input. */

/** Where the picture went inside the detector's input. */
export interface Letterbox {
  /** Input pixels = picture pixels × scale. */
  scale: number;
  width: number;
  height: number;
}

/**
 * The detector's input size for a picture: long side `side`, aspect kept, both sides rounded up to `multiple`
 * (the networks' largest stride) and padded right and below.
 */
export function detectorSize(width: number, height: number, side: number, multiple = 32): Letterbox {
  const scale = side / Math.max(width, height);
  const round = (n: number) => Math.max(multiple, Math.ceil((n * scale) / multiple - 1e-6) * multiple);
  return { scale, width: round(width), height: round(height) };
}

/** How a network wants its pixels: value = (byte − mean) × scale, in this channel order. */
export interface PixelFormat {
  order: 'rgb' | 'bgr';
  mean: number;
  scale: number;
}
