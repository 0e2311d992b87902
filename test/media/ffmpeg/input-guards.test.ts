/** What ffmpeg and ffprobe are told before they open anything: no protocol but files, wherever they are started. */
import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { INPUT_GUARDS } from '../../../src/media/ffmpeg/ffmpeg-input-guards.js';
import { frameAt } from '../../../src/media/film/frame-at.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { startTimecode } from '../../../src/media/film/start-timecode.js';
import { X264, type Workspace, workspace } from '../../support/pictures/clips.js';
import { fileSource } from '../../support/pictures/sources.js';
import { npmTools, systemTools } from '../../support/servers/tools.js';

const run = promisify(execFile);
let files: Workspace, clip: string;
beforeAll(async () => {
  files = await workspace();
  clip = await files.make('clip.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=5:d=1', ...X264]);
});
afterAll(() => files.remove());

test.each([
  ['the system’s ffmpeg', systemTools],
  ['the ffmpeg from npm', npmTools],
] as const)('%s opens files, and no address', async (_, locate) => {
  const tools = await locate();
  let [connections, tried] = [0, ''];
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const at = `127.0.0.1:${port}/a.mp4`;
  for (const given of [
    ...['http', 'tcp', 'ftp', 'rtmp', 'gopher', 'mmsh'].map((scheme) => `${scheme}://${at}`),
    ...[`subfile,,start,0,end,0,,:${clip}`, `concat:${clip}`, `crypto:${clip}`, `cache:${clip}`, `async:${clip}`],
    'data:video/mp4;base64,AAAA',
    `pipe:0`,
  ]) {
    const said = await run(tools.ffprobe, ['-v', 'error', ...INPUT_GUARDS, '-i', given], { timeout: 20_000 }).then(
      () => 'opened',
      (error: unknown) => String(error),
    );
    tried += `${given}: ${/opened|not on whitelist|Protocol not found/.exec(said)?.[0] ?? said}\n`;
  }
  expect(tried).not.toContain('opened');
  expect(tried.match(/not on whitelist|Protocol not found/g), tried).toHaveLength(tried.trimEnd().split('\n').length);
  expect(connections).toBe(0);
  await run(tools.ffprobe, ['-v', 'error', ...INPUT_GUARDS, '-i', `file:${clip}`]);
});

test('every start of either has them before what it opens', async () => {
  const tools = await systemTools();
  const [told, spy] = [files.path('told'), files.path('spy')];
  await writeFile(spy, `#!/bin/sh\nprintf '%s\\037' "$@" >> '${told}'\necho >> '${told}'\nexit 1\n`);
  await chmod(spy, 0o755);
  const file = await fileSource(clip);
  const probe = await probeVideo(file, tools);
  const spied: FfmpegTools = { ...tools, ffmpeg: spy, ffprobe: spy };
  delete spied.sandbox;
  const starts: (() => Promise<unknown>)[] = [
    () => probeVideo(file, spied),
    () => startTimecode(file, spied),
    () => frameAt(file, 0.5, { probe, tools: spied, maxSide: 64 }),
    async () => {
      for await (const _ of openFrames(file, { sampleFps: 5, maxSide: 64, probe, tools: spied }));
    },
    async () => {
      for await (const _ of openFrames(file, { sampleFps: 5, maxSide: 64, probe, tools: spied, keyFrames: true }));
    },
  ];
  for (const start of starts) await start().catch(() => undefined);
  const each = (await readFile(told, 'utf8')).trimEnd().split('\n');
  expect(each.length).toBeGreaterThanOrEqual(starts.length);
  for (const line of each) {
    const words = line.split('\x1f');
    const [list, opens] = [words.indexOf('-protocol_whitelist'), words.indexOf('-i')];
    expect(words[list + 1], line).toBe('file');
    expect(words.indexOf('-format_whitelist'), line).toBeGreaterThan(-1);
    expect(list, line).toBeLessThan(opens);
    expect(words[opens + 1], line).toMatch(/^file:/);
  }
});
