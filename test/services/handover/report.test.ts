/** The report in a real browser: nothing serious or critical for axe, no request, no sideways scrolling. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createReportService, type ReportAnswer } from '../../../src/services/handover/report.js';
import { createShortIds } from '../../../src/services/library/short-ids.js';
import { type Workspace, workspace } from '../../support/pictures/clips.js';
import { type FilmedLibrary, filmedLibrary } from '../../support/libraries/filmed-library.js';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const HOSTILE = `<script>document.title='run'</script>"'><img src=x onerror="document.title='run'">`;
const BROWSERS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

let files: Workspace, made: FilmedLibrary, browser: Browser, answer: ReportAnswer;
beforeAll(async () => {
  const executablePath = BROWSERS.find((file) => file !== undefined && existsSync(file));
  if (executablePath === undefined)
    throw new Error('This test needs Chromium: `apt-get install chromium`, or set CHROMIUM_PATH to one.');
  files = await workspace();
  made = await filmedLibrary(files, { ada: HOSTILE, firstTitle: HOSTILE });
  const out = files.path('report.html');
  answer = await createReportService(made.resources, createShortIds(made.resources)).write({
    videos: [],
    out,
    overwrite: false,
  });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
});
afterAll(async () => {
  await browser?.close();
  await made?.close();
  await files?.remove();
});

const violationsSchema = z.object({
  violations: z.array(
    z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
  ),
});

/** Opens the page; fails when it asks for anything else or says anything on the console. */
async function opened(options: { width: number; colorScheme: 'light' | 'dark' }): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: 900 },
    colorScheme: options.colorScheme,
    bypassCSP: true,
  });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (r) => void (r.url().startsWith('data:') || asked.push(r.url())));
  page.on('console', (message) => void asked.push(message.text()));
  const url = pathToFileURL(answer.path).href;
  await page.goto(url);
  expect(asked).toEqual([url]);
  return page;
}

const VIEWS = [360, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.each(VIEWS)('at $width pixels, $colorScheme', (view) => {
  it('has nothing serious for axe, and fits', async () => {
    const page = await opened(view);
    // Tables behind the pictures are looked at as well.
    await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
    const { violations } = violationsSchema.parse(await page.evaluate('axe.run(document)'));
    const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
    expect(bad.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join('; ')}`)).toEqual([]);
    const root = 'document.documentElement';
    const [scrollWidth, clientWidth] = await page
      .evaluate(`[${root}.scrollWidth, ${root}.clientWidth]`)
      .then((w) => z.tuple([z.number(), z.number()]).parse(w));
    expect(scrollWidth).toBe(clientWidth);
    await page.context().close();
  });
});

describe('the page', () => {
  it('tells who, when and with whom, whatever they are called', async () => {
    const page = await opened({ width: 1280, colorScheme: 'light' });
    expect(await page.title()).toBe('Who is in this footage, and when');
    expect(await page.locator('h1, h2').allTextContents()).toEqual([
      'Who is in this footage, and when',
      'Who',
      'When',
      'With whom',
      'How sure',
    ]);
    expect(await page.locator('.people strong').allTextContents()).toEqual([HOSTILE.slice(0, 59) + '…', 'Person 2']);
    expect(await page.locator('h3').first().textContent()).toContain("<script>document.title='run'</script>");
    // The two are on screen at once for a second.
    const cells = await page.locator('.heat tbody td').allTextContents();
    expect(cells).toEqual(['4.0 s', '1.0 s', '1.0 s', '2.0 s']);
    expect(await page.locator('.strip img').count()).toBe(16);
    expect(await page.locator('.bars .gap').count()).toBe(2);
    expect(await page.getByText('in doubt').count()).toBeGreaterThan(0);
    await page.context().close();
  });

  it('runs nothing and fetches nothing by its own policy', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(answer.path).href);
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = 1' }))",
    );
    expect(await page.title()).toBe('Who is in this footage, and when');
    const policy = await page.locator('meta[http-equiv]').getAttribute('content');
    expect(policy).toContain("default-src 'none'; img-src data:;");
    await page.close();
    const text = await readFile(answer.path, 'utf8');
    expect(text).not.toMatch(/<script|<link|javascript:|onerror="/i);
    expect(text.match(/(?:src|href)="(?!data:image\/jpeg;base64,|#)/g)).toBeNull();
    expect((await stat(answer.path)).size).toBe(answer.bytes);
    expect(answer.bytes).toBeLessThan(200_000);
  });

  it('is of the films that are named, and never over another file', async () => {
    const read: unknown[] = [];
    const view = new Proxy(made.resources.view, {
      apply(of, self, args: unknown[]): unknown {
        read.push(args[0]);
        return Reflect.apply(of, self, args);
      },
    });
    const { write } = createReportService({ ...made.resources, view }, createShortIds(made.resources));
    const out = files.path('one.html');
    expect(await write({ videos: ['second.mp4'], out, overwrite: false })).toMatchObject({ films: 1, people: 1 });
    // Tracks of no others: a library may have a hundred thousand.
    expect(read).toEqual([[made.films[1]]]);
    await expect(write({ videos: [], out, overwrite: false })).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(write({ videos: ['third.mp4'], out, overwrite: true })).rejects.toMatchObject({ code: 'unknown_id' });
    await expect(write({ videos: [], out: files.path('x.mp4'), overwrite: true })).rejects.toMatchObject({
      code: 'bad_argument',
    });
    await expect(write({ videos: [], out: '/outside.html', overwrite: true })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
