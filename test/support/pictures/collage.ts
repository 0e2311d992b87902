import sharp from 'sharp';

/** Pictures beside each other in one photo. */
export async function collage(out: string, pictures: readonly Buffer[]): Promise<void> {
  const [side, gap] = [320, 40];
  const width = pictures.length * (side + gap);
  await sharp({ create: { width, height: side, channels: 3, background: 'white' } })
    .composite(
      await Promise.all(
        pictures.map(async (picture, i) => ({
          input: await sharp(picture).resize(side, side, { fit: 'contain' }).toBuffer(),
          ...{ left: i * (side + gap), top: 0 },
        })),
      ),
    )
    .jpeg()
    .toFile(out);
}
