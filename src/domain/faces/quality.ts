/**
 * How much a face crop can be trusted, 0..1. Measured from the picture and the five landmarks alone
 * before any embedding; the length of the embedding joins it afterwards (embeddedQuality).
 */
import { distance, centre } from './geometry.js';
import type { Box, GateReason, Landmarks } from '../types.js';

/** What is measured on one face. */
export interface FaceSignals {
  /** Shorter side of the detector's box, pixels of the decoded picture. */
  side: number;
  /** Detector probability, 0..1. */
  score: number;
  /** Share of the box that lies inside the picture (see visibleShare). */
  visible: number;
  /** Shorter side of the box ÷ shorter side of the picture: from about a half on it is a close-up. */
  fills: number;
  /** 1 looking at the camera, falling to 0 at a full profile (see frontalness). */
  frontal: number;
  /** Sharpness of the aligned crop (see sharpness in vision/sampling/resample.ts), about 0..1 */
  sharpness: number;
}

/**
 * Below these a face is seen but not embedded. Chosen on `npm run eval`; units as in FaceSignals. A close-up may be cut
 * off more: forehead and chin leave the picture long before the face can't be recognised, while a bystander cut by the
 * edge can't be told.
 */
export const GATE = {
  visible: 0.88,
  closeUp: { fills: 0.5, visible: 0.7 },
  side: 18,
  score: 0.5,
  frontal: 0.05,
  sharpness: 0.04,
} as const;

/**
 * How much the face looks at the camera, from its five points: 1 frontal, 0 profile. The nose of a turned head leaves
 * the middle between the eyes, and the eyes come together against the height of the face.
 */
export function frontalness(l: Landmarks, box: Box): number {
  const [le, re, nose, lm, rm] = l;
  const eyes = { x: (le.x + re.x) / 2, y: (le.y + re.y) / 2 };
  const mouth = { x: (lm.x + rm.x) / 2, y: (lm.y + rm.y) / 2 };
  const height = distance(eyes, mouth);
  const width = distance(le, re);
  if (height < 1e-6 || width < 1e-6) return 0;
  // Component of the nose's offset along the eye line, in units of half the eye distance: 0 frontal, 1 at an eye.
  const ux = (re.x - le.x) / width,
    uy = (re.y - le.y) / width;
  const mid = { x: (eyes.x + mouth.x) / 2, y: (eyes.y + mouth.y) / 2 };
  const yaw = Math.abs((nose.x - mid.x) * ux + (nose.y - mid.y) * uy) / (width / 2);
  // A frontal face has eye distance ≈ 0.9 of eye–mouth distance; a three-quarter one about 0.6; a profile 0.2.
  const aspect = width / height;
  const spread = width / box.w;
  // Three-quarter faces (yaw about 1) are still recognised nearly as well; the networks fail where the far eye goes
  // (yaw about 2).
  const byYaw = 1 - clamp01((yaw - 0.3) / 1.7);
  const byAspect = clamp01((aspect - 0.3) / 0.3);
  const bySpread = clamp01((spread - 0.15) / 0.15);
  return Math.min(byYaw, byAspect, bySpread);
}

/** Why a face is kept from being embedded, or null when it may be. */
export function gate(s: FaceSignals): GateReason | null {
  if (s.visible < (s.fills < GATE.closeUp.fills ? GATE.visible : GATE.closeUp.visible)) return 'cut_off';
  if (s.side < GATE.side) return 'too_small';
  if (s.score < GATE.score) return 'low_score';
  if (s.frontal < GATE.frontal) return 'profile';
  if (s.sharpness < GATE.sharpness) return 'blurred';
  return null;
}

/** Quality 0..1 of a face that passed the gate: the product of how far each signal is above its gate. */
export function quality(s: FaceSignals): number {
  const size = clamp01((Math.log2(s.side) - Math.log2(GATE.side)) / (Math.log2(112) - Math.log2(GATE.side)));
  const score = clamp01((s.score - 0.4) / 0.6);
  const sharp = clamp01(s.sharpness / 0.35);
  return Math.cbrt((0.15 + 0.85 * size) * (0.1 + 0.9 * s.frontal) * (0.3 + 0.7 * sharp)) * score;
}

/** What the length of a network's output says, before it is L2-normalised; its unit is the network's own. */
export interface NormRange {
  /** Shorter ones are of no use (gate low_norm). */
  least: number;
  /** Nine in ten good portraits are shorter than this. */
  ample: number;
}

/**
 * Quality 0..1 of an embedded face: what the picture says times what the network says, 0 below the least norm. The
 * picture's part is taken at its square root, since the norm tells more of the misses (docs/evaluation.md, error versus
 * reject). That a network is short on faces it can't read was seen with ArcFace's loss by Meng et al. 2021 (MagFace).
 */
export function embeddedQuality(pictureQuality: number, norm: number, { least, ample }: NormRange): number {
  return Math.sqrt(pictureQuality) * clamp01((norm - least) / (ample - least));
}

/**
 * Share of a box that lies inside its picture: a face that hangs over the edge is cut off. @param width, height of the
 * picture, pixels
 */
export function visibleShare(box: Box, width: number, height: number): number {
  const w = Math.min(box.x + box.w, width) - Math.max(box.x, 0);
  const h = Math.min(box.y + box.h, height) - Math.max(box.y, 0);
  return w <= 0 || h <= 0 ? 0 : (w * h) / (box.w * box.h);
}

/** Distance of a face from the middle of its picture, in units of the picture's half diagonal. */
export function eccentricity(box: Box, width: number, height: number): number {
  const c = centre(box);
  return distance(c, { x: width / 2, y: height / 2 }) / (Math.hypot(width, height) / 2);
}

function clamp01(x: number): number {
  return Math.min(1, Math.max(0, x));
}
