/** What to do about a video or photo in which nobody is told. */
import { GATE } from '../../domain/faces/quality.js';
import type { Coverage } from '../../services/answers/coverage.js';

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
