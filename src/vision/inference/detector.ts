/** Finds faces and their landmarks in a picture. */
import { centre } from '../../domain/faces/geometry.js';
import { averagePoints, suppress } from '../../domain/faces/nms.js';
import { frontalness, GATE, gate, quality, visibleShare } from '../../domain/faces/quality.js';
import { commonScore, ownScore } from '../../domain/faces/score-scale.js';
import type { Face, Picture } from '../../domain/types.js';
import { decodeRetinaFace } from './decoders/retinaface.js';
import { decodeScrfd } from './decoders/scrfd.js';
import { decodeYuNet } from './decoders/yunet.js';
import { scaledSize } from '../../domain/scaled-size.js';
import { detectorSize } from '../sampling/letterbox.js';
import type { Pack } from '../packs/pack.js';
import type { DetectOptions } from '../pipeline.js';
import { fromPixels, fromPlanes } from '../sampling/scaled-picture.js';
import { alignFace, sharpness } from '../sampling/resample.js';
import type { Session } from './sessions.js';
import { toTensor } from '../sampling/triangle-filter.js';

const DECODERS = { retinaface: decodeRetinaFace, scrfd: decodeScrfd, yunet: decodeYuNet } as const;

/** The detector of a pack with its reusable buffer. */
export interface Detector {
  /** @returns faces in pixels of `image`, best score first, crops on those that passed the gate. */
  detect(image: Picture, options: DetectOptions): Promise<Face[]>;
}

/** Makes a detector from an open session. */
export function createDetector(pack: Pack, session: Session): Detector {
  const decode = DECODERS[pack.detector.decoder];
  const { scores } = pack.detector;
  let tensor = new Float32Array(0);
  return {
    async detect(image, options) {
      const box = detectorSize(image.width, image.height, options.detectorSide);
      const size = 3 * box.width * box.height;
      if (tensor.length !== size) tensor = new Float32Array(size);
      const { input } = pack.detector,
        wanted = scaledSize(image, options.detectorSide);
      const isWanted = image.small?.width === wanted.width && image.small.height === wanted.height;
      if (!image.weights) {
        if (image.small && isWanted) fromPixels(image.small, box, input, tensor);
        else toTensor(image, box, input, tensor);
      } else if (isWanted) fromPlanes(image.small, box, input, tensor);
      else throw new Error(`a film's picture is to be looked at as ${wanted.width}×${wanted.height}, and it has none`);
      const outputs = await session.run(tensor, [1, 3, box.height, box.width]);
      const least = scores ? ownScore(scores, options.minScore) : options.minScore;
      const all = decode(outputs, { width: box.width, height: box.height }, least);
      const best = suppress(all, pack.detector.nmsIou);
      const found = pack.detector.averagePoints ? averagePoints(best, all) : best;
      return found
        .map((f) => ({
          score: scores ? commonScore(scores, f.score) : f.score,
          // Tensor pixel i covers picture pixels around (i + 0.5) / scale − 0.5.
          box: {
            x: (f.box.x + 0.5) / box.scale - 0.5,
            y: (f.box.y + 0.5) / box.scale - 0.5,
            w: f.box.w / box.scale,
            h: f.box.h / box.scale,
          },
          landmarks: mapLandmarks(f.landmarks, box.scale),
        }))
        .filter((f) => inside(f.box, image))
        .map((f) => describe(image, f, options.cropAll ?? false));
    },
  };
}

function mapLandmarks(l: Face['landmarks'], scale: number): Face['landmarks'] {
  const map = (p: { x: number; y: number }) => ({ x: (p.x + 0.5) / scale - 0.5, y: (p.y + 0.5) / scale - 0.5 });
  return [map(l[0]), map(l[1]), map(l[2]), map(l[3]), map(l[4])];
}

function inside(box: Face['box'], image: Picture): boolean {
  const c = centre(box);
  return c.x >= 0 && c.y >= 0 && c.x < image.width && c.y < image.height;
}

/** Gate and quality of a detection; its crop when it passed or is a profile, or when asked for all. */
function describe(image: Picture, f: Pick<Face, 'box' | 'landmarks' | 'score'>, cropAll: boolean): Face {
  const side = Math.min(f.box.w, f.box.h);
  const signals = {
    side,
    fills: side / Math.min(image.width, image.height),
    score: f.score,
    visible: visibleShare(f.box, image.width, image.height),
    frontal: frontalness(f.landmarks, f.box),
    sharpness: 1,
  };
  const early = gate(signals);
  if (early && early !== 'profile' && !cropAll) return { ...f, gated: early, quality: 0 };
  const crop = alignFace(image, f.landmarks);
  signals.sharpness = sharpness(crop);
  const reason = early ?? gate(signals);
  if (!reason) return { ...f, quality: quality(signals), crop };
  const gated: Face = { ...f, gated: reason, quality: 0 };
  if (cropAll) return { ...gated, crop };
  const isSharpProfile = reason === 'profile' && signals.sharpness >= GATE.sharpness;
  return isSharpProfile ? { ...gated, profile: { crop, quality: quality(signals) } } : gated;
}
