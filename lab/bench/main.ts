/**
 * `npm run bench -- --scale …` measures what grows with a library (see scale/run-scale). Otherwise:
 * `npm run bench -- --peers [--eval FOLDER]` indexes a minute of film, and gives every tenth of its sampled pictures
 * to other libraries for Node (peers/compare-peers), which it installs from npm; with evaluation data they are asked
 * about its pairs too.
 * `npm run bench [-- --quick] [--json] [--video FILE …] [--baseline COMMIT] [--only versions|costs|answers]
 * [--rounds N]`: how much faster indexing is than at an earlier commit; how near it comes to what decoding and
 * inference alone cost, and how much memory it needs; how soon the server answers. Everything in one run on one
 * machine; nothing is estimated. (It builds first, since the built server is measured; for nothing but JSON on stdout,
 * `npx tsx lab/bench/main.ts --json`.)
 *
 * Versions: COMMIT is checked out and built, and both servers index the same footage over MCP, in turn, each time in a
 * process and a library of its own that has indexed two seconds of it before. Wall time is that of the call; processor
 * time that of the server with the ffmpeg it starts, by /proc. Footage is FILE …, each repeated to nothing but itself,
 * or a minute of the demo's in three sizes and without faces (--quick: 720p alone).
 *
 * The material of all else is the demo's footage repeated to 60 s (1280×720, H.264, 25 pictures a second), or FILE.
 * Decoding, inference and indexing are measured in turn, three times each (median, least and greatest are printed), so
 * that a machine that slows down slows all three:
 * - decoding: wall time of `ffmpeg -i FILE -map 0:v:0 -f null -`, process start included; every picture is decoded,
 *   none converted or scaled. ffmpeg is the one the server would use.
 * - inference: the same pass as indexing is made once with the networks on this thread, and every tensor that goes into
 * one
 *   is kept in a file: the detector's of exactly the samples indexing takes, the embedders' of exactly the crops it
 *   embeds. Then the same sessions run them again in that order; only the time inside
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
 * Answers: start-up beside that of a server by the SDK alone, in turn; verify_faces of two photos of a megapixel, as a
 * new server's first question and after it, and of two of one person each; questions one after another while two
 * films are indexed.
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
import { asRollcallError } from '../../src/domain/errors/errors.js';
import { locateFfmpeg } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import { probeVideo } from '../../src/media/film/probe.js';
import { makeFootage } from '../footage/make-footage.js';
import { demoSet } from '../footage/sets/demo.js';
import { ownFile } from '../own-file.js';
import { makeMaterial, SHORT_S } from './material.js';
import { measure } from './measure.js';
import { reportText } from './report.js';
import { loadPack } from '../../src/vision/packs/pack.js';
import { comparePeers } from './peers/compare-peers.js';
import { peersText } from './peers/report-peers.js';
import { scoreShape, shapeText } from '../scale/score-shape.js';
import { answersText } from './answers/answers-text.js';
import { measureAnswers } from './answers/measure-answers.js';
import { runScale, scaleText } from './scale/run-scale.js';
import { buildVersion, dropVersion } from './versions/build-version.js';
import { compareVersions, type Footage } from './versions/compare-versions.js';
import { versionsText } from './versions/report-versions.js';
import { versionFootage } from './versions/version-footage.js';

/** What issue 13 is measured against. */
const BASELINE = 'dfdb6d0';

const { values } = parseArgs({
  options: {
    video: { type: 'string', multiple: true, default: [] },
    baseline: { type: 'string' },
    scale: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    eval: { type: 'string' },
    tracks: { type: 'string', default: '1000,10000,60000' },
    times: { type: 'string', default: '20' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
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
  const { signal } = interrupt;
  if (values.scale) await measureScale();
  else if (values.peers) await measurePeers();
  else await measureIndexing();

  async function measureScale() {
    const demo = { into: path.join(values.cache, demoSet.name), cacheDir: values.cache, onStep };
    const [still] = (await makeFootage(demoSet, demo, signal)).stills;
    if (!still) throw new RangeError('The demo has no picture to ask by.');
    const { baseline = null, bin } = values;
    const tracks = values.tracks.split(',').map(Number);
    if (tracks.some((n) => !(n >= 1))) throw new RangeError('--tracks takes numbers of tracks, as in 1000,10000.');
    const times = Math.max(1, Number(values.times) || 1);
    const rows = await runScale({ tracks, times, baseline, bin, picture: still.file, folder, onStep }, signal);
    const { calibration } = await loadPack(settings.modelsDir, settings.pack);
    const shape = scoreShape(1, calibration);
    process.stdout.write(
      values.json ? `${JSON.stringify({ rows, shape }, null, 1)}\n` : `\n${scaleText(rows)}\n\n${shapeText(shape)}\n`,
    );
  }

  async function measurePeers() {
    const material = await makeMaterial(undefined, { folder, cacheDir: values.cache, tools, onStep }, signal);
    const data = values.eval ?? process.env.ROLLCALL_EVAL;
    const compared = await comparePeers(
      {
        bin: values.bin,
        minute: material.minute,
        seconds: SHORT_S,
        warmUp: material.warmUp,
        folder,
        ffmpeg: tools.ffmpeg,
        rounds: roundsOf(values.rounds),
        pairs: data ? path.resolve(data, 'pairs') : null,
        onStep,
      },
      signal,
    );
    process.stdout.write(values.json ? `${JSON.stringify(compared, null, 1)}\n` : `\n${peersText(compared)}\n`);
  }

  async function measureIndexing() {
    const [own] = values.video;
    const material = await makeMaterial(own, { folder, cacheDir: values.cache, tools, onStep }, signal);
    const wants = (what: string): boolean => values.only === undefined || values.only === what;
    const versions = wants('versions') ? await againstBaseline() : null;
    const { bin, cache: cacheDir } = values;
    const rounds = roundsOf(values.rounds);
    const asking = { bin, material, ffmpeg: tools.ffmpeg, cacheDir, folder, rounds, onStep };
    const answers = wants('answers') ? await measureAnswers(asking, signal) : null;
    const costs = !wants('costs')
      ? null
      : await measure(
          { video: own, quick: values.quick, bin: values.bin, material, folder, settings, tools, onStep },
          signal,
        );
    if (values.json)
      process.stdout.write(`${JSON.stringify({ versions: versions?.comparisons, costs, answers }, null, 1)}\n`);
    else
      for (const text of [
        versions && versionsText(versions.comparisons, versions.baseline),
        costs && reportText(costs),
        answers && answersText(answers),
      ])
        if (text) process.stdout.write(`\n${text}\n`);

    async function againstBaseline() {
      const commit = values.baseline ?? BASELINE,
        checkout = path.join(folder, 'baseline');
      try {
        onStep(`building ${commit}`);
        const baseline = await buildVersion(commit, checkout, signal);
        const footage: Footage[] = [];
        for (const file of values.video)
          footage.push({
            what: path.basename(file),
            file,
            seconds: (await probeVideo(await ownFile(file), tools, signal)).duration_s,
          });
        if (values.video.length === 0 && values.quick)
          footage.push({ what: '720p', file: material.minute, seconds: SHORT_S });
        else if (values.video.length === 0)
          footage.push(...(await versionFootage(material.minute, SHORT_S, folder, tools.ffmpeg, signal)));
        const present = { name: 'now', bin: values.bin };
        const options = { rounds: roundsOf(values.rounds), warmUp: material.warmUp, onStep };
        return { baseline, comparisons: await compareVersions({ baseline, present }, footage, options, signal) };
      } finally {
        await dropVersion(checkout);
      }
    }
  }
} catch (error) {
  const { message, hint } = asRollcallError(error);
  process.stderr.write(`${message} ${hint}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function roundsOf(option: string): number {
  return Math.max(1, Number(option) || 1);
}
