/** A server of one tool by the SDK alone: what the start of any server costs. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes it into a folder. @returns the file, to be started with Node */
export async function writeBareServer(folder: string): Promise<string> {
  const of = (module: string): string => JSON.stringify(import.meta.resolve(module));
  const file = path.join(folder, 'bare-server.mjs');
  await writeFile(
    file,
    `import { McpServer } from ${of('@modelcontextprotocol/sdk/server/mcp.js')};
import { StdioServerTransport } from ${of('@modelcontextprotocol/sdk/server/stdio.js')};
import { z } from ${of('zod')};
const server = new McpServer({ name: 'bare', version: '1' });
server.registerTool('echo', { description: 'Says it again.', inputSchema: { text: z.string() } }, ({ text }) => ({
  content: [{ type: 'text', text }],
}));
await server.connect(new StdioServerTransport());
`,
  );
  return file;
}
