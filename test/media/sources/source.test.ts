import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash } from '../../../src/media/sources/files.js';
import { loadImage } from '../../../src/media/pictures/images.js';
import { matching } from '../../support/matching.js';
import { Source, isInside, labelOf, readGiven, resolveSource } from '../../../src/media/sources/source.js';

const VIDEO = ['file', 'folder', 'url'] as const;
const PICTURE = ['file', 'url', 'data'] as const;

let root: string;
const at = (...parts: string[]) => path.join(root, ...parts);
beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'rollcall-source-')));
  for (const dir of ['open', 'open-too', 'closed', 'open/data:']) mkdirSync(at(dir));
  for (const file of ['open/a.mp4', 'open/..b.mp4', 'open-too/a.mp4', 'closed/a b.mp4']) writeFileSync(at(file), 'x');
  symlinkSync(at('closed'), at('open', 'door'));
  symlinkSync(at('open', 'a.mp4'), at('closed', 'back.mp4'));
  symlinkSync('../closed/none.mp4', at('open', 'dangling.mp4'));
  symlinkSync('round.mp4', at('open', 'round.mp4'));
  symlinkSync(at('open'), at('way-in'));
});
afterAll(() => rmSync(root, { recursive: true }));

const video = (given: string, base?: string) => resolveSource(given, { accept: VIDEO, allowDirs: [at('open')], base });

describe('a path', () => {
  it.each(['open/a.mp4', 'open', 'open/..b.mp4', 'closed/back.mp4', 'open/../open/a.mp4', 'way-in/a.mp4'])(
    'inside the allowed folders resolves to what it leads to: %s',
    async (file) => {
      const source = await video(at(file));
      expect(Source.locationOf(source)).toBe(realpathSync(at(file)));
      expect(source.shown).toBe(at(path.normalize(file)));
      expect(source.kind).toBe(file === 'open' ? 'folder' : 'file');
    },
  );

  it.each([
    'closed/a b.mp4',
    'open-too/a.mp4',
    'open/door/a b.mp4',
    'open/../closed/a b.mp4',
    'closed/none.mp4',
    'open/door/none.mp4',
    'open/door/none/none.mp4',
    'open/dangling.mp4',
  ])('outside is refused, and whether it is there is not told: %s', async (file) => {
    const refusal = { name: 'RollcallError', code: 'forbidden' };
    await expect(video(at(file))).rejects.toMatchObject(refusal);
    await expect(video(pathToFileURL(at(file)).href)).rejects.toMatchObject(refusal);
    await expect(video(path.relative(process.cwd(), at(file)))).rejects.toMatchObject(refusal);
    await expect(video(file, root)).rejects.toMatchObject(refusal);
  });

  it.each(['open/none.mp4', 'open/a.mp4/none.mp4', 'open/round.mp4'])(
    'inside that leads to nothing is not found: %s',
    async (file) => {
      await expect(video(at(file))).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it('in a folder that is swapped for a link afterwards is not opened', async () => {
    mkdirSync(at('open', 'real'));
    writeFileSync(at('open', 'real', 'a b.mp4'), 'x');
    const source = await video(at('open', 'real', 'a b.mp4'));
    expect(Source.locationOf(source)).toBe(at('open', 'real', 'a b.mp4'));
    rmSync(at('open', 'real'), { recursive: true });
    symlinkSync(at('closed'), at('open', 'real'));
    expect(() => Source.locationOf(source)).toThrow(/leads somewhere else/);
    rmSync(at('open', 'real'));
    expect(Source.locationOf(source)).toBe(at('open', 'real', 'a b.mp4'));
  });

  it('under a link that is swapped afterwards still leads to what it led to', async () => {
    const link = at('open', 'swapped.mp4');
    symlinkSync(at('open', 'a.mp4'), link);
    const source = await video(link);
    rmSync(link);
    symlinkSync(at('closed', 'a b.mp4'), link);
    expect(Source.locationOf(source)).toBe(at('open', 'a.mp4'));
  });

  it('with ~ is below the home folder', () => {
    expect(readGiven('~/a.mp4').location).toBe(path.join(os.homedir(), 'a.mp4'));
    expect(readGiven('~a.mp4').location).toBe(path.resolve('~a.mp4'));
    expect(readGiven('b/../a.mp4', '/base').location).toBe(path.resolve('/base/a.mp4'));
  });

  it('with a NUL is refused', async () => {
    await expect(video(`${at('open/a.mp4')}\0.png`)).rejects.toMatchObject({ code: 'bad_argument' });
  });
});

describe('what is no ordinary file', () => {
  const any = (given: string) => resolveSource(given, { accept: VIDEO, allowDirs: null });

  it.runIf(process.platform !== 'win32')('is refused: a pipe, a device', async () => {
    execFileSync('mkfifo', [at('pipe.mp4')]);
    for (const odd of [at('pipe.mp4'), '/dev/zero', '/dev/null'])
      await expect(any(odd)).rejects.toMatchObject({ code: 'bad_argument', message: matching(/not an ordinary file/) });
  });

  it.runIf(process.platform === 'linux')('is refused: what the kernel makes up', async () => {
    symlinkSync('/proc/self/environ', at('environ.mp4'));
    for (const odd of ['/proc/self/environ', '/proc/self/maps', at('environ.mp4'), '/sys/kernel/uevent_seqnum'])
      await expect(any(odd)).rejects.toMatchObject({ code: 'bad_argument', message: matching(/not an ordinary file/) });
  });
});

describe('a URL', () => {
  it('with data is a picture, and no way round the allowed folders', async () => {
    for (const given of ['data:/../../etc/passwd', `data:/../../${at('open/a.mp4')}`, 'DATA:image/png;base64,AA'])
      await expect(video(given)).rejects.toMatchObject({
        code: 'bad_argument',
        message: matching(/only be a picture/),
      });
    const picture = await resolveSource('data:image/png;base64,AA', { accept: PICTURE, allowDirs: [at('open')] });
    expect([picture.kind, labelOf(picture)]).toEqual(['data', 'The data URL']);
  });

  it('of the web goes as it is; other schemes are refused', async () => {
    const source = await video('https://example.org/a.mp4?x=1');
    expect([source.kind, Source.locationOf(source)]).toEqual(['url', 'https://example.org/a.mp4?x=1']);
    expect(labelOf(source)).toBe('https://example.org/a.mp4');
    for (const given of ['ftp://example.org/a.mp4', 'concat://a', 'pipe://1', 'rtsp://x/y'])
      await expect(video(given)).rejects.toMatchObject({ code: 'forbidden' });
    // Without the slashes it is a name like another.
    await expect(video('concat:a.mp4|b.mp4', at('open'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of a file is its path', async () => {
    expect(Source.locationOf(await video(pathToFileURL(at('open', 'a.mp4')).href))).toBe(at('open', 'a.mp4'));
    expect(Source.locationOf(await video(`FILE://${at('open', 'a.mp4')}`))).toBe(at('open', 'a.mp4'));
    await expect(video('file://elsewhere/share/a.mp4')).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(video('file:///a%2fb.mp4')).rejects.toMatchObject({ code: 'bad_argument' });
  });

  it('is not taken where a file of this machine is asked for, nor a folder', async () => {
    const file = (given: string) => resolveSource(given, { accept: ['file'], allowDirs: null });
    await expect(file('https://example.org/a.csv')).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(file(at('open'))).rejects.toMatchObject({ code: 'bad_argument', message: matching(/is a folder/) });
  });
});

describe('what was not resolved', () => {
  it('can’t be opened, whatever the compiler is told', async () => {
    const forged = { kind: 'file', shown: at('closed/a b.mp4'), is: () => true } as unknown as Source<'file'>;
    const inherited = Object.create(Source.prototype, { kind: { value: 'file' } }) as Source<'file'>;
    for (const source of [forged, inherited, at('closed/a b.mp4') as unknown as Source<'file'>]) {
      await expect(contentHash(source)).rejects.toThrow();
      await expect(loadImage(source)).rejects.toThrow();
    }
    expect(() => {
      Reflect.construct(Source, [Symbol('mint'), 'file', at('closed/a b.mp4'), 'x']);
    }).toThrow(/Only resolveSource/);
    // @ts-expect-error a string is no source
    await expect(contentHash('/etc/passwd')).rejects.toThrow(/resolveSource|in/);
  });
});

describe('on Windows', () => {
  const windows = (given: string, base?: string) => readGiven(given, base, { path: path.win32, windows: true });

  it.each([
    ['C:\\films\\a.mp4', 'C:\\films\\a.mp4'],
    ['c:/films/../a.mp4', 'c:\\a.mp4'],
    ['\\\\server\\share\\a.mp4', '\\\\server\\share\\a.mp4'],
    ['file:///C:/films/a%20b.mp4', 'C:\\films\\a b.mp4'],
    ['file://server/share/a.mp4', '\\\\server\\share\\a.mp4'],
  ])('%s is a path', (given, location) => expect(windows(given)).toEqual({ kind: 'path', location }));

  it('relative paths start from the folder that is given', () => {
    expect(windows('b.jpg', 'D:\\pairs').location).toBe('D:\\pairs\\b.jpg');
    expect(windows('C:\\b.jpg', 'D:\\pairs').location).toBe('C:\\b.jpg');
  });

  it.each([
    ['C:\\open\\a.mp4', true],
    ['c:\\OPEN\\a.mp4', true],
    ['C:\\open', true],
    ['C:\\open-too\\a.mp4', false],
    ['D:\\open\\a.mp4', false],
    ['\\\\server\\open\\a.mp4', false],
    ['C:\\a.mp4', false],
  ])('%s is inside C:\\open: %s', (file, inside) => expect(isInside(file, ['C:\\open'], path.win32)).toBe(inside));
});

it('an allowed folder that is itself a link counts as what it leads to, as /tmp does on a Mac', async () => {
  const options = { accept: VIDEO, allowDirs: [at('way-in')] };
  expect(Source.locationOf(await resolveSource(at('open/a.mp4'), options))).toBe(at('open/a.mp4'));
  expect(Source.locationOf(await resolveSource(at('way-in/a.mp4'), options))).toBe(at('open/a.mp4'));
  await expect(resolveSource(at('way-in/none.mp4'), options)).rejects.toMatchObject({ code: 'not_found' });
  await expect(resolveSource(at('closed/a b.mp4'), options)).rejects.toMatchObject({ code: 'forbidden' });
});

it('the base64 of a picture alone is no path: how to give it is said where a picture is asked for', async () => {
  const jpeg = `/9j/${'4AAQ/SkZJRg+'.repeat(40_000)}`;
  const asked = (accept: readonly ('file' | 'url' | 'data')[]) => resolveSource(jpeg, { accept, allowDirs: null });
  await expect(asked(['file', 'url', 'data'])).rejects.toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('data:image/jpeg;base64,'),
  });
  await expect(asked(['file'])).rejects.toMatchObject({
    hint: 'Give the full path of a file on this machine.',
  });
});
