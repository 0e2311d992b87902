/**
 * `npm run demo`: makes three clips from real photographs, indexes them through the built server over stdio, asks who
 * is in them, holds the answers against the known truth, and draws them. Exit code 1 when anything falls short.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import envPaths from 'env-paths';
import { asRollcallError } from '../../src/domain/errors/errors.js';
import { locateFfmpeg } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import { makeFootage } from '../footage/make-footage.js';
import { castMembers, loadCast } from '../footage/people.js';
import { personTruths } from '../footage/person-truths.js';
import { demoSet } from '../footage/sets/demo.js';
import { askEverything } from './ask.js';
import { checkFindings } from './checks.js';
import { drawResult } from './draw-result.js';
import { reportText } from './print-report.js';
import { startServer } from './server.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: envPaths('rollcall-footage', { suffix: '' }).cache },
    picture: { type: 'string', default: path.join(root, 'docs', 'demo.jpg') },
    bin: { type: 'string', default: path.join(root, 'dist', 'bin', 'rollcall-mcp.js') },
  },
});
const step = (what: string) => process.stderr.write(`· ${what}\n`);
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

/** @returns whether every check holds */
async function demo(signal: AbortSignal): Promise<boolean> {
  const into = path.join(values.cache, demoSet.name);
  const footage = await makeFootage(
    demoSet,
    {
      into,
      cacheDir: values.cache,
      ffmpegPath: process.env.FFMPEG_PATH,
      ffprobePath: process.env.FFPROBE_PATH,
      onStep: step,
    },
    signal,
  );
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-demo-'));
  try {
    const server = await startServer(values.bin, home, signal);
    try {
      const findings = await askEverything(server, footage, step);
      const truth = personTruths(footage.truth);
      const report = checkFindings(findings, truth);
      process.stdout.write(`\n${reportText(findings, report)}\n`);
      const { ffmpeg } = await locateFfmpeg(
        {
          ffmpegPath: process.env.FFMPEG_PATH,
          ffprobePath: process.env.FFPROBE_PATH,
          cacheDir: path.join(values.cache, 'ffmpeg'),
        },
        signal,
      );
      await drawResult(
        findings,
        report,
        truth.people,
        demoSet,
        castMembers(loadCast()),
        { file: values.picture, footage: into, ffmpeg },
        signal,
      );
      step(`drawn: ${values.picture}`);
      return report.checks.every(({ ok }) => ok);
    } finally {
      await server.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

try {
  process.exitCode = (await demo(interrupt.signal)) ? 0 : 1;
} catch (error) {
  const { message, hint } = asRollcallError(error);
  process.stderr.write(`${message} ${hint}\n`);
  process.exitCode = 1;
}
