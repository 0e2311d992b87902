/**
 * Short names of what has an id: `P12` for an identity, `V3` for a video, given once and kept; and for any id of the
 * library its first letters, as many as tell it from all others.
 */
import { RollcallError } from '../../domain/errors/errors.js';
import type { Resources } from '../resources.js';
import { perState } from '../kept-per-state.js';
import { LabelsOfState } from './labels-of-state.js';

const LABEL = /^([PV])([1-9]\d{0,8})$/i;
const PREFIX = /^(identity|video|track)_[a-z2-7]{6,25}$/;
/** Letters of a track's id that answers show: 50 bits, so that a million tracks hardly share any. */
export const SHORT_TRACK = 'track_'.length + 10;

export interface ShortIds {
  /** Whether it may be a short name: those who give none need no library. */
  isShort(given: string): boolean;
  /**
   * The ids that are meant. @param argument which argument gave it, for the error
   * @throws RollcallError unknown_id, bad_argument where several begin so
   */
  resolve(
    given: Iterable<string>,
    signal?: AbortSignal,
    argument?: (given: string) => string | undefined,
  ): Promise<ReadonlyMap<string, string>>;
  /** Label of each identity and video, by id. */
  labels(signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** The same of some, and perhaps of others. */
  labelsOf(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

export function isShortId(given: string): boolean {
  return LABEL.test(given) || PREFIX.test(given);
}

export function createShortIds(resources: Pick<Resources, 'library'>): ShortIds {
  const labelsOfState = perState(resources.library, LabelsOfState.at);
  const all = async (signal?: AbortSignal): Promise<ReadonlyMap<string, string>> =>
    (await labelsOfState(signal)).all(signal);
  /** The one id that begins so. @param said the argument that gave it */
  const begun = async (given: string, said: string, signal?: AbortSignal): Promise<string | undefined> => {
    const found = given.startsWith('track_')
      ? await (await resources.library()).trackIdsFrom(given, signal)
      : [...(await all(signal)).keys()].filter((id) => id.startsWith(given));
    if (found.length > 1)
      throw new RollcallError(
        'bad_argument',
        `${said}${found.length} ids begin with ${given}.`,
        `Give more of it, as in ${found[0] ?? given}.`,
      );
    return found[0];
  };
  return {
    isShort: isShortId,
    labels: all,
    labelsOf: async (ids, signal) => (await labelsOfState(signal)).of(ids, signal),
    async resolve(asked, signal, argument = () => undefined) {
      const given = new Set(asked);
      const wanted = [...given].filter((one) => LABEL.test(one)).map((one) => one.toUpperCase());
      const ids = await (await labelsOfState(signal)).idsOf(wanted, signal);
      const meant = new Map<string, string>();
      for (const one of given) {
        const where = argument(one),
          said = where === undefined ? '' : `${where}: `;
        const id = LABEL.test(one) ? ids.get(one.toUpperCase()) : await begun(one, said, signal);
        if (id === undefined)
          throw new RollcallError(
            'unknown_id',
            `${said}There is no ${one} in the library.`,
            '{list_identities} shows who there is, {library videos} which videos.',
          );
        meant.set(one, id);
      }
      return meant;
    },
  };
}
