/** The log of calibrations: a table that libraries get with their first one. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../src/domain/ids.js';
import type { CalibrationRow } from '../../../src/store/rows.js';
import { addVideo, open, temporaryHome } from '../fixtures.js';

const entry = (body: unknown): Omit<CalibrationRow, 'seq'> => ({
  calibration_id: newId('calibration'),
  created_at: new Date().toISOString(),
  body,
});
const headOf = async (home: string) =>
  z
    .looseObject({ schema_version: z.number(), versions: z.record(z.string(), z.number()) })
    .parse(JSON.parse(await readFile(path.join(home, 'library.json'), 'utf8')));

test('entries come back in order, numbered across writes and openings', async () => {
  const home = await temporaryHome();
  const first = await open(home),
    other = await open(home);
  expect(await first.calibrations()).toEqual([]);
  const [a, b, c] = [entry({ event: 'made', model: { x: [1, null] } }), entry(2), entry('three')];
  await first.write(async (writer) => {
    expect(await writer.appendCalibrations([a])).toEqual([{ ...a, seq: 1 }]);
    expect(await writer.appendCalibrations([b])).toEqual([{ ...b, seq: 2 }]);
  });
  expect(await other.calibrations()).toEqual([
    { ...a, seq: 1 },
    { ...b, seq: 2 },
  ]);
  await other.write((writer) => writer.appendCalibrations([c]));
  expect((await first.calibrations()).map((row) => row.seq)).toEqual([1, 2, 3]);
  await expect(
    first.write((writer) => writer.appendCalibrations([{ ...a, calibration_id: "x' OR true" }])),
  ).rejects.toMatchObject({ code: 'unknown_id' });
});

test('a library of the schema before is what it was until its first calibration', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  expect(await headOf(home)).toMatchObject({
    schema_version: 1,
    versions: expect.not.objectContaining({ calibrations: expect.anything() }),
  });
  await library.purge();
  await library.write((writer) => writer.appendCalibrations([entry(1)]));
  expect(await headOf(home)).toMatchObject({ schema_version: 2, versions: { calibrations: expect.any(Number) } });
  await library.purge();
  await addVideo(library, newId('video'), 2);
  expect(await headOf(home)).toMatchObject({ schema_version: 10 });
  expect(await (await open(home)).calibrations()).toHaveLength(1);
  expect(await library.tracks()).toHaveLength(2);
});

test('a write that failed leaves no calibration, and the next one makes the table anew', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  await expect(
    library.write(async (writer) => {
      await writer.appendCalibrations([entry('lost')]);
      throw new Error('cut short');
    }),
  ).rejects.toThrow('cut short');
  expect(await library.calibrations()).toEqual([]);
  await library.write((writer) => writer.appendCalibrations([entry('kept')]));
  expect((await library.calibrations()).map((row) => [row.seq, row.body])).toEqual([[1, 'kept']]);
});

test('a head with a table that nobody knows is refused', async () => {
  const home = await temporaryHome();
  await (await open(home)).close();
  const head = await headOf(home);
  await writeFile(
    path.join(home, 'library.json'),
    JSON.stringify({ ...head, versions: { ...head.versions, others: 1 } }),
  );
  await expect(open(home)).rejects.toMatchObject({ code: 'incompatible_library' });
});
