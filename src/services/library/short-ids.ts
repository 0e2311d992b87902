/**
 * Short names of what has an id: `P12` for an identity, `V3` for a video, given once and kept; and for any id of the
 * library its first letters, as many as tell it from all others.
 */
import { RollcallError } from '../../domain/errors.js';
import type { Resources } from '../resources.js';
import { type Before, perState } from '../kept-per-state.js';

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

export function createShortIds(resources: Pick<Resources, 'library' | 'view'>): ShortIds {
  const labelsOf = perState(
    resources.library,
    async (state, signal, before: Before<ReadonlyMap<string, string>> | null) =>
      before
        ? moved(before, inLetters(await state.labelsOf(changed(before), signal)))
        : inLetters(await state.labels(signal)),
  );
  /** The one id that begins so. */
  const begun = async (given: string, signal?: AbortSignal): Promise<string | undefined> => {
    const known = given.startsWith('track_')
      ? (await resources.view(undefined, signal)).tracks
      : await labelsOf(signal);
    const found: string[] = [];
    for (const id of known.keys()) if (id.startsWith(given)) found.push(id);
    if (found.length > 1)
      throw new RollcallError(
        'bad_argument',
        `${found.length} ids begin with ${given}.`,
        `Give more of it, as in ${found[0] ?? given}.`,
      );
    return found[0];
  };
  return {
    isShort: isShortId,
    labels: labelsOf,
    async resolve(asked, signal) {
      const given = new Set(asked);
      const labels = await labelsOf(signal);
      const wanted = new Set([...given].map((one) => one.toUpperCase())),
        ids = new Map<string, string>();
      for (const [id, label] of labels) if (wanted.has(label)) ids.set(label, id);
      const meant = new Map<string, string>();
      for (const one of given) {
        const id = LABEL.test(one) ? ids.get(one.toUpperCase()) : await begun(one, signal);
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

function inLetters(numbers: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  return new Map([...numbers].map(([id, n]) => [id, `${LETTERS[id.startsWith('video') ? 'video' : 'identity']}${n}`]));
}

/** What may have a label now and had none, or the other way round. */
function changed({ changes }: Before<unknown>): string[] {
  return [...changes.video_ids, ...changes.identity_ids];
}

function moved(
  before: Before<ReadonlyMap<string, string>>,
  now: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const labels = new Map(before.made);
  for (const id of changed(before)) labels.delete(id);
  for (const [id, label] of now) labels.set(id, label);
  return labels;
}
