import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const BUSY = fileURLToPath(new URL('busy-process.ts', import.meta.url));

it.skipIf(process.platform === 'win32')('ends in time while a network runs, and aborts in no native code', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', BUSY], { stdio: ['ignore', 'pipe', 'pipe'] });
  let folder = '',
    said = '';
  child.stdout.on('data', (chunk) => (folder += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'close');
  expect(said).toContain('closing took too long');
  expect(said).not.toContain('terminate called');
  expect(child.signalCode).toBe('SIGKILL');
  expect(folder).toContain('rollcall-of-');
  expect(existsSync(folder.trim())).toBe(false);
});
