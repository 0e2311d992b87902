import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';
import { layers } from '../../eslint.layers.js';

const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...layers],
});
const problems = async (file: string, code: string): Promise<number> =>
  (await eslint.lintText(code, { filePath: file })).reduce((n, r) => n + r.errorCount, 0);

it.each([
  ['src/domain/x.ts', "import { a } from '../store/library.js';"],
  ['src/domain/x.ts', "import type { A } from '../config/settings.js';"],
  ['src/vision/x.ts', "import { a } from '../media/images.js';"],
  ['src/vision/inference/decoders/x.ts', "import { a } from '../../../store/library.js';"],
  ['src/vision/inference/x.ts', "import { a } from '../workers/worker-pool.js';"],
  ['src/mcp/server.ts', "import { a } from './http/http.js';"],
  ['src/store/x.ts', "export { a } from '../services/api.js';"],
  ['src/services/x.ts', "const a = await import('../tools/all-tools.js');"],
  ['src/tools/x.ts', "const a = await import('../store/library.js');"],
  ['src/mcp/x.ts', "import type { App } from '../app.js';"],
  ['src/mcp/x.ts', "import { a } from '../cli/program.js';"],
  ['src/app.ts', "import { a } from './bin/main.js';"],
  ['src/domain/faces/x.ts', "import { a } from '../scores/decision.js';"],
  ['src/domain/faces/x.ts', "import { a } from '../tracks/tracker.js';"],
  ['src/domain/types.ts', "import { a } from './faces/nms.js';"],
  ['src/services/people/x.ts', "import { a } from '../questions/find-person.js';"],
  ['src/services/grouping/x.ts', "import { a } from '../people/regroup.js';"],
  ['src/domain/grouping/x.ts', "import { a } from '../people/certainty.js';"],
  ['src/services/people/x.ts', "type A = import('../jobs/jobs.js').Jobs;"],
  ['src/domain/x.ts', "import { a } from '../../lab/measures/bcubed.js';"],
  ['src/services/x.ts', "import sharp from 'sharp';"],
  ['src/vision/x.ts', "const sharp = await import('sharp');"],
  ['src/media/x.ts', "import ort from 'onnxruntime-node';"],
  ['src/vision/x.ts', "import onnxProto from 'onnx-proto';"],
  ['src/vision/x.ts', "import { a } from '../weights/onnx-edit.js';"],
  ['src/services/x.ts', "import type { Table } from '@lancedb/lancedb';"],
  ['src/services/x.ts', "import { trace } from '@opentelemetry/api';"],
  ['src/services/x.ts', "import { a } from '../traces/tracing.js';"],
  ['src/store/x.ts', "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';"],
])('%s may not: %s', async (file, code) => {
  expect(await problems(file, code)).toBeGreaterThan(0);
});

it.each([
  ['src/services/x.ts', "import { a } from '../store/library.js'; const b = await import('../vision/pipeline.js');"],
  [
    'src/vision/inference/decoders/x.ts',
    "import { a } from '../../packs/pack.js'; import { b } from '../../../domain/types.js';",
  ],
  ['src/domain/people/x.ts', "import { a } from '../scores/decision.js'; import { b } from '../types.js';"],
  ['src/services/indexing/x.ts', "import { a } from '../people/regroup.js';"],
  ['src/services/create-services.ts', "import { a } from './questions/find-person.js';"],
  ['src/media/x.ts', "import sharp from 'sharp';"],
  ['src/app.ts', "import { a } from './services/jobs.js'; import { b } from './traces/tracing.js';"],
  ['src/traces/x.ts', "import { trace } from '@opentelemetry/api';"],
  ['src/tools/x.ts', "import { a } from './format.js'; import { b } from '../domain/errors.js';"],
])('%s may: %s', async (file, code) => {
  expect(await problems(file, code)).toBe(0);
});
