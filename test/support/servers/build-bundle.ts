/** Builds the program once for all tests that run it, into a folder of its own, and removes it afterwards. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    bin: string;
  }
}

export default function setup(project: TestProject): () => void {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  // Named after this run, whose projects share it.
  const outDir = path.join(root, 'build', `bundle-${process.pid}-${Math.round(performance.timeOrigin)}`);
  const bin = path.join(outDir, 'bin', 'rollcall-mcp.js');
  const tsup = path.join(
    path.dirname(createRequire(import.meta.url).resolve('tsup/package.json')),
    'dist',
    'cli-default.js',
  );
  if (!existsSync(bin))
    execFileSync(process.execPath, [tsup, '--outDir', outDir, '--silent'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  project.provide('bin', bin);
  return () => rmSync(outDir, { recursive: true, force: true });
}
