/**
 * Groups a whole library anew, by the rules and the calibration that are in force now: what is grouped already else
 * stays as it was until new footage touches it. Edits hold, and ids go on as they do when a film joins.
 */
import { newId } from '../../domain/ids.js';
import type { IdentityRow } from '../../store/rows.js';
import type { Library, State } from '../../store/api.js';
import { breathe } from '../breathing.js';
import type { WorkContext } from '../progress.js';
import { changedRows, type Grouping, WorkingLibrary } from './working-library.js';

export interface GroupedAnew {
  dry_run: boolean;
  tracks: number;
  people_before: number;
  people_after: number;
  /** People who are part of another now, and people who were part of another before. */
  joined: number;
  parted: number;
  /** Tracks that are with other tracks than before. */
  tracks_moved: number;
  /** Above 0 where so many people would have become one, which is not believed: then no two were joined. */
  refused: number;
  hint: string;
}

interface Grouped {
  working: WorkingLibrary;
  tracks: number;
}

/**
 * The library is held only while the outcome is written. Where something came since it was read, it is grouped once
 * more and held meanwhile, so that it ends: whoever writes then waits, as for any other write.
 */
export async function groupAnew(
  library: Pick<Library, 'snapshot' | 'write'>,
  grouping: Grouping,
  dry_run: boolean,
  { signal, onProgress }: WorkContext,
): Promise<GroupedAnew> {
  const work = async (state: State, fraction: number) => {
    onProgress?.({ fraction, stage: 'reading the library', eta_s: null });
    const { tracks } = await state.counts(signal);
    const working = await WorkingLibrary.readAll(state, grouping, now(), signal);
    onProgress?.({ fraction: fraction + 0.1, stage: `grouping ${tracks} tracks`, eta_s: null });
    working.begin();
    await breathe(signal);
    await working.settle([...working.rows.keys()]);
    return { working, tracks, mark: state.mark };
  };
  const first = await work(await library.snapshot(), 0);
  if (dry_run) {
    const hint =
      'Nothing was changed: the same without --dry-run does it. There is no undo: `rollcall-mcp backup FILE` keeps what is.';
    return { dry_run, ...changeOf(first), hint };
  }
  const written = await library.write(async (writer) => {
    const state = await library.snapshot();
    const isSame = state.mark !== null && state.mark === first.mark;
    const grouped = isSame ? first : await work(state, 0.5),
      { working } = grouped;
    onProgress?.({ fraction: 0.9, stage: 'writing', eta_s: null });
    await writer.putIdentities(changedRows(working));
    await writer.appendEdits(working.recognised.map((body) => ({ edit_id: newId('edit'), created_at: now(), body })));
    return grouped;
  }, signal);
  return {
    dry_run,
    ...changeOf(written),
    hint: 'Names and edits hold. Ids that are gone lead to whoever has most of their tracks, those merged before to where they led.',
  };
}

function now(): string {
  return new Date().toISOString();
}

function changeOf({ working, tracks }: Grouped): Omit<GroupedAnew, 'dry_run' | 'hint'> {
  const [before, after] = [working.stored, working.rows].map((rows) => [...rows.values()].filter(isLive));
  const ownerBefore = new Map(before?.flatMap((row) => row.track_ids.map((t) => [t, row.identity_id] as const)));
  let moved = 0;
  for (const row of after ?? []) for (const t of row.track_ids) if (ownerBefore.get(t) !== row.identity_id) moved++;
  return {
    tracks,
    people_before: before?.length ?? 0,
    people_after: after?.length ?? 0,
    joined: before?.filter((row) => !isLive(working.rows.get(row.identity_id))).length ?? 0,
    parted: after?.filter((row) => !isLive(working.stored.get(row.identity_id))).length ?? 0,
    tracks_moved: moved,
    refused: working.refused,
  };
}

function isLive(row: IdentityRow | undefined): boolean {
  return row !== undefined && row.merged_into === null && row.track_ids.length > 0;
}
