/** Questions about a person, a film or a page read no more of a library, and answer as if it were read whole. */
import { beforeEach, expect, it } from 'vitest';
import { sampleJpeg } from '../../../lab/scale/sample-jpeg.js';
import { loadSettings } from '../../../src/config/settings.js';
import { newId } from '../../../src/domain/ids.js';
import { createSources } from '../../../src/services/allowed-sources.js';
import { createBrowsingService } from '../../../src/services/browsing/browse-library.js';
import { createEvidenceService } from '../../../src/services/evidence/show-faces.js';
import { createExportService } from '../../../src/services/handover/export.js';
import { createLibraryService } from '../../../src/services/library/library-service.js';
import { createShortIds } from '../../../src/services/library/short-ids.js';
import { createViewReader, type ViewReader } from '../../../src/services/library/library-view.js';
import type { Library } from '../../../src/store/api.js';
import { makeIdentity, makeTrack, makeVideo, open, temporaryHome } from '../../store/fixtures.js';
import { certainty } from '../../support/libraries/certainty.js';
import { SHIPPED } from '../../support/libraries/shipped-calibration.js';
import { systemTools } from '../../support/servers/tools.js';
import { countingWhole } from '../../support/libraries/whole-reads.js';

const FILMS = 4,
  PEOPLE = 5;
let home: string, tracks: string[], people: string[];

/** Everybody is twice in each film, but for the last, of whom nobody asks; a track of each film is nobody's. */
beforeEach(async () => {
  home = await temporaryHome();
  const library = await open(home);
  const crops = [await sampleJpeg()];
  const rows = Array.from({ length: FILMS }, (_, f) => {
    const video = makeVideo(newId('video'), newId('run'), {
      title: ['Night', 'Ämter', 'day', 'Night'][f] ?? '',
      indexed_at: `2026-01-0${9 - f}T00:00:00.000Z`,
      duration_s: 100.25,
    });
    const made = Array.from({ length: 2 * PEOPLE + 1 }, (_, t) =>
      makeTrack(video.video_id, video.run_id, { crops, quality: ((7 * f + 3 * t) % 11) / 11 }),
    );
    return { video, made };
  });
  tracks = rows.flatMap(({ made }) => made.map((t) => t.track_id));
  const rowsOf = Array.from({ length: PEOPLE }, (_, p) =>
    makeIdentity({
      name: p === 1 ? 'Ada' : null,
      created_at: `2026-01-0${5 - p}T00:00:00.000Z`,
      // Not in the order of films.
      track_ids: rows.toReversed().flatMap(({ made }) => made.slice(2 * p, 2 * p + 2).map((t) => t.track_id)),
    }),
  );
  people = rowsOf.map((p) => p.identity_id);
  await library.write(async (writer) => {
    for (const { video, made } of rows) {
      await writer.stageTracks(made);
      await writer.commitVideo(video);
    }
    await writer.putIdentities([
      ...rowsOf,
      makeIdentity({ identity_id: gone, merged_into: people[0] ?? '', track_ids: [] }),
    ]);
  });
});
const gone = newId('identity');

/** All that is answered, of a library that a view says is read so. */
async function answers(library: Library, viewOf: (view: ViewReader) => ViewReader) {
  const view = viewOf(createViewReader(() => Promise.resolve(library)));
  const settings = loadSettings({ home });
  const resources = {
    ...{ settings, view, certainty, sources: createSources(settings) },
    library: () => Promise.resolve(library),
    calibration: () => Promise.resolve({ ...SHIPPED, calibration_id: null, decides: null }),
    ffmpeg: systemTools,
  };
  const ids = createShortIds(resources);
  const evidence = createEvidenceService(resources, ids),
    browsing = createBrowsingService(resources),
    service = createLibraryService(resources),
    exports = createExportService(resources, ids);
  const [one = '', two = '', three = ''] = people;
  const entries = await browsing.entries();
  return {
    faces: await evidence.showFaces({ identity_ids: [one, two], limit: 12 }),
    redirected: await evidence.showFaces({ identity_ids: [gone, 'ada'], limit: 2 }),
    tracks: await evidence.showFaces({ track_ids: [tracks[5] ?? '', tracks.at(-1) ?? '', tracks[0] ?? ''], limit: 12 }),
    noTrack: await evidence.showFaces({ track_ids: [newId('track')], limit: 1 }).catch((e: { code: string }) => e.code),
    videos: await service.videos(),
    page: await service.videos(undefined, { from: 1, count: 2 }),
    state: { ...(await service.state()), bytes: 0 },
    entries,
    kinds: [await browsing.entries('video'), await browsing.entries('identity')],
    films: new Map([...(await browsing.firstFilms(people))].sort()),
    person: await browsing.identity(three),
    face: await browsing.face(tracks[3] ?? ''),
    exported: await exports.export({ format: 'csv', identity_ids: [two] }).catch((e: unknown) => String(e)),
    vtt: await exports.export({ format: 'chapters', identity_ids: [one, three], together: true }),
    short: await ids.resolve([(tracks[7] ?? '').slice(0, 17)]),
  };
}

it('reads no more than what is asked for, and says the same', async () => {
  const small = await open(home);
  const all = await answers(small, (view) =>
    Object.assign((...of: Parameters<ViewReader>) => view(...of), {
      ...view,
      people: () => view(),
      ofPeople: () => view(),
      ofTracks: () => view(),
    }),
  );
  const { library, whole } = countingWhole(await open(home, { tuning: { heldTracks: 0 } }));
  const part = await answers(library, (view) => view);
  expect(part).toEqual(all);
  expect(whole.filter((name) => name !== 'videos')).toEqual([]);

  expect(part.videos.videos.map((v) => v.title)).toEqual(['Ämter', 'day', 'Night', 'Night']);
  expect(part.page).toEqual({ ...part.videos, videos: part.videos.videos.slice(1, 3) });
  expect(part.videos.videos[0]).toMatchObject({ people: PEOPLE, names: ['Ada'] });
  expect(part.state).toMatchObject({ people: PEOPLE, named: 1, ignored: 0, tracks: tracks.length, duration_s: 401 });
  expect(part.kinds.flat()).toEqual(part.entries);
  const [, ada, ...others] = people;
  expect(part.entries.slice(FILMS).map((e) => e.id)).toEqual([ada, ...others.toReversed(), people[0]]);
  expect(part.films.get(ada ?? '')).toBe('Night');
  expect(part.face.about).toEqual([ada]);
  expect(part.tracks.faces.map((f) => f.identity_id)).toEqual([people[2], null, people[0]]);
  expect(part.noTrack).toBe('unknown_id');
});
