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
