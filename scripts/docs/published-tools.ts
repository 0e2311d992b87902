/** `npm run tools:publish`: what clients see of each tool, one file each, so that a change of it shows in review. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publish } from '../../src/mcp/catalogue.js';
import { allTools } from '../../src/tools/all-tools.js';
import type { Tool } from '../../src/tools/definition/define-tool.js';

export const PUBLISHED = fileURLToPath(new URL('../../test/tools/published/', import.meta.url));

/** A tool's name, title, description, annotations and schemas, as tools/list answers them. */
export function publishedText(tool: Tool): string {
  return `${JSON.stringify(publish(tool), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(PUBLISHED, { recursive: true });
  for (const file of await readdir(PUBLISHED)) await rm(path.join(PUBLISHED, file));
  for (const tool of allTools) await writeFile(path.join(PUBLISHED, `${tool.name}.json`), publishedText(tool));
}
