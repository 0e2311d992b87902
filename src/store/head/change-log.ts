/**
 * What the last writes changed: the head remembers it, so that whoever keeps something of an earlier state need not
 * make it anew of everything.
 *
 * [Note: Change log] Each state that was published has a mark of its own, and an entry says which ids changed from one
 * mark to the next. A state whose mark is not there (too long ago, another branch after a backup was put back, a writer
 * of before there were marks) may differ in everything. The log is bound to the `seq` of its head: who writes a head
 * without knowing of it, as a repair does, makes it void. It is short, since every question reads the head, and what is
 * forgotten is not in it: a purge begins a new one.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Changes } from '../api.js';

export const changeLogSchema = z.object({
  /** Of the head that it is in force in. */
  seq: z.number().int(),
  mark: z.string(),
  /** Oldest first. */
  entries: z.array(
    z.object({
      /** Mark of the state before. */
      after: z.string(),
      /** Of videos and identities, with blanks between. */
      ids: z.string(),
      /** Whether the log of edits or reference photos changed. */
      edits: z.literal(true).optional(),
    }),
  ),
});
export type ChangeLog = z.output<typeof changeLogSchema>;

/** Letters of ids, and entries, that are kept: some 400 ids. */
const MOST_LETTERS = 14_000,
  MOST_ENTRIES = 80;

/** Nothing that can be read is other than before. */
export const NOTHING_CHANGED: Changes = { video_ids: new Set(), identity_ids: new Set(), edits: false };

interface Logged {
  seq: number;
  changes?: ChangeLog | undefined;
}

/** @param changed null: not known, perhaps everything. @param seq of the head that it will be in */
export function nextLog(before: Logged, changed: Changes | null, seq: number): ChangeLog {
  const mark = randomBytes(9).toString('base64url');
  const known = markOf(before) === null ? undefined : before.changes;
  if (changed === null || !known) return { seq, mark, entries: [] };
  const ids = [...changed.video_ids, ...changed.identity_ids].join(' ');
  const entries = [...known.entries, { after: known.mark, ids, ...(changed.edits ? { edits: true as const } : {}) }];
  let letters = entries.reduce((sum, entry) => sum + entry.ids.length, 0);
  while (letters > MOST_LETTERS || entries.length > MOST_ENTRIES) letters -= entries.shift()?.ids.length ?? letters;
  return { seq, mark, entries };
}

/** What tells this state from all others; null where nobody can tell. */
export function markOf({ seq, changes }: Logged): string | null {
  return changes?.seq === seq ? changes.mark : null;
}

/** What changed since the state of that mark; null: not known, perhaps everything. */
export function changesSince(head: Logged, mark: string | null): Changes | null {
  const now = markOf(head);
  if (mark === null || now === null) return null;
  if (mark === now) return NOTHING_CHANGED;
  const entries = head.changes?.entries ?? [];
  const from = entries.findIndex((entry) => entry.after === mark);
  if (from < 0) return null;
  const since = entries.slice(from);
  const ids = since.flatMap((entry) => entry.ids.split(' ').filter((id) => id !== ''));
  return {
    video_ids: new Set(ids.filter((id) => id.startsWith('video_'))),
    identity_ids: new Set(ids.filter((id) => id.startsWith('identity_'))),
    edits: since.some((entry) => entry.edits === true),
  };
}
