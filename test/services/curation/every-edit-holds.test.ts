/** Random edits between videos that come in and are indexed again: each still holds, and all can be taken back. */
import { expect, it } from 'vitest';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import { newId } from '../../../src/domain/ids.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import type { EditAsked } from '../../../src/services/requests/edit-identities.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { Curated, type Look } from './curated.js';

const using = comparing();

/** What must be true from now on, until the edit is undone. */
interface Promised {
  edit_id: string;
  holds(look: Look, now: (track_id: string) => string): void;
  name?: string;
  about: string;
}

class Play {
  readonly #random: () => number;
  readonly promises: Promised[] = [];
  /** The track that has taken a track's place. */
  readonly renewed = new Map<string, string>();
  refused = 0;

  constructor(
    seed: number,
    readonly curated: Curated,
    readonly inside: SyntheticTrack[][],
    readonly outside: SyntheticTrack[][],
  ) {
    this.#random = seededRandom(seed);
  }

  readonly now = (track_id: string): string => {
    const next = this.renewed.get(track_id);
    return next === undefined ? track_id : this.now(next);
  };

  pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] ?? expect.unreachable('nothing to pick');
  }

  async turn(): Promise<string> {
    const dice = this.#random();
    if (dice < 0.15 && this.outside.length > 0) {
      const video = this.outside.pop() ?? [];
      this.inside.push(video);
      await this.curated.join(video);
      return 'a video came in';
    }
    if (dice < 0.35) return this.#again();
    if (dice < 0.45 && this.promises.length > 0) {
      const { edit_id } = this.pick(this.promises);
      const done = await this.#try({ action: 'undo', edit_id });
      if (done) this.promises.splice(0, Infinity, ...this.promises.filter((p) => p.edit_id !== edit_id));
      return `undo ${edit_id}: ${done !== null}`;
    }
    return this.#edit(await this.curated.look());
  }

  async #again(): Promise<string> {
    const k = Math.floor(this.#random() * this.inside.length),
      video = this.inside[k] ?? [];
    const anew = this.#random() < 0.5;
    const tracks = anew ? video.map((t) => ({ ...t, track_id: newId('track') })) : video;
    if (anew) video.forEach((t, i) => this.renewed.set(t.track_id, tracks[i]?.track_id ?? ''));
    this.inside[k] = tracks;
    await this.curated.join(tracks);
    return anew ? 'a video was indexed again with other tracks' : 'a video was indexed again';
  }

  async #edit(look: Look): Promise<string> {
    const live = look.live();
    const { identity_id: one, track_ids } = this.pick(live);
    const { identity_id: other } = this.pick(live);
    const some = track_ids.slice(0, 1 + Math.floor(this.#random() * 2));
    const said = new Map<string, { edit: EditAsked; holds(to: string): Promised['holds']; name?: string }>();
    const name = `name ${this.#random()}`;
    said.set('name', {
      edit: { action: 'name', identity_id: one, name },
      holds: () => () => undefined,
      name,
    });
    said.set('merge', {
      edit: { action: 'merge', identity_ids: [one, other] },
      holds: () => (now) => expect(now.person(one).identity_id).toBe(now.person(other).identity_id),
    });
    said.set('split', {
      edit: { action: 'split', identity_id: one, track_ids: some },
      holds: (to) => (l, now) => {
        for (const t of some) expect(l.owner(now(t))).toBe(l.person(to).identity_id);
      },
    });
    said.set('assign', {
      edit: { action: 'assign', identity_id: other, track_ids: some },
      holds: () => (l, now) => {
        for (const t of some) expect(l.owner(now(t))).toBe(l.person(other).identity_id);
      },
    });
    said.set('reject', {
      edit: { action: 'reject', identity_id: one, track_ids: some },
      holds: () => (l, now) => {
        for (const t of some) expect(l.owner(now(t))).not.toBe(l.person(one).identity_id);
      },
    });
    const photo = this.pick(['person-0', 'person-1', 'person-2']);
    said.set('enrol', {
      edit: { action: 'enrol', name, images: [photo] },
      holds: () => () => undefined,
      name,
    });
    const action = this.pick(['enrol', 'name', 'name', 'merge', 'split', 'assign', 'reject', 'reject']);
    const { edit, holds, name: called } = said.get(action) ?? expect.unreachable();
    const step = await this.#try(edit);
    if (step) {
      const to = step.enrolled?.identity_id ?? step.appeared[0]?.identity_id ?? one;
      this.promises.push({
        edit_id: step.edit_id,
        holds: holds(to),
        about: action === 'name' ? one : action === 'enrol' ? to : '',
        ...(called === undefined ? {} : { name: called }),
      });
    }
    return `${action} of ${one}: ${step !== null}`;
  }

  /** null for what is refused: it must change nothing. */
  async #try(edit: EditAsked) {
    const before = await this.curated.look();
    try {
      const [step] = await this.curated.edit(edit);
      return step ?? expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RollcallError);
      expect(['contradiction', 'bad_argument']).toContain(error instanceof RollcallError ? error.code : error);
      expect(await this.curated.look()).toEqual(before);
      this.refused++;
      return null;
    }
  }

  /** Every edit that was not undone holds; of several names for one person one does. */
  check(look: Look): void {
    for (const promise of this.promises) promise.holds(look, this.now);
    const names = new Map<string, string[]>();
    for (const { about, name } of this.promises)
      if (name !== undefined) {
        const { identity_id } = look.person(about);
        names.set(identity_id, [...(names.get(identity_id) ?? []), name]);
      }
    for (const [id, given] of names) expect(given).toContain(look.rows.get(id)?.name);
    const owned = look.live().flatMap((r) => r.track_ids);
    expect(owned.sort()).toEqual(
      this.inside
        .flat()
        .map((t) => t.track_id)
        .sort(),
    );
  }
}

it.each([1, 2, 3, 4])(
  'every edit holds until it is undone, and undoing all gives back a fresh library (%i)',
  async (seed) => {
    const cast = new SyntheticCast(100 + seed);
    const tracks = Array.from({ length: 6 }, (_, v) =>
      Array.from({ length: 8 }, (_, k) => cast.track(`person-${(k + v) % 5}`, `video-${v}`, { quality: 0.9 })),
    );
    const videos = byVideo(tracks.flat());
    const inside = videos.slice(0, 3);
    const play = new Play(seed, await Curated.of(using, inside), inside, videos.slice(3));
    for (const person of [0, 1, 2].map((k) => `person-${k}`))
      play.curated.takePhoto(person, cast.track(person, 'photos', { quality: 0.9 }));
    const told: string[] = [];
    for (let turn = 0; turn < 30; turn++) {
      told.push(await play.turn());
      try {
        play.check(await play.curated.look());
      } catch (cause) {
        throw new Error(`after ${told.join(', ')}`, { cause });
      }
    }
    expect(play.promises.length).toBeGreaterThan(3);
    await play.curated.edit({ action: 'undo', to: 0 });
    const fresh = await Curated.of(using, play.inside);
    expect((await play.curated.look()).partition()).toEqual((await fresh.look()).partition());
  },
);
