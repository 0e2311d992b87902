/** Builds the program once for all tests that run it, into a folder of its own, and removes it afterwards. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext { bin: string }
}

export default function setup(project: TestProject): () => void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const outDir = path.join(root, 'build', `bundle-${process.pid}`);
  const tsup = path.join(path.dirname(createRequire(import.meta.url).resolve('tsup/package.json')), 'dist', 'cli-default.js');
  execFileSync(process.execPath, [tsup, '--outDir', outDir, '--silent'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  project.provide('bin', path.join(outDir, 'bin', 'rollcall-mcp.js'));
  return () => rmSync(outDir, { recursive: true, force: true });
}
