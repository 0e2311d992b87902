/**
 * `npx tsx lab/bench/scale/ask-home.ts HOME TRACKS PICTURE [--times 20] [--bin FILE] [--only QUESTION] [--wait 0]`:
 * what `--scale` asks, of a library that `in-child.ts … make` has written and that is kept. PICTURE has a face. A
 * client lists the tools and waits so many milliseconds before it asks. Prints a table.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageInfo } from '../../../src/config/package-info.js';
import { FILM_TRACKS } from '../../scale/made-films.js';
import { askedAbout } from './asked-about.js';
import { askServer, timesText } from './ask-server.js';

const { values, positionals } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    bin: { type: 'string', default: path.join(packageInfo().root, 'dist/bin/rollcall-mcp.js') },
    only: { type: 'string', default: '' },
    wait: { type: 'string', default: '0' },
  },
  allowPositionals: true,
});
const [home = '', tracks = '', picture = ''] = positionals;
const { bin, only } = values;
const times = Number(values.times);
const films = Math.max(1, Math.round(Number(tracks) / FILM_TRACKS));
const about = { ...askedAbout(films, times), picture, times, only, wait_ms: Number(values.wait) };
const { questions, peak_mb } = await askServer(bin, home, about, new AbortController().signal);
for (const [name, { first, p50, p99, processor_ms }] of Object.entries(questions))
  process.stdout.write(`| ${name} | ${timesText([first, p50, p99])} | ${timesText(processor_ms)} |\n`);
process.stdout.write(`memory of the server: ${peak_mb} MB\n`);
