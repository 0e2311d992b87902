import { expect, it } from 'vitest';
import { otioOf } from '../../../src/domain/handover/otio.js';
import { BEN, cue, film, handover, HOSTILE } from './sample.js';
import { otioTimeline } from './otio-schema.js';

it('is a timeline of the films with a marker for each cue, in frames', () => {
  const ntsc = 30000 / 1001;
  const films = [
    film(),
    film({ video_id: 'video_b', title: HOSTILE, fps: ntsc, timecode: '01:00:00;00', start_s: 0.85 }),
  ];
  const cues = [cue(1, 2.2), cue(1, 2, { people: BEN }), cue(0.85 + 5.005, 61, { video_id: 'video_b', score: null })];
  const read = otioTimeline.parse(JSON.parse(otioOf(handover(films, cues), () => 'file:///films/lounge%20a.mp4')));
  const [clips = expect.unreachable()] = read.tracks.children.map((t) => t.children);
  expect(clips.map((c) => c.markers.length)).toEqual([2, 1]);
  const values = clips.flatMap((c) =>
    c.markers.map((m) => [m.marked_range.start_time.value, m.marked_range.duration.value]),
  );
  // Markers lie in the clip's own range, which begins at the film's timecode.
  expect(values).toEqual(
    [
      [25, 30],
      [25, 25],
      [107_892 + 150, Math.round((61 - 0.85) * ntsc) - 150 - 30],
    ].map((v, i) => (i < 2 ? v : [v[0], values[2]?.[1]])),
  );
  const [first, second] = clips;
  expect(second?.source_range?.start_time).toEqual({ OTIO_SCHEMA: 'RationalTime.1', rate: ntsc, value: 107_892 });
  expect(first?.markers.map((m) => m.name)).toEqual(['Ada', 'Ben']);
  expect(new Set(first?.markers.map((m) => m.color)).size).toBe(2);
  for (const c of clips) {
    const whole = c.source_range ?? expect.unreachable();
    expect(Object.keys(c.media_references)).toEqual([c.active_media_reference_key]);
    for (const { marked_range: m } of c.markers) {
      expect(m.start_time.value).toBeGreaterThanOrEqual(whole.start_time.value);
      const end = whole.start_time.value + whole.duration.value;
      expect(m.start_time.value + m.duration.value).toBeLessThanOrEqual(end);
    }
  }
});

it('says of film and cue what the library knows, and is whole', () => {
  const one = cue(1, 2, { score: 0.4, track_ids: ['track_1', 'track_2'] });
  const text = otioOf(handover([film({ end_s: 2 })], [one]), (f) => `file://${f.source}`);
  const time = (value: number) => ({ OTIO_SCHEMA: 'RationalTime.1', rate: 25, value });
  const range = (start: number, duration: number) => ({
    ...{ OTIO_SCHEMA: 'TimeRange.1', duration: time(duration), start_time: time(start) },
  });
  const plain = { metadata: {}, source_range: null, effects: [], markers: [], enabled: true };
  const marker = {
    OTIO_SCHEMA: 'Marker.2',
    metadata: {
      rollcall: {
        ...{ identity_ids: ['identity_ada'], start_s: 1, end_s: 2, score: 0.4, in_doubt: true },
        track_ids: ['track_1', 'track_2'],
      },
    },
    ...{ name: 'Ada', comment: '', color: 'CYAN', marked_range: range(25, 25) },
  };
  const media = {
    ...{ OTIO_SCHEMA: 'ExternalReference.1', metadata: {}, name: 'lounge.mp4', available_range: range(0, 50) },
    ...{ available_image_bounds: null, target_url: 'file:///films/lounge.mp4' },
  };
  const clip = {
    ...{ ...plain, OTIO_SCHEMA: 'Clip.2', name: 'lounge.mp4', source_range: range(0, 50), markers: [marker] },
    metadata: { rollcall: { video_id: 'video_a', coverage: 'Looked at 100 % of it.' } },
    ...{ media_references: { DEFAULT_MEDIA: media }, active_media_reference_key: 'DEFAULT_MEDIA' },
  };
  const track = { ...plain, OTIO_SCHEMA: 'Track.1', name: 'films', kind: 'Video', children: [clip] };
  expect(JSON.parse(text)).toEqual({
    ...{ OTIO_SCHEMA: 'Timeline.1', name: 'Who is on screen when', global_start_time: null },
    metadata: { rollcall: { threshold: 0.5 } },
    tracks: { ...plain, OTIO_SCHEMA: 'Stack.1', name: 'tracks', children: [track] },
  });
  expect(text).toMatch(/^\{\n {2}"OTIO_SCHEMA"[^]*\n\}\n$/);
});
