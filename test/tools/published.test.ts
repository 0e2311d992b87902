/** What clients see of each tool, held against the files of the last `npm run tools:publish`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { PUBLISHED, publishedText } from '../../scripts/docs/published-tools.js';
import { allTools } from '../../src/tools/all-tools.js';

const UPDATE = 'meant? then run `npm run tools:publish`, and commit the file';

it.each(allTools)('$name is published as it was', (tool) => {
  const file = path.join(PUBLISHED, `${tool.name}.json`);
  expect(existsSync(file), `${tool.name} is new: ${UPDATE}`).toBe(true);
  expect(publishedText(tool), `clients will see ${tool.name} differently: ${UPDATE}`).toBe(readFileSync(file, 'utf8'));
});

it('publishes every tool that it did', () => {
  expect(readdirSync(PUBLISHED).sort(), `a tool is gone: ${UPDATE}`).toEqual(
    allTools.map(({ name }) => `${name}.json`).sort(),
  );
});
