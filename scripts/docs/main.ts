/** `npm run docs`: brings the README's tables up to date with the tools and settings. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { allTools } from '../../src/tools/all-tools.js';
import { fillIn, settingsTable, toolsTable } from './tables.js';

const file = fileURLToPath(new URL('../../README.md', import.meta.url));
await writeFile(file, fillIn(fillIn(await readFile(file, 'utf8'), 'tools', toolsTable(allTools)), 'settings', settingsTable()));
