/** All videos at once are read as each by itself. */
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { VideoRow } from '../../../src/store/rows.js';
import { makeVideo, open, temporaryHome } from '../fixtures.js';

it('reads of all videos what it reads of each: other scripts, ranges, photos, records from before they had a version', async () => {
  const library = await open(await temporaryHome(), { tuning: { heldTracks: -1 } });
  const make = (row: Partial<VideoRow> = {}) => makeVideo(newId('video'), newId('run'), row);
  const { v: _, ...older } = make().coverage;
  const rows = [
    make({ title: 'Über 東京 🎬', source: '/filme/naïve é.mp4', shots: [1.25, 2.5], start_s: -0.02, fps: 29.97 }),
    make({ range: { start_s: 3.5, end_s: 9 }, width: 1920, height: 1080, size_bytes: 5e12 }),
    make({ coverage: { ...make().coverage, photo: { taken_at: null }, ended_early: 'cut short' } }),
    make({ coverage: older as VideoRow['coverage'], shots: [] }),
  ];
  await library.write((writer) => writer.putVideos(rows));
  const all = await library.videos();
  expect(all.map((v) => v.video_id).sort()).toEqual(rows.map((v) => v.video_id).sort());
  for (const row of all) {
    expect([row]).toEqual(await library.videosOf([row.video_id]));
    const written = rows.find((v) => v.video_id === row.video_id);
    expect(row).toEqual(written && { ...written, coverage: { ...written.coverage, v: 1 } });
  }
});
