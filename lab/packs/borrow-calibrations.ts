/**
 * Gives the packs whose weights could not be had where this was written a calibration out of published figures, until
 * somebody measures one with `npm run pack:build`. Packs that were measured are left alone.
 * usage: npx tsx lab/packs/borrow-calibrations.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageInfo } from '../../src/config/package-info.js';
import { loadPack, type Pack } from '../../src/vision/packs/pack.js';
import { borrowCalibration, type PublishedFigures } from './borrowed-calibration.js';

/** Whose measured scores lend their shape: one network with ArcFace's loss, without mirror images. */
const SHAPE = 'single';
/**
 * SFace: OpenCV, doc/tutorials/dnn/dnn_face (99.60 % on LFW at a cosine of 0.363). InsightFace publishes accuracies, no
 * thresholds (model_zoo/README.md: 99.83 and 99.70 % on LFW); those are DeepGHS's, where F1 is highest on LFW (model
 * card of deepghs/insightface on Hugging Face).
 */
const PUBLISHED: Readonly<Record<string, PublishedFigures>> = {
  buffalo_l: {
    threshold: 0.2469,
    wrong: 0.0017,
    said: "DeepGHS's threshold for LFW, 0.2469, InsightFace's accuracy there, 99.83 %",
  },
  buffalo_s: {
    threshold: 0.2314,
    wrong: 0.003,
    said: "DeepGHS's threshold for LFW, 0.2314, InsightFace's accuracy there, 99.70 %",
  },
  'yunet-sface': {
    threshold: 0.363,
    wrong: 0.004,
    said: "OpenCV's threshold for LFW, 0.363, and accuracy there, 99.60 %",
  },
};
const NOT_MEASURED = 'Not measured';

const modelsDir = path.join(packageInfo().root, 'models');
const { calibration: measured } = await loadPack(modelsDir, SHAPE);
for (const [id, published] of Object.entries(PUBLISHED)) {
  const file = path.join(modelsDir, 'packs', `${id}.json`);
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Partial<Pack>;
  if (manifest.calibration && !manifest.calibration.set.startsWith(NOT_MEASURED)) continue;
  const set = `${NOT_MEASURED}: ${published.said}, and around it the shape of pack ${SHAPE}'s scores. To measure: npm run pack:build -- --pack ${id} --eval FOLDER; or calibrate on pairs or a library of your own`;
  await writeFile(
    file,
    `${JSON.stringify({ ...manifest, calibration: borrowCalibration(measured, published, set) }, null, 2)}\n`,
  );
}
