/**
 * How pictures that are not upright are read: `npx tsx lab/faces/turned-pictures.ts FOLDER [--every N] [--given]`.
 *
 * Of all pictures below FOLDER that show a face, or every Nth, how many are turned though they are upright, and how
 * many are read upright when they were turned before (not with --given).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { loadSettings } from '../../src/config/settings.js';
import { createPictureReader, type QueryPicture } from '../../src/services/pictures/picture-reader.js';
import { isDoubtful } from '../../src/services/pictures/upright.js';
import { openPrepared } from '../../src/weights/open-prepared.js';
import { listPictures } from './embed-pictures.js';
import { ownFile } from '../own-file.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' }, given: { type: 'boolean', default: false } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Give a folder of pictures.');
const { modelsDir, pack, threads } = loadSettings({});
const pipeline = await openPrepared({ modelsDir, packId: pack, threads });
const pictures = createPictureReader(() => Promise.resolve(pipeline));
const turns = values.given ? [] : ([180, 90, 270] as const);
const work = await mkdtemp(path.join(os.tmpdir(), 'turned-'));
const read = async (file: string): Promise<QueryPicture | null> =>
  (await pictures.glimpse(await ownFile(file)).catch(() => null))?.picture ?? null;
try {
  const all = (await listPictures(folder)).filter((_, i) => i % Number(values.every) === 0);
  const wrong: string[] = [];
  let faces = 0,
    doubtful = 0;
  const right = new Map<number, number>();
  for (const file of all) {
    const given = await read(file);
    if (!given) continue;
    faces += 1;
    if (given.turn !== 0) wrong.push(path.basename(file));
    if (isDoubtful(given.main.quality)) doubtful += 1;
    for (const turn of turns) {
      const turned = path.join(work, `${faces}-${turn}.jpg`);
      await sharp(file)
        .autoOrient()
        .toBuffer()
        .then((bytes) => sharp(bytes).rotate(turn).jpeg({ quality: 95 }).toFile(turned));
      if ((await read(turned))?.turn === 360 - turn) right.set(turn, (right.get(turn) ?? 0) + 1);
      await rm(turned);
    }
  }
  console.log(`${faces} of ${all.length} pictures show a face`);
  console.log(
    `turned though upright: ${wrong.length} (${wrong.slice(0, 10).join(', ')}); still below the quality: ${doubtful}`,
  );
  for (const turn of turns) console.log(`turned by ${turn}° and read upright: ${right.get(turn) ?? 0} of ${faces}`);
} finally {
  await rm(work, { recursive: true, force: true });
  await pipeline.close();
}
