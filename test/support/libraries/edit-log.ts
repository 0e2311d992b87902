// Logs of edits made up in a test: short to write, numbered e1, e2, …
import type { KeptEdit, LoggedEdit } from '../../../src/domain/edits/edit-log.js';

type Before = LoggedEdit['before'][number];
/** An edit, and the identities that it was said of. */
export type Said = readonly [KeptEdit, ...Before[]];

/** An identity as it was before an edit. */
export const was = (identity_id: string, track_ids: string[], name: string | null = null): Before => ({
  identity_id,
  name,
  track_ids,
});

/** Edits one after another. */
export function logOf(...said: readonly Said[]): LoggedEdit[] {
  return said.map(([edit, ...before], k) => ({
    edit_id: `e${k + 1}`,
    seq: k + 1,
    created_at: '2026-01-01T00:00:00.000Z',
    edit,
    by: 'test',
    why: null,
    before,
  }));
}

export const name = (identity_id: string, to: string | null): KeptEdit => ({ action: 'name', identity_id, name: to });
export const ignore = (identity_id: string, on = true): KeptEdit => ({ action: 'ignore', identity_id, ignore: on });
export const merge = (into: string, ...identity_ids: string[]): KeptEdit => ({ action: 'merge', into, identity_ids });
export const assign = (identity_id: string, ...track_ids: string[]): KeptEdit => ({
  action: 'assign',
  identity_id,
  track_ids,
});
export const reject = (identity_id: string, ...track_ids: string[]): KeptEdit => ({
  action: 'reject',
  identity_id,
  track_ids,
});
export const split = (identity_id: string, new_id: string, ...track_ids: string[]): KeptEdit => ({
  action: 'split',
  identity_id,
  new_id,
  track_ids,
});
export const enrol = (identity_id: string, name: string, ...reference_ids: string[]): KeptEdit => ({
  action: 'enrol',
  identity_id,
  name,
  reference_ids,
});
export const undo = (...edit_ids: string[]): KeptEdit => ({ action: 'undo', edit_ids });
