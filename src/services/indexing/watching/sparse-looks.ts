/**
 * Looks at some pictures of a shot and follows faces between them: at its first and its last, at one at least in
 * every LONGEST_S (QUIET.longest_s where little of the picture changes), and at those between two that don't show the
 * same faces, or with one between that is unlike both, as between flashes. A picture that stands still is looked at
 * once, however long it stays. What is looked at depends on what is seen alone, never on how soon.
 */
import { facesBetween, followed } from '../../../domain/tracks/between-looks.js';
import { coarseChange, coarsePeak, coarsePicture } from '../../../domain/shots/coarse-picture.js';
import type { Face, Picture } from '../../../domain/types.js';
import type { LeapingFrame } from './leaps.js';

/** From one look to the next where nothing changes, seconds. */
const LONGEST_S = 0.6;
/** The same where the picture hardly differs (see coarseChange) from that at the last look: nobody large came in. */
const QUIET = { longest_s: 1, change: 0.016 } as const;
/** A picture that differs by so much from those looked at before and after it may show what neither does. */
const ELSE = 0.15;
/** A picture no block of which differs by so much from the one that was looked at last is that one, coded anew. */
const STILL = 0.003;

/** A sample and its faces, seen or followed. */
export interface LookedAt {
  time_s: number;
  cut_s: number | null;
  leap: LeapingFrame['leap'];
  faces: Promise<Face[]>;
}

export interface Looking {
  /** Finds the faces of a picture and gives its memory back. */
  look(image: Picture): Promise<Face[]>;
  /** Takes the memory of a picture that was not looked at. */
  giveBack(image: Picture): void;
}

/** What was seen in a picture that was looked at. */
type Seen = Pick<LookedAt, 'time_s' | 'faces'>;

/** `coarse` is null where the picture has no small copy to tell by. */
type Look = Seen & { coarse: Float32Array | null };

/** A sample that waits to be looked at or followed; quiet where those before it, back to the last look, are too. */
type Held = LeapingFrame & Pick<Look, 'coarse'> & { isQuiet: boolean };

/**
 * Samples in order, in groups that each end with one that was looked at: looking can be taken up again at it.
 * @param from the last sample of an earlier pass, with which `frames` begin; it is not given again
 */
export async function* lookSparsely(
  frames: AsyncIterable<LeapingFrame>,
  looking: Looking,
  from_s = -Infinity,
): AsyncGenerator<LookedAt[]> {
  let last: Look | null = null,
    held: Held[] = [];
  /** What was looked at last, and not only taken for what was looked at before: so that slow changes add up. */
  let shown: Pick<Look, 'faces' | 'coarse'> | null = null;
  const lookAt = ({ time_s, cut_s, leap, image }: LeapingFrame): LookedAt => {
    const faces = looking.look(image);
    faces.catch(() => undefined); // reported where it is awaited
    return { time_s, cut_s, leap, faces };
  };
  const lookUnlessStill = (frame: LeapingFrame, coarse: Look['coarse']): LookedAt => {
    if (shown?.coarse && coarse && coarsePeak(shown.coarse, coarse) < STILL) {
      looking.giveBack(frame.image);
      const { time_s, cut_s, leap } = frame;
      return { time_s, cut_s, leap, faces: shown.faces };
    }
    const seen = lookAt(frame);
    shown = { faces: seen.faces, coarse };
    return seen;
  };
  const endHeld = (): LookedAt[] => {
    const end = held.pop();
    if (!end || !last) return [];
    const seen = lookUnlessStill(end, end.coarse);
    const looked = { ...seen, coarse: end.coarse };
    const group = [...between(last, looked, held, lookAt, looking), seen];
    last = looked;
    held = [];
    return group;
  };
  /** The sample as one that may be followed from the last look; null where it has to be looked at. */
  const following = (frame: LeapingFrame, coarse: Look['coarse']): Held | null => {
    if (last === null || frame.cut_s !== null || frame.leap !== null) return null;
    const isQuiet = coarse !== null && !differ(last.coarse, coarse, QUIET.change) && (held.at(-1)?.isQuiet ?? true);
    const longest_s = isQuiet ? QUIET.longest_s : LONGEST_S;
    return frame.time_s <= last.time_s + longest_s + 1e-6 ? { ...frame, coarse, isQuiet } : null;
  };
  for await (const frame of frames) {
    if (frame.time_s < from_s) {
      looking.giveBack(frame.image);
      continue;
    }
    const coarse = frame.image.small ? coarsePicture(frame.image.small) : null;
    let follows = following(frame, coarse);
    if (!follows && held.length > 0) {
      yield endHeld();
      follows = following(frame, coarse);
    }
    if (follows) {
      held.push(follows);
      continue;
    }
    const seen = lookUnlessStill(frame, coarse);
    last = { ...seen, coarse };
    // Where an earlier pass was left, it was counted.
    if (frame.time_s > from_s) yield [seen];
  }
  if (held.length > 0) yield endHeld();
}

/** @param least see coarseChange; pictures without a small copy differ by less than anything */
function differ(a: Look['coarse'], b: Look['coarse'], least: number): boolean {
  return a !== null && b !== null && coarseChange(a, b) >= least;
}

/** The samples between two looks: their faces are followed, or the middle one is looked at, and again on its sides. */
function between(
  before: Look,
  after: Look,
  held: readonly Held[],
  lookAt: (frame: LeapingFrame) => LookedAt,
  looking: Looking,
): LookedAt[] {
  const found = follow(before, after, held, lookAt, looking);
  return held.map(({ time_s, cut_s, leap }, i) => {
    const faces = found.then((all) => all[i] ?? []);
    faces.catch(() => undefined); // reported where it is awaited
    return { time_s, cut_s, leap, faces };
  });
}

async function follow(
  before: Look,
  after: Look,
  held: readonly Held[],
  lookAt: (frame: LeapingFrame) => LookedAt,
  looking: Looking,
): Promise<Face[][]> {
  const at = held.length >> 1,
    middle = held[at];
  if (!middle) return [];
  const differs = held.some(({ coarse }) => differ(before.coarse, coarse, ELSE) && differ(coarse, after.coarse, ELSE));
  const pairs = differs ? null : followed(await before.faces, await after.faces);
  if (pairs) {
    for (const { image } of held) looking.giveBack(image);
    const span_s = after.time_s - before.time_s;
    return held.map(({ time_s }) => facesBetween(pairs, (time_s - before.time_s) / span_s));
  }
  const seen = { ...lookAt(middle), coarse: middle.coarse };
  const [earlier, faces, later] = await Promise.all([
    follow(before, seen, held.slice(0, at), lookAt, looking),
    seen.faces,
    follow(seen, after, held.slice(at + 1), lookAt, looking),
  ]);
  return [...earlier, faces, ...later];
}
