/** The size of a picture whose long side is given. */

/** Size of a picture of this shape with a long side of `side` pixels; whole, at least 1. */
export function scaledSize(
  { width, height }: { width: number; height: number },
  side: number,
): { width: number; height: number } {
  const scale = side / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
