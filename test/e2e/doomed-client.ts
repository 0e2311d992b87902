/**
 * A client that is killed in the middle: `doomed-client.ts BIN HOME SOURCE` says the server's process id and its
 * progress.
 */
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { serverEnv } from './session.js';

const [bin = '', home = '', source = ''] = process.argv.slice(2);
const transport = new StdioClientTransport({
  command: process.execPath,
  args: [bin],
  env: serverEnv(home),
  stderr: 'ignore',
});
const client = new Client({ name: 'doomed', version: '1' });
await client.connect(transport);
process.stdout.write(`server ${transport.pid}\n`);
await client.callTool({ name: 'index_video', arguments: { source, wait_s: 25 } }, undefined, {
  timeout: 90_000,
  onprogress: ({ progress }) => process.stdout.write(`progress ${progress}\n`),
});
process.stdout.write('done\n');
await client.close();
