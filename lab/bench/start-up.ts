/** How soon the built server answers. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/**
 * Milliseconds from starting `node bin` until `initialize` and `tools/list` have been answered over stdio, with a new
 * library folder.
 */
export async function startUp(bin: string, signal: AbortSignal): Promise<number> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-bench-home-'));
  const client = new Client({ name: 'rollcall-bench', version: '1' });
  try {
    const began = performance.now();
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [bin],
        env: { ...getDefaultEnvironment(), ROLLCALL_HOME: home, ROLLCALL_LOG_LEVEL: 'error' },
        stderr: 'inherit',
      }),
      { signal },
    );
    await client.listTools(undefined, { signal });
    return performance.now() - began;
  } finally {
    await client.close();
    await rm(home, { recursive: true, force: true });
  }
}
