/**
 * Short names of what has an id: `P12` for an identity, `V3` for a video, given once and kept; and for any id of the
 * library its first letters, as many as tell it from all others.
 */
import { RollcallError } from '../../domain/errors.js';
import type { Library, Reader } from '../../store/api.js';
import type { Resources } from '../resources.js';
import { readView } from './library-view.js';

const LETTERS = { identity: 'P', video: 'V' } as const;
const LABEL = /^([PV])([1-9]\d{0,8})$/i;
const PREFIX = /^(identity|video|track)_[a-z2-7]{6,25}$/;
/** Letters of a track's id that answers show: 50 bits, so that a million tracks hardly share any. */
export const SHORT_TRACK = 'track_'.length + 10;

export interface ShortIds {
  /** Whether it may be a short name: those who give none need no library. */
  isShort(given: string): boolean;
  /** The ids that are meant. @throws RollcallError unknown_id, ambiguous where several begin so */
  resolve(given: Iterable<string>, signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Label of each identity and video, by id. */
  labels(signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

export function isShortId(given: string): boolean {
  return LABEL.test(given) || PREFIX.test(given);
}

export function createShortIds(resources: Pick<Resources, 'library'>): ShortIds {
  /** Kept as long as the state is the library's. */
  const kept = new WeakMap<Reader, ReadonlyMap<string, string>>();
  const labelsOf = async (library: Library, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> => {
    const state = await library.snapshot();
    const known = kept.get(state);
    if (known) return known;
    const labels = new Map(
      [...(await state.labels(signal))].map(([id, n]) => [
        id,
        `${LETTERS[id.startsWith('video') ? 'video' : 'identity']}${n}`,
      ]),
    );
    kept.set(state, labels);
    return labels;
  };
  return {
    isShort: isShortId,
    labels: async (signal) => labelsOf(await resources.library(), signal),
    async resolve(given, signal) {
      const library = await resources.library();
      const labels = await labelsOf(library, signal);
      const ids = new Map([...labels].map(([id, label]) => [label, id]));
      const meant = new Map<string, string>();
      for (const one of new Set(given)) {
        const id = LABEL.test(one) ? ids.get(one.toUpperCase()) : await begun(one, library, labels, signal);
        if (id === undefined)
          throw new RollcallError(
            'unknown_id',
            `There is no ${one} in the library.`,
            '{list_identities} shows who there is, {library videos} which videos.',
          );
        meant.set(one, id);
      }
      return meant;
    },
  };
}

/** The one id that begins so. */
async function begun(
  given: string,
  library: Library,
  labels: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const known = given.startsWith('track_') ? (await readView(library, undefined, signal)).tracks : labels;
  const found: string[] = [];
  for (const id of known.keys()) if (id.startsWith(given)) found.push(id);
  if (found.length > 1)
    throw new RollcallError(
      'bad_argument',
      `${found.length} ids begin with ${given}.`,
      `Give more of it, as in ${found[0] ?? given}.`,
    );
  return found[0];
}
