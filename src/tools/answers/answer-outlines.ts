/** Parts of answers that several tools have, as their published schemas outline them. */
import { z } from 'zod';
import { coverageSchema } from '../../services/answers/coverage.js';
import { identityShownSchema } from './identity-line.js';
import { jobSchema } from '../../services/answers/job.js';
import { videosShape } from '../../services/answers/titles.js';
import { inOutline } from './outlined-schema.js';

const identities = z.array(identityShownSchema);
export const identitiesAgain = inOutline(identities, "as index_video's");
export const identitiesOutline = inOutline(
  identities,
  'identity_id, label (P12, good for the id), name, seconds_on_screen, video_ids, videos_total, score (cohesion), doubtful (tracks), appearances (first: video_id, start_s, end_s, track_ids), appearances_total, tracks, best_face',
);
export const videosOutline = inOutline(videosShape.videos);
export const coverageOutline = inOutline(
  z.array(coverageSchema),
  'what was looked at (absence means something only there): video_id, source, decoded (start_s, end_s), sample_fps (ranges where it differs), faces_seen, faces_kept (comparable), gated (why), not_looked_at, ended_early, notes (why), merge_refused (people it would have made one)',
);
export const jobOutline = inOutline(
  jobSchema,
  'unless it ended well: job_id, state, progress (0..1), eta_s, stage, source, error',
);
