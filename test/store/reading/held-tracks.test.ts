/** What is held of a large library's tracks is what is looked up of them, after changes of every kind too. */
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { parseKey } from '../../../src/config/library-key.js';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { type Connection, loadEngine, type Table } from '../../../src/store/tables/database-engine.js';
import { type Head, readHead } from '../../../src/store/head/head.js';
import { HeldTracks } from '../../../src/store/reading/held-tracks.js';
import { TrackColumns } from '../../../src/store/reading/track-columns.js';
import { addVideo, makeIdentity, open, randomVector, temporaryHome } from '../fixtures.js';

const TRACKS = 60;
/** Times that many are asked for before they are read. */
const TIMES = 4;

async function headOf(home: string): Promise<Head> {
  return (await readHead(home)) ?? expect.unreachable();
}

/** Holds the tracks of a library, and tells what is known of them. */
class Holding {
  readonly held = new HeldTracks();
  reads = 0;
  #done: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly home: string,
    private readonly connection: Connection,
  ) {}

  static async of(home: string): Promise<Holding> {
    const { lance } = await loadEngine();
    return new Holding(home, await lance.connect(path.join(home, 'library.lance')));
  }

  async look(track_ids: readonly string[]) {
    const head = await headOf(this.home);
    const take = (columns: TrackColumns, n: number) => [columns.ownerOf(n), columns.qualityOf(n), columns.lightOf(n)];
    const found = this.held.look(head, track_ids, take, (signal) => {
      const reading = this.#read(head, signal);
      this.#done = reading.catch(() => undefined);
      return reading;
    });
    await this.#done;
    return found;
  }

  async #read(head: Head, signal: AbortSignal): Promise<TrackColumns> {
    this.reads++;
    const [tracks, owners] = [await this.#table('tracks', head), await this.#table('owners', head)];
    const identities = await this.#table('identities', head);
    return TrackColumns.read({ tracks, owners, identities, isSealed: false }, signal);
  }

  async #table(name: 'tracks' | 'owners' | 'identities', { versions }: Head): Promise<Table> {
    const table = await this.connection.openTable(name);
    await table.checkout(versions[name] ?? expect.unreachable());
    return table;
  }
}

async function filmed(library: Library): Promise<{ videos: string[]; people: string[] }> {
  const videos: string[] = [],
    people: string[] = [];
  for (let n = 0; n < 4; n++) {
    const video_id = newId('video'),
      tracks = await addVideo(library, video_id, TRACKS);
    const ids = tracks.map((t) => t.track_id);
    // The last is nobody's.
    const rows = [0, 10, 20].map((from) =>
      makeIdentity({ track_ids: ids.slice(from, from === 20 ? TRACKS - 1 : from + 10) }),
    );
    await library.write((writer) => writer.putIdentities(rows));
    videos.push(video_id);
    people.push(...rows.map((row) => row.identity_id));
  }
  return { videos, people };
}

/** That what is held says what the library does. @returns tracks of which it says nothing */
async function expectTrue(holding: Holding, library: Library, atOnce = Infinity): Promise<readonly string[]> {
  const all = await library.tracks();
  const ids = all.map((t) => t.track_id);
  const known: Awaited<ReturnType<Holding['look']>>['known'] = new Map(),
    missing: string[] = [];
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = await holding.look(ids.slice(from, from + atOnce));
    for (const [id, is] of some.known) known.set(id, is);
    missing.push(...some.missing);
  }
  const [owners, light] = [await library.ownersOf(ids), await library.lightOf(ids)];
  for (const { track_id, quality } of all)
    if (known.has(track_id))
      expect(known.get(track_id)).toEqual([owners.get(track_id) ?? null, quality, light.get(track_id) ?? 0]);
  expect(known.size + missing.length).toBe(ids.length);
  return missing;
}

it('holds tracks once many were asked for a few times, and of later states what did not change', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  const { videos, people } = await filmed(library);
  const holding = await Holding.of(home);
  for (let times = 1; times <= TIMES; times++) {
    expect(holding.reads).toBe(0);
    expect(await expectTrue(holding, library)).toHaveLength(4 * TRACKS);
  }
  expect(await expectTrue(holding, library)).toEqual([]);
  expect(holding.reads).toBe(1);
  const one = (await library.identity(people[0] ?? '')) ?? expect.unreachable(),
    other = (await library.identity(people[3] ?? '')) ?? expect.unreachable();
  const [first = ''] = one.track_ids;
  const changes: [() => Promise<unknown>, changed: number][] = [
    [() => library.write((w) => w.putIdentities([{ ...one, name: 'Ada' }])), 10],
    // All of the film, and those of the other one.
    [
      () =>
        library.write((w) =>
          w.putIdentities([
            { ...one, name: 'Ada', track_ids: one.track_ids.slice(1) },
            { ...other, track_ids: [...other.track_ids, first] },
          ]),
        ),
      TRACKS + 10,
    ],
    [() => library.write((w) => w.removeTracks([first])), TRACKS - 1 + 10],
    [() => addVideo(library, videos[1] ?? '', 5), TRACKS - 1 + 5],
    [() => library.write((w) => w.removeIdentities([people[6] ?? ''])), 2 * TRACKS - 1 + 5],
    [() => library.write((w) => w.removeVideos([videos[0] ?? ''])), TRACKS + 5],
  ];
  for (const [change, changed] of changes) {
    await change();
    expect(await expectTrue(holding, library, 50)).toHaveLength(changed);
  }
  expect(holding.reads).toBe(1);
  // Too many are not known any more, where many are asked for at once.
  for (let times = 1; times <= TIMES; times++) expect(await expectTrue(holding, library)).toHaveLength(TRACKS + 5);
  expect(await expectTrue(holding, library)).toEqual([]);
  expect(holding.reads).toBe(2);
  // What a purge changed nobody can tell.
  await library.purge();
  expect(await expectTrue(holding, library, 50)).toHaveLength(2 * TRACKS + 5);
  await holding.held.close();
  for (let times = 1; times <= TIMES; times++) await expectTrue(holding, library);
  expect(holding.reads).toBe(2);
});

it('tells who people are without reading their rows, but of those whose rows changed since', async () => {
  const home = await temporaryHome();
  const library = await open(home),
    large = await open(home, { tuning: { heldTracks: 0 } });
  const { people } = await filmed(library);
  const [ada = '', part = '', plain = '', gone = ''] = people;
  const [one, other, into] = await Promise.all([ada, part, gone].map((id) => library.identity(id)));
  if (!one || !other || !into) expect.unreachable();
  await library.write((w) =>
    w.putIdentities([
      { ...one, name: 'Ädä Löve' },
      { ...other, split_from: ada, updated_at: '2026-02-03T04:05:06.007Z' },
      { ...into, merged_into: plain, track_ids: [] },
    ]),
  );
  await large.holdTracks();
  const expectSame = async (ids: readonly string[]) => {
    const [said, is] = [await large.identitiesOf(ids), await library.identitiesOf(ids)];
    expect(said).toEqual(is);
    return said;
  };
  const known = people.filter((id) => id !== gone),
    hidden = path.join(home, 'library.lance', 'identities.lance');
  const is = await library.identitiesOf(known);
  await rename(hidden, `${hidden}.hidden`);
  try {
    expect(await large.identitiesOf([...known, 'nobody'])).toEqual(is);
    expect(is.map((row) => row.name).filter((name) => name !== null)).toEqual(['Ädä Löve']);
    expect(is.map((row) => row.split_from).filter((id) => id !== null)).toEqual([ada]);
  } finally {
    await rename(`${hidden}.hidden`, hidden);
  }
  expect(await expectSame([...people, newId('identity')])).toHaveLength(people.length);
  await library.write((w) =>
    w.putIdentities([
      { ...one, name: 'Ida' },
      { ...into, name: 'Back' },
    ]),
  );
  const now = await expectSame([ada, gone]);
  expect(now.map((row) => row.name).sort()).toEqual(['Back', 'Ida']);
});

const KEYS = [
  ['', null],
  [' that is encrypted', parseKey('0123456789abcdef'.repeat(4), 'test')],
] as const;

it.each(KEYS)('answers for a large library%s as for a small one', async (_, key) => {
  const home = await temporaryHome();
  const library = await open(home, { key }),
    large = await open(home, { key, tuning: { heldTracks: 0 } });
  await filmed(library);
  const ids = (await library.tracks()).map((t) => t.track_id).slice(0, 200);
  const asked = async (of: Library) => {
    const [owners, light, quality] = [await of.ownersOf(ids), await of.lightOf(ids), await of.qualityOf(ids)];
    const faces = new Map((await of.faces(ids)).map((face) => [face.track_id, face]));
    return ids.map((id) => [owners.get(id), light.get(id), quality.get(id), faces.get(id)]);
  };
  const said = await asked(library);
  const all = await library.facesOfAll();
  expect(all.map((face) => face.track_id)).toEqual((await library.tracks()).map((t) => t.track_id));
  expect(await large.facesOfAll()).toMatchObject(all);
  expect(said.filter(([owner]) => owner === undefined).length).toBeGreaterThan(0);
  // At first by looking up, then while they are read, in the end from memory: no table of owners is needed any more.
  const hidden = path.join(home, 'library.lance', 'owners.lance');
  await vi.waitFor(async () => {
    expect(await asked(large)).toEqual(said);
    await rename(hidden, `${hidden}.hidden`);
    try {
      expect(await asked(large)).toEqual(said);
    } finally {
      await rename(`${hidden}.hidden`, hidden);
    }
  }, 30_000);
});

it.each(KEYS)(
  'reads a large library%s by rows that it knows, what came since and what upkeep moved too',
  async (_, key) => {
    const home = await temporaryHome();
    const library = await open(home, { key, tuning: { upkeepVersions: 1000 } }),
      large = await open(home, { key, tuning: { heldTracks: 0 } });
    const { people } = await filmed(library);
    const direction = randomVector();
    let plain = library;
    const ids = async () => (await plain.tracks()).map((t) => t.track_id).filter((_, i) => i % 3 === 0);
    const asked = async (of: Library) => {
      const near = await of.nearest(direction, 150);
      const faces = new Map((await of.faces(await ids())).map((face) => [face.track_id, face]));
      const lists = await of.trackIdsOf(people);
      return {
        near,
        faces: (await ids()).map((id) => faces.get(id)),
        lists: people.map((id) => lists.get(id)),
        rows: await of.identitiesOf([...people, 'nobody', newId('identity')]),
      };
    };
    const hold = async () => {
      // Whoever shares a video with whom is known of what is held alone.
      const [one = '', ...others] = people;
      await large.holdTracks();
      return (await large.sharedVideos(one, others)) ?? expect.unreachable();
    };
    const expectSame = async () => {
      const said = await asked(plain);
      const near = said.near.map((n) => ({ ...n, cosine: expect.closeTo(n.cosine, 4) as number }));
      expect(await asked(large)).toEqual({ ...said, near });
    };
    const [first = ''] = people,
      named = (await library.identity(first)) ?? expect.unreachable();
    await library.write((w) => w.putIdentities([{ ...named, name: 'Ädä' }]));
    await expectSame();
    expect(await hold()).toHaveLength(1);
    await expectSame();
    const [, , third = ''] = people,
      row = (await library.identity(third)) ?? expect.unreachable();
    await addVideo(library, newId('video'), 200);
    await expectSame();
    const track_ids = row.track_ids.toReversed().slice(3);
    await library.write((w) => w.putIdentities([{ ...row, track_ids }]));
    await expectSame();
    await library.write(async (w) => {
      await w.putIdentities([{ ...row, track_ids: track_ids.slice(2) }]);
      await w.removeTracks(track_ids.slice(0, 2));
    });
    await expectSame();
    await library.close();
    // Its upkeep writes rows anew, and says of none that it changed.
    const keeping = (plain = await open(home, { key, tuning: { upkeepVersions: 1 } }));
    const was = (await headOf(home)).kept_up.tracks;
    await addVideo(keeping, newId('video'), 2);
    expect((await headOf(home)).kept_up.tracks).not.toBe(was);
    await expectSame();
    await hold();
    await expectSame();
  },
);
