/** Is asked to end while a network runs and closing never ends: `node --import tsx busy-process.ts`. */
import os from 'node:os';
import process from 'node:process';
import { pino } from 'pino';
import { useOwnTemporaryFolder } from '../../src/bin/own-temporary-folder.js';
import { loadSettings } from '../../src/config/settings.js';
import { createShutdown } from '../../src/mcp/shutdown.js';
import { openPrepared } from '../../src/weights/open-prepared.js';

const DIMENSIONS = 128;
useOwnTemporaryFolder();
const shutdown = createShutdown(() => new Promise(() => undefined), pino(process.stderr), 100);
const pipeline = await openPrepared({ modelsDir: loadSettings().modelsDir, packId: 'fast', threads: 1 });
const compare = (rows: number): Promise<unknown> => {
  const set = () => ({ vectors: new Float32Array(rows * DIMENSIONS).fill(0.01), excess: new Float32Array(rows) });
  return pipeline.similarPairs(set(), set(), 1e6);
};
await compare(1); // loads it
const asked = Array.from({ length: 20 }, () => compare(6000)); // some tenths of a second each
process.stdout.write(`${os.tmpdir()}\n`);
shutdown('a test');
await Promise.all(asked);
