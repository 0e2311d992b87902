/** The bytes by which it is told that something is gone from disk. */
import type { Settings } from '../../config/settings.js';
import type { Reader } from '../../store/api.js';
import { findBytes } from '../../store/files/find-bytes.js';
import { findInObjects } from '../../store/places/find-in-objects.js';
import type { ForgetAnswer } from '../answers/forget.js';
import type { ForgettingPlan } from './plan-forgetting.js';

/** Tracks whose pictures are looked for: reading each takes a query. */
const PICTURED = 200;
/** Bytes of a vector, or from the middle of a picture: its beginning is that of every JPEG. */
const PIECE = 64;
/** Shorter names are found in any large file. */
const NAME_BYTES = 6;
/** Folders of the home that hold nothing of anybody; the audit log has ids on purpose. */
const WITHOUT = ['cache', 'models', 'audit'];

export interface Traces {
  ids: Uint8Array[];
  vectors: Uint8Array[];
  pictures: Uint8Array[];
  names: Uint8Array[];
}

/** Reads what will be gone. @param plan of that state */
export async function tracesOf(reader: Reader, plan: ForgettingPlan, signal?: AbortSignal): Promise<Traces> {
  const track_ids = plan.tracks.map((t) => t.track_id);
  const block = await reader.vectors({ track_ids }, signal);
  const dimensions = block.ids.length > 0 ? block.data.length / block.ids.length : 0;
  const vectors = block.ids.map((_, i) => pieceOf(block.data.subarray(i * dimensions, (i + 1) * dimensions)));
  const pictures: Uint8Array[] = [];
  const step = Math.max(1, Math.ceil(track_ids.length / PICTURED));
  for (let i = 0; i < track_ids.length; i += step) {
    const { crops, thumbnail } = await reader.pictures(track_ids[i] ?? '', signal);
    pictures.push(...[...crops, ...(thumbnail ? [thumbnail] : [])].flatMap(middleOf));
  }
  return {
    ids: [...plan.identity_ids, ...plan.track_ids, ...plan.videos.map((v) => v.video_id)].map(lettersOf),
    vectors: [...vectors, ...plan.references.map((r) => pieceOf(r.vector))],
    pictures: [...pictures, ...plan.references.flatMap((r) => middleOf(r.crop))],
    names:
      plan.namedStill.length > 0 ? [] : plan.names.map((n) => Buffer.from(n)).filter((n) => n.length >= NAME_BYTES),
  };
}

/** Looks for them in every file of the home, and in every object of a library that is elsewhere. */
export async function checkGone(
  { home, remote }: Pick<Settings, 'home' | 'remote'>,
  { ids, vectors, pictures, names }: Traces,
): Promise<Omit<NonNullable<ForgetAnswer['checked']>, 'bytes_freed' | 'versions_removed'> & { in: string[] }> {
  const patterns = [...ids, ...vectors, ...pictures, ...names];
  const looks = [
    await findBytes(home, patterns, WITHOUT),
    ...(remote === undefined ? [] : [await findInObjects(remote, patterns)]),
  ];
  const found = looks.flatMap((look) => look.found);
  return {
    files: looks.reduce((sum, { files }) => sum + files, 0),
    bytes: looks.reduce((sum, { bytes }) => sum + bytes, 0),
    ids: ids.length,
    vectors: vectors.length,
    pictures: pictures.length,
    names: names.length,
    found: new Set(found.flatMap((f) => f.patterns)).size,
    in: found.map((f) => f.file),
  };
}

/** Float32, little-endian, as on every machine that this runs on. */
function pieceOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.slice(0, PIECE / 4).buffer);
}

function middleOf(picture: Uint8Array): Uint8Array[] {
  const from = Math.floor(picture.length / 2);
  // One that is so small has nothing in it that others have not.
  return picture.length < 3 * PIECE ? [] : [picture.subarray(from, from + PIECE)];
}

/** Without its kind, that all of them begin with. */
function lettersOf(id: string): Uint8Array {
  return Buffer.from(id.slice(id.indexOf('_') + 1));
}
