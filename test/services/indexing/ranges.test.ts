/** A video that is indexed range by range, and again more and less finely. */
import { beforeAll, expect, it, vi } from 'vitest';
import { total, union } from '../../../src/domain/intervals.js';
import type { Services } from '../../../src/services/create-services.js';
import { shortClip, servicesAt, temporaryFolder } from '../../support/libraries/index-footage.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let source: string;
beforeAll(async () => {
  source = await shortClip();
});

/** Who is seen when: seconds on screen of each, longest first; nobody twice at once. */
async function seen({ identities }: Services): Promise<number[]> {
  const all = (await identities.list({ sort: 'seconds' })).identities;
  for (const { appearances, seconds_on_screen } of all)
    expect(total(union(appearances))).toBeCloseTo(seconds_on_screen, 2);
  return all.map((i) => i.seconds_on_screen);
}

it('adds ranges to what is known, and looks at nothing twice', async () => {
  const whole = servicesAt(await temporaryFolder()),
    parts = servicesAt(await temporaryFolder());
  const { coverage } = await whole.indexing.indexVideo({ source });
  const times: number[] = [];
  const one = await parts.indexing.indexVideo({ source, start_s: 0.6, end_s: 1.4 });
  expect(one).toMatchObject({
    already_indexed: false,
    warnings: [],
    coverage: { decoded: [{ start_s: 0.6, end_s: 1.4 }] },
  });
  const inside = await parts.indexing.indexVideo({ source, start_s: 0.8, end_s: 1.2 });
  expect(inside).toMatchObject({ already_indexed: true, coverage: one.coverage });
  const before = (await parts.identities.list({ sort: 'seconds' })).identities.map((i) => i.identity_id);
  const rest = await parts.indexing.indexVideo(
    { source },
    { onProgress: ({ fraction, stage }) => stage === 'watching' && times.push(fraction) },
  );
  expect(rest).toMatchObject({ already_indexed: false, warnings: [] });
  expect(rest.coverage.decoded).toEqual(coverage.decoded);
  // 22 samples in all, 4 of them known.
  expect(times).toHaveLength(18);
  expect(rest.coverage.faces_seen).toBe(coverage.faces_seen);
  const after = (await parts.identities.list({ sort: 'seconds' })).identities;
  expect(after.map((i) => i.identity_id)).toEqual(expect.arrayContaining(before));
  const [expected, found] = [await seen(whole), await seen(parts)];
  expect(found).toHaveLength(expected.length);
  for (const [i, seconds] of found.entries()) expect(Math.abs(seconds - (expected[i] ?? 0))).toBeLessThan(0.5);
  expect(await parts.indexing.indexVideo({ source })).toMatchObject({ already_indexed: true });
});

it('looks finer where asked, says what that replaced, and never goes back to coarser', async () => {
  const services = servicesAt(await temporaryFolder());
  const first = await services.indexing.indexVideo({ source });
  const ids = (await services.identities.list({ sort: 'seconds' })).identities.map((i) => i.identity_id);
  const before = await seen(services);
  const finer = await services.indexing.indexVideo({ source, sample_fps: 10, start_s: 0.4, end_s: 1.4 });
  expect(finer).toMatchObject({ already_indexed: false, video_id: first.video_id });
  expect(finer.warnings).toEqual([expect.stringMatching(/^0\.4–1\.4 s .*with 5 .*with 10 .*took its place/)]);
  expect(finer.coverage.decoded).toEqual(first.coverage.decoded);
  const [answer] = (await services.indexing.describeVideo(first.video_id)).coverage;
  expect(answer?.ranges?.map((r) => r.sample_fps)).toEqual([5, 10, 5]);
  const now = (await services.identities.list({ sort: 'seconds' })).identities;
  expect(now.map((i) => i.identity_id).sort()).toEqual([...ids].sort());
  for (const [i, seconds] of (await seen(services)).entries())
    expect(Math.abs(seconds - (before[i] ?? 0))).toBeLessThan(0.5);

  const coarser = await services.indexing.indexVideo({ source, sample_fps: 2 });
  expect(coarser).toMatchObject({ already_indexed: true, coverage: finer.coverage });
  expect(coarser.warnings).toEqual([expect.stringContaining('kept'), expect.stringContaining('kept')]);
  const forced = await services.indexing.indexVideo({ source, sample_fps: 5, force: true });
  expect(forced.warnings).toEqual([expect.stringMatching(/^0\.4–1\.4 s .*with 10 .*with 5 .*took its place/)]);
  expect(forced.coverage).toEqual(first.coverage);
  expect((await services.identities.list({ sort: 'seconds' })).identities.map((i) => i.identity_id).sort()).toEqual(
    [...ids].sort(),
  );
});

it('knows at once what is known, and what is not there', async () => {
  const services = servicesAt(await temporaryFolder());
  const known = async (request: object) =>
    (await services.indexing.knownVideos({ source, ...request }))?.videos ?? null;
  expect(await known({})).toBeNull();
  await expect(known({ source: `${source}.not` })).rejects.toMatchObject({ code: 'not_found' });
  await expect(known({ source: `${source}.not`, force: true })).rejects.toMatchObject({ code: 'not_found' });
  await services.indexing.indexVideo({ source, end_s: 1 });
  expect(await known({})).toBeNull();
  expect(await known({ end_s: 1, force: true })).toBeNull();
  expect(await known({ end_s: 1, sample_fps: 2 })).toEqual([
    expect.objectContaining({ source, already_indexed: true, warnings: [expect.stringContaining('kept')] }),
  ]);
});
