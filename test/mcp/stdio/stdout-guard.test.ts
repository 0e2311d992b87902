import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('lets nothing but the returned stream reach stdout', () => {
  const guard = fileURLToPath(new URL('../../../src/mcp/stdio/stdout-guard.ts', import.meta.url));
  const script = `
    const { guardStdout } = await import(${JSON.stringify(guard)});
    const { stdout } = guardStdout();
    console.log('stray log'); console.info('stray info'); process.stdout.write('stray write\\n');
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker("console.log('stray worker')", { eval: true });
    await new Promise((resolve) => worker.on('exit', resolve));
    stdout.write('protocol\\n');`;
  const out = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(out.toString()).toBe('protocol\n');
});
