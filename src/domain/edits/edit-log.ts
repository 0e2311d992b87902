/** The append-only log of decisions about who is who, as it is kept: what was decided, by whom, and on what. */
import { z } from 'zod';
import { RollcallError } from '../errors/errors.js';

export const EDIT_ACTIONS = ['name', 'merge', 'split', 'assign', 'reject', 'ignore', 'enrol', 'undo'] as const;

const ids = z.array(z.string());

/** A decision, with every id resolved to what it meant when it was made. */
export const keptEditSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('name'), identity_id: z.string(), name: z.string().nullable() }),
  /** `identity_ids` are the others. */
  z.object({ action: z.literal('merge'), into: z.string(), identity_ids: ids }),
  z.object({ action: z.literal('split'), identity_id: z.string(), track_ids: ids, new_id: z.string() }),
  z.object({ action: z.literal('assign'), identity_id: z.string(), track_ids: ids }),
  z.object({ action: z.literal('reject'), identity_id: z.string(), track_ids: ids }),
  z.object({ action: z.literal('ignore'), identity_id: z.string(), ignore: z.boolean() }),
  /** `reference_ids` are faces of this person, in the store. */
  z.object({ action: z.literal('enrol'), identity_id: z.string(), name: z.string(), reference_ids: ids }),
  z.object({ action: z.literal('undo'), edit_ids: ids }),
]);
export type KeptEdit = z.infer<typeof keptEditSchema>;

export const editBodySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('edit'),
    v: z.literal(1),
    edit: keptEditSchema,
    /** Name of the client. */
    by: z.string(),
    why: z.string().nullable(),
    /** Identities that it is about, as they were: what it was said of, and what undoing it gives back. */
    before: z.array(z.object({ identity_id: z.string(), name: z.string().nullable(), track_ids: ids })),
  }),
  /** Grouping found tracks that fit somebody who was enrolled: where they were, and that they are theirs since. */
  z.object({
    kind: z.literal('recognised'),
    v: z.literal(1),
    /** The enrol. */
    edit_id: z.string(),
    from: z.array(z.object({ identity_id: z.string(), track_ids: ids })),
  }),
  /** A video was indexed again: which new tracks go on from those that edits speak of. */
  z.object({ kind: z.literal('tracks_moved'), v: z.literal(1), tracks: z.record(z.string(), ids) }),
]);
export type EditBody = z.infer<typeof editBodySchema>;
type Edited = Extract<EditBody, { kind: 'edit' }>;

/** One decision of the log. Its lists of tracks also hold those that have taken a track's place since. */
export interface LoggedEdit extends Omit<Edited, 'kind' | 'v'> {
  edit_id: string;
  seq: number;
  created_at: string;
}

/** @throws RollcallError incompatible_library for an entry that another version wrote */
export function readEditLog(
  rows: readonly { edit_id: string; seq: number; created_at: string; body: unknown }[],
): LoggedEdit[] {
  const read = rows.map((row) => {
    const body = editBodySchema.safeParse(row.body);
    if (body.success) return { row, body: body.data };
    throw new RollcallError(
      'incompatible_library',
      `${row.edit_id} in this library can't be read: another version of Rollcall wrote it.`,
      'Update rollcall-mcp.',
      { cause: body.error },
    );
  });
  const moved = new Map<string, string[]>();
  for (const { body } of read)
    if (body.kind === 'tracks_moved')
      for (const [from, to] of Object.entries(body.tracks)) moved.set(from, [...(moved.get(from) ?? []), ...to]);
  const now = (track_ids: readonly string[]): string[] => {
    // A set's iteration goes on to what is added meanwhile: tracks that were moved twice.
    const all = new Set(track_ids);
    for (const t of all) for (const to of moved.get(t) ?? []) all.add(to);
    return [...all];
  };
  const recognised = new Map<string, { identity_id: string; name: null; track_ids: string[] }[]>();
  for (const { body } of read)
    if (body.kind === 'recognised')
      recognised.set(body.edit_id, [
        ...(recognised.get(body.edit_id) ?? []),
        ...body.from.map((f) => ({ ...f, name: null })),
      ]);
  return read.flatMap(({ row, body }) => {
    if (body.kind !== 'edit') return [];
    const { edit, by, why, before } = body;
    return [
      {
        edit_id: row.edit_id,
        seq: row.seq,
        created_at: row.created_at,
        edit: 'track_ids' in edit ? { ...edit, track_ids: now(edit.track_ids) } : edit,
        by,
        why,
        before: [...before, ...(recognised.get(row.edit_id) ?? [])].map((b) => ({ ...b, track_ids: now(b.track_ids) })),
      },
    ];
  });
}

/** Edits that a later one took back. */
export function undoneEdits(log: readonly LoggedEdit[]): Set<string> {
  return new Set(log.flatMap(({ edit }) => (edit.action === 'undo' ? edit.edit_ids : [])));
}

/** The identities that an edit speaks of. */
export function identitiesOf(edit: KeptEdit): string[] {
  switch (edit.action) {
    case 'undo':
      return [];
    case 'merge':
      return [edit.into, ...edit.identity_ids];
    case 'split':
      return [edit.identity_id, edit.new_id];
    default:
      return [edit.identity_id];
  }
}
