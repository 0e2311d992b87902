/** What a wanted edit means here: whom, which tracks, and what an earlier edit says against it. */
import { RollcallError } from '../../domain/errors/errors.js';
import { newId } from '../../domain/ids.js';
import { intersect, total } from '../../domain/intervals.js';
import { identitiesOf, type KeptEdit, type LoggedEdit, undoneEdits } from '../../domain/edits/edit-log.js';
import type { ReferenceRow } from '../../store/rows.js';
import type { SpanAsked, WantedEdit } from '../requests/edit-identities.js';
import type { WorkingLibrary } from './working-library.js';

/** Tracks by which a name or an ignored identity is known again: the best ones are enough. */
const REMEMBERED = 200;

export interface ResolvedEdit {
  edit: KeptEdit;
  before: LoggedEdit['before'];
}

/** @throws RollcallError unknown_id, bad_argument, not_found; contradiction, which names the earlier edit */
export function resolveEdit(
  wanted: WantedEdit,
  library: WorkingLibrary,
  references: readonly ReferenceRow[],
): ResolvedEdit {
  switch (wanted.action) {
    case 'undo':
      return { edit: { action: 'undo', edit_ids: editsToUndo(wanted, library.log) }, before: [] };
    case 'name':
    case 'ignore': {
      const before = remembered(wanted.identity_id, library);
      return { edit: { ...wanted, identity_id: before.identity_id }, before: [before] };
    }
    case 'enrol': {
      const before =
        wanted.identity_id === null
          ? { identity_id: newId('identity'), name: null, track_ids: [] }
          : remembered(wanted.identity_id, library);
      const name = wanted.name ?? before.name;
      if (name === null)
        throw new RollcallError(
          'bad_argument',
          `enrol: ${before.identity_id} has no name, and none is given.`,
          'Give name as well.',
        );
      const reference_ids = references.map((r) => r.reference_id);
      return { edit: { action: 'enrol', identity_id: before.identity_id, name, reference_ids }, before: [before] };
    }
    case 'merge':
      return resolveMerge(wanted, library);
    default:
      return resolveTracks(wanted, library);
  }
}

/** An identity as it is, with its best tracks. */
function remembered(id: string, library: WorkingLibrary): LoggedEdit['before'][number] {
  const { identity_id, name, track_ids } = library.person(id);
  const quality = (t: string) => library.tracks.get(t)?.quality ?? 0;
  return {
    identity_id,
    name,
    track_ids: track_ids.toSorted((a, b) => quality(b) - quality(a)).slice(0, REMEMBERED),
  };
}

function resolveMerge(wanted: Extract<WantedEdit, { action: 'merge' }>, library: WorkingLibrary): ResolvedEdit {
  const people = new Map([wanted.into, ...wanted.identity_ids].map((id) => [library.person(id).identity_id, id]));
  const [into = '', ...others] = people.keys();
  if (others.length === 0)
    throw new RollcallError(
      'bad_argument',
      `merge: ${wanted.identity_ids.join(' and ')} are one identity already, ${into}.`,
      'There is nothing to merge.',
    );
  const { barred } = library.constraints();
  const sides = [into, ...others].map((id) => library.person(id));
  const against = new Set(
    sides.flatMap((a) =>
      a.track_ids.flatMap((t) => sides.flatMap((b) => (a === b ? [] : (barred.get(t)?.get(b.identity_id) ?? [])))),
    ),
  );
  if (against.size > 0) throw contradiction(library, [...against], 'they are not one person');
  return {
    edit: { action: 'merge', into, identity_ids: others },
    before: sides.map(({ identity_id, name, track_ids }) => ({ identity_id, name, track_ids })),
  };
}

function resolveTracks(
  wanted: Extract<WantedEdit, { action: 'split' | 'assign' | 'reject' }>,
  library: WorkingLibrary,
): ResolvedEdit {
  const { action } = wanted;
  const person = library.person(wanted.identity_id),
    { identity_id, name } = person;
  const owners = library.owners();
  const own = new Set(person.track_ids);
  const theirs = wanted.identity_ids.flatMap((id) => {
    const other = library.person(id);
    if (other.identity_id !== identity_id) return other.track_ids.filter((t) => library.has(t));
    throw new RollcallError(
      'bad_argument',
      `reject: ${id} is ${identity_id} itself.`,
      'Split it, if it is two people.',
    );
  });
  const chosen = new Set([...wanted.track_ids, ...theirs]);
  for (const t of chosen)
    if (!library.has(t))
      throw new RollcallError(
        'unknown_id',
        `There is no track ${t}.`,
        '{find_person identity_id} gives the track_ids of each appearance.',
      );
  for (const span of wanted.appearances)
    for (const t of tracksWithin(span, library, (t) => own.has(t) !== (action === 'assign'))) chosen.add(t);
  checkOneOwner(wanted, [...chosen], owners);
  const track_ids = action === 'assign' ? [...chosen] : [...chosen].filter((t) => action === 'reject' || own.has(t));
  if (action === 'split' && track_ids.length < chosen.size)
    throw new RollcallError(
      'bad_argument',
      `split: some of those tracks are not of ${identity_id}.`,
      'Give tracks of that identity, or assign them to somebody.',
    );
  const there = person.track_ids.filter((t) => library.has(t));
  if (action !== 'assign' && there.length > 0 && there.every((t) => chosen.has(t)))
    throw new RollcallError(
      'bad_argument',
      `${action}: those are all the tracks of ${identity_id}; nobody would be left.`,
      'Name it anew, or merge it with the one it is.',
    );
  checkTracks(action, identity_id, track_ids, library);
  const sources = new Map<string, string[]>();
  if (action === 'assign')
    for (const t of track_ids) {
      const from = owners.get(t);
      if (from !== undefined && from !== identity_id) sources.set(from, [...(sources.get(from) ?? []), t]);
    }
  return {
    edit:
      action === 'split'
        ? { action, identity_id, track_ids, new_id: newId('identity') }
        : { action, identity_id, track_ids },
    before: [
      { identity_id, name, track_ids: person.track_ids },
      ...[...sources].map(([id, tracks]) => ({
        identity_id: id,
        name: library.rows.get(id)?.name ?? null,
        track_ids: tracks,
      })),
    ],
  };
}

/** Tracks seen mostly within a span. @throws RollcallError not_found */
function tracksWithin(span: SpanAsked, library: WorkingLibrary, fits: (track_id: string) => boolean): string[] {
  const found = [...library.tracks.values()].filter(
    (t) =>
      t.video_id === span.video_id &&
      fits(t.track_id) &&
      total(intersect(t.presence, [span])) >= 0.5 * total(t.presence),
  );
  if (found.length > 0) return found.map((t) => t.track_id);
  throw new RollcallError(
    'not_found',
    `There is no such track in ${span.video_id} between ${span.start_s} and ${span.end_s} s.`,
    '{find_person identity_id} gives appearances with their track_ids: take those.',
  );
}

/** Several people may be on screen at once: then whom to assign must be said by track. */
function checkOneOwner(
  { action, appearances }: Extract<WantedEdit, { action: 'split' | 'assign' | 'reject' }>,
  chosen: readonly string[],
  owners: ReadonlyMap<string, string>,
): void {
  const from = new Set(chosen.map((t) => owners.get(t)));
  if (action === 'assign' && appearances.length > 0 && from.size > 1)
    throw new RollcallError(
      'bad_argument',
      `assign: several people are on screen there: ${[...from].join(', ')}.`,
      `Give track_ids instead; there are ${chosen.slice(0, 20).join(', ')}.`,
    );
}

function checkTracks(
  action: 'split' | 'assign' | 'reject',
  identity_id: string,
  track_ids: readonly string[],
  library: WorkingLibrary,
): void {
  const { homes, barred, merges } = library.constraints();
  for (const t of track_ids) {
    const home = homes.get(t),
      stated = home?.strength === 'stated' ? home : undefined;
    const bar = barred.get(t)?.get(identity_id);
    if (action === 'assign' && bar !== undefined) throw contradiction(library, [bar], `${t} is not of ${identity_id}`);
    if (stated && (stated.identity_id === identity_id) === (action !== 'assign'))
      throw contradiction(library, [stated.edit_id], `${t} is of ${stated.identity_id}`);
  }
  if (action === 'assign') return;
  const leaving = new Set(track_ids),
    here = new Set(library.person(identity_id).track_ids);
  for (const merge of merges) {
    if (merge.into !== identity_id) continue;
    const side = merge.sides.find((s) => {
      const there = s.filter((t) => here.has(t));
      return there.length > 0 && there.every((t) => leaving.has(t));
    });
    if (side) throw contradiction(library, [merge.edit_id], `all that it joined to ${identity_id} would leave again`);
  }
}

function editsToUndo(wanted: Extract<WantedEdit, { action: 'undo' }>, log: readonly LoggedEdit[]): string[] {
  const undone = undoneEdits(log);
  const open = log.filter((e) => e.edit.action !== 'undo' && !undone.has(e.edit_id));
  const chosen = 'edit_id' in wanted ? oneEdit(wanted.edit_id, log, undone) : open.filter(after(wanted.to, log));
  if (chosen.length === 0)
    throw new RollcallError(
      'bad_argument',
      'undo: there is no edit to take back since then.',
      'Nothing is to be done.',
    );
  const taken = new Set(chosen.map((e) => e.edit_id));
  for (const { edit } of chosen) {
    if (edit.action !== 'split') continue;
    const later = open.filter((e) => !taken.has(e.edit_id) && identitiesOf(e.edit).includes(edit.new_id));
    if (later.length > 0)
      throw new RollcallError(
        'contradiction',
        `undo: ${later.map((e) => describeEdit(e)).join(', ')} speaks of ${edit.new_id}, which would be no more.`,
        `Undo ${later.map((e) => e.edit_id).join(', ')} first.`,
      );
  }
  return chosen.map((e) => e.edit_id);
}

function oneEdit(edit_id: string, log: readonly LoggedEdit[], undone: ReadonlySet<string>): LoggedEdit[] {
  const entry = log.find((e) => e.edit_id === edit_id);
  if (!entry)
    throw new RollcallError(
      'unknown_id',
      `There is no edit ${edit_id}.`,
      'Answers of {edit_identities} give edit_ids.',
    );
  if (entry.edit.action === 'undo')
    throw new RollcallError('bad_argument', `${edit_id} is an undo itself.`, 'Make the edit that it took back again.');
  if (undone.has(edit_id))
    throw new RollcallError('bad_argument', `${edit_id} is undone already.`, 'Nothing is to be done.');
  return [entry];
}

/** @throws RollcallError unknown_id */
function after(to: string | number, log: readonly LoggedEdit[]): (entry: LoggedEdit) => boolean {
  if (typeof to === 'number') return ({ seq }) => seq > to;
  if (!to.startsWith('edit_')) return ({ created_at }) => Date.parse(created_at) > Date.parse(to);
  const at = log.find((e) => e.edit_id === to);
  if (at) return ({ seq }) => seq > at.seq;
  throw new RollcallError('unknown_id', `There is no edit ${to}.`, 'Answers of {edit_identities} give edit_ids.');
}

function contradiction(library: WorkingLibrary, edit_ids: readonly string[], says: string): RollcallError {
  const earlier = library.log.filter((e) => edit_ids.includes(e.edit_id)).map(describeEdit);
  return new RollcallError(
    'contradiction',
    `An earlier edit says otherwise, ${earlier.join(', ')}: ${says}.`,
    `Undo ${edit_ids.join(', ')} first, if it was wrong.`,
  );
}

/** "edit_… (reject by claude at 2026-01-01T00:00:00Z: why)". */
function describeEdit({ edit_id, edit, by, created_at, why }: LoggedEdit): string {
  return `${edit_id} (${edit.action} by ${by} at ${created_at}${why === null ? '' : `: ${why}`})`;
}
