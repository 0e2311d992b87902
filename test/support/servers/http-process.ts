/** The built server on HTTP, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { inject, onTestFinished } from 'vitest';

export const TOKEN = 'a-token-of-some-length';

/** Killed when the test ends. @param more of its environment @returns where it listens */
export async function serveHttpProcess(home: string, more: Record<string, string> = {}): Promise<URL> {
  const { PATH = '' } = process.env;
  const env = { PATH, ROLLCALL_HOME: home, ROLLCALL_PACK: 'fast', ROLLCALL_HTTP_TOKEN: TOKEN, ROLLCALL_THREADS: '1' };
  const child: ChildProcess = spawn(process.execPath, [inject('bin'), '--http', '0'], {
    env: { ...env, ROLLCALL_LOG_LEVEL: 'silent', ...more },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const found = /http:\S+\/mcp/.exec(said)?.[0];
      if (found) resolve(found);
    });
    child.on('exit', () => reject(new Error(said)));
  });
  return new URL(url);
}
