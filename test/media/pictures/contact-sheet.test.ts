/** Sheets hold their bounds and their labels, whatever is written on them and whatever the machine lacks. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderContactSheet, renderMarkedFrame, type SheetFace } from '../../../src/media/pictures/contact-sheet.js';
import { layOut, SHEET_HEIGHT, SHEET_WIDTH } from '../../../src/media/pictures/sheet-layout.js';
import { drawDots, drawLetters, svgOf } from '../../../src/media/pictures/sheet-text.js';

/** Grain: nothing is harder to compress. */
const noise = (width: number, height: number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255),
});
const plain = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 112, height: 112, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();
const HOSTILE = [
  '<svg onload="x">',
  '</text><rect width="9999" height="9999" fill="red"/>',
  '&amp; & &#0; ]]>',
  '\u0000\ud800\uffff\u202e\n\r',
  'שלום '.repeat(200),
  '日本'.repeat(200),
  "'\"><image href='file:///etc/passwd'/>",
];

describe('the layout', () => {
  it.each([[[1]], [[2]], [[5]], [[12]], [[24]], [[12, 12]], [[1, 12]], [[1, 1]]])(
    'keeps %j faces inside the bounds, apart from each other, and large',
    (counts) => {
      const { width, height, side, panels } = layOut(counts, 4, 2);
      expect(width).toBeLessThanOrEqual(SHEET_WIDTH);
      expect(height).toBeLessThanOrEqual(SHEET_HEIGHT);
      expect(side).toBeGreaterThanOrEqual(130);
      const cells = panels.flatMap((p) => p.cells.map((c) => ({ ...c, panel: p })));
      expect(cells).toHaveLength(counts.reduce((a, b) => a + b));
      for (const [i, a] of cells.entries()) {
        expect(a.x).toBeGreaterThanOrEqual(a.panel.x);
        expect(a.x + side).toBeLessThanOrEqual(a.panel.x + a.panel.width);
        expect(a.y + side + 4 * 18).toBeLessThanOrEqual(height - 2 * 18);
        for (const b of cells.slice(i + 1))
          expect(Math.abs(a.x - b.x) >= side || Math.abs(a.y - b.y) >= side + 4 * 18, `${i}`).toBe(true);
      }
    },
  );
});

describe('a contact sheet', () => {
  it('has each face in its cell, an unreadable one grey', async () => {
    const colours = ['#ff0000', '#00ff00', '#0000ff'];
    const faces: SheetFace[] = await Promise.all(
      colours.map(async (c, i) => ({ jpeg: await plain(c), number: i + 1, lines: ['a', 'b', 'c', 'd'] })),
    );
    faces.push({ jpeg: new Uint8Array([255, 216, 0, 1]), number: 4, lines: [] });
    const { data, width, height } = await renderContactSheet([{ heading: 'Ada', faces }]);
    const { side, panels } = layOut([4], 4, 0);
    const { data: rgb, info } = await sharp(data).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([width, height]);
    const seen = panels[0]?.cells.map(({ x, y }) => {
      const at = 3 * ((y + side / 2) * width + x + side / 2);
      return [...rgb.subarray(at, at + 3)].map((v) => Math.round(v / 64));
    });
    expect(seen).toEqual([
      [4, 0, 0],
      [0, 4, 0],
      [0, 0, 4],
      [1, 1, 1],
    ]);
  });

  it('holds its bounds with the worst to compress and the worst to write', async () => {
    const jpeg = await sharp(noise(112, 112).data, { raw: { width: 112, height: 112, channels: 3 } })
      .jpeg()
      .toBuffer();
    const faces = Array.from({ length: 24 }, (_, i) => ({ jpeg, number: i + 1, lines: HOSTILE.slice(0, 4) }));
    const { data, width, height } = await renderContactSheet([{ heading: HOSTILE.join(''), faces }], HOSTILE);
    expect(data.byteLength).toBeLessThanOrEqual(300_000);
    expect(Math.max(width, height)).toBeLessThanOrEqual(1200);
    const { data: small } = await renderContactSheet([{ heading: '', faces }], [], 20_000);
    expect(small.byteLength).toBeLessThanOrEqual(20_000);
    expect((await sharp(small).metadata()).format).toBe('jpeg');
  });
});

describe('a marked frame', () => {
  it('holds its bounds, upright and wide, with boxes beyond the edge', async () => {
    for (const [w, h] of [
      [1200, 676],
      [676, 1200],
      [1200, 20],
    ] as const) {
      const marks = HOSTILE.map((label, i) => ({
        box: { x: i * 200 - 50, y: -10, w: 100, h: 5000 },
        number: i,
        label,
      }));
      const { data, width, height } = await renderMarkedFrame(noise(w, h), marks, HOSTILE.slice(0, 2));
      expect(data.byteLength).toBeLessThanOrEqual(300_000);
      expect(Math.max(width, height)).toBeLessThanOrEqual(1200);
    }
  });
});

describe('what is written', () => {
  it.each(HOSTILE.map((text, i) => [i, text] as const))(
    'text %i is drawn as text, and nothing else is',
    async (_, text) => {
      for (const draw of [drawLetters, drawDots]) {
        const svg = svgOf(300, 40, draw(text, { x: 0, y: 30, size: 14, fill: '#fff', width: 200 }));
        const { data } = await sharp(svg).raw().toBuffer({ resolveWithObject: true });
        const red = data.some((v, i) => i % 4 === 0 && v > 128 && (data[i + 1] ?? 0) < 64);
        expect(red).toBe(false);
        // Nothing above the letters, and nothing far beyond the width.
        expect(data.subarray(0, 300 * 4 * 8).every((v) => v === 0)).toBe(true);
      }
    },
  );

  it('can be read on a machine without fonts', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-fonts-'));
    try {
      const config = path.join(folder, 'fonts.conf'),
        script = path.join(folder, 'ink.ts'),
        source = path.resolve('src/media/pictures/sheet-text.ts');
      await writeFile(config, `<?xml version="1.0"?><fontconfig><dir>${folder}</dir></fontconfig>`);
      await writeFile(
        script,
        `import(${JSON.stringify(source)}).then(async ({ lineDrawer }) => {
          const draw = await lineDrawer();
          const at = { x: 0, y: 20, size: 14, fill: '#fff', width: 200 };
          console.log(JSON.stringify(['Ada', 'Eve'].map((name) => draw(name, at))));
        });`,
      );
      const drawn = async (env: NodeJS.ProcessEnv): Promise<string[]> => {
        const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
          env: { ...process.env, ...env },
        });
        return JSON.parse(stdout) as string[];
      };
      const [ada, eve] = await drawn({ FONTCONFIG_FILE: config });
      expect(ada).toMatch(/^<path/);
      expect(ada).not.toBe(eve);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
