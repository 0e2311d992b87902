/** Frame rates and timecodes as editing programs count them (SMPTE ST 12-1). */

/** Frames a second as a fraction, and how timecode counts them. */
export interface FrameRate {
  /** Frames a second: numerator ÷ denominator. */
  numerator: number;
  denominator: number;
  /** Frames that timecode counts to a second: 30 for 29.97. */
  timebase: number;
  /** Whether timecode leaves out numbers so as to keep up with the clock: 29.97 and 59.94. */
  drop: boolean;
  /** False where the film's own rate is unknown or none that editing programs have: frames are near, not exact. */
  exact: boolean;
}

/** What films are counted in whose rate nothing says. */
const UNKNOWN_FPS = 25;
/** Relative; averages over a film are off by the length of its last frame. */
const SAME_RATE = 2e-4;
/** Times are kept in whole milliseconds: a frame that begins this much later counts as begun, seconds. */
const ROUNDING_S = 1e-3;
const DAY_HOURS = 24;

/** The rate nearest to a film's average. @param fps 0 where unknown */
export function frameRateOf(fps: number): FrameRate {
  const known = Number.isFinite(fps) && fps > 0;
  const timebase = Math.max(1, Math.round(known ? fps : UNKNOWN_FPS));
  const near = (rate: number): boolean => known && Math.abs(fps / rate - 1) <= SAME_RATE;
  if (near((timebase * 1000) / 1001))
    return {
      numerator: timebase * 1000,
      denominator: 1001,
      timebase,
      drop: timebase % 30 === 0,
      exact: true,
    };
  return { numerator: timebase, denominator: 1, timebase, drop: false, exact: near(timebase) };
}

/** Frames a second. */
export function framesPerSecond({ numerator, denominator }: Pick<FrameRate, 'numerator' | 'denominator'>): number {
  return numerator / denominator;
}

/** The frame that is shown at a time since the first frame began, from 0. @param seconds in whole milliseconds */
export function frameAt(seconds: number, rate: FrameRate): number {
  return Math.max(0, Math.floor((seconds + ROUNDING_S) * framesPerSecond(rate)));
}

/** The first and the number of frames of a stretch since the first frame began; at least one. */
export function framesOf(
  { start_s, end_s }: { start_s: number; end_s: number },
  rate: FrameRate,
): { first: number; count: number } {
  const first = frameAt(start_s, rate);
  const end = Math.ceil((end_s - ROUNDING_S) * framesPerSecond(rate));
  return { first, count: Math.max(1, end - first) };
}

/** hh:mm:ss:ff, with ";" before the frames where numbers are dropped; begins anew after 24 hours. */
export function timecode(frame: number, { timebase, drop }: Pick<FrameRate, 'timebase' | 'drop'>): string {
  const number = drop ? frame + droppedBefore(frame, timebase) : frame;
  const two = (n: number): string => String(n).padStart(2, '0');
  const seconds = Math.floor(number / timebase);
  const clock = [Math.floor(seconds / 3600) % DAY_HOURS, Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  return `${clock.join(':')}${drop ? ';' : ':'}${two(number % timebase)}`;
}

/** Numbers left out up to a frame: two of every 30 at the start of each minute but every tenth. */
function droppedBefore(frame: number, timebase: number): number {
  const drop = timebase / 15,
    minute = 60 * timebase - drop,
    tenMinutes = 10 * minute + drop;
  const tens = Math.floor(frame / tenMinutes),
    rest = frame % tenMinutes;
  return 9 * drop * tens + (rest < 60 * timebase ? 0 : drop * Math.ceil((rest - 60 * timebase + 1) / minute));
}

/** A timecode that a film bears: the frame it stands for, and whether it drops numbers; null for no timecode. */
export function readTimecode(text: string, { timebase }: FrameRate): { frame: number; drop: boolean } | null {
  const [, h, m, s, mark, f] = /^(\d\d):(\d\d):(\d\d)([:;.])(\d\d)$/.exec(text.trim()) ?? [];
  if (h === undefined || mark === undefined) return null;
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = [h, m, s, f].map(Number);
  if (minutes > 59 || seconds > 59 || frames >= timebase) return null;
  const drop = mark !== ':' && timebase % 30 === 0;
  const allMinutes = 60 * hours + minutes;
  const dropped = drop ? (timebase / 15) * (allMinutes - Math.floor(allMinutes / 10)) : 0;
  return { frame: (60 * allMinutes + seconds) * timebase + frames - dropped, drop };
}
