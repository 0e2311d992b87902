/**
 * `npm run bench [-- --quick] [--json] [--video FILE]`: how near indexing comes to what decoding and inference alone
 * cost, how much memory it needs, and how soon the server answers. Everything in one run on one machine; nothing is
 * estimated. (It builds first, since start-up is measured on dist; for nothing but JSON on stdout, `npx tsx
 * lab/bench/main.ts --json`.)
 *
 * The material is the demo's footage repeated to 60 s (1280×720, H.264, 25 pictures a second), or FILE.
 * Decoding, inference and indexing are measured in turn, three times each (median, least and greatest are printed), so
 * that a machine that slows down slows all three:
 * - decoding: wall time of `ffmpeg -i FILE -map 0:v:0 -f null -`, process start included; every picture is decoded,
 *   none converted or scaled. ffmpeg is the one the server would use.
 * - inference: the same pass as indexing is made once with the networks on this thread, and every tensor that goes into
 * one
 *   is kept in a file: the detector's of exactly the samples indexing takes, the embedders' of exactly the crops it
 *   embeds, in the same batches. Then the same sessions run them again in that order; only the time inside
 * `session.run`
 *   counts. That the faces seen and kept are those of indexing is checked.
 * - indexing: wall time of `indexVideo` through `createApp`, in a process of its own with a new library, after indexing
 * the
 *   file's first two seconds, which loads the networks. It includes probing, hashing, tracking, storing and grouping.
 * - ratio: indexing ÷ (decoding + inference) of each round; 1 would mean that nothing else costs time and nothing
 * overlaps.
 * - share of a network: its time inside `session.run` ÷ indexing.
 * - memory: the most that process held at once (VmHWM; elsewhere than Linux getrusage's maxrss), worker thread
 * included,
 *   ffmpeg not; with 60 s and with 600 s of the same material. FILE is repeated to both.
 * - start-up: from starting `node dist/bin/rollcall-mcp.js` until `initialize` and `tools/list` are answered; median of
 * 5.
 */
import { setMaxListeners } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import envPaths from 'env-paths';
import { loadSettings } from '../../src/config/settings.js';
import { asRollcallError } from '../../src/domain/errors.js';
import { locateFfmpeg } from '../../src/media/ffmpeg-binaries.js';
import { measure } from './measure.js';
import { reportText } from './report.js';

const { values } = parseArgs({
  options: {
    video: { type: 'string' },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    cache: { type: 'string', default: envPaths('rollcall-footage', { suffix: '' }).cache },
    bin: { type: 'string', default: fileURLToPath(new URL('../../dist/bin/rollcall-mcp.js', import.meta.url)) },
  },
});
const interrupt = new AbortController();
// The SDK's client leaves a listener for every request.
setMaxListeners(0, interrupt.signal);
process.once('SIGINT', () => interrupt.abort());
const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-bench-'));
try {
  await access(values.bin).catch(() => {
    throw new RangeError(`${values.bin} is not there: run \`npm run build\` first.`);
  });
  const settings = loadSettings({ home: path.join(folder, 'home'), logLevel: 'error' });
  const tools = await locateFfmpeg(
    {
      ffmpegPath: settings.ffmpegPath ?? undefined,
      ffprobePath: settings.ffprobePath ?? undefined,
      cacheDir: path.join(values.cache, 'ffmpeg'),
    },
    interrupt.signal,
  );
  const onStep = (what: string) => process.stderr.write(`· ${what}\n`);
  const result = await measure(
    {
      video: values.video,
      quick: values.quick,
      bin: values.bin,
      cacheDir: values.cache,
      folder,
      settings,
      tools,
      onStep,
    },
    interrupt.signal,
  );
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 1)}\n` : `\n${reportText(result)}\n`);
} catch (error) {
  const { message, hint } = asRollcallError(error);
  process.stderr.write(`${message} ${hint}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
