/** Files of pairs and arguments that are of no use, or of little. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { App } from '../../../src/app.js';
import { newId } from '../../../src/domain/ids.js';
import { encodeJpeg } from '../../../src/media/pictures/images.js';
import { calibrate } from '../../../src/tools/calibrate.js';
import { calibrateAnswer, calibrated, call, portraitFolder } from '../../support/libraries/calibrating.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const files = portraitFolder();

describe('labelled pairs', () => {
  let app: App;
  beforeAll(() => {
    app = files.appOf(files.at('asked'));
  });

  it('name the pictures that are of no use, and go on', async () => {
    const nobody = files.at('nobody.jpg'),
      page = files.at('page.jpg');
    writeFileSync(nobody, await encodeJpeg({ width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).fill(90) }, 80));
    writeFileSync(page, 'no picture at all');
    const file = files.at('odd.csv');
    writeFileSync(
      file,
      [
        'a;b;same',
        `portraits/red-top 0.jpg;${nobody};no`,
        `page.jpg;portraits/red-top 0.jpg;no`,
        'missing.jpg;missing too.jpg;yes',
        'portraits/red-top 0.jpg;portraits/navy-dress 1.jpg;FALSE',
      ].join('\n'),
    );
    const { report } = await calibrated(app, { pairs_file: file });
    expect(report).toMatchObject({ pairs: { genuine: 0, impostor: 1 }, unusable: { pictures: 4, pairs: 3 } });
    expect(report?.unusable.first.map((u) => [path.basename(u.source), u.code]).sort()).toEqual([
      ['missing too.jpg', 'not_found'],
      ['missing.jpg', 'not_found'],
      ['nobody.jpg', 'no_face'],
      ['page.jpg', 'not_an_image'],
    ]);
  });

  it('are read from allowed folders only', async () => {
    const guarded = files.appOf(files.at('guarded'), { allowDirs: files.at('portraits') });
    await expect(
      calibrated(guarded, { pairs_file: files.pairsFile('outside.csv', ['red-top']) }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    const inside = files.at('portraits', 'inside.csv');
    writeFileSync(
      inside,
      'a,b,c\n../outside.csv,red-top 0.jpg,yes\n/etc/hostname,red-top 0.jpg,yes\nred-top 1.jpg,red-top 0.jpg,yes\n',
    );
    const { report } = await calibrated(guarded, { pairs_file: inside });
    expect(report).toMatchObject({
      pairs: { genuine: 1, impostor: 0 },
      unusable: { pictures: 2, first: [{ code: 'forbidden' }, { code: 'forbidden' }] },
    });
  });

  it.each([
    ['no header to speak of', 'a,b\nc,d\n', 'fewer than three columns'],
    ['a line without a picture', 'a,b,same\nx.jpg,,yes\n', 'line 2 lacks a picture'],
    ['a word that is neither', 'a,b,same\n\n"x.jpg","y.jpg",maybe\n', 'line 3 says "maybe"'],
    ['a quote that never ends', 'a,b,same\n"x.jpg,y.jpg,yes\n', 'a quote in line 2 is never closed'],
    ['no text', new Uint8Array([0xff, 0xfe, 0x80, 0x81]), 'UTF-8'],
  ])('%s: the file is refused, with the line', async (_, content, message) => {
    const file = files.at('bad.csv');
    writeFileSync(file, content);
    await expect(calibrated(app, { pairs_file: file })).rejects.toMatchObject({
      code: 'bad_argument',
      message: expect.stringContaining(message),
    });
  });

  it('a file beyond all use is refused', async () => {
    const file = files.at('endless.csv');
    writeFileSync(file, `a,b,same\n${'x.jpg,y.jpg,no\n'.repeat(100_001)}`);
    await expect(calibrated(app, { pairs_file: file })).rejects.toMatchObject({
      code: 'too_large',
      hint: expect.stringContaining('random part'),
    });
    await expect(calibrated(app, { pairs_file: files.at('no.csv') })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it.each([
    [{ status: true, revert: true }, 'Unrecognized keys: "status", "revert"'],
    [{ action: 'status', operating_point: 'loose' }, "operating_point can't be given with action status."],
    [{ action: 'revert', calibration_id: newId('calibration') }, "calibration_id can't be given with action revert."],
    [{ calibration_id: newId('calibration') }, "calibration_id can't be given with action measure."],
    [{ pairs: [], pairs_file: 'x' }, 'pairs: Too small'],
    [
      { pairs: [{ image_a: 'a', image_b: 'b', same: true }], pairs_file: 'x' },
      "pairs_file and pairs don't go together.",
    ],
    [
      { action: 'apply', calibration_id: newId('calibration'), pairs_file: 'x.csv' },
      "pairs_file can't be given with action apply and calibration_id.",
    ],
  ])('%j is refused: %s', async (args, message) => {
    await expect(call(app, calibrate, args, calibrateAnswer)).rejects.toMatchObject({
      code: 'bad_argument',
      message: expect.stringContaining(message),
    });
  });

  it('unknown calibrations cannot be applied', async () => {
    await expect(
      call(app, calibrate, { action: 'apply', calibration_id: newId('calibration') }, calibrateAnswer),
    ).rejects.toMatchObject({ code: 'unknown_id' });
  });
});
