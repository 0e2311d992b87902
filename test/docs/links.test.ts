/** What the documents point at is there: files, headings, npm scripts, tests and programs that they tell to run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const markdownIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name));

const documents = [...markdownIn('.'), ...markdownIn('docs'), ...markdownIn('models')];
const prose = (file: string): string => read(file).replace(/^```[^]*?^```$/gm, '');
/** As `store/head/head`; `tools/list` is a method of the protocol. */
const SOURCE =
  /`(?!tools\/list`)(?:src\/)?((?:cli|config|domain|mcp|media|queue|registry|services|store|tools|traces|vision|weights)\/[\w/-]+)`/g;
const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, first = '']) => first);

/** Where GitHub puts the headings of a page, by https://github.com/Flet/github-slugger, and anchors set by hand. */
function anchors(file: string): string[] {
  const headings = found(prose(file), /^#+ (.+)$/gm).map((heading) => heading.toLowerCase());
  const slugs = headings.map((heading) => heading.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replace(/\s/g, '-'));
  return [...slugs, ...found(read(file), /<a id="([^"]+)">/g)];
}

describe.each(documents)('%s', (file) => {
  it('links to files and headings that there are', () => {
    for (const link of found(prose(file), /\]\((?!https?:)([^)]+)\)/g)) {
      const [target = '', anchor] = link.split('#');
      const linked = target ? path.posix.join(path.posix.dirname(file), target) : file;
      expect(existsSync(path.join(root, linked)), link).toBe(true);
      if (anchor !== undefined) expect(anchors(linked), link).toContain(anchor);
    }
  });

  it('names npm scripts, tests, programs and pages that there are', () => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
    for (const name of found(read(file), /npm run (?:-s )?([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
    for (const name of found(read(file), /((?:test|lab|docs|scripts|src)\/(?![\w./-]*FILE)[\w./-]+\.(?:ts|md))\b/g))
      expect(existsSync(path.join(root, name)), name).toBe(true);
  });

  it('names files and folders of the source that there are', () => {
    for (const name of found(prose(file), SOURCE))
      expect(
        [name, `${name}.ts`].some((at) => existsSync(path.join(root, 'src', at))),
        name,
      ).toBe(true);
  });
});

it('comments of the code name pages that there are', () => {
  const sources = ['src', 'lab', 'scripts'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(folder, name)),
  );
  expect(sources.length).toBeGreaterThan(100);
  for (const source of sources)
    for (const name of found(read(source), /(?<![\w/])(docs\/[a-z-]+\.md)/g))
      expect(existsSync(path.join(root, name)), `${source}: ${name}`).toBe(true);
});
