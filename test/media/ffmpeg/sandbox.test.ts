/**
 * What a decoder that was taken over could reach. Where the system allows no sandbox, that this is said: the tests
 * below need `bwrap` (Debian: the package bubblewrap) and the right to make namespaces.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { descendants } from '../../../lab/hostile/decoders.js';
import { captureOutput } from '../../../src/media/processes/child-process.js';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { confinement } from '../../../src/media/processes/confinement.js';
import { confineTools } from '../../../src/media/ffmpeg/sandbox.js';
import { startTimecode } from '../../../src/media/film/start-timecode.js';
import { type Workspace, X264, workspace } from '../../support/pictures/clips.js';
import { matching } from '../../support/matching.js';
import { fileSource } from '../../support/pictures/sources.js';
import { npmTools, systemTools } from '../../support/servers/tools.js';

const plain = await systemTools();
const confined = await confineTools(plain, 'auto');
const { sandbox } = confined;

let files: Workspace;
let clip: string;
beforeAll(async () => {
  files = await workspace();
  clip = await files.make('clip.mp4', [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=160x90:r=10:d=2',
    '-timecode',
    '01:00:00:00',
    ...X264,
  ]);
});
afterAll(() => files.remove());

async function timesOf(file: string, tools: FfmpegTools): Promise<number[]> {
  const source = await fileSource(file);
  const frames = openFrames(source, { sampleFps: 5, maxSide: 160, probe: await probeVideo(source, tools), tools });
  const times: number[] = [];
  for await (const { time_s, image } of frames) {
    times.push(time_s);
    frames.recycle(image.data);
  }
  return times;
}

const TEN = [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8];
/** Runs a line of shell where a decoder of the clip would run. */
const inside = (line: string, file: string | null = clip, cpu_s = 20) =>
  captureOutput('/bin/sh', ['-c', line], {
    limits: { memoryBytes: 2e9, cpu_s, ...confinement(sandbox, file) },
    timeoutMs: 20_000,
    maxBytes: 1e6,
  });

describe.runIf(sandbox !== undefined)('in a sandbox', () => {
  it.each([
    ['the system’s ffmpeg', () => Promise.resolve(plain)],
    ['the ffmpeg from npm', npmTools],
  ])(
    '%s reads one file, and no other',
    async (_name, locate) => {
      const tools = await confineTools(await locate(), 'required');
      expect(await timesOf(clip, tools)).toEqual(TEN);
      expect(await startTimecode(await fileSource(clip), tools)).toBe('01:00:00:0');
      const other = await files.make('other.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10:d=1', ...X264]);
      const within = confinement(tools.sandbox, clip);
      const ask = (address: string, where = within) =>
        captureOutput(tools.ffprobe, ['-v', 'error', '-show_format', address], {
          limits: { memoryBytes: 2e9, cpu_s: 20, ...where },
          timeoutMs: 20_000,
          maxBytes: 1e6,
        });
      expect(await ask(`file:${clip}`)).toMatchObject({ code: 0 });
      for (const secret of [other, '/etc/passwd', path.join(import.meta.dirname, 'sandbox.test.ts')])
        expect((await ask(`file:${secret}`)).stderr.lines.join('\n')).toContain('No such file or directory');
      // A socket on this machine's own loopback, to which the same program gets without the sandbox.
      const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      let calls = 0;
      server.on('connection', () => (calls += 1));
      const address = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await ask(address, {});
      expect(calls).toBe(1);
      await ask(address);
      expect(calls).toBe(1);
    },
    300_000,
  );

  it('a program sees no other files or processes, may write nowhere, and keeps no rights', async () => {
    const { stdout } = await inside(
      'echo /*; ls -R /dev /etc | grep -c passwd; cat /proc/1/status /proc/self/environ; ls ~',
    );
    const [folders, passwd] = stdout.toString().split('\n');
    expect(folders?.split(' ')).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/(home|root|proc|sys|var|run|opt)$/)]),
    );
    expect(passwd).toBe('0');
    for (const place of ['/', path.dirname(clip), '/dev', '/usr', clip])
      expect((await inside(`echo x >> ${place === clip ? clip : path.join(place, 'new')}`)).code, place).not.toBe(0);
    expect((await inside('mount -t tmpfs none /usr || unshare -Ur true')).code).not.toBe(0);
  });

  it('names of all kinds, and links, go on working', async () => {
    const tools = confined;
    for (const name of ['--ro-bind', 'ü: b\nc\t"d\' $(id)%20?#']) {
      const odd = path.join(files.folder, name, `${name}.mp4`);
      await mkdir(path.dirname(odd));
      await writeFile(odd, await readFile(clip));
      expect(await timesOf(odd, tools), name).toEqual(TEN);
    }
    const link = files.path('a-link');
    await symlink(clip, link);
    expect(await startTimecode(await fileSource(link), tools)).toBe('01:00:00:0');
    if (process.getuid?.() !== 0) return;
    // A server of root's goes on reading what is closed to it but for its rights.
    const closed = files.path('closed.mp4');
    await writeFile(closed, await readFile(clip));
    await chmod(closed, 0);
    expect(await timesOf(closed, tools)).toEqual(TEN);
  });

  it('a file that is taken away is not taken for a missing program', async () => {
    const tools = confined;
    const [here, there] = [files.path('gone.mp4'), files.path('moved.mp4')];
    await writeFile(here, await readFile(clip));
    const source = await fileSource(here);
    const probe = await probeVideo(source, tools);
    await rename(here, there);
    const reading = (async () => {
      for await (const { time_s } of openFrames(source, { sampleFps: 5, maxSide: 160, probe, tools })) void time_s;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'not_a_video' });
  });

  it('limits hold, and how a program ended is known', async () => {
    expect(await inside('kill -SEGV $$')).toMatchObject({ code: null, signal: 'SIGSEGV' });
    expect(await inside('exit 3')).toMatchObject({ code: 3, signal: null, notStarted: null });
    expect((await inside('while :; do :; done', clip, 1)).signal).toMatch(/SIGXCPU|SIGKILL/);
    expect((await inside('ulimit -v', clip)).stdout.toString()).toBe('1953125\n');
    const absent = await captureOutput('/no/such', [], {
      limits: { memoryBytes: 2e9, cpu_s: 20, ...confinement(sandbox, clip) },
      timeoutMs: 20_000,
      maxBytes: 1e6,
    });
    expect(absent.notStarted).toContain('bwrap: ');
  });

  it('a program ends with what started it, and leaves nothing', async () => {
    const script = path.join(import.meta.dirname, '../processes/orphan-parent.ts');
    const within = JSON.stringify(confinement(sandbox, clip).within);
    const parent = spawn(process.execPath, ['--import', 'tsx', script, within], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const running = await descendants(parent.pid);
    expect(running.length).toBeGreaterThan(1);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const alive = async (): Promise<number[]> => {
      const states = await Promise.all(
        running.map(
          async (pid) => [pid, await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ')] as const,
        ),
      );
      return states.filter(([, status]) => !/^State:\s+Z/m.test(status)).map(([pid]) => pid);
    };
    await expect.poll(alive, { timeout: 10_000, interval: 20 }).toEqual([]);
  });
});

it.runIf(process.platform !== 'win32')(
  'everything that opens a video is started in it, with that video alone',
  async () => {
    const [script, log] = [files.path('sandbox'), files.path('started')];
    const run = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';
    await writeFile(script, `#!/bin/sh\necho "$@" >> ${log}\n${run}\n`, { mode: 0o755 });
    const tools = { ...plain, sandbox: { name: 'a script', command: [script, '--all'] } };
    const source = await fileSource(clip);
    // No length that is to be believed: the packets are read as well.
    const raw = await files.make('live.mkv', [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=160x90:r=10:d=1',
      ...X264,
      '-live',
      '1',
    ]);
    await probeVideo(await fileSource(raw), tools);
    await startTimecode(source, tools);
    expect(await timesOf(clip, tools)).toEqual(TEN);
    const started = (await readFile(log, 'utf8')).trim().split('\n');
    const [sees, seesRaw] = [clip, raw].map((file) => `--all --ro-bind ${file} ${file} --remount-ro / --chdir / -- `);
    expect(started.map((line) => line.slice(0, line.indexOf(' -- ') + 4))).toEqual([
      seesRaw,
      seesRaw,
      sees,
      sees,
      sees,
    ]);
    expect(started.map((line) => /(ffmpeg|ffprobe) /.exec(line)?.[1]).join(' ')).toMatch(/^(ffprobe ){4}ffmpeg$/);
  },
);

describe.runIf(process.platform === 'linux')('where there is no sandbox', () => {
  /** A PATH with ffmpeg, and with a program in the place of bwrap or none. */
  async function pathWith(bwrap: string | null): Promise<string> {
    const folder = await mkdtemp(path.join(files.folder, 'bin-'));
    for (const name of ['ffmpeg', 'ffprobe']) {
      const places = (process.env['PATH'] ?? '').split(path.delimiter).map((place) => path.join(place, name));
      await symlink(places.find((place) => existsSync(place)) ?? expect.unreachable(name), path.join(folder, name));
    }
    if (bwrap !== null) await writeFile(path.join(folder, 'bwrap'), `#!/bin/sh\n${bwrap}\n`, { mode: 0o755 });
    return folder;
  }

  it.each([
    [null, /bwrap is not installed/],
    ['echo "bwrap: No permissions to create new namespace" >&2; exit 1', /No permissions to create new namespace/],
    ['exit 0', /bwrap does not work/],
  ])('because of %j, it is said, and ffmpeg runs without', async (script, why) => {
    vi.stubEnv('PATH', await pathWith(script));
    onTestFinished(() => void vi.unstubAllEnvs());
    const tools = await confineTools(plain, 'auto');
    expect(tools).toMatchObject({ ffmpeg: 'ffmpeg', unconfined: matching(why) });
    expect(tools.sandbox).toBeUndefined();
    expect(await confineTools(plain, 'off')).toMatchObject({ unconfined: 'switched off' });
    await probeVideo(await fileSource(clip), tools);
    await expect(confineTools(plain, 'required')).rejects.toMatchObject({
      code: 'missing_dependency',
      message: matching(why),
      hint: matching(/ROLLCALL_SANDBOX/),
    });
  });

  it('nor with hardware, whose drivers need more', async () => {
    const tools = await confineTools({ ...plain, hwaccel: 'vaapi' }, 'auto');
    expect(tools).toMatchObject({ hwaccel: 'vaapi', unconfined: matching(/vaapi needs/) });
  });
});
