/** A disk that is full at one write after another: a typed error; what was there is read, and with room it goes on. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { smallDisk } from '../../support/small-disk.js';
import { makeIdentity, makeTrack, makeVideo, open, temporaryHome } from '../fixtures.js';

const LEAST = 4 * 1024;

test('nothing is lost or torn at whatever write the disk is full', async () => {
  const home = path.join(await temporaryHome(), 'disk');
  const disk = await smallDisk(home);
  let refused = 0;
  /** Tries with twice the room each time; what was refused has filled it. */
  const grown = async <T>(work: () => Promise<T>, look: () => Promise<void>): Promise<T> => {
    for (let room = LEAST; ; room *= 2) {
      await disk.leave(room);
      try {
        return await work();
      } catch (error) {
        expect(error).toMatchObject({ name: 'RollcallError', code: 'no_space' });
        refused += 1;
        await look();
      }
    }
  };
  const library = await grown(
    () => open(home),
    () => Promise.resolve(),
  );
  const known = { videos: 0, tracks: 0, people: 0, edits: 0, calibrations: 0 };
  const look = async (): Promise<void> => expect(await counts(library)).toEqual(known);
  for (let i = 0; i < 3; i += 1) {
    const [video_id, run_id] = [newId('video'), newId('run')];
    const rows = Array.from({ length: 10 }, () => makeTrack(video_id, run_id, { crops: [new Uint8Array(2000)] }));
    await grown(async () => {
      await library.dropRun(run_id).catch(() => undefined);
      await library.write(async (writer) => {
        await writer.stageTracks(rows);
        await writer.putIdentities([makeIdentity({ track_ids: rows.map((row) => row.track_id) })]);
        await writer.commitVideo(makeVideo(video_id, run_id));
      });
    }, look);
    Object.assign(known, { videos: i + 1, tracks: 10 * (i + 1), people: i + 1 });
    const created_at = new Date().toISOString();
    await grown(
      () => library.write((writer) => writer.appendEdits([{ edit_id: newId('edit'), created_at, body: i }])),
      look,
    );
    known.edits += 1;
    const calibration = { calibration_id: newId('calibration'), created_at, body: i };
    await grown(() => library.write((writer) => writer.appendCalibrations([calibration])), look);
    known.calibrations += 1;
    await look();
  }
  await grown(() => library.purge(), look);
  await look();
  process.stderr.write(`refused ${refused} times (${String(disk.how)})\n`);
  if (disk.how !== null) expect(refused).toBeGreaterThan(10);
  expect((await readdir(home)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

async function counts(library: Library): Promise<Record<string, number>> {
  const [videos, tracks, people, edits, calibrations] = [
    await library.videos(),
    await library.tracks(),
    await library.identities(),
    await library.edits(),
    await library.calibrations(),
  ];
  const lengths = { videos, tracks, people, edits, calibrations };
  return Object.fromEntries(Object.entries(lengths).map(([name, rows]) => [name, rows.length]));
}
