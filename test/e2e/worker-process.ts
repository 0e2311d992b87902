/** A worker as a process of its own, and what it logs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { inject } from 'vitest';
import { z } from 'zod';
import { serverEnv } from './session.js';

const lineSchema = z.object({ msg: z.string(), task: z.string().optional(), isDone: z.boolean().optional() });

export interface WorkerProcess {
  child: ChildProcess;
  /** What it has logged. */
  lines: z.infer<typeof lineSchema>[];
  /** All of it as it is. */
  text(): string;
}

/** Resolves when it takes work. @param keep is given what kills it, where it still runs */
export async function startWorker(
  home: string,
  env: Record<string, string>,
  keep: (close: () => Promise<void>) => void,
  args: readonly string[] = [],
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [inject('bin'), 'worker', ...args], {
    env: serverEnv(home, { ...env, ROLLCALL_LOG_LEVEL: 'info' }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  keep(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  let said = '';
  const lines: WorkerProcess['lines'] = [];
  await new Promise<void>((resolve, reject) => {
    let rest = '';
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (part.startsWith('{')) lines.push(lineSchema.parse(JSON.parse(part)));
        else if (part.includes('takes work')) resolve();
      }
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return { child, lines, text: () => said };
}
