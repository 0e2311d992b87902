/** `npm run footage -- --set demo|hard --into FOLDER`: makes footage whose truth is known by construction. */
import { parseArgs } from 'node:util';
import envPaths from 'env-paths';
import path from 'node:path';
import { asRollcallError } from '../../src/domain/errors/errors.js';
import { makeFootage } from './make-footage.js';
import { demoSet } from './sets/demo.js';
import { hardSet } from './sets/hard.js';

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'demo' },
    into: { type: 'string' },
    cache: { type: 'string', default: envPaths('rollcall-footage', { suffix: '' }).cache },
  },
});
const set = [demoSet, hardSet].find(({ name }) => name === values.set);
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
try {
  if (!set) throw new RangeError(`--set is demo or hard, not ${values.set}`);
  const into = values.into ?? path.join(values.cache, set.name);
  await makeFootage(
    set,
    {
      into,
      cacheDir: values.cache,
      ffmpegPath: process.env.FFMPEG_PATH,
      ffprobePath: process.env.FFPROBE_PATH,
      onStep: (what) => process.stderr.write(`${what}\n`),
    },
    interrupt.signal,
  );
  process.stdout.write(`${into}\n`);
} catch (error) {
  const { message, hint } = asRollcallError(error);
  process.stderr.write(`${message} ${hint}\n`);
  process.exitCode = 1;
}
