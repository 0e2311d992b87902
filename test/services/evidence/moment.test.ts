import { replayEdits } from '../../../src/domain/edits/edits.js';
import { stat } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { createSources } from '../../../src/services/allowed-sources.js';
import { facesAtMoment, pictureAt, picturesOf } from '../../../src/services/evidence/moment.js';
import type { View } from '../../../src/services/library/library-view.js';
import { makeTrack, makeVideo } from '../../store/rows.js';
import { X264, numbered, readNumber, workspace } from '../../support/pictures/clips.js';
import { fileSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

const video_id = newId('video');

/** A video that lasts until `end_s` on its own timeline, from 10 s on, and one track. */
function view(end_s: number): View {
  const video = makeVideo(video_id, newId('run'), { start_s: 10, duration_s: end_s });
  const track = makeTrack(video_id, video.run_id, {
    presence: [
      { start_s: 11, end_s: 12 },
      { start_s: 14, end_s: 15 },
    ],
  });
  return {
    videos: new Map([[video_id, video]]),
    tracks: new Map([[track.track_id, track]]),
    people: [],
    named: [],
    ownerOf: () => undefined,
    person: () => expect.unreachable(),
    tracksOf: () => [],
    state: expect.anything() as View['state'],
    videosOf: () => [],
    cast: () => expect.unreachable(),
    ages: () => expect.unreachable(),
    totals: () => expect.unreachable(),
    means: () => expect.unreachable(),
    listed: () => expect.unreachable(),
    holdsCast: () => false,
    compared: () => Promise.resolve({ compared: 0, comparisons: 0 }),
    described: () => expect.unreachable(),
    appearances: () => [],
    coverage: () => [],
    titles: () => new Map(),
    ignored: new Set(),
    whole: true,
    references: new Map(),
    edits: replayEdits([]),
  };
}

it('knows who is there by presence, not by the ends of a track', () => {
  const there = [11, 11.999, 12, 13, 14.5].map((time_s) => facesAtMoment(view(20), video_id, time_s).length);
  expect(there).toEqual([1, 1, 0, 0, 1]);
});

it('ends where the video ends on its own timeline', () => {
  expect(facesAtMoment(view(20), video_id, 20)).toEqual([]);
  for (const time_s of [9.5, 20.5, 29])
    expect(() => facesAtMoment(view(20), video_id, time_s)).toThrow('lasts from 10.000 to 20.000 s');
});

it('shows the moment of a broadcast that was indexed by the clock of its station', async () => {
  const files = await workspace();
  onTestFinished(() => files.remove());
  const source = await files.make('broadcast.ts', [...numbered(75, '25'), ...X264, '-output_ts_offset', '100']);
  const tools = await systemTools();
  const probe = await probeVideo(await fileSource(source), tools);
  const { size } = await stat(source);
  const start_s = probe.zero_s + probe.start_s;
  const video = makeVideo(video_id, newId('run'), { source, size_bytes: size, start_s, duration_s: start_s + 3 });
  const resources = {
    sources: createSources({ allowDirs: null, home: files.folder }),
    ffmpeg: () => Promise.resolve(tools),
  };
  const old = await pictureAt(video, start_s + 2, resources);
  const now = await pictureAt({ ...video, start_s: probe.start_s }, 2, resources);
  for (const [moment, at_s] of [
    [old, start_s + 2],
    [now, 2],
  ] as const) {
    if ('missing' in moment) expect.unreachable(moment.missing);
    expect(moment.time_s).toBeCloseTo(at_s, 1);
    expect(readNumber(moment.image)).toBe(50);
  }
});

it('finds out once what the film is of which several pictures are asked for', async () => {
  const files = await workspace();
  onTestFinished(() => files.remove());
  const source = await files.make('film.mp4', [...numbered(75, '25'), ...X264]);
  const tools = await systemTools(),
    { size } = await stat(source);
  let asked = 0;
  const at = picturesOf(makeVideo(video_id, newId('run'), { source, size_bytes: size, start_s: 0, duration_s: 3 }), {
    sources: createSources({ allowDirs: null, home: files.folder }),
    ffmpeg: () => Promise.resolve((asked++, tools)),
  });
  for (const time_s of [1, 2]) {
    const moment = await at(time_s);
    expect('image' in moment && readNumber(moment.image)).toBe(25 * time_s);
  }
  expect(asked).toBe(1);
});
