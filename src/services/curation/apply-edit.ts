/** Does one edit to a working library, and says what it changed. */
import { newId } from '../../domain/ids.js';
import { unlinked } from '../../domain/errors/refusals.js';
import type { LoggedEdit } from '../../domain/edits/edit-log.js';
import type { IdentityRow } from '../../store/rows.js';
import type { EditStep } from '../answers/edit-identities.js';
import { appearancesOf } from '../../domain/tracks/appearances.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import { secondsOf } from '../library/people-view.js';
import { photosIn, whenIn } from '../library/photo-times.js';
import type { ReferencePhoto } from '../pictures/reference-photo.js';
import type { WantedEdit } from '../requests/edit-identities.js';
import { withIds } from './people-by-name.js';
import { type ResolvedEdit, resolveEdit } from './resolve-edit.js';
import { seenAtOnce } from './seen-at-once.js';
import { saysNames, subjectsOf, subjectsOfEntries } from './subjects.js';
import type { WorkingLibrary } from './working-library.js';

/** @returns the entry for the log, which the library now has at its end, what changed, and what speaks against it */
export async function applyEdit(
  asked: WantedEdit,
  library: WorkingLibrary,
  by: string,
  why: string | null,
  photos: readonly ReferencePhoto[],
  { linkPeople } = { linkPeople: true },
): Promise<{ entry: LoggedEdit; step: EditStep; doubt: string | null }> {
  library.begin();
  if (saysNames(asked)) await library.readNames();
  const { wanted, meant } = withIds(asked, library);
  await library.know(subjectsOf(wanted));
  const references = photos.map((p) => p.row);
  const resolved = resolveEdit(wanted, library, references);
  if (!linkPeople) refuseLink(resolved, library);
  const doubt = seenAtOnce(resolved, library);
  library.references.push(...references);
  const entry: LoggedEdit = {
    edit_id: newId('edit'),
    seq: (library.log.at(-1)?.seq ?? 0) + 1,
    created_at: library.now,
    by,
    why,
    ...resolved,
  };
  const { ignored } = library.constraints();
  library.log.push(entry);
  const taken = resolved.edit.action === 'undo' ? new Set(resolved.edit.edit_ids) : null;
  const spoken = [entry, ...library.log.filter((e) => taken?.has(e.edit_id))];
  await library.know(subjectsOfEntries(spoken, library.constraints()));
  const touched = change(resolved, library);
  if (touched) await library.settle(touched);
  else library.rename(library.constraints());
  await library.lookAtChanged();
  const undone = resolved.edit.action === 'undo' ? resolved.edit.edit_ids : [];
  const now = library.constraints().ignored;
  return {
    entry,
    doubt,
    step: {
      action: wanted.action,
      edit_id: entry.edit_id,
      meant,
      ...difference(library.was, library),
      ignored: [...now].filter((id) => !ignored.has(id)),
      listed_again: [...ignored].filter((id) => !now.has(id)),
      enrolled: resolved.edit.action === 'enrol' ? enrolled(resolved.edit, photos, library) : null,
      undone,
    },
  };
}

/** @throws RollcallError forbidden when it would name somebody, or put tracks of several videos together */
function refuseLink({ edit }: ResolvedEdit, library: WorkingLibrary): void {
  if (edit.action === 'enrol' || (edit.action === 'name' && edit.name !== null)) throw unlinked('A name');
  const people =
    edit.action === 'merge' ? [edit.into, ...edit.identity_ids] : edit.action === 'assign' ? [edit.identity_id] : [];
  const tracks = [
    ...people.flatMap((id) => library.person(id).track_ids),
    ...(edit.action === 'assign' ? edit.track_ids : []),
  ];
  const videos = new Set(tracks.flatMap((t) => library.tracks.get(t)?.video_id ?? []));
  if (videos.size > 1) throw unlinked(`${edit.action}: it`);
}

/** Moves what the edit itself says. @returns identities to group anew with what moved; null when nobody moves */
function change({ edit }: ResolvedEdit, library: WorkingLibrary): string[] | null {
  switch (edit.action) {
    case 'name':
    case 'ignore':
      return null;
    case 'merge':
      for (const id of edit.identity_ids) {
        library.move(library.person(id).track_ids, edit.into);
        redirect(id, edit.into, library);
      }
      return [edit.into];
    case 'enrol':
      if (!library.rows.has(edit.identity_id)) library.put(newcomer(edit.identity_id, null, library.now));
      return [edit.identity_id];
    case 'split':
      library.put(newcomer(edit.new_id, edit.identity_id, library.now));
      library.move(edit.track_ids, edit.new_id);
      return [edit.identity_id];
    case 'assign':
      library.move(edit.track_ids, edit.identity_id);
      return [edit.identity_id];
    case 'reject':
      return [edit.identity_id];
    case 'undo': {
      const taken = new Set(edit.edit_ids);
      return library.log
        .filter((e) => taken.has(e.edit_id))
        .toReversed()
        .flatMap((e) => takeBack(e, library));
    }
  }
}

/** Gives tracks back to the identities that had them; grouping decides whether they stay. */
function takeBack({ edit, before }: LoggedEdit, library: WorkingLibrary): string[] {
  const { merged } = library.constraints();
  const back = (track_ids: readonly string[], id: string) => library.move(track_ids, merged.get(id) ?? id);
  switch (edit.action) {
    case 'merge':
      for (const b of before) if (b.identity_id !== edit.into) back(b.track_ids, b.identity_id);
      return before.map((b) => merged.get(b.identity_id) ?? b.identity_id);
    case 'split':
      back(library.rows.get(edit.new_id)?.track_ids ?? [], edit.identity_id);
      back(edit.track_ids, edit.identity_id);
      redirect(edit.new_id, merged.get(edit.identity_id) ?? edit.identity_id, library);
      break;
    case 'assign':
      for (const b of before) if (b.identity_id !== edit.identity_id) back(b.track_ids, b.identity_id);
      break;
    case 'enrol':
      for (const b of before) if (b.identity_id !== edit.identity_id) back(b.track_ids, b.identity_id);
      return before.map((b) => merged.get(b.identity_id) ?? b.identity_id);
    case 'reject': {
      const own = new Set(before.flatMap((b) => b.track_ids));
      back(
        edit.track_ids.filter((t) => own.has(t)),
        edit.identity_id,
      );
      break;
    }
    case 'name':
    case 'ignore':
      return [library.person(edit.identity_id).identity_id];
    case 'undo':
      return [];
  }
  return [merged.get(edit.identity_id) ?? edit.identity_id];
}

function newcomer(identity_id: string, split_from: string | null, now: string): IdentityRow {
  return { identity_id, name: null, track_ids: [], merged_into: null, split_from, created_at: now, updated_at: now };
}

/** Who was enrolled by what, and whom it may be beside those who were recognised. */
function enrolled(
  { identity_id, name }: Extract<ResolvedEdit['edit'], { action: 'enrol' }>,
  photos: readonly ReferencePhoto[],
  library: WorkingLibrary,
): EditStep['enrolled'] {
  return {
    identity_id,
    name,
    photos: photos.map(({ faces, row }) => ({ source: row.source, faces, used: row.box, quality: row.quality })),
    undecided: library.doubtful
      .filter((d) => d.identity_id === identity_id)
      .map((d) => ({
        identity_id: d.other,
        name: library.rows.get(d.other)?.name ?? null,
        score: d.score,
        why: d.reasons.join('; '),
      })),
  };
}

function redirect(id: string, to: string, library: WorkingLibrary): void {
  const row = library.rows.get(id);
  if (row) library.put({ ...row, track_ids: [], merged_into: to });
}

function difference(
  was: ReadonlyMap<string, IdentityRow>,
  library: WorkingLibrary,
): Pick<EditStep, 'moved' | 'appeared' | 'vanished' | 'renamed'> {
  const before = new Map([...was.values()].flatMap((r) => r.track_ids.map((t) => [t, r.identity_id] as const)));
  const moves = new Map<string, { from: string; to: string; track_ids: string[] }>();
  for (const [t, to] of library.owners()) {
    const from = before.get(t);
    if (from === undefined || from === to) continue;
    const move = moves.get(`${from} ${to}`) ?? { from, to, track_ids: [] };
    move.track_ids.push(t);
    moves.set(`${from} ${to}`, move);
  }
  const { videos } = library;
  const isLive = (row: IdentityRow | undefined): row is IdentityRow =>
    row !== undefined && row.merged_into === null && row.track_ids.some((t) => library.has(t));
  const rows = [...library.rows.values()];
  return {
    moved: [...moves.values()].map(({ from, to, track_ids }) => {
      const appearances = appearancesOf(
        track_ids.flatMap((t) => library.tracks.get(t) ?? []),
        (video_id) => videos.get(video_id)?.shots ?? [],
      ).map((a) => ({ ...a, ...whenIn(videos.get(a.video_id), a) }));
      const films = appearances.filter((a) => !a.photo);
      return {
        from,
        to,
        from_name: was.get(from)?.name ?? null,
        to_name: library.rows.get(to)?.name ?? null,
        seconds: round(secondsOf(films)),
        appearances: films.length,
        photos: photosIn(appearances),
        tracks: track_ids.length,
      };
    }),
    appeared: rows
      .filter((r) => isLive(r) && !isLive(was.get(r.identity_id)))
      .map(({ identity_id, name }) => ({ identity_id, name })),
    vanished: [...was.values()]
      .filter((r) => isLive(r) && !isLive(library.rows.get(r.identity_id)))
      .map(({ identity_id, name }) => ({
        identity_id,
        name,
        merged_into: library.rows.get(identity_id)?.merged_into ?? null,
      })),
    renamed: rows
      .filter((r) => isLive(r) && isLive(was.get(r.identity_id)) && was.get(r.identity_id)?.name !== r.name)
      .map((r) => ({ identity_id: r.identity_id, from: was.get(r.identity_id)?.name ?? null, to: r.name })),
  };
}
