import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { defineConfig } from 'tsup';
import { thirdPartyNotices } from './scripts/notices/esbuild-plugin.js';
import { publish } from './src/mcp/catalogue.js';
import { allTools } from './src/tools/all-tools.js';

// JavaScript dependencies are bundled (start-up stays under half a second, and npx users download no
// trees they don't need); what carries native binaries stays outside.
/**
 * What the server never runs and yet pays for at start-up: ajv (the server is given another validator,
 * see src/mcp/no-validator.ts) and zod's forty languages.
 */
const leaveOut = {
  name: 'leave-out',
  setup(build: Parameters<Plugin['setup']>[0]) {
    build.onLoad({ filter: /ajv-provider\.js$/ }, () => ({ contents: 'export class AjvJsonSchemaValidator {}' }));
    build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
  },
};

/**
 * LanceDB requires Arrow, the store imports it: Arrow has a build for each, and both would be bundled, and loaded by
 * the first question.
 */
const oneArrow: Plugin = {
  name: 'one-arrow',
  setup(build) {
    const path = createRequire(import.meta.url).resolve('apache-arrow');
    build.onResolve({ filter: /^apache-arrow$/ }, () => ({ path }));
  },
};

export default defineConfig(({ outDir = 'dist' }) => ({
  entry: ['src/bin/rollcall-mcp.ts', 'src/vision/workers/worker.ts'],
  outDir,
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  clean: true,
  sourcemap: false,
  // What tools/list answers, so that a server need not build the schemas to say it (src/mcp/catalogue.ts).
  onSuccess: () => writeFile(join(outDir, 'tools.json'), JSON.stringify(allTools.map(publish))),
  esbuildPlugins: [leaveOut, oneArrow, thirdPartyNotices(fileURLToPath(new URL('.', import.meta.url)))],
  // tsup asks noExternal first, so what stays outside has to be left out of it as well.
  noExternal: [/^(?!onnxruntime-node$|sharp$|@lancedb\/lancedb-|\.\/lancedb\.)/],
  external: ['onnxruntime-node', 'sharp', /^@lancedb\/lancedb-/, /^\.\/lancedb\./],
  // What CommonJS modules inside the bundle expect to find.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __fileURLToPath } from 'node:url'; const require = __createRequire(import.meta.url); const __filename = __fileURLToPath(import.meta.url); const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
  },
}));
