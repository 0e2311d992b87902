/** The built program on the command line. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';

const bin = inject('bin');
let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'rollcall-cli-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: { ...process.env, ROLLCALL_HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('an interrupted command', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends its job on %s and says so',
    async (signal) => {
      const folder = mkdtempSync(path.join(home, 'interrupted-'));
      const clip = path.join(folder, 'long.mp4');
      const pattern = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=120', '-c:v', 'mpeg4', '-y', clip];
      await execa('ffmpeg', ['-nostdin', '-loglevel', 'error', ...pattern]);
      const env = { ...process.env, ROLLCALL_HOME: folder };
      const child = spawn(process.execPath, [bin, 'index', '--fps', '10', clip], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += String(chunk);
      });
      const ended = new Promise((resolve) => child.on('exit', (code, by) => resolve(by ?? code)));
      await expect.poll(() => states(folder), { timeout: 30_000, interval: 50 }).toEqual(['running']);
      child.kill(signal);
      expect(await ended).toBe(130);
      expect(said).toContain('cancelled');
      expect(states(folder)).toEqual(['cancelled']);
    },
    60_000,
  );
});

/** Of the jobs of a library. */
function states(folder: string): unknown[] {
  const jobs = path.join(folder, 'jobs');
  if (!existsSync(jobs)) return [];
  const files = readdirSync(jobs).filter((name) => name.startsWith('job_') && name.endsWith('.json'));
  return files.map(
    (name) => z.object({ state: z.string() }).parse(JSON.parse(readFileSync(path.join(jobs, name), 'utf8'))).state,
  );
}

describe('the command line', () => {
  it('shows its version and every command and setting', async () => {
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
    });
    const { out, code } = await run(['--help']);
    expect(code).toBe(0);
    for (const word of [
      'index',
      'find',
      'verify',
      'identities',
      'together',
      'faces',
      'edit',
      'regroup',
      'export',
      'report',
      'calibrate',
      'jobs',
      'models',
      'doctor',
      '--http',
      'ROLLCALL_SAMPLE_FPS',
      '--sample-fps',
    ])
      expect(out).toContain(word);
  });

  it.each([
    [['--nonsense']],
    [['nonsense']],
    [['verify', 'only-one.jpg']],
    [['find']],
    [['calibrate', '--point', 'lax']],
    [['edit', 'name', 'identity_x']],
    [['edit', 'merge', 'identity_x']],
    [['edit', 'json', 'no-such-file.json']],
    [['calibrate', '--status', '--revert']],
    [['calibrate', '--id', 'calibration_x']],
    [['identities', '--sort', 'height']],
    [['identities', '--sample-fps', '1000']],
    [['identities', '--min-seconds', 'long']],
  ])('%j is wrong usage', async (args) => {
    const { code, out, err } = await run(args);
    expect([code, out], err).toEqual([2, '']);
    expect(err).not.toBe('');
  });

  it('says what is wrong and what to do, on stderr', async () => {
    const { code, out, err } = await run(['verify', path.join(home, 'no.jpg'), path.join(home, 'no.jpg')]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^Error: .+\n.+\n$/);
    const json = await run(['verify', path.join(home, 'no.jpg'), path.join(home, 'no.jpg'), '--json']);
    expect(JSON.parse(json.err)).toMatchObject({
      error: { code: expect.any(String) as unknown, hint: expect.any(String) as unknown },
    });
  });

  it('takes what looks like a picture for one, and nobody for a command', async () => {
    const { code, err } = await run(['find', path.join(home, 'absent.jpg')]);
    expect([code, err]).toEqual([1, expect.stringMatching(/absent\.jpg/)]);
    expect(err).not.toContain('is called');
    expect((await run(['nonsense'])).err).toContain('there is no command nonsense');
  });

  it('never tells a person to call a tool', async () => {
    const said = async (...args: string[]): Promise<string> => {
      const { out, err } = await run(args);
      return `${out}${err}`;
    };
    const texts = await Promise.all([
      said('identities'),
      said('find', 'identity_none'),
      said('together'),
      said('find', 'Nobody'),
      said('identities', '--video', 'video_none'),
      said('jobs'),
      said('jobs', 'job_none'),
      said('calibrate', '--status'),
      said('calibrate', '--revert'),
    ]);
    for (const text of texts)
      expect(text).not.toMatch(/index_video|list_identities|find_person|co_occurrence|verify_faces|[{}]/);
    expect(texts[0]).toContain('`rollcall-mcp index`');
    expect(texts[1]).toContain('`rollcall-mcp identities`');
  }, 60_000);

  it('answers for each source, also when one of them can not be indexed', async () => {
    const clip = await makeClip(home);
    const { code, out, err } = await run(['index', clip, path.join(home, 'absent.mp4'), '--json']);
    expect([code, err], out).toEqual([1, expect.any(String)]);
    expect(JSON.parse(out)).toMatchObject([
      { video_id: expect.stringMatching(/^video_/) as unknown, identities_total: 0 },
      { source: path.join(home, 'absent.mp4'), error: { code: 'not_found' } },
    ]);
  });

  it('indexes nothing that is not there', async () => {
    const { code, err } = await run(['index', path.join(home, 'no.mp4')]);
    expect(code).toBe(1);
    expect(err).toContain('Error:');
  });

  it('doctor finds what is missing and says what to do', async () => {
    const { code, out } = await run(['doctor', '--json'], {
      FFMPEG_PATH: path.join(home, 'no-ffmpeg'),
      ROLLCALL_MODELS_DIR: home,
    });
    expect(code).toBe(1);
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({
      ok: false,
      findings: expect.arrayContaining([
        expect.objectContaining({ name: 'home', ok: true }),
        expect.objectContaining({ name: 'ffmpeg', ok: false, hint: expect.any(String) as unknown }),
        expect.objectContaining({ name: 'weights', ok: false, hint: expect.any(String) as unknown }),
      ]) as unknown,
    });
  });

  it('doctor tells of a folder that cannot be written to', async () => {
    writeFileSync(path.join(home, 'a-file'), '');
    const { code, out } = await run(['doctor', '--home', path.join(home, 'a-file'), '--models-dir', home]);
    expect(code).toBe(1);
    expect(out).toContain('ROLLCALL_HOME');
  });

  it('starts an HTTP server, says how to reach it, and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, [bin, '--http', '0'], {
      env: { ...process.env, ROLLCALL_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    await new Promise<void>((resolve) =>
      child.stderr.on('data', (chunk) => {
        said += String(chunk);
        if (said.includes('mcpServers') && said.trimEnd().endsWith('}')) resolve();
      }),
    );
    expect(said).toMatch(/http:\/\/127\.0\.0\.1:\d+\/mcp/);
    const code = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    expect(await code).toBe(0);
  });

  it('does not listen to the network without a token', async () => {
    const { code, err } = await run(['--http', '0', '--host', '0.0.0.0']);
    expect(code).toBe(1);
    expect(err).toContain('ROLLCALL_HTTP_TOKEN');
  });
});

/** Two seconds of a test pattern: a video with nobody in it. */
async function makeClip(folder: string): Promise<string> {
  const file = path.join(folder, 'nobody.mp4');
  await execa('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=10:duration=2', '-y', file]);
  return file;
}
