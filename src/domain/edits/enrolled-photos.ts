/** Whose reference photos there are, by the edits in force. */
import type { Constraints } from './edits.js';

/** @returns those that are there, by identity_id, in the order in which they were enrolled */
export function enrolledPhotos<Photo extends { reference_id: string }>(
  { enrolled }: Pick<Constraints, 'enrolled'>,
  photos: readonly Photo[],
): Map<string, Photo[]> {
  const byId = new Map(photos.map((photo) => [photo.reference_id, photo]));
  const found = new Map<string, Photo[]>();
  for (const { identity_id, reference_ids } of enrolled)
    found.set(identity_id, [...(found.get(identity_id) ?? []), ...reference_ids.flatMap((id) => byId.get(id) ?? [])]);
  return found;
}
