import { defineConfig } from 'tsup';

// JavaScript dependencies are bundled (start-up stays under half a second, and npx users download no
// trees they don't need); what carries native binaries stays outside.
export default defineConfig({
  entry: ['src/bin/rollcall-mcp.ts', 'src/vision/worker.ts'],
  outDir: 'dist',
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  clean: true,
  sourcemap: false,
  noExternal: [/.*/],
  external: ['onnxruntime-node', 'sharp', /^@lancedb\/lancedb-/],
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
});
