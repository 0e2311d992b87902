/** A library that changes its pack, from indexing to a question, on real faces. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadSettings, type Settings } from '../../../src/config/settings.js';
import { dot } from '../../../src/domain/vectors.js';
import { createResources } from '../../../src/services/resources.js';
import { createServices, type Services } from '../../../src/services/create-services.js';
import type { Library, VectorBlock } from '../../../src/store/api.js';
import { readHead } from '../../../src/store/head/head.js';
import type { ReferenceRow } from '../../../src/store/rows.js';
import { makeReference } from '../../store/rows.js';
import { loungeClip, temporaryFolder } from '../../support/libraries/index-footage.js';

const silent = pino({ level: 'silent' });
let clip: string;
beforeAll(async () => {
  clip = await loungeClip();
}, 120_000);

const at = (home: string, pack: string, more: Partial<Settings> = {}): Settings => ({
  ...loadSettings(),
  home,
  pack,
  ...more,
});
function servicesWith(settings: Settings): Services {
  const services = createServices(settings, silent);
  onTestFinished(() => services.close());
  return services;
}
async function withLibrary<T>(settings: Settings, use: (library: Library) => Promise<T>): Promise<T> {
  const resources = createResources(settings, silent);
  try {
    return await use(await resources.library());
  } finally {
    await resources.close();
  }
}
const vectorsOf = (settings: Settings): Promise<VectorBlock> => withLibrary(settings, (library) => library.vectors());
/** As enrolling somebody by a picture leaves one. */
const addReference = (settings: Settings): Promise<void> =>
  withLibrary(settings, async (library) => {
    const [track] = await library.tracks();
    const { crops } = await library.pictures(track?.track_id ?? '');
    const { data } = await library.vectors({ track_ids: [track?.track_id ?? ''] });
    const row = makeReference({
      source: 'ada.jpg',
      pack: library.pack,
      vector: data,
      crop: crops[0] ?? new Uint8Array(),
    });
    await library.write((writer) => writer.putReferences([row]));
  });
const readReferences = (settings: Settings): Promise<ReferenceRow[]> =>
  withLibrary(settings, (library) => library.references());

/** Models whose pack `fast` finds faces in another way, under another name. */
async function otherDetector(folder: string): Promise<string> {
  const { modelsDir } = loadSettings();
  await cp(modelsDir, folder, { recursive: true });
  const manifest = JSON.parse(await readFile(path.join(modelsDir, 'packs', 'fast.json'), 'utf8')) as {
    id: string;
    detector: { input: { scale: number } };
  };
  manifest.id = 'fast-other';
  manifest.detector.input.scale *= 0.98;
  await writeFile(path.join(folder, 'packs', 'fast-other.json'), JSON.stringify(manifest));
  return folder;
}

const isScore = (value: unknown): boolean => value === null || (typeof value === 'number' && value > 0.9);

describe('the pack of a library', () => {
  it('changes from the stored faces, and ids, names and edits stay', async () => {
    const home = path.join(await temporaryFolder(), 'home');
    const before = servicesWith(at(home, 'fast'));
    const { video_id } = await before.indexing.indexVideo({ source: clip, sample_fps: 4 }, {});
    const { identities } = await before.identities.list({});
    const [first, second] = identities.map((i) => i.identity_id);
    const { steps } = await before.curation.edit(
      { edits: [{ action: 'name', identity_id: first ?? '', name: 'Ada' }], dry_run: false },
      'test',
    );
    const was = await before.identities.list({});
    await before.close();

    await addReference(at(home, 'fast'));

    // Stopped on the way, it is as it was.
    const stop = new AbortController();
    const changing = servicesWith(at(home, 'fast'));
    await expect(
      changing.repacking.changePack({ pack: 'balanced' }, { signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect((await readHead(home))?.pack).toBe('fast');

    const told: number[] = [];
    const done = await changing.repacking.changePack(
      { pack: 'balanced' },
      { onProgress: (p) => told.push(p.fraction) },
    );
    expect(done).toEqual({ from: 'fast', to: 'balanced', tracks: expect.any(Number) as unknown, how: 'vectors' });
    expect(done.tracks).toBeGreaterThan(3);
    expect(told.at(-1)).toBe(1);
    expect(await readHead(home)).toMatchObject({ pack: 'balanced', dimensions: 256 });
    await expect(changing.identities.list({})).rejects.toMatchObject({
      code: 'incompatible_library',
      hint: expect.stringContaining('rollcall-mcp models use fast') as unknown,
    });

    const [reference] = await readReferences(at(home, 'balanced'));
    expect(reference).toMatchObject({ pack: 'balanced', source: 'ada.jpg', vector: { length: 256 } });

    const after = servicesWith(at(home, 'balanced'));
    const { identities: now } = await after.identities.list({});
    expect(now).toEqual(was.identities.map((person) => ({ ...person, score: expect.toSatisfy(isScore) as unknown })));
    // What tracks score is told by the pack that there is now.
    expect(now.map((person) => person.score)).not.toEqual(was.identities.map((person) => person.score));
    // Edits are undone as before, and the same video goes on under the same id.
    await after.curation.edit(
      { edits: [{ action: 'undo', edit_id: steps[0]?.edit_id ?? '' }], dry_run: false },
      'test',
    );
    expect((await after.identities.list({})).identities.every((i) => i.name === null)).toBe(true);
    expect(await after.indexing.indexVideo({ source: clip, sample_fps: 4 }, {})).toMatchObject({
      video_id,
      already_indexed: true,
    });
    expect(second).toBeDefined();

    // The vectors are those that indexing with the pack gives, but for JPEG and the weights of the crops.
    const fresh = path.join(await temporaryFolder(), 'home');
    const anew = servicesWith(at(fresh, 'balanced'));
    await anew.indexing.indexVideo({ source: clip, sample_fps: 4 }, {});
    const [remade, indexed] = [await vectorsOf(at(home, 'balanced')), await vectorsOf(at(fresh, 'balanced'))];
    const cosines = remade.ids.flatMap((id, i) => {
      const k = indexed.ids.indexOf(id);
      const row = (block: typeof remade, n: number) => block.data.subarray(n * 256, (n + 1) * 256);
      return k < 0 ? [] : [dot(row(remade, i), row(indexed, k))];
    });
    process.stderr.write(`remade against indexed: ${cosines.map((c) => c.toFixed(4)).join(' ')}\n`);
    expect(cosines.length).toBe(remade.ids.length);
    expect(Math.min(...cosines)).toBeGreaterThan(0.97);
  }, 180_000);

  it('need not change where only the detector is another: the library opens and goes on', async () => {
    const folder = await temporaryFolder();
    const modelsDir = await otherDetector(path.join(folder, 'models'));
    const home = path.join(folder, 'home');
    const one = servicesWith(at(home, 'fast', { modelsDir }));
    await one.indexing.indexVideo({ source: clip, sample_fps: 4, start_s: 0, end_s: 3 }, {});
    const was = (await one.identities.list({})).identities;
    await one.close();

    const other = servicesWith(at(home, 'fast-other', { modelsDir }));
    expect(await other.repacking.changePack({ pack: 'fast-other' }, {})).toMatchObject({ how: 'nothing' });
    expect((await other.identities.list({})).identities).toEqual(was);
    await other.indexing.indexVideo({ source: clip, sample_fps: 4, start_s: 3, end_s: 8 }, {});
    const more = (await other.identities.list({})).identities;
    for (const { identity_id } of was) expect(more.map((i) => i.identity_id)).toContain(identity_id);
    expect(more.some((i) => was.some((w) => w.identity_id === i.identity_id && i.tracks > w.tracks))).toBe(true);
    await other.close();

    const again = servicesWith(at(home, 'fast', { modelsDir }));
    expect((await again.identities.list({})).identities).toEqual(more);
  }, 180_000);
});
