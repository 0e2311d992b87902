/** Decisions about who is who: done all or none, kept in a log, taken back when they were wrong. */
import { libraryAt } from '../../config/settings.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { newId } from '../../domain/ids.js';
import { readOnly, unlinked } from '../../domain/errors/refusals.js';
import { overlapOf } from '../../domain/people/co-visibility.js';
import type { EditBody, LoggedEdit } from '../../domain/edits/edit-log.js';
import type { Reader } from '../../store/api.js';
import { readHead } from '../../store/head/head.js';
import type { EditAnswer, EditStep } from '../answers/edit-identities.js';
import type { Suggested } from '../answers/suggestions.js';
import { joinRule } from '../grouping/group-tracks.js';
import { FLOODED } from '../people/regroup.js';
import type { PhotoReader, ReferencePhoto } from '../pictures/reference-photo.js';
import { type EditRequest, type WantedEdit, wantedEdit } from '../requests/edit-identities.js';
import type { Resources } from '../resources.js';
import { applyEdit } from './apply-edit.js';
import { type LeastSure, leastSure } from './least-sure.js';
import { sharedNames } from './shared-names.js';
import { perState } from '../kept-per-state.js';
import { type Patience, SuggestionSearch } from '../suggestions/suggest.js';
import { errorOfEdit } from './which-edit.js';
import type { WorkContext } from '../progress.js';
import { type GroupedAnew, groupAnew } from './group-anew.js';
import { changedRows, type Grouping, WorkingLibrary } from './working-library.js';

export interface CurationService {
  /**
   * Does a list of edits in order, all of them or, if one can't be done, none: the error says which.
   * @param by name of the client that asks
   * @throws RollcallError unknown_id, bad_argument, not_found, ambiguous; contradiction, which names an earlier edit;
   * no_face and whatever else is wrong with a photo
   */
  edit(request: EditRequest, by: string, signal?: AbortSignal): Promise<EditAnswer>;
  /** Groups all tracks anew. A dry run only says what would change. @throws RollcallError not_found, cancelled, busy */
  groupAnew(dry_run: boolean, context?: WorkContext): Promise<GroupedAnew>;
  /**
   * Questions whose answers would put most right, best first, each with the edits for yes and no. Kept until the
   * library changes, as is what was compared by whoever waited no longer.
   */
  suggestions(context?: WorkContext, patience?: Patience): Promise<Suggested>;
  /** Whom there is least to know by; null where there is nobody. */
  leastSure(signal?: AbortSignal): Promise<LeastSure | null>;
}

type Parts = Pick<Resources, 'settings' | 'library' | 'calibration' | 'pipeline'>;

/** @param meetFrom tracks of a library from which on an edit reads a part of it alone; for tests and measurements */
export function createCurationService(
  resources: Parts,
  readPhotos: PhotoReader,
  { meetFrom = FLOODED } = {},
): CurationService {
  const { linkPeople } = resources.settings;
  const grouping: Grouping = {
    // Where nobody is linked, nobody elsewhere is looked at.
    meetFrom: linkPeople ? meetFrom : Infinity,
    rule: async (videos) => joinRule(await resources.calibration(), overlapOf(videos), resources.settings),
    compare: () => resources.pipeline(),
  };
  const searched = perState(resources.library, (state) => Promise.resolve(new SuggestionSearch(state, resources)));
  return {
    async groupAnew(dry_run, context = {}) {
      // Before all the work, which the store would refuse to write.
      if (!dry_run && resources.settings.readOnly) throw readOnly();
      // Opening it would make one.
      if ((await readHead(libraryAt(resources.settings))) === null)
        throw new RollcallError('not_found', 'There is no library yet.', 'Nothing is grouped before {index_video}.');
      return groupAnew(await resources.library(), grouping, dry_run, context);
    },
    async suggestions(context, patience) {
      if (!linkPeople) throw unlinked('Asking who may be one person');
      return (await searched()).ask(context, patience);
    },
    leastSure: (signal) => leastSure(resources, signal),
    async edit({ edits, dry_run, why }, by, signal) {
      const wanted = edits.map((edit, at) => {
        try {
          return wantedEdit(edit);
        } catch (error) {
          throw errorOfEdit(error, at, edits);
        }
      });
      // Before any photo is opened.
      if (!linkPeople && wanted.some((w) => w.action === 'enrol')) throw unlinked('A name');
      const told = (error: unknown, one: WantedEdit) => errorOfEdit(error, wanted.indexOf(one), edits);
      const photos = await photosOf(wanted, readPhotos, told, signal);
      const library = await resources.library();
      const work = async (reader: Reader) => {
        const working = await WorkingLibrary.read(reader, grouping, new Date().toISOString(), signal);
        const entries: LoggedEdit[] = [],
          steps: EditStep[] = [],
          doubts: string[] = [];
        for (const one of wanted) {
          const { entry, step, doubt } = await applyEdit(
            one,
            working,
            by,
            why ?? null,
            photos.get(one) ?? [],
            resources.settings,
          ).catch((error: unknown) => {
            throw told(error, one);
          });
          entries.push(entry);
          steps.push(step);
          if (doubt !== null) doubts.push(doubt);
        }
        if (entries.some(({ edit }) => 'name' in edit && edit.name !== null)) {
          await working.readNames();
          doubts.push(...sharedNames(entries, working));
        }
        return { rows: changedRows(working), entries, recognised: working.recognised, steps, doubts };
      };
      if (dry_run) {
        const { steps, doubts } = await work(await library.snapshot());
        return {
          dry_run,
          steps: steps.map((s) => ({ ...s, edit_id: null })),
          hint: [...doubts, 'Nothing was changed: the same without dry_run does it.'].join(' '),
        };
      }
      const { steps, doubts } = await library.write(async (writer) => {
        const done = await work(await library.snapshot());
        await writer.putIdentities(done.rows);
        await writer.putReferences([...photos.values()].flat().map((p) => p.row));
        await writer.appendEdits([
          ...done.entries.map(({ edit_id, created_at, seq: _, ...said }) => {
            const body: EditBody = { kind: 'edit', v: 1, ...said };
            return { edit_id, created_at, body };
          }),
          ...done.recognised.map((body) => ({
            edit_id: newId('edit'),
            created_at: new Date().toISOString(),
            body,
          })),
        ]);
        return done;
      }, signal);
      const undoable = steps.filter((s) => s.action !== 'undo').map((s) => s.edit_id);
      return {
        dry_run,
        steps,
        hint: [
          ...doubts,
          undoable.length > 0
            ? `To take back: {edit_identities undo} ${undoable.join(', ')}. Later indexing holds to these edits.`
            : 'What was taken back can be done again as a new edit.',
        ].join(' '),
      };
    },
  };
}

/**
 * The faces of photos that edits enrol: none is read under the library's lock. @param told what is thrown when a photo
 * of that edit can't be used
 */
async function photosOf(
  wanted: readonly WantedEdit[],
  read: PhotoReader,
  told: (error: unknown, edit: WantedEdit) => unknown,
  signal: AbortSignal | undefined,
): Promise<Map<WantedEdit, ReferencePhoto[]>> {
  const enrols = wanted.flatMap((edit) => (edit.action === 'enrol' ? [edit] : []));
  if (enrols.length === 0) return new Map();
  const photos = await read(
    enrols.map((edit) => ({ images: edit.images, failed: (error) => told(error, edit) })),
    signal,
  );
  return new Map(enrols.map((edit, k) => [edit, photos[k] ?? []]));
}
