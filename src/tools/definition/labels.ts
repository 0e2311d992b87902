/** Short names of ids in arguments and answers: "P12" is as good as an identity_id, "V3" as a video_id. */
import { isShortId, SHORT_TRACK, type ShortIds } from '../../services/library/short-ids.js';

const HOLDS_IDS = /(_id|_ids)$|^into$/;
const ID = /\b(?:identity|video)_[a-z2-7]{26}\b/g;
const TRACK = /\btrack_[a-z2-7]{26}\b/g;

/** Arguments with the ids that their short names mean. @throws RollcallError unknown_id, bad_argument */
export async function withIds<Args>(args: Args, shortIds: () => Promise<ShortIds>, signal: AbortSignal): Promise<Args> {
  const given = new Map<string, string>();
  eachId(args, (id, path) => {
    if (!given.has(id)) given.set(id, path.join('.'));
    return id;
  });
  if (given.size === 0) return args;
  const meant = await (await shortIds()).resolve(given.keys(), signal, (id) => given.get(id));
  return eachId(args, (id) => meant.get(id) ?? id) as Args;
}

type Path = readonly (string | number)[];

/** A copy in which every short name is what `change` makes of it. @param key the last of `path` that is no index */
function eachId(value: unknown, change: (id: string, path: Path) => string, key = '', path: Path = []): unknown {
  if (typeof value === 'string') return HOLDS_IDS.test(key) && isShortId(value) ? change(value, path) : value;
  if (Array.isArray(value)) return value.map((item: unknown, at) => eachId(item, change, key, [...path, at]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      eachId(inner, change, name, [...path, name]),
    ]),
  );
}

/** Ids of identities and videos that a text, or JSON, has. */
export function idsNamed(text: string): readonly string[] {
  return text.match(ID) ?? [];
}

/** The same with a label beside the id of whatever is described, and of each of a pair. */
export function withLabels(
  answer: Readonly<Record<string, unknown>>,
  labels: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const named = (key: string, inner: unknown): [string, unknown][] => {
    const label = typeof inner === 'string' ? labels.get(inner) : undefined;
    if (label === undefined) return [[key, inside(inner, labels)]];
    if (key === 'a' || key === 'b')
      return [
        [key, inner],
        [`${key}_label`, label],
      ];
    // An edit that is offered is given back as it is.
    const described = (key === 'identity_id' && !('action' in answer)) || (key === 'video_id' && 'title' in answer);
    return described
      ? [
          [key, inner],
          ['label', label],
        ]
      : [[key, inner]];
  };
  return Object.fromEntries(Object.entries(answer).flatMap(([key, inner]) => named(key, inner)));
}

function inside(value: unknown, labels: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => inside(item, labels));
  return typeof value === 'object' && value !== null ? withLabels({ ...value }, labels) : value;
}

/** Tracks by as many letters as tell them apart. */
export function withShortTracks(text: string): string {
  // Most texts of an answer have none.
  return text.includes('track_') ? text.replaceAll(TRACK, (id) => id.slice(0, SHORT_TRACK)) : text;
}

/** Each id with its label where it is first said, and the label alone from then on. */
export function inLabels(text: string, labels: { get(id: string): string | undefined }): string {
  const said = new Set<string>();
  return text.replaceAll(ID, (id) => {
    const label = labels.get(id);
    if (label === undefined) return id;
    if (said.has(id)) return label;
    said.add(id);
    return `${label} ${id}`;
  });
}
