/** What is in force, read from the append-only log of a library's calibrations. */
import { z } from 'zod';
import { calibrationModelSchema, POINT_NAMES } from './calibration.js';

/** `made` keeps a calibration; only `applied` puts it in force, until `reverted` takes it out again. */
export const calibrationEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('made'), pack: z.string().describe('whose scores it speaks of'), operating_point: z.enum(POINT_NAMES), model: calibrationModelSchema }),
  z.object({ event: z.literal('applied') }),
  z.object({ event: z.literal('reverted') }),
]);
export type CalibrationEvent = z.infer<typeof calibrationEventSchema>;
type Made = Extract<CalibrationEvent, { event: 'made' }>;

/** A calibration that was kept. */
export interface KeptCalibration extends Omit<Made, 'event'> { calibration_id: string }

export interface CalibrationLog {
  /** null: the pack's own. */
  in_force: KeptCalibration | null;
  /** All that can be put in force, by id. */
  kept: ReadonlyMap<string, KeptCalibration>;
  /** What happened, oldest first. */
  history: { calibration: KeptCalibration; event: CalibrationEvent['event']; created_at: string }[];
}

/**
 * Reads the log. Each application lies on top of those before; a revert takes the uppermost off. Calibrations of another
 * pack count as if they were not there: their scores mean something else.
 */
export function readCalibrationLog(entries: readonly { calibration_id: string; created_at: string; body: unknown }[], pack: string): CalibrationLog {
  const kept = new Map<string, KeptCalibration>(), history: CalibrationLog['history'] = [];
  const applied: KeptCalibration[] = [];
  for (const { calibration_id, created_at, body } of entries) {
    const event = calibrationEventSchema.safeParse(body).data;
    if (event?.event === 'made' && event.pack === pack) kept.set(calibration_id, { calibration_id, pack, operating_point: event.operating_point, model: event.model });
    const calibration = kept.get(calibration_id);
    if (!event || !calibration) continue;
    if (event.event === 'applied') applied.push(calibration);
    if (event.event === 'reverted') applied.pop();
    history.push({ calibration, event: event.event, created_at });
  }
  return { in_force: applied.at(-1) ?? null, kept, history };
}
