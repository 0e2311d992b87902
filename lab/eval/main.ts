/**
 * `npm run eval`: how right Rollcall is, on everything with a known answer that there is.
 *
 * usage: npm run eval -- [--eval FOLDER] [--pack ID] [--only section,…] [--json FILE] [--html FILE]
 *   [--lfw DIR] [--people DIR] [--videos DIR] [--footage demo,hard] [--fresh]
 *
 * FOLDER (default ROLLCALL_EVAL) may hold any of lfw/ (pairs.txt, images/), pairs/ (master.csv), people/ and cast/ (a
 * folder a person), groups/ (subgroups), videos/ (with truth.json) and street/; --lfw, --people and --videos take the
 * place of its own. Generated footage needs no data, only the npm registry once; --footage "" leaves it out. What is
 * left out is said. Crops and vectors are kept in build/crops, by names of pictures and networks; --fresh neither reads
 * nor keeps them: use it after changing how pictures are looked at, and for figures that go into a document.
 */
import { setMaxListeners } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import envPaths from 'env-paths';
import { packageInfo } from '../../src/config/package-info.js';
import { asRollcallError, RollcallError } from '../../src/domain/errors/errors.js';
import { FOOTAGE_SETS } from './data/generated-footage.js';
import { reportHtml } from './output/html.js';
import { reportText } from './output/print-table.js';
import { runEvaluation } from './run.js';
import { SECTIONS } from './sections/all.js';

const { values } = parseArgs({
  options: {
    eval: { type: 'string' },
    pack: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
    html: { type: 'string' },
    lfw: { type: 'string' },
    people: { type: 'string' },
    videos: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    footage: { type: 'string', default: FOOTAGE_SETS.map(({ name }) => name).join(',') },
    cache: { type: 'string', default: envPaths('rollcall-footage', { suffix: '' }).cache },
  },
});
const interrupt = new AbortController();
setMaxListeners(0, interrupt.signal);
process.once('SIGINT', () => interrupt.abort());
try {
  const only = chosen('--only', values.only ?? Object.keys(SECTIONS).join(','), Object.keys(SECTIONS));
  const footage = chosen(
    '--footage',
    values.footage,
    FOOTAGE_SETS.map(({ name }) => name),
  );
  const report = await runEvaluation(
    {
      folders: {
        root: await folder('--eval', values.eval ?? (process.env.ROLLCALL_EVAL || undefined)),
        lfw: await folder('--lfw', values.lfw),
        people: await folder('--people', values.people),
        videos: await folder('--videos', values.videos),
        footage,
      },
      pack: values.pack,
      only,
      cacheDir: values.fresh ? null : path.join(packageInfo().root, 'build', 'crops'),
      footageCache: values.cache,
      onStep: (what) => process.stderr.write(`· ${what}\n`),
    },
    interrupt.signal,
  );
  console.log(reportText(report));
  if (values.json) await save(values.json, `${JSON.stringify(report, null, 1)}\n`);
  if (values.html) await save(values.html, reportHtml(report));
  if (report.sections.some(({ left_out }) => left_out.some(({ what }) => what.startsWith('FAILED'))))
    process.exitCode = 1;
} catch (error) {
  const { message, hint } = asRollcallError(error);
  process.stderr.write(`${message} ${hint}\n`);
  process.exitCode = 1;
}

function chosen(option: string, list: string, known: readonly string[]): string[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length > 0)
    throw new RollcallError(
      'bad_argument',
      `${option}: there is no ${wrong.join(', ')}.`,
      `Choose from ${known.join(', ')}.`,
    );
  return names;
}

/** A folder that was named must be there; one that wasn't is null. */
async function folder(option: string, given: string | undefined): Promise<string | null> {
  if (given === undefined) return null;
  if (!(await stat(given).catch(() => null))?.isDirectory())
    throw new RollcallError(
      'not_found',
      `${option}: there is no folder ${given}.`,
      'Give a folder that is there, or leave the option out.',
    );
  return path.resolve(given);
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  await writeFile(file, text);
}
