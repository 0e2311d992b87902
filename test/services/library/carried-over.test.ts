/** What is carried over from state to state answers as what reads everything does. */
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { EditBody, KeptEdit } from '../../../src/domain/edits/edit-log.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { createShortIds } from '../../../src/services/library/short-ids.js';
import { createTogetherService } from '../../../src/services/together/co-occurrence.js';
import { createIdentitiesService } from '../../../src/services/questions/list-identities.js';
import { type ComparedFace, scoreOf } from '../../../src/domain/scores/normalised-score.js';
import type { Library, State, Writer } from '../../../src/store/api.js';
import type { IdentityRow } from '../../../src/store/rows.js';
import {
  addVideo,
  makeIdentity,
  makeTrack,
  makeVideo,
  open,
  randomVector,
  temporaryHome,
} from '../../store/fixtures.js';
import { certainty } from '../../support/libraries/certainty.js';

type Random = () => number;

/** Reads of everything. */
const WHOLE = ['videos', 'identities', 'seenTotals', 'ages', 'labels', 'means'] as const;
/** Likewise, without a filter. */
const WIDE = ['seen', 'seenTimes'] as const;

function answersOf(library: Library) {
  const read: string[] = [];
  const watched = new WeakMap<State, State>();
  const watch = (state: State): State => {
    const made =
      watched.get(state) ??
      new Proxy(state, {
        get(of, name) {
          const value: unknown = Reflect.get(of, name);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            const isWhole =
              (WHOLE.some((one) => one === name) && !Array.isArray(args[0])) ||
              (WIDE.some((one) => one === name) && JSON.stringify(args[0] ?? {}) === '{}');
            if (isWhole) read.push(String(name));
            return Reflect.apply(value, of, args);
          };
        },
      });
    watched.set(state, made);
    return made;
  };
  const source = () =>
    Promise.resolve(
      new Proxy(library, { get: (of, name) => (name === 'snapshot' ? snapshot : Reflect.get(of, name)) }),
    );
  const snapshot = async (): Promise<State> => watch(await library.snapshot());
  const view = createViewReader(source);
  const identities = createIdentitiesService({ view, certainty }),
    together = createTogetherService({ view, certainty }),
    ids = createShortIds({ library: source });
  return {
    /** Reads of everything so far; forgets them. */
    wholeReads: () => read.splice(0),
    /** How like a face everybody is. */
    async like(face: ComparedFace): Promise<Map<string, number>> {
      const means = await (await view.facts()).means();
      const everybody = means.nearest(face, Infinity, () => true);
      for (const { identity_id, score } of everybody)
        expect(scoreOf(means.of(identity_id) ?? expect.unreachable(), face)).toBeCloseTo(score, 4);
      return new Map(everybody.map(({ identity_id, score }) => [identity_id, score]));
    },
    async ask() {
      const page = await identities.list({ include_ignored: true }, undefined, { from: 0, count: 4 });
      const everybody = await identities.list({ sort: 'videos' });
      const [person] = everybody.identities;
      return {
        ...{ page, everybody },
        named: await identities.list({ sort: 'name', min_seconds: 1 }, undefined, { from: 1, count: 3 }),
        all: await together.coOccurrence({ mode: 'same_frame' }),
        shots: await together.coOccurrence({ mode: 'same_shot' }),
        met: await together.coOccurrence({ mode: 'enter' }),
        company: person && (await together.coOccurrence({ mode: 'same_frame', identity_ids: [person.identity_id] })),
        few:
          person &&
          (await together.coOccurrence({ mode: 'same_shot', identity_ids: [person.identity_id] }, undefined, {
            from: 0,
            count: 2,
            groups: 2,
          })),
        labels: new Map([...(await ids.labels())].sort()),
      };
    },
  };
}

/** Changes of every kind that a write can make. */
class Changing {
  #changes = 0;

  constructor(
    private readonly library: Library,
    private readonly random: Random,
  ) {}

  /** The next kind. */
  async change(): Promise<void> {
    const kinds = [
      () => this.#film(newId('video')),
      async () => this.#film(await this.#some()),
      async () => this.#write(async (w) => w.removeVideos([await this.#some()])),
      () => this.#rename(),
      () => this.#move(),
      async () => this.#write(async (w) => w.removeTracks([(await this.#tracks())[0] ?? newId('track')])),
      async () =>
        this.#write(async (w) =>
          w.putVideos((await this.library.videos()).slice(0, 1).map((v) => ({ ...v, title: `t${this.random()}` }))),
        ),
      async () =>
        this.#write(async (w) => w.removeIdentities([(await this.#people())[0]?.identity_id ?? newId('identity')])),
      () => this.#ignore(),
    ];
    await kinds[this.#changes++ % kinds.length]?.();
  }

  #write(fn: (writer: Writer) => Promise<void>): Promise<void> {
    return this.library.write(fn);
  }

  #pick<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.random() * all.length)];
  }

  async #some(): Promise<string> {
    return this.#pick(await this.library.videos())?.video_id ?? newId('video');
  }

  async #people(): Promise<IdentityRow[]> {
    const all = await this.library.identities();
    return all.length > 0 ? all.slice(Math.floor(this.random() * all.length)) : [];
  }

  async #tracks(): Promise<string[]> {
    const all = await this.library.tracks();
    return all.slice(Math.floor(this.random() * all.length)).map((t) => t.track_id);
  }

  /** A film, or a known one anew, of known people and one more. */
  async #film(video_id: string): Promise<void> {
    const run_id = newId('run');
    const people = [...(await this.#people()).slice(0, 3), makeIdentity({ track_ids: [] })];
    const tracks = people.flatMap(() =>
      Array.from({ length: 2 }, () => {
        const start_s = Math.floor(this.random() * 90),
          end_s = start_s + 5 + this.random();
        return makeTrack(video_id, run_id, { start_s, end_s, presence: [{ start_s, end_s }] });
      }),
    );
    await this.#write(async (writer) => {
      await writer.stageTracks(tracks);
      await writer.commitVideo(makeVideo(video_id, run_id, { shots: [20, 50], title: `film ${this.random()}` }));
      await writer.putIdentities(
        people.map((p, i) => ({
          ...p,
          merged_into: null,
          track_ids: [...p.track_ids, ...tracks.slice(2 * i, 2 * i + 2).map((t) => t.track_id)],
        })),
      );
    });
  }

  async #rename(): Promise<void> {
    const person = this.#pick(await this.#people());
    if (person) await this.#write((w) => w.putIdentities([{ ...person, name: `N${Math.floor(this.random() * 1e6)}` }]));
  }

  async #ignore(): Promise<void> {
    const identity_id = this.#pick(await this.#people())?.identity_id ?? newId('identity');
    const edit: KeptEdit = { action: 'ignore', identity_id, ignore: true };
    const body: EditBody = { kind: 'edit', v: 1, edit, by: 'test', why: null, before: [] };
    const row = { edit_id: newId('edit'), created_at: '2026-01-01T00:00:00Z', body };
    await this.#write(async (w) => void (await w.appendEdits([row])));
  }

  /** One becomes another: a redirect. */
  async #move(): Promise<void> {
    const [one, other] = (await this.library.identities()).filter((p) => p.merged_into === null);
    if (!one || !other) return;
    const merged = { ...other, track_ids: [...other.track_ids, ...one.track_ids] };
    await this.#write((w) => w.putIdentities([{ ...one, track_ids: [], merged_into: other.identity_id }, merged]));
  }
}

it('answers as one that reads everything, after changes of every kind, and reads everything once', async () => {
  const home = await temporaryHome(),
    library = await open(home, { tuning: { upkeepVersions: 8 } }),
    writer = await open(home, { tuning: { upkeepVersions: 8 } });
  await addVideo(writer, newId('video'), 2);
  const changing = new Changing(writer, seededRandom(7)),
    kept = answersOf(library);
  // With people: what is known of a company is read for the first one.
  await changing.change();
  await kept.ask();
  const face = { vector: randomVector(), population_excess: 0 };
  await kept.like(face);
  expect(kept.wholeReads()).toEqual(expect.arrayContaining(['ages', 'means']));
  for (let n = 0; n < 14; n++) {
    await changing.change();
    if (n % 3 === 2) await changing.change();
    const asked = await kept.ask();
    expect(asked, `after change ${n}`).toEqual(await answersOf(library).ask());
    const like = await answersOf(library).like(face);
    expect(await kept.like(face), `after change ${n}`).toEqual(
      new Map([...like].map(([id, score]) => [id, expect.closeTo(score, 4) as number])),
    );
    expect(like.size).toBe(asked.page.total);
    expect(kept.wholeReads()).toEqual([]);
  }
  // What was removed for good may be told of by nothing: all is read anew.
  await writer.write(async (w) => {
    w.duePurge();
    await w.removeVideos([(await writer.videos())[0]?.video_id ?? '']);
  });
  await writer.purge();
  expect(await kept.ask()).toEqual(await answersOf(library).ask());
  expect(kept.wholeReads()).not.toEqual([]);
});
