/** A process that starts a silent child, in the sandbox that is its argument (JSON), and waits to be killed. */
import { startChild } from '../../../src/media/processes/child-process.js';

const within = process.argv[2] === undefined ? [] : (JSON.parse(process.argv[2]) as string[]); // a test's own
const child = startChild('/bin/sh', ['-c', 'echo $$; exec sleep 600'], { memoryBytes: 1e10, cpu_s: 60, within });
child.stdout.on('data', (chunk: Buffer) => process.stdout.write(chunk));
