/** One person twice in a film's picture, as in a recorded video call: real faces, real services. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it, vi } from 'vitest';
import { ffmpeg } from '../../e2e/workplace.js';
import { servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';
import { collage } from '../../support/pictures/collage.js';
import { makePortraits } from '../../support/pictures/portraits.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let portraits: Map<string, string[]>;
beforeAll(async () => {
  portraits = await makePortraits(path.join('build', 'portraits'));
});

async function portrait(person: string): Promise<Buffer> {
  return readFile(portraits.get(person)?.[0] ?? '');
}

/** A film of two seconds that shows pictures beside each other. */
async function sideBySide(film: string, pictures: readonly Buffer[]): Promise<void> {
  const still = `${film}.jpg`;
  await collage(still, pictures);
  await ffmpeg(['-loop', '1', '-framerate', '10', '-i', still, '-t', '2', '-pix_fmt', 'yuv420p'], film);
}

it('is one person, on screen for as long as once, and with nobody but others', async () => {
  const folder = await temporaryFolder(),
    film = path.join(folder, 'call.mp4');
  const speaker = await portrait('green-dress');
  const small = await sharp(speaker).resize(110).extend({ top: 100, bottom: 110, left: 100, right: 110 }).toBuffer();
  await sideBySide(film, [speaker, small, await portrait('navy-dress')]);
  const services = servicesAt(path.join(folder, 'home'));
  await services.indexing.indexVideo({ source: film });
  const { identities } = await services.identities.list({});
  expect(identities.map((p) => p.appearances.map((a) => a.track_ids.length)).sort()).toEqual([[1], [2]]);
  for (const { seconds_on_screen } of identities) expect(seconds_on_screen).toBeCloseTo(2);
  const { pairs } = await services.together.coOccurrence({ mode: 'same_frame' });
  expect(pairs.map((p) => p.seconds)).toEqual([expect.closeTo(2)]);
  expect((await services.curation.suggestions()).suggestions).toEqual([]);
});

it('is asked about where the two are less alike, and two people never are', async () => {
  const folder = await temporaryFolder(),
    film = path.join(folder, 'mirror.mp4');
  const [one, other] = [await portrait('green-dress'), await portrait('navy-dress')];
  // Drawn out: as unlike as another picture of the same person.
  const drawnOut = await sharp(one).flop().resize({ width: 240, height: 165, fit: 'fill' }).toBuffer();
  await sideBySide(film, [one, drawnOut, other]);
  const services = servicesAt(path.join(folder, 'home'));
  await services.indexing.indexVideo({ source: film });
  const { identities } = await services.identities.list({});
  expect(identities).toHaveLength(3);
  const { suggestions: asked } = await services.curation.suggestions();
  expect(asked.map((q) => q.evidence)).toEqual([
    expect.arrayContaining([expect.stringMatching(/on screen at one moment: one person twice/)]),
  ]);
  expect(asked[0]?.chance).toBeLessThanOrEqual(0.5);
  const [a = '', b = ''] = asked[0]?.identity_ids ?? [];
  expect(await services.verification.verifyFaces({ identity_ids: [a, b] })).toMatchObject({
    decision: 'ambiguous',
    reasons: expect.arrayContaining([expect.stringMatching(/at one moment: one person twice/)]),
    pair: { asked: true },
  });
  const third = identities.find((p) => ![a, b].includes(p.identity_id));
  expect(await services.verification.verifyFaces({ identity_ids: [a, third?.identity_id ?? ''] })).toMatchObject({
    decision: 'no_match',
    pair: { asked: false },
  });
  // A picture of somebody fits one of the two better: whether it is the other as well is as open.
  const picture = `${film}.one.jpg`;
  await sharp(one).toFile(picture);
  const { candidates } = await services.verification.verifyFaces({ image_a: picture, identity_id: a });
  const lesser = candidates[0]?.identity_id === a ? b : a;
  const request = { image_a: picture, identity_id: lesser };
  expect(await services.verification.verifyFaces(request)).toMatchObject({
    decision: 'ambiguous',
    reasons: expect.arrayContaining([expect.stringMatching(/fits better .* seen together: one person twice/)]),
  });
  await services.curation.edit(
    { edits: [{ action: 'reject', identity_id: a, identity_ids: [b] }], dry_run: false },
    'test',
  );
  expect(await services.verification.verifyFaces(request)).toMatchObject({
    decision: 'no_match',
    reasons: [expect.stringMatching(/fits better .* an edit says that they are two people/)],
  });
});
