/** What edit_identities is asked to change. */
import { oneLine, plainLine } from '../../domain/plain-line.js';
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { readsAsId } from '../../domain/ids.js';
import { EDIT_ACTIONS } from '../../domain/edits/edit-log.js';
import { idInput, imageInput, personNameInput } from './fields.js';

/** Resolved where the edit is done: an edit before it in the list may have given the name. */
const who = personNameInput;
const spanSchema = z.strictObject({ video_id: idInput('video'), start_s: z.number(), end_s: z.number() });
export type SpanAsked = z.output<typeof spanSchema>;

/** What each action takes, told once: the fields that follow in the schema are bare. */
const FORMS = [
  'name: identity_id (here: or a name), name (null: none)',
  'merge: identity_ids are one, into (or the first) goes on',
  'split (are someone else), assign (are identity_id), reject (are not, now and later): identity_id, track_ids or appearances [{ video_id, start_s, end_s }]; or, to reject, identity_ids',
  'ignore (poster, crowd: not listed): identity_id, ignore (false: listed again)',
  'enrol (photos, before any footage too): name or identity_id, images',
  'undo: edit_id, or to (all after an edit_id, seq (0: all) or time)',
].join('; ');

/** Of three wrongs the one that is told. */
const UNDONE_TO = 'give an edit_id, a seq from 0 on, or a time in UTC, as 2026-01-31T12:00:00Z';

/** One shape for all actions, so that a client has little to read; each action needs some of it. */
const editSchema = z.strictObject({
  action: z.enum(EDIT_ACTIONS),
  identity_id: who.optional(),
  name: z.string().trim().min(1).max(200).nullable().optional(),
  identity_ids: z.array(who).min(1).max(500).optional(),
  into: who.optional(),
  track_ids: z.array(idInput('track')).min(1).max(10_000).optional(),
  appearances: z.array(spanSchema).min(1).max(1000).optional(),
  images: z.array(imageInput).min(1).max(20).optional(),
  ignore: z.boolean().optional(),
  edit_id: idInput('edit').optional(),
  to: z.union([idInput('edit'), z.number().int().min(0), z.iso.datetime()], { error: UNDONE_TO }).optional(),
});
export type EditAsked = z.output<typeof editSchema>;

export const editRequestShape = {
  edits: z.array(editSchema).min(1).max(200).describe(FORMS),
  dry_run: z.boolean().default(false),
  why: z.string().max(1000).optional().describe('kept in the log'),
} as const;
export type EditRequest = z.output<z.ZodObject<typeof editRequestShape>>;

/** An edit with what its action needs. */
export type WantedEdit =
  | { action: 'name'; identity_id: string; name: string | null }
  | { action: 'merge'; identity_ids: string[]; into: string }
  | {
      action: 'split' | 'assign' | 'reject';
      identity_id: string;
      track_ids: string[];
      appearances: SpanAsked[];
      /** For reject: everybody of these. */
      identity_ids: string[];
    }
  | { action: 'ignore'; identity_id: string; ignore: boolean }
  | { action: 'enrol'; identity_id: string | null; name: string | null; images: string[] }
  | { action: 'undo'; edit_id: string }
  | { action: 'undo'; to: string | number };

const NEEDS: Record<EditAsked['action'], { fields: readonly (keyof EditAsked)[]; example: string }> = {
  name: { fields: ['identity_id', 'name'], example: '{ "action": "name", "identity_id": …, "name": "Ada" }' },
  merge: { fields: ['identity_ids', 'into'], example: '{ "action": "merge", "identity_ids": [a, b], "into": a }' },
  split: tracks('split'),
  assign: tracks('assign'),
  reject: { ...tracks('reject'), fields: [...tracks('reject').fields, 'identity_ids'] },
  ignore: { fields: ['identity_id', 'ignore'], example: '{ "action": "ignore", "identity_id": … }' },
  enrol: {
    fields: ['identity_id', 'name', 'images'],
    example: '{ "action": "enrol", "name": "Ada", "images": [path or URL, …] }',
  },
  undo: { fields: ['edit_id', 'to'], example: '{ "action": "undo", "edit_id": … } or { "action": "undo", "to": … }' },
};

function tracks(action: string): { fields: readonly (keyof EditAsked)[]; example: string } {
  return {
    fields: ['identity_id', 'track_ids', 'appearances'],
    example: `{ "action": "${action}", "identity_id": …, "track_ids": […] } or appearances: [{ video_id, start_s, end_s }]`,
  };
}

/** @throws RollcallError bad_argument when an edit lacks what its action needs, or has more */
export function wantedEdit(asked: EditAsked): WantedEdit {
  const { action, identity_id, identity_ids, into, track_ids, appearances, ignore, images, edit_id, to } = asked;
  // A name stands in lists and files that others read line by line, and looks alike however its letters are made up.
  const name = asked.name === null || asked.name === undefined ? asked.name : oneLine(asked.name).normalize();
  const wrong = (message: string) =>
    new RollcallError('bad_argument', `${action}: ${message}`, `Give it as ${NEEDS[action].example}.`);
  const extra = Object.entries(asked)
    .filter(([key, value]) => key !== 'action' && value !== undefined)
    .map(([key]) => key)
    .filter((key) => !NEEDS[action].fields.some((field) => field === key));
  if (extra.length > 0) throw wrong(`${extra.join(' and ')} can't be given with it.`);
  if (name && plainLine(name) === '') throw wrong('name has nothing that can be seen.');
  if (name === '') throw wrong('name has no letter.');
  // Whoever asked for that id would be told of them, or the other way round.
  if (name && readsAsId(name))
    throw new RollcallError(
      'bad_argument',
      `${action}: ${JSON.stringify(name)} can't be a name, since it reads as an id.`,
      'Give a name with a word in it, as "Person 12"; whoever has that id is meant by identity_id.',
    );
  if (action === 'merge') {
    const ids = [...new Set(identity_ids)];
    const [first] = ids;
    if (first === undefined || ids.length < 2) throw wrong('two identities or more are needed.');
    return { action, identity_ids: ids, into: into ?? first };
  }
  if (action === 'undo') {
    if (edit_id !== undefined && to === undefined) return { action, edit_id };
    if (to !== undefined && edit_id === undefined) return { action, to };
    throw wrong('either edit_id or to is needed.');
  }
  if (action === 'enrol') {
    if (images === undefined) throw wrong('images are missing.');
    if (identity_id === undefined && (name ?? null) === null) throw wrong('name is missing.');
    return { action, identity_id: identity_id ?? null, name: name ?? null, images };
  }
  if (identity_id === undefined) throw wrong('identity_id is missing.');
  if (action === 'name') {
    if (name === undefined) throw wrong('name is missing.');
    return { action, identity_id, name };
  }
  if (action === 'ignore') return { action, identity_id, ignore: ignore ?? true };
  if (track_ids === undefined && appearances === undefined && identity_ids === undefined)
    throw wrong('track_ids or appearances are missing.');
  return {
    action,
    identity_id,
    track_ids: track_ids ?? [],
    appearances: appearances ?? [],
    identity_ids: identity_ids ?? [],
  };
}
