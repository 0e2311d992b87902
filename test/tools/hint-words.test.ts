/** Hints name tools in braces: whatever is written so is known, or readers would see the braces. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { allTools } from '../../src/tools/all-tools.js';
import { inWordsOf } from '../../src/tools/definition/hint-words.js';

it('knows every way to use a tool that any text of the program speaks of', () => {
  const tools = new Set(allTools.map((tool) => tool.name));
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const said = files.flatMap((file) =>
    [...readFileSync(path.join('src', file), 'utf8').matchAll(/(?<!\$)\{(([a-z_]+)(?: [a-z_]+)?)\}/g)]
      .filter(([, , first]) => first !== undefined && tools.has(first))
      .map(([whole]) => whole),
  );
  expect(said.length).toBeGreaterThan(50);
  expect(said.filter((whole) => inWordsOf('tools', whole) === whole)).toEqual([]);
  expect(said.filter((whole) => inWordsOf('commands', whole) === whole)).toEqual([]);
});
