import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { packageInfo } from '../../../src/config/package-info.js';
import { locateFfmpeg } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { writeTinyData } from './tiny-data.js';

const reportSchema = z.object({
  sections: z.array(
    z.object({
      section: z.string(),
      measures: z.array(
        z.object({
          set: z.string(),
          condition: z.string(),
          measure: z.string(),
          value: z.number(),
          interval: z.tuple([z.number(), z.number()]).optional(),
        }),
      ),
      left_out: z.array(z.object({ what: z.string(), why: z.string() })),
      curves: z.array(z.object({ title: z.string() })),
    }),
  ),
});
type Report = z.infer<typeof reportSchema>;

let folder: string, printed: string, html: string, report: Report;
const evaluate = (args: readonly string[]) =>
  execa('npx', ['tsx', 'lab/eval/main.ts', ...args], {
    cwd: packageInfo().root,
    reject: false,
    env: { ROLLCALL_EVAL: '' },
  });

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'eval-test-'));
  const data = path.join(folder, 'data');
  await writeTinyData(data, await locateFfmpeg({ cacheDir: path.join(folder, 'ffmpeg') }));
  const json = path.join(folder, 'report.json'),
    page = path.join(folder, 'report.html');
  const { stdout, stderr, exitCode } = await evaluate([
    '--eval',
    data,
    '--footage',
    '',
    '--fresh',
    '--json',
    json,
    '--html',
    page,
  ]);
  if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
  printed = stdout;
  html = await readFile(page, 'utf8');
  report = reportSchema.parse(JSON.parse(await readFile(json, 'utf8')));
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const valueOf = (section: string, set: string, measure: string, condition?: string) =>
  report.sections
    .find((s) => s.section === section)
    ?.measures.find(
      (m) => m.set === set && m.measure === measure && (condition === undefined || m.condition === condition),
    )?.value;

describe('npm run eval on a handful of pictures', () => {
  it('knows them all, of which the mirrored ones are the same photograph', () => {
    for (const set of ['LFW', 'people, guests']) expect(valueOf('verification', set, 'ROC AUC', 'score'), set).toBe(1);
    expect(valueOf('verification', 'pairs', 'accuracy at the best threshold')).toBe(1);
    // Three pairs a fold leave the threshold a wide choice.
    expect(valueOf('verification', 'LFW', 'accuracy, mean of folds')).toBeGreaterThan(0.9);
    expect(valueOf('identification', 'people and cast', 'rank-1')).toBe(1);
    expect(valueOf('clustering', 'LFW, 6 people', 'people')).toBe(6);
    expect(valueOf('clustering', 'LFW, 6 people', 'BCubed F', 'average link, best τ')).toBe(1);
    expect(valueOf('arrival', 'LFW, 6 people', 'BCubed F against all at once')).toBe(1);
  });

  it('measures copies of one picture in subgroups as what they are: false accepts', () => {
    expect(valueOf('subgroups', 'groups', 'FAR, all')).toBeGreaterThan(0);
  });

  it('watches the clip and finds its cut', () => {
    expect(valueOf('presence', 'clip.mp4', 'seconds wrong ÷ true')).toBeLessThan(1);
    expect(valueOf('shots', 'videos', 'cuts found')).toBe(1);
  });

  it('says what it left out, and fails nothing', () => {
    const left = report.sections.flatMap((s) => s.left_out.map(({ what }) => what));
    expect(left.filter((what) => what.startsWith('FAILED'))).toEqual([]);
    expect(left).toEqual(
      expect.arrayContaining([
        'street',
        'cast in group photographs',
        'generated footage, demo',
        'generated footage, hard',
      ]),
    );
    expect(printed).toContain('left out: street: no street/street.mp4');
  });

  it('prints and draws what it saved, without a picture and without a path of this machine', () => {
    const rows = report.sections.reduce((n, s) => n + s.measures.length, 0),
      curves = report.sections.reduce((n, s) => n + s.curves.length, 0);
    expect(html.match(/<tr><td>/g)?.length).toBe(rows);
    expect(html.match(/<svg /g)?.length).toBe(curves);
    expect(curves).toBeGreaterThanOrEqual(4);
    expect(html).not.toMatch(/<img|data:image|NaN/);
    for (const text of [html, printed, JSON.stringify(report)]) expect(text).not.toContain(folder);
  });

  it('refuses a section that is not there, and a folder', async () => {
    const [section, missing] = await Promise.all([
      evaluate(['--only', 'verfication']),
      evaluate(['--eval', path.join(folder, 'nowhere')]),
    ]);
    expect([section.exitCode, missing.exitCode]).toEqual([1, 1]);
    expect(section.stderr).toContain('there is no verfication');
    expect(missing.stderr).toContain('there is no folder');
  }, 60_000);
});
