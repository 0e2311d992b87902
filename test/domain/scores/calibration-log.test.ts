// What is in force, read from events one after another.
import { describe, expect, it } from 'vitest';
import { SHIPPED as shipped } from '../../support/libraries/shipped-calibration.js';
import { readCalibrationLog } from '../../../src/domain/scores/calibration-log.js';

describe('the log', () => {
  const P = { id: 'p', fingerprint: 'one' };
  const made = (calibration_id: string, pack = 'p', fingerprint: string | undefined = 'one') => ({
    calibration_id,
    created_at: '2026-01-01',
    body: { event: 'made', pack, fingerprint, operating_point: 'balanced', model: shipped },
  });
  const then = (calibration_id: string, event: string) => ({
    calibration_id,
    created_at: '2026-01-02',
    body: { event },
  });
  const inForce = (entries: Parameters<typeof readCalibrationLog>[0]) =>
    readCalibrationLog(entries, P).in_force?.calibration_id ?? null;
  it('has nothing in force until it is applied, and goes back one step at a time', () => {
    const log = [made('a'), made('b')];
    expect(inForce(log)).toBeNull();
    expect([...readCalibrationLog(log, P).kept.keys()]).toEqual(['a', 'b']);
    log.push(then('a', 'applied') as never);
    expect(inForce(log)).toBe('a');
    log.push(then('b', 'applied') as never);
    expect(inForce(log)).toBe('b');
    log.push(then('b', 'reverted') as never);
    expect(inForce(log)).toBe('a');
    log.push(then('a', 'reverted') as never);
    expect(inForce(log)).toBeNull();
    expect(readCalibrationLog(log, P).history.map((h) => h.event)).toEqual([
      'made',
      'made',
      'applied',
      'applied',
      'reverted',
      'reverted',
    ]);
  });
  it('does not see what another pack made, nor what it cannot read', () => {
    expect(inForce([made('a', 'q'), then('a', 'applied')])).toBeNull();
    expect(
      inForce([made('a'), then('a', 'applied'), made('b', 'q'), then('b', 'applied'), then('b', 'reverted')]),
    ).toBe('a');
    expect(
      inForce([
        made('a'),
        then('a', 'applied'),
        then('a', 'painted'),
        { calibration_id: 'c', created_at: '', body: 7 },
      ]),
    ).toBe('a');
  });
  it('sets aside what the pack made before it changed, and takes it up again if the pack goes back', () => {
    const old = [made('a', 'p', 'other'), then('a', 'applied')],
      undated = [{ ...made('b'), body: { ...made('b').body, fingerprint: undefined } }, then('b', 'applied')];
    for (const log of [old, undated]) {
      const read = readCalibrationLog(log, P),
        id = log[0]?.calibration_id;
      expect(read).toMatchObject({
        in_force: null,
        set_aside: { calibration_id: id },
        history: [{ event: 'made' }, { event: 'applied' }],
      });
      expect([[...read.kept.keys()], [...read.outdated.keys()]]).toEqual([[], [id]]);
    }
    expect(readCalibrationLog(old, { ...P, fingerprint: 'other' })).toMatchObject({
      in_force: { calibration_id: 'a' },
      set_aside: null,
    });
    const replaced = [...old, made('c'), then('c', 'applied')];
    expect(readCalibrationLog(replaced, P)).toMatchObject({ in_force: { calibration_id: 'c' }, set_aside: null });
    expect(readCalibrationLog([...replaced, then('c', 'reverted')], P)).toMatchObject({
      in_force: null,
      set_aside: { calibration_id: 'a' },
    });
    expect(readCalibrationLog([...old, then('a', 'reverted')], P)).toMatchObject({ in_force: null, set_aside: null });
  });
  it('keeps all that a calibration says of itself but the event', () => {
    const { kept, history } = readCalibrationLog([made('a')], P);
    expect(kept.get('a')).toEqual({
      calibration_id: 'a',
      pack: 'p',
      fingerprint: 'one',
      operating_point: 'balanced',
      model: shipped,
    });
    expect(history).toEqual([{ calibration: kept.get('a'), event: 'made', created_at: '2026-01-01' }]);
  });
  it('takes no notice of an event whose fields are wrong', () => {
    const wrong = { ...made('a'), body: { ...made('a').body, operating_point: 'sloppy' } };
    expect(readCalibrationLog([wrong, then('a', 'applied')], P)).toMatchObject({ in_force: null, history: [] });
    const incomplete = { ...made('a'), body: { event: 'made', pack: 'p', fingerprint: 'one' } };
    expect(readCalibrationLog([incomplete], P).kept.size).toBe(0);
  });
  it('has nothing set aside while something is in force', () => {
    const log = [made('a', 'p', 'other'), then('a', 'applied'), made('b'), then('b', 'applied')];
    expect(readCalibrationLog(log, P)).toMatchObject({ in_force: { calibration_id: 'b' }, set_aside: null });
    // A revert of either takes off its own pile.
    expect(readCalibrationLog([...log, then('a', 'reverted')], P).in_force).toMatchObject({ calibration_id: 'b' });
  });
});
