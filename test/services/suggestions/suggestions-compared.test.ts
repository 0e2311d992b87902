/** The questions of a library that is read in portions, against comparing everybody with everybody. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { toTheEnd } from '../../../lab/measures/to-the-end.js';
import { readEditLog } from '../../../src/domain/edits/edit-log.js';
import { isHeld, replayEdits } from '../../../src/domain/edits/edits.js';
import { newId } from '../../../src/domain/ids.js';
import { overlapOf } from '../../../src/domain/people/co-visibility.js';
import { LEAST_CHANCE, mergeQuestion, profileOf, splitQuestion } from '../../../src/domain/people/suggestions.js';
import { whereTogether } from '../../../src/domain/people/twice-in-picture.js';
import { PHOTO_SPAN } from '../../../src/domain/photos.js';
import type { Suggested, Suggestion } from '../../../src/services/answers/suggestions.js';
import { type Portions, SuggestionSearch } from '../../../src/services/suggestions/suggest.js';
import { joinRule } from '../../../src/services/grouping/group-tracks.js';
import { keptApart, likest } from '../../../src/services/people/likeness.js';
import { inTheirLight, loadTracks } from '../../../src/services/people/library-tracks.js';
import { recognise } from '../../../src/services/people/recognise.js';
import type { WorkContext } from '../../../src/services/progress.js';
import type { Library } from '../../../src/store/api.js';
import type { Interval } from '../../../src/domain/types.js';
import { makeIdentity, makeTrack, makeVideo } from '../../store/rows.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { Curated } from '../curation/curated.js';

const using = comparing();

/** What is compared of a question. */
type Told = Pick<Suggestion, 'kind' | 'identity_ids' | 'evidence' | 'faces'> & { numbers: number[] };

function told({ kind, identity_ids, evidence, faces, score, best_score, chance, gain }: Suggestion): Told {
  const numbers = [score, best_score ?? 0, chance, gain].map((x) => Math.round(x * 1e4) / 1e4);
  return { kind, identity_ids, evidence: evidence.slice(1), faces: faces.toSorted(), numbers };
}

/** All tracks in memory, all people compared. @param apart whether edits keep people apart */
async function comparedAll(library: Library, { apart } = { apart: true }): Promise<Told[]> {
  const calibration = using.pipeline().pack.calibration;
  const videos = await library.videos(),
    rule = joinRule(calibration, overlapOf(videos));
  const tracks = new Map(inTheirLight(await loadTracks(library, {}), rule).map((t) => [t.track_id, t]));
  const edits = replayEdits(readEditLog(await library.edits()));
  const rank = (row: { identity_id: string; name: string | null }) =>
    row.name !== null ? 2 : edits.names.has(row.identity_id) ? 1 : 0;
  const people = (await library.identities())
    .filter((row) => row.merged_into === null && row.track_ids.length > 0 && !edits.ignored.has(row.identity_id))
    .map((row) => {
      const own = row.track_ids.flatMap((t) => tracks.get(t) ?? []);
      return { row, tracks: own, profile: profileOf(own) };
    });
  const found: Suggestion[] = [];
  const rest = { question: '', names: [], seconds: [], yes: {}, no: {} };
  for (const [k, a] of people.entries()) {
    for (const b of people.slice(k + 1)) {
      const where = whereTogether(a.tracks, b.tracks);
      if (apart && keptApart(a, b, edits)) continue;
      const asked = mergeQuestion(a.profile, b.profile, people.length, calibration.evidence, where !== null);
      if (asked.chance < LEAST_CHANCE || (where === 'film' && asked.score < 0.6)) continue;
      const first = rank(a.row) - rank(b.row) || a.tracks.length - b.tracks.length;
      const best = likest(a.tracks, b.tracks);
      const there = new Set(a.tracks.map((t) => t.video_id));
      const shared = new Set(b.tracks.map((t) => t.video_id).filter((v) => there.has(v))).size;
      found.push({
        ...{ ...rest, ...asked, kind: 'merge' },
        identity_ids: (first >= 0 ? [a, b] : [b, a]).map((p) => p.row.identity_id),
        best_score: best?.score ?? null,
        faces: best ? [best.a, best.b] : [],
        evidence: [
          '',
          where === null
            ? 'never seen together'
            : where === 'photo'
              ? 'in one photo together: one person twice (a collage, a mirror), or two who look alike'
              : 'on screen at one moment: one person twice (a video call, a split screen, a mirror), or two who look alike',
          shared === 0 ? 'in different videos or photos' : `in ${shared} video${shared === 1 ? '' : 's'} both`,
        ],
      });
    }
    const split = toTheEnd(splitQuestion(a.tracks, calibration.evidence));
    if (!split || split.chance < LEAST_CHANCE) continue;
    const part = new Set(split.part);
    if (split.part.every((i) => isHeld(edits.homes.get(a.tracks[i]?.track_id ?? '')))) continue;
    const sides = [true, false].map((inPart) => a.tracks.filter((_, i) => part.has(i) === inPart));
    const faces = sides.map((side) => side.toSorted((x, y) => y.quality - x.quality)[0]?.track_id ?? '');
    found.push({
      ...{ ...rest, ...split, kind: 'split', best_score: null, evidence: [''] },
      identity_ids: [a.row.identity_id],
      faces,
    });
  }
  const photos = await recognise(
    await library.references(),
    await library.identities(),
    await loadTracks(library, {}),
    0,
    edits,
    rule,
    using.pipeline(),
  );
  for (const { identity_id, other, score, reasons } of photos.doubtful) {
    const b = people.find((p) => p.row.identity_id === other);
    const both = found.some((q) => [identity_id, other].every((id) => q.identity_ids.includes(id)));
    if (!b || both) continue;
    const face = b.tracks.toSorted((x, y) => y.quality - x.quality)[0]?.track_id ?? '';
    found.push({
      ...{ ...rest, kind: 'merge', identity_ids: [identity_id, other], score, best_score: score, faces: [face] },
      ...{ chance: 0.5, gain: b.tracks.length / 2, evidence: ['', ...reasons] },
    });
  }
  return found.sort((a, b) => b.gain - a.gain || (a.identity_ids.join() < b.identity_ids.join() ? -1 : 1)).map(told);
}

function searching(library: Library, portions: Portions): SuggestionSearch {
  const { pipeline } = using;
  const calibration = { ...pipeline().pack.calibration, calibration_id: null, decides: null };
  const parts = {
    library: () => Promise.resolve(library),
    pipeline: () => Promise.resolve(pipeline()),
    calibration: () => Promise.resolve(calibration),
  };
  return new SuggestionSearch(library, parts, portions);
}

/** People in pieces, some made one of two, some on screen together; and who each track shows. */
async function inPieces(cast: SyntheticCast) {
  const curated = await Curated.of(using, []);
  const pieces: SyntheticTrack[][] = [];
  for (let person = 0; person < 24; person++)
    for (let piece = 0; piece < 3; piece++) {
      const tracks = 1 + ((person + 2 * piece) % 5) * (piece + 1);
      pieces.push(
        Array.from({ length: tracks }, (_, k) =>
          cast.track(`person-${person}`, `video-${(person + 3 * piece + k) % 9}`, {
            quality: 0.08 + (0.6 * ((person + k) % 8)) / 8,
          }),
        ),
      );
    }
  // Two people taken for one.
  for (let k = 8; k < 22; k++) pieces[k]?.push(...(pieces.pop() ?? []));
  const at = (piece: number, video: string, presence: Interval[]) =>
    pieces[piece]?.push(cast.track(pieces[piece]?.[0]?.person ?? '', video, { presence, quality: 0.5 }));
  // Of one person: together on screen; in turns, each while the other is gone for a moment; together in a photo.
  at(0, 'together', [{ start_s: 0, end_s: 5 }]);
  at(1, 'together', [{ start_s: 2, end_s: 7 }]);
  at(
    3,
    'turns',
    [0, 1.4, 2.8].map((start_s) => ({ start_s, end_s: start_s + 0.7 })),
  );
  at(
    4,
    'turns',
    [0.7, 2.1, 3.5].map((start_s) => ({ start_s, end_s: start_s + 0.7 })),
  );
  at(6, 'photo', [PHOTO_SPAN]);
  at(7, 'photo', [PHOTO_SPAN]);
  // Of more tracks than are looked at: one person; and two taken for one, which only the best tracks tell.
  const many = (shows: (k: number) => string) => (_: unknown, k: number) =>
    cast.track(shows(k), `video-${k % 9}`, { quality: (k < 150 ? 0.5 : 0.2) + (0.2 * (k % 8)) / 8 });
  pieces.push(
    Array.from(
      { length: 170 },
      many(() => 'many'),
    ),
    Array.from(
      { length: 300 },
      many((k) => (k % 2 === 0 && k < 150 ? 'other' : 'twin')),
    ),
  );
  // Seen in one photo alone.
  pieces.push([cast.track('in a photo', 'alone', { presence: [PHOTO_SPAN] })]);
  const run_id = newId('run');
  const videos = byVideo(pieces.flat());
  await curated.library.write(async (writer) => {
    for (const tracks of videos) {
      const video_id = tracks[0]?.video_id ?? '';
      await writer.stageTracks(
        tracks.map(({ person: _, ...track }) =>
          makeTrack(video_id, run_id, { ...track, presence: [...track.presence] }),
        ),
      );
    }
    await writer.commitVideos(
      videos.map(([first]) => {
        const video = makeVideo(first?.video_id ?? '', run_id);
        const isPhoto = first?.presence[0] === PHOTO_SPAN;
        return isPhoto ? { ...video, coverage: { ...video.coverage, photo: { taken_at: null } } } : video;
      }),
    );
    await writer.putIdentities(
      pieces.map((tracks, k) =>
        makeIdentity({
          track_ids: tracks.map((t) => t.track_id).sort(),
          created_at: new Date(Date.UTC(2026, 0, 1, 0, k)).toISOString(),
        }),
      ),
    );
  });
  return { curated, shows: new Map(pieces.flat().map((t) => [t.track_id, t.person])) };
}

it('asks what comparing everybody with everybody would, in portions of any size', async () => {
  const cast = new SyntheticCast(7);
  const { curated, shows } = await inPieces(cast);
  const { library } = curated;
  const check = async () => {
    const all = await comparedAll(library);
    for (const portions of [{}, { people: 7, tracks: 10 }, { most: 9, people: 7, tracks: 10 }, { most: 9, people: 20 }])
      expect((await searching(library, portions).ask()).suggestions.map(told), JSON.stringify(portions)).toEqual(
        all.slice(0, portions.most ?? 200),
      );
    return all;
  };
  const all = await check();
  for (const kind of ['merge', 'split']) expect(all.filter((q) => q.kind === kind).length, kind).toBeGreaterThan(9);
  expect(all.length).toBeLessThan(200);
  for (const words of [/in one photo together/, /in 1 video both/, /in different videos/])
    expect(all.some((q) => q.evidence.some((line) => words.test(line)))).toBe(true);
  // Whoever edits speak of, and those whom they keep apart.
  const [first] = all.filter((q) => q.kind === 'merge');
  const [ada = '', gone = ''] = first?.identity_ids ?? [];
  await curated.edit({ action: 'name', identity_id: ada, name: 'Ada' }, { action: 'ignore', identity_id: gone });
  const merges = (await check()).filter((q) => q.kind === 'merge');
  expect(merges.flatMap((q) => q.identity_ids)).not.toContain(gone);
  for (const { identity_ids } of merges.slice(0, 3)) {
    const [identity_id = '', other = ''] = identity_ids;
    await curated.edit({ action: 'reject', identity_id, identity_ids: [other] });
  }
  const without = await check();
  expect((await comparedAll(library, { apart: false })).length).toBeGreaterThan(without.length);
  // Whom photos may show: an edit speaks of Ada, so it is not said without asking.
  const person = shows.get((await curated.look()).person(ada).track_ids[0] ?? '') ?? '';
  curated.takePhoto('bea.jpg', cast.track(person, 'photos', { quality: 0.9 }));
  await curated.edit({ action: 'enrol', name: 'Bea', images: ['bea.jpg'] });
  expect((await check()).some((q) => q.evidence.includes('an edit speaks of them'))).toBe(true);
});

/** A search in many steps, how often something was compared for it, and contexts that tell of its steps. */
async function inSteps() {
  const { curated } = await inPieces(new SyntheticCast(7));
  const compare = vi.spyOn(using.pipeline(), 'similarPairs');
  const read = vi.spyOn(curated.library, 'people');
  onTestFinished(() => {
    compare.mockRestore();
    read.mockRestore();
  });
  const portions = { people: 7, tracks: 10 };
  const told: number[] = [];
  return {
    search: searching(curated.library, portions),
    whole: async () => (await searching(curated.library, portions).ask()).suggestions,
    compare,
    read,
    told,
    /** Does something once so many steps were told of. */
    after: (steps: number, then: () => void): WorkContext => {
      let here = 0;
      return {
        onProgress: ({ fraction }) => {
          told.push(fraction);
          if (++here === steps) then();
        },
      };
    },
  };
}

it('rests when it is not wanted any more, and goes on from there when asked again', async () => {
  const { search, whole, compare, read, told, after } = await inSteps();
  const all = await whole();
  const times = compare.mock.calls.length,
    reads = read.mock.calls.length;
  compare.mockClear();
  read.mockClear();
  const gone = new AbortController();
  const context = { ...after(12, () => gone.abort(new Error('gone'))), signal: gone.signal };
  await expect(search.ask(context)).rejects.toMatchObject({ code: 'cancelled' });
  expect(told).toHaveLength(12);
  const part = compare.mock.calls.length;
  expect(part).toBeGreaterThan(0);
  // As they stand, nothing more is compared; and nobody is told of steps any more.
  const soFar = await search.ask({}, { asTheyStand: true });
  expect(compare.mock.calls.length).toBeLessThanOrEqual(part + 1);
  expect(soFar.uncompared).toMatchObject({ people: expect.any(Number), most: expect.any(Number) });
  expect(told).toHaveLength(12);
  expect(await search.ask(after(Infinity, () => undefined))).toEqual({ suggestions: all, uncompared: null });
  expect(compare).toHaveBeenCalledTimes(times);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  // Nothing was held meanwhile that can be read again.
  expect(read.mock.calls.length).toBeGreaterThan(reads);
  // All that was to be compared was.
  expect(await search.ask()).toEqual({ suggestions: all, uncompared: null });
  expect(compare).toHaveBeenCalledTimes(times);
});

it('compares once for all who ask at once, whoever of them leaves', async () => {
  const { search, whole, compare, after } = await inSteps();
  const all = await whole();
  const times = compare.mock.calls.length;
  compare.mockClear();
  const gone = new AbortController();
  const [left, stayed] = await Promise.allSettled([
    search.ask({ signal: gone.signal }),
    search.ask(after(5, () => gone.abort())),
  ]);
  expect(left).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
  expect(stayed).toMatchObject({ value: { suggestions: all, uncompared: null } });
  expect(compare).toHaveBeenCalledTimes(times);
});

it('answers in time with the best that were found, and says what was not compared', async () => {
  const { search, whole, compare, after } = await inSteps();
  const all = await whole();
  const times = compare.mock.calls.length;
  // Nothing at all is done yet.
  const none = await search.ask({}, { within_ms: 0 });
  expect(none.uncompared).not.toBeNull();
  const found = [none.suggestions.length],
    left = [Infinity];
  for (let more: Suggested | null = null; more?.uncompared !== null; ) {
    const gone = new AbortController();
    const cut = search.ask({ ...after(5, () => gone.abort()), signal: gone.signal });
    await cut.catch(() => undefined);
    more = await search.ask({}, { asTheyStand: true });
    const { suggestions, uncompared } = more;
    for (const question of suggestions) expect(all).toContainEqual(question);
    // What was still to be found gains no more than was said.
    const known = new Set(suggestions.map((q) => q.question));
    if (uncompared?.most)
      for (const { question, gain } of all) if (!known.has(question)) expect(gain).toBeLessThanOrEqual(uncompared.most);
    found.push(suggestions.length);
    left.push(uncompared?.most ?? 0);
  }
  expect(found.length).toBeGreaterThan(5);
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  expect(found.at(-1)).toBe(all.length);
  expect(left).toEqual(left.toSorted((a, b) => b - a));
  expect(compare.mock.calls.length).toBe(2 * times);
});
