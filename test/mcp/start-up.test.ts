/** What a server on stdio loads before it answers: the rest waits for the first call that needs it. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Rooms whose code no initialize and no tools/list needs. */
const LATER = [
  'src/services/',
  'src/store/',
  'src/domain/scores/',
  'src/tools/',
  'src/vision/',
  'src/media/',
  'src/cli/',
];
/** What of them a server needs at once, all of it small. */
const AT_ONCE = [
  'src/domain/scores/operating-points.ts',
  'src/services/audit.ts',
  'src/services/open-once.ts',
  'src/services/quiet-time.ts',
  'src/store/files/audit-file.ts',
  'src/store/files/private-folder.ts',
  'src/tools/answers/outlined-schema.ts',
  'src/tools/definition/hint-words.ts',
  'src/tools/definition/run-tool.ts',
];
/** Packages that it needs at once. */
const PACKAGES = ['@modelcontextprotocol/sdk', 'env-paths', 'pino', 'zod'];

it('is what says which tools there are, and no more', async () => {
  const packages = new Set<string>();
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/bin/main.ts', 'src/mcp/stdio/stdio.ts'],
    ...{ bundle: true, write: false, metafile: true, outdir: 'none', format: 'esm', platform: 'node' },
    plugins: [
      {
        name: 'at once',
        setup({ onResolve }) {
          onResolve({ filter: /./ }, ({ kind, path: wanted }) => {
            if (kind === 'entry-point' || (kind === 'import-statement' && wanted.startsWith('.'))) return undefined;
            if (kind === 'import-statement' && !wanted.startsWith('node:'))
              packages.add(wanted.split('/', wanted.startsWith('@') ? 2 : 1).join('/'));
            return { external: true };
          });
        },
      },
    ],
  });
  const files = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  expect(files).toContain('src/mcp/server.ts');
  const early = files.filter((file) => LATER.some((room) => file.startsWith(room)));
  expect([...new Set(early)].sort()).toEqual(AT_ONCE);
  expect([...packages].sort()).toEqual(PACKAGES);
});
