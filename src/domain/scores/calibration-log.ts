/** What is in force, read from the append-only log of a library's calibrations. */
import { z } from 'zod';
import { calibrationModelSchema } from './calibration-model.js';
import { POINT_NAMES } from './operating-points.js';

/** `made` keeps a calibration; only `applied` puts it in force, until `reverted` takes it out again. */
export const calibrationEventSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('made'),
    pack: z.string().describe('whose scores it speaks of'),
    fingerprint: z.string().optional().describe('of what those scores depend on'),
    operating_point: z.enum(POINT_NAMES),
    model: calibrationModelSchema,
  }),
  z.object({ event: z.literal('applied') }),
  z.object({ event: z.literal('reverted') }),
]);
export type CalibrationEvent = z.infer<typeof calibrationEventSchema>;
type Made = Extract<CalibrationEvent, { event: 'made' }>;

/** A calibration that was kept. */
export interface KeptCalibration extends Omit<Made, 'event'> {
  calibration_id: string;
}

export interface CalibrationLog {
  /** null: the pack's own. */
  in_force: KeptCalibration | null;
  /**
   * What was put in force last and would still be, had the pack not changed since; null when something else is in
   * force.
   */
  set_aside: KeptCalibration | null;
  /** All that can be put in force, by id. */
  kept: ReadonlyMap<string, KeptCalibration>;
  /** Those of the pack before it changed, by id: never in force. */
  outdated: ReadonlyMap<string, KeptCalibration>;
  /** What happened, oldest first. */
  history: { calibration: KeptCalibration; event: CalibrationEvent['event']; created_at: string }[];
}

/** Whose scores are asked about: a pack's id, and the fingerprint of what its scores depend on. */
export interface ScoredBy {
  id: string;
  fingerprint: string;
}

/**
 * Reads the log. Each application lies on top of those before; a revert takes the uppermost off. Calibrations of
 * another pack count as if they were not there: their scores mean something else. So do those of the same pack with
 * other networks or another population, or from before packs had fingerprints, but they are told of.
 */
export function readCalibrationLog(
  entries: readonly { calibration_id: string; created_at: string; body: unknown }[],
  pack: ScoredBy,
): CalibrationLog {
  const kept = new Map<string, KeptCalibration>(),
    outdated = new Map<string, KeptCalibration>(),
    history: CalibrationLog['history'] = [];
  const applied: KeptCalibration[] = [],
    aside: KeptCalibration[] = [];
  for (const { calibration_id, created_at, body } of entries) {
    const event = calibrationEventSchema.safeParse(body).data;
    if (event?.event === 'made' && event.pack === pack.id) {
      const { event: _, ...made } = event;
      (made.fingerprint === pack.fingerprint ? kept : outdated).set(calibration_id, { calibration_id, ...made });
    }
    const calibration = kept.get(calibration_id) ?? outdated.get(calibration_id);
    if (!event || !calibration) continue;
    const pile = kept.has(calibration_id) ? applied : aside;
    if (event.event === 'applied') pile.push(calibration);
    if (event.event === 'reverted') pile.pop();
    history.push({ calibration, event: event.event, created_at });
  }
  const in_force = applied.at(-1) ?? null;
  return { in_force, set_aside: in_force ? null : (aside.at(-1) ?? null), kept, outdated, history };
}
