/**
 * The operating points: strict, balanced, loose and even. Which there are, the false-accept rate each aims at, and
 * which one's threshold decides a question.
 */
import { z } from 'zod';

/** The points that a user can choose. */
export const POINT_NAMES = ['strict', 'balanced', 'loose'] as const;
export type PointName = (typeof POINT_NAMES)[number];

/** The false-accept rate each aims at. */
export const POINT_FAR = { strict: 1e-4, balanced: 1e-3, loose: 1e-2 } as const satisfies Record<PointName, number>;

/** All points of a calibration: `even`, chosen by no one, is for 1:1. */
export const ALL_POINTS = [...POINT_NAMES, 'even'] as const;
export type AnyPoint = (typeof ALL_POINTS)[number];

const pointSchema = z.object({ threshold: z.number(), far: z.number(), frr: z.number() });
export type OperatingPoint = z.infer<typeof pointSchema>;

/** The points of a calibration. At `even` a false accept is five times rarer than a false reject. */
export const pointsSchema = z.object({
  strict: pointSchema,
  balanced: pointSchema,
  loose: pointSchema,
  even: pointSchema,
} satisfies Record<AnyPoint, typeof pointSchema>);

/** What of a calibration says which point decides. */
export interface InForce {
  points: z.infer<typeof pointsSchema>;
  /** The point that decides whatever the question; null: `even` for 1:1 and `balanced` for 1:N. */
  decides?: PointName | null;
}

const STRICTER = {
  even: 'balanced',
  loose: 'balanced',
  balanced: 'strict',
  strict: 'strict',
} as const satisfies Record<AnyPoint, PointName>;

/** The point whose threshold decides. @param compared how many people are compared with; 0 for 1:1 */
export function decidingPoint(model: InForce, compared: number): OperatingPoint {
  return model.points[nameOfDeciding(model, compared)];
}

/** The point next stricter than the one that decides. */
export function stricterPoint(model: InForce, compared: number): OperatingPoint {
  return model.points[STRICTER[nameOfDeciding(model, compared)]];
}

/** The name of the point that decides. */
export function nameOfDeciding({ decides }: Pick<InForce, 'decides'>, compared: number): AnyPoint {
  return decides ?? (compared > 0 ? 'balanced' : 'even');
}
