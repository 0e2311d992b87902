/** A process that starts a child which never writes, tells its id, and waits to be killed. */
import { startChild } from '../../src/media/child-process.js';

const child = startChild('/bin/sh', ['-c', 'echo $$; exec sleep 600'], { memoryBytes: 1e10, cpu_s: 60 });
child.stdout.on('data', (chunk: Buffer) => process.stdout.write(chunk));
