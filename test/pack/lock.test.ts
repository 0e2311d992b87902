/** The lock, held against the npm that Node comes with: each has rules of its own about what a lock must hold. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { npmCommand } from '../../src/registry/npm-command.js';

const root = path.join(import.meta.dirname, '..', '..');

// Of Node 20.10, the oldest that is supported, and of the first 24.
it.each(['10.2.3', '11.3.0'])(
  'npm %s takes it for a clean install',
  async (version) => {
    // In a folder of its own: some would empty node_modules even for a dry run.
    const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-lock-'));
    try {
      for (const file of ['package.json', 'package-lock.json'])
        await copyFile(path.join(root, file), path.join(folder, file));
      const { command, args, shell } = await npmCommand();
      const install = ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund'];
      const { stdout } = await promisify(execFile)(
        command,
        [...args, 'exec', '--yes', `npm@${version}`, '--', ...install],
        {
          cwd: folder,
          shell,
        },
      );
      expect(stdout).toMatch(/added \d{3} packages/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
