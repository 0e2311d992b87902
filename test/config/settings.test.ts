import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { libraryAt, loadSettings, settingInfo, settingNames } from '../../src/config/settings.js';
import { RollcallError } from '../../src/domain/errors/errors.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'rollcall-settings-'));
});
afterEach(() => rmSync(home, { recursive: true }));
const file = (value: unknown) =>
  writeFileSync(path.join(home, 'config.json'), typeof value === 'string' ? value : JSON.stringify(value));
const failure = (flags: Parameters<typeof loadSettings>[0], env: NodeJS.ProcessEnv): RollcallError => {
  try {
    loadSettings(flags, env);
  } catch (error) {
    if (error instanceof RollcallError) return error;
  }
  throw new Error('no RollcallError');
};

describe('settings', () => {
  it('prefers flags to the environment, that to the file, that to the default', () => {
    const env = { ROLLCALL_HOME: home };
    expect(loadSettings({}, env).sampleFps).toBe(5);
    file({ sampleFps: 2 });
    expect(loadSettings({}, env).sampleFps).toBe(2);
    expect(loadSettings({}, { ...env, ROLLCALL_SAMPLE_FPS: '3' }).sampleFps).toBe(3);
    expect(loadSettings({ sampleFps: '4' }, { ...env, ROLLCALL_SAMPLE_FPS: '3' }).sampleFps).toBe(4);
  });

  it('keeps apart where a library is shared and what is this machine’s own', () => {
    const shared = loadSettings({}, { ROLLCALL_HOME: 's3://films/a/', ROLLCALL_LOCAL_HOME: home });
    expect(shared).toMatchObject({ home, remote: 's3://films/a' });
    expect(libraryAt(shared)).toBe('s3://films/a');
    const [one, other] = ['s3://films/a', 's3://films/b'].map((at) => loadSettings({}, { ROLLCALL_HOME: at }).home);
    expect(path.isAbsolute(one ?? '')).toBe(true);
    expect(one).not.toBe(other);
    const folder = loadSettings({}, { ROLLCALL_HOME: pathToFileURL(home).href });
    expect(folder.home).toBe(home);
    expect(folder.remote).toBeUndefined();
    expect(libraryAt(folder)).toBe(home);
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadSettings({}, { ROLLCALL_HOME: home, ROLLCALL_PACK: '', FFMPEG_PATH: '' })).toMatchObject({
      pack: 'open',
      ffmpegPath: null,
    });
  });

  it('knows three operating points, and none', () => {
    expect(loadSettings({}, { ROLLCALL_HOME: home }).operatingPoint).toBeNull();
    expect(loadSettings({}, { ROLLCALL_HOME: home, ROLLCALL_OPERATING_POINT: 'loose' }).operatingPoint).toBe('loose');
    expect(failure({ operatingPoint: 'lax' }, { ROLLCALL_HOME: home }).hint).toContain(
      'strict, balanced or loose, as --operating-point, as ROLLCALL_OPERATING_POINT',
    );
  });

  it('has all cores for inference, as its documentation says', () => {
    expect(settingInfo('threads').byDefault).toBe('the cores of the machine');
    expect(loadSettings({}, { ROLLCALL_HOME: home }).threads).toBe(os.availableParallelism());
  });

  it('names the setting, its source and the allowed range', () => {
    expect(failure({}, { ROLLCALL_HOME: home, ROLLCALL_SAMPLE_FPS: 'fast' })).toMatchObject({
      code: 'bad_argument',
      message: 'The setting sampleFps from the environment is "fast", which is not valid.',
      hint: 'Give a number from 0.1 to 60, as --sample-fps, as ROLLCALL_SAMPLE_FPS, or as "sampleFps" in config.json.',
    });
    expect(failure({ httpToken: 'short' }, { ROLLCALL_HOME: home }).hint).toContain(
      'as --token, as ROLLCALL_HTTP_TOKEN',
    );
    file({ threads: 0 });
    expect(failure({}, { ROLLCALL_HOME: home }).message).toContain(path.join(home, 'config.json'));
  });

  it('refuses a config file with unknown keys or no JSON', () => {
    file({ sampelFps: 2 });
    expect(failure({}, { ROLLCALL_HOME: home }).message).toContain('"sampelFps"');
    file('{');
    expect(failure({}, { ROLLCALL_HOME: home }).message).toContain('not valid JSON');
  });

  it('never shows a token', () => {
    expect(failure({ httpToken: 'hunter2' }, { ROLLCALL_HOME: home }).message).not.toContain('hunter2');
  });

  it('splits the allow-list and makes paths absolute', () => {
    const { allowDirs } = loadSettings(
      {},
      { ROLLCALL_HOME: home, ROLLCALL_ALLOW_DIRS: ['a', '~/b'].join(path.delimiter) },
    );
    expect(allowDirs).toEqual([path.resolve('a'), path.join(os.homedir(), 'b')]);
  });

  it('documents every setting', () => {
    for (const name of settingNames) expect(settingInfo(name).description).not.toBe('');
  });
});
