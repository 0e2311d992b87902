/** Questions worth asking, asked and answered over stdio as an agent does it. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from '../../src/domain/ids.js';
import { makeIdentity, makeTrack, makeVideo, randomVector } from '../store/rows.js';
import { MADE_UP_PACK, madeUpLibrary } from '../support/libraries/made-up-library.js';
import { workplace } from './workplace.js';

const place = workplace();
const askedSchema = z.object({
  suggestions: z.array(
    z.object({
      kind: z.string(),
      question: z.string(),
      identity_ids: z.array(z.string()),
      yes: z.record(z.string(), z.unknown()),
      no: z.record(z.string(), z.unknown()),
    }),
  ),
  total: z.number(),
});
const anything = z.record(z.string(), z.unknown());

/** As alike as that to a vector. */
function near(vector: Float32Array, cosine: number): Float32Array {
  const other = randomVector(vector.length);
  const along = other.reduce((s, x, i) => s + x * (vector[i] ?? 0), 0);
  const rest = other.map((x, i) => x - along * (vector[i] ?? 0));
  const length = Math.hypot(...rest);
  return vector.map((x, i) => cosine * x + (Math.sqrt(1 - cosine * cosine) * (rest[i] ?? 0)) / length);
}

it('merges on yes, and never asks again on no', async () => {
  const home = path.join(await place.folder(), 'home');
  const library = await madeUpLibrary(home);
  // Two pairs of people who are nearly one, each in films of their own.
  const rows = [0, 1].flatMap(() => {
    const face = randomVector(library.dimensions);
    return [face, near(face, 0.42)].map((vector) => {
      const video_id = newId('video'),
        run_id = newId('run');
      const track = makeTrack(video_id, run_id, { vector, quality: 0.8, population_excess: 0, pack: library.pack });
      return { video: makeVideo(video_id, run_id, { pack: library.pack }), track };
    });
  });
  await library.write(async (writer) => {
    await writer.stageTracks(rows.map((r) => r.track));
    for (const { video } of rows) await writer.commitVideo(video);
    await writer.putIdentities(rows.map((r) => makeIdentity({ track_ids: [r.track.track_id] })));
  });
  await library.close();
  const server = await place.stdio(home, { ROLLCALL_PACK: MADE_UP_PACK });
  const ask = () => server.call('library', { what: 'suggestions' }, askedSchema);
  const first = await ask();
  expect(first.total).toBe(2);
  const [one, other] = first.suggestions;
  if (!one || !other) expect.unreachable();
  const told = await server.call('verify_faces', { identity_ids: one.identity_ids }, anything);
  expect(told).toMatchObject({ decision: 'ambiguous', pair: { asked: true } });
  await server.call('edit_identities', { edits: [one.yes] }, anything);
  const merged = await server.call('list_identities', {}, z.object({ identities_total: z.number() }));
  expect(merged.identities_total).toBe(3);
  const second = await ask();
  expect(second.suggestions.map((s) => s.question)).toEqual([other.question]);
  await server.call('edit_identities', { edits: [other.no] }, anything);
  expect((await ask()).total).toBe(0);
  const again = await server.call('verify_faces', { identity_ids: other.identity_ids }, anything);
  expect(again).toMatchObject({ decision: 'no_match', pair: { asked: false } });
  // Taking the answer back opens the question again.
  const log = z.object({ edits: z.array(z.object({ edit_id: z.string() })) });
  const [last] = (await server.call('library', { what: 'log' }, log)).edits;
  await server.call('edit_identities', { edits: [{ action: 'undo', edit_id: last?.edit_id }] }, anything);
  expect((await ask()).suggestions.map((s) => s.question)).toEqual([other.question]);
});
