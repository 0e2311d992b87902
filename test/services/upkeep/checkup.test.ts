/** What doctor says of a home that is not its user's alone, and of hardware that is not there. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { checkUp } from '../../../src/services/upkeep/checkup.js';

test('finds a home that others may write to, but for Windows, where modes mean little', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-checkup-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const finding = async () =>
    (await checkUp(loadSettings({ home }, {}), pino({ level: 'silent' }), new AbortController().signal)).find(
      ({ name }) => name === 'home',
    );
  await chmod(home, 0o777);
  // Nobody else's things are in it: it is closed, and then all is well.
  expect(await finding()).toMatchObject({ ok: true });
  await chmod(home, 0o777);
  await writeFile(path.join(home, 'holiday.mp4'), '');
  expect(await finding()).toMatchObject(
    process.platform === 'win32'
      ? { ok: true }
      : {
          ok: false,
          detail: expect.stringContaining('Others may write') as unknown,
          hint: expect.stringContaining('chmod') as unknown,
        },
  );
}, 60_000);

test('tells what runs networks and decodes video when the hardware that was asked for is not there', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-checkup-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const absent = process.platform === 'win32' ? 'coreml' : 'directml';
  const settings = loadSettings({ home, executionProvider: absent, hwaccel: 'nonsense' }, {});
  const findings = await checkUp(settings, pino({ level: 'silent' }), new AbortController().signal);
  const said = (name: string) => findings.find((f) => f.name === name);
  expect(said('inference')).toMatchObject({
    ok: true,
    detail: expect.stringContaining(`on cpu; not on ${absent}`) as unknown,
  });
  expect(said('pictures')).toMatchObject({
    ok: true,
    detail: expect.stringMatching(/^sharp \d.*libvips \d/) as unknown,
  });
  expect(said('ffmpeg')).toMatchObject({
    ok: true,
    detail: expect.stringContaining('nonsense does not work') as unknown,
  });
}, 60_000);
