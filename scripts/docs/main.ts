/** `npm run docs`: brings the READMEs' tables up to date, and what package.json and server.json say of the owner. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { allPages } from './pages.js';

for (const { file, upToDate } of allPages) {
  const target = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  await writeFile(target, await upToDate(await readFile(target, 'utf8')));
}
