/** The log of edits without those who are forgotten: what it says of others stays in force. */
import { type EditBody, editBodySchema, type KeptEdit } from './edit-log.js';
import { withoutNames } from './mentioned-names.js';

/** What is forgotten. Ids of tracks include those of earlier runs that the forgotten ones go on from. */
export interface Forgotten {
  identity_ids: ReadonlySet<string>;
  track_ids: ReadonlySet<string>;
  reference_ids: ReadonlySet<string>;
  names: readonly string[];
}

interface Entry {
  edit_id: string;
  seq: number;
  created_at: string;
  body: unknown;
}

/**
 * Takes out of each entry what it says of those who are forgotten; an entry that says nothing then goes. Where reasons
 * (`why`) were given in words, those of entries about them go whole, and their names everywhere.
 * @returns entries to put in the place of those of the same id, and ids of those to remove
 */
export function forgetInEdits<E extends Entry>(
  log: readonly E[],
  gone: Forgotten,
): { changed: E[]; removed: string[] } {
  const read = log.map((entry) => ({ entry, body: editBodySchema.parse(entry.body) }));
  const removed = new Set<string>();
  const kept = new Map<string, EditBody>();
  for (const { entry, body } of read) {
    const left = without(body, gone);
    if (left) kept.set(entry.edit_id, left);
    else removed.add(entry.edit_id);
  }
  // What took back edits that are gone, or tells of whom their photos showed.
  for (const [edit_id, body] of kept) {
    const left = withoutEdits(body, removed);
    if (left) kept.set(edit_id, left);
    else {
      kept.delete(edit_id);
      removed.add(edit_id);
    }
  }
  const changed = read.flatMap(({ entry, body }) => {
    const left = kept.get(entry.edit_id);
    return left && JSON.stringify(left) !== JSON.stringify(body) ? [{ ...entry, body: left }] : [];
  });
  return { changed, removed: [...removed] };
}

/** Ids of tracks of earlier runs, by the log, that come to nothing but tracks that are forgotten. */
export function earlierTracks(log: readonly Entry[], track_ids: Iterable<string>): Set<string> {
  const gone = new Set(track_ids);
  const moves = log.flatMap(({ body }) => {
    const { data } = editBodySchema.safeParse(body);
    return data?.kind === 'tracks_moved' ? Object.entries(data.tracks) : [];
  });
  for (let size = -1; size !== gone.size; ) {
    size = gone.size;
    for (const [from, to] of moves) if (to.length > 0 && to.every((t) => gone.has(t))) gone.add(from);
  }
  return gone;
}

function without(body: EditBody, gone: Forgotten): EditBody | null {
  const tracks = (ids: readonly string[]) => ids.filter((id) => !gone.track_ids.has(id));
  const listed = <B extends { identity_id: string; track_ids: string[] }>(all: readonly B[]): B[] =>
    all.flatMap((b) => (gone.identity_ids.has(b.identity_id) ? [] : [{ ...b, track_ids: tracks(b.track_ids) }]));
  switch (body.kind) {
    case 'tracks_moved': {
      const moves = Object.entries(body.tracks).flatMap(([from, to]) => {
        const left = tracks(to);
        return gone.track_ids.has(from) || left.length === 0 ? [] : [[from, left] as const];
      });
      return moves.length === 0 ? null : { ...body, tracks: Object.fromEntries(moves) };
    }
    case 'recognised': {
      const from = listed(body.from).filter((f) => f.track_ids.length > 0);
      return from.length === 0 ? null : { ...body, from };
    }
    case 'edit': {
      const edit = editWithout(body.edit, gone);
      if (!edit) return null;
      const before = listed(body.before);
      // Reasons are free text: who is spoken of there only by "the bride" can't be told from the rest.
      const about = JSON.stringify(edit) !== JSON.stringify(body.edit) || before.length < body.before.length;
      const why = body.why === null || about ? null : withoutNames(body.why, gone.names);
      return { ...body, edit, before, why };
    }
  }
}

/** @returns null when nothing is left of it */
function editWithout(edit: KeptEdit, gone: Forgotten): KeptEdit | null {
  const isGone = (id: string) => gone.identity_ids.has(id);
  switch (edit.action) {
    case 'undo':
      return edit;
    case 'merge': {
      const identity_ids = edit.identity_ids.filter((id) => !isGone(id));
      return isGone(edit.into) || identity_ids.length === 0 ? null : { ...edit, identity_ids };
    }
    case 'split': {
      const track_ids = edit.track_ids.filter((t) => !gone.track_ids.has(t));
      if (isGone(edit.new_id) || track_ids.length === 0) return null;
      // Those who were taken out of somebody forgotten are still held together.
      return isGone(edit.identity_id)
        ? { action: 'assign', identity_id: edit.new_id, track_ids }
        : { ...edit, track_ids };
    }
    case 'assign':
    case 'reject': {
      const track_ids = edit.track_ids.filter((t) => !gone.track_ids.has(t));
      return isGone(edit.identity_id) || track_ids.length === 0 ? null : { ...edit, track_ids };
    }
    case 'name':
    case 'ignore':
      return isGone(edit.identity_id) ? null : edit;
    case 'enrol': {
      if (isGone(edit.identity_id)) return null;
      const reference_ids = edit.reference_ids.filter((id) => !gone.reference_ids.has(id));
      // Photos go with their time; whoever has tracks is still called so.
      return reference_ids.length === 0
        ? { action: 'name', identity_id: edit.identity_id, name: edit.name }
        : { ...edit, reference_ids };
    }
  }
}

function withoutEdits(body: EditBody, removed: ReadonlySet<string>): EditBody | null {
  if (body.kind === 'recognised') return removed.has(body.edit_id) ? null : body;
  if (body.kind !== 'edit' || body.edit.action !== 'undo') return body;
  const edit_ids = body.edit.edit_ids.filter((id) => !removed.has(id));
  return edit_ids.length === 0 ? null : { ...body, edit: { ...body.edit, edit_ids } };
}
