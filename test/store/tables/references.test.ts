/** Faces of people who were enrolled: a table that libraries get with the first one. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { ReferenceRow } from '../../../src/store/rows.js';
import { addVideo, open, temporaryHome } from '../fixtures.js';

const reference = (created_at: string, first: number, dimensions: number): ReferenceRow => ({
  reference_id: newId('reference'),
  source: `/pictures/ada's “best”.jpg`,
  box: { x: 1.5, y: 2, w: 30, h: 40 },
  quality: 0.7,
  population_excess: 0.05,
  pack: 'test',
  created_at,
  vector: Float32Array.from({ length: dimensions }, (_, k) => first + k / 7),
  crop: Uint8Array.from([255, 216, first, 0, 217]),
});

test('references come back bit by bit, across openings, and go when they are removed', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  await addVideo(library, newId('video'), 2);
  expect(await library.references()).toEqual([]);
  await library.write((writer) => writer.removeReferences([newId('reference')]));
  expect(JSON.parse(await readFile(path.join(home, 'library.json'), 'utf8'))).toMatchObject({
    versions: expect.not.objectContaining({ references: expect.anything() as unknown }) as unknown,
  });
  const [a, b, c] = [3, 1, 2].map((n) => reference(`2026-01-0${n}T00:00:00Z`, n, library.dimensions));
  if (!a || !b || !c) throw new Error('three were made');
  await library.write((writer) => writer.putReferences([a, b]));
  await library.write((writer) => writer.putReferences([c]));
  expect(JSON.parse(await readFile(path.join(home, 'library.json'), 'utf8'))).toMatchObject({
    schema_version: 10,
    versions: { references: expect.any(Number) as unknown },
  });
  const other = await open(home);
  expect(await other.references()).toEqual([b, c, a]);
  expect(await other.tracks()).toHaveLength(2);
  await other.write((writer) => writer.removeReferences([b.reference_id]));
  await other.purge();
  expect(await library.references()).toEqual([c, a]);
});
