import { expect, it } from 'vitest';
import { enrolledPhotos } from '../../../src/domain/edits/enrolled-photos.js';

it('gives each person their photos, of several edits, without those that are gone', () => {
  const enrolled = [
    { identity_id: 'identity_a', edit_id: 'edit_1', reference_ids: ['reference_2', 'reference_gone'] },
    { identity_id: 'identity_b', edit_id: 'edit_2', reference_ids: ['reference_3'] },
    { identity_id: 'identity_a', edit_id: 'edit_3', reference_ids: ['reference_1'] },
  ];
  const photos = [1, 2, 3, 4].map((n) => ({ reference_id: `reference_${n}`, n }));
  const found = [...enrolledPhotos({ enrolled }, photos)].map(([id, own]) => [id, own.map(({ n }) => n)]);
  expect(found).toEqual([
    ['identity_a', [2, 1]],
    ['identity_b', [3]],
  ]);
});
