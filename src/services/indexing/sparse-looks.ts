/**
 * Looks at some pictures of a shot and follows faces between them: at its first and its last, at one at least in
 * every LONGEST_S, and at those between two that don't show the same faces. What is looked at depends on what is seen
 * alone, never on how soon.
 */
import { facesBetween, followed } from '../../domain/faces/between-looks.js';
import type { Face, Picture } from '../../domain/types.js';
import type { Frame } from '../../media/frames.js';

/** From one look to the next where nothing changes, seconds. */
const LONGEST_S = 0.6;

/** A sample and its faces, seen or followed. */
export interface LookedAt {
  time_s: number;
  cut_s: number | null;
  faces: Promise<Face[]>;
}

export interface Looking {
  /** Finds the faces of a picture and gives its memory back. */
  look(image: Picture): Promise<Face[]>;
  /** Takes the memory of a picture that was not looked at. */
  giveBack(image: Picture): void;
}

type Look = Pick<LookedAt, 'time_s' | 'faces'>;

/**
 * Samples in order, in groups that each end with one that was looked at: looking can be taken up again at it.
 * @param from the last sample of an earlier pass, with which `frames` begin; it is not given again
 */
export async function* lookSparsely(
  frames: AsyncIterable<Frame>,
  looking: Looking,
  from_s = -Infinity,
): AsyncGenerator<LookedAt[]> {
  let last: Look | null = null,
    held: Frame[] = [];
  const lookAt = ({ time_s, cut_s, image }: Frame): LookedAt => {
    const faces = looking.look(image);
    faces.catch(() => undefined); // reported where it is awaited
    return { time_s, cut_s, faces };
  };
  const endHeld = (): LookedAt[] => {
    const end = held.pop();
    if (!end || !last) return [];
    const seen = lookAt(end);
    const group = [...between(last, seen, held, lookAt, looking), seen];
    last = seen;
    held = [];
    return group;
  };
  for await (const frame of frames) {
    if (frame.time_s < from_s) {
      looking.giveBack(frame.image);
      continue;
    }
    const follows = (look: Look | null): boolean =>
      look !== null && frame.cut_s === null && frame.time_s <= look.time_s + LONGEST_S + 1e-6;
    if (held.length > 0 && !follows(last)) yield endHeld();
    if (follows(last)) {
      held.push(frame);
      continue;
    }
    const seen = lookAt(frame);
    last = seen;
    // Where an earlier pass was left, it was counted.
    if (frame.time_s > from_s) yield [seen];
  }
  if (held.length > 0) yield endHeld();
}

/** The samples between two looks: their faces are followed, or the middle one is looked at, and again on its sides. */
function between(
  before: Look,
  after: Look,
  held: readonly Frame[],
  lookAt: (frame: Frame) => LookedAt,
  looking: Looking,
): LookedAt[] {
  const found = follow(before, after, held, lookAt, looking);
  return held.map(({ time_s, cut_s }, i) => {
    const faces = found.then((all) => all[i] ?? []);
    faces.catch(() => undefined); // reported where it is awaited
    return { time_s, cut_s, faces };
  });
}

async function follow(
  before: Look,
  after: Look,
  held: readonly Frame[],
  lookAt: (frame: Frame) => LookedAt,
  looking: Looking,
): Promise<Face[][]> {
  const at = held.length >> 1,
    middle = held[at];
  if (!middle) return [];
  const pairs = followed(await before.faces, await after.faces);
  if (pairs) {
    for (const { image } of held) looking.giveBack(image);
    const span_s = after.time_s - before.time_s;
    return held.map(({ time_s }) => facesBetween(pairs, (time_s - before.time_s) / span_s));
  }
  const seen = lookAt(middle);
  const [earlier, faces, later] = await Promise.all([
    follow(before, seen, held.slice(0, at), lookAt, looking),
    seen.faces,
    follow(seen, after, held.slice(at + 1), lookAt, looking),
  ]);
  return [...earlier, faces, ...later];
}
