/** A film and who is in it, to be handed over. */
import type { Cue, Film, Handover } from '../../../src/domain/handover/handover.js';

export const HOSTILE = '=cmd|"/c calc"!A1 --> <b>&\u202e\nNOTE x';

export const film = (fields: Partial<Film> = {}): Film => ({
  video_id: 'video_a',
  title: 'lounge.mp4',
  source: '/films/lounge.mp4',
  start_s: 0,
  end_s: 60,
  fps: 25,
  timecode: null,
  coverage: 'Looked at 100 % of it.',
  ...fields,
});

export const cue = (start_s: number, end_s: number, fields: Partial<Cue> = {}): Cue => ({
  video_id: 'video_a',
  start_s,
  end_s,
  people: [{ identity_id: 'identity_ada', name: 'Ada' }],
  score: 0.8,
  track_ids: ['track_1'],
  ...fields,
});

export const BEN = [{ identity_id: 'identity_ben', name: 'Ben' }];
export const NOBODY_YET = [{ identity_id: 'identity_x', name: null }];

export const handover = (films: readonly Film[], cues: readonly Cue[], threshold: number | null = 0.5): Handover => ({
  title: 'Who is on screen when',
  films,
  cues,
  threshold,
});
