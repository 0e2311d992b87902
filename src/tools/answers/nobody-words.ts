/** What to do about a video or photo in which nobody is told. */
import { covering } from '../../domain/intervals.js';
import { GATE } from '../../domain/faces/quality.js';
import type { Coverage } from '../../services/answers/coverage.js';
import { clock, span } from './format.js';

/** Stretches that were looked at that are named. */
const RANGES = 3;

/** By why faces were gated: what they are, and what would help. */
const REASONS: Readonly<Record<string, string>> = {
  too_small: `too small (below ${GATE.side} pixels): a larger copy would show more, or larger \`maxSide\` and \`detectorSide\` where this one is large`,
  profile: 'seen from the side only: footage that shows them from the front would tell who they are',
  cut_off: 'cut off by the edge of the picture',
  blurred: 'too blurred: a sharper copy would show more',
  low_score: 'hardly to be seen as faces, as false ones are',
  low_norm: 'too poor to compare: a better copy would show more',
};

/** @param coverage of one video; its faces are counted again in each picture */
export function nobodyWords({ faces_seen, gated }: Pick<Coverage, 'faces_seen' | 'gated'>): string {
  if (faces_seen === 0)
    return 'No face was seen: see coverage for what was looked at. Faces that lie on their side or are very small are not found.';
  const [most] = Object.entries(gated).sort(([, a], [, b]) => b - a);
  const why = most && REASONS[most[0]];
  return why
    ? `Nobody recognisable, but faces were seen, mostly (${most[1]} of ${faces_seen} times) ${why}.`
    : 'Nobody recognisable: faces were seen too briefly or too poorly to say who they are.';
}

/** Where nobody is known at a moment of a video: whether it was looked at. @returns null where it was */
export function unseenWords(at_s: number, { decoded, photo }: Pick<Coverage, 'decoded' | 'photo'>): string | null {
  if (photo || covering(decoded, at_s).length > 0) return null;
  const looked = decoded.length > 0 ? `only ${decoded.slice(0, RANGES).map(span).join(', ')}` : 'nothing';
  const more = decoded.length > RANGES ? ` and ${decoded.length - RANGES} more` : '';
  return `${clock(at_s)} was not looked at: ${looked}${more} of the video was.`;
}
