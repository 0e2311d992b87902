/** `npm run docs`: brings the tables of README.md and models/README.md up to date. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { allPages } from './pages.js';

for (const { file, upToDate } of allPages) {
  const target = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  await writeFile(target, await upToDate(await readFile(target, 'utf8')));
}
