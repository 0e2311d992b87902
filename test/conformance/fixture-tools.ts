/** The tools that the suite's scenarios call, as tools of this server are made. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { RollcallError } from '../../src/domain/errors/errors.js';
import {
  definePictureTool,
  type PictureAnswer,
  type Tool,
  type ToolContext,
} from '../../src/tools/definition/define-tool.js';

const HINTS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
/** Progress is sent at most twice a second. */
const BETWEEN_REPORTS_MS = 510;
/** 1 × 1 pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

const fixture = (name: string, run: (context: ToolContext) => Promise<PictureAnswer>): Tool =>
  definePictureTool({
    name,
    title: name,
    description: `What the conformance suite calls ${name}.`,
    hints: HINTS,
    input: z.strictObject({}),
    handler: (_, context) => run(context),
  });

export const fixtureTools: readonly Tool[] = [
  fixture('test_simple_text', () =>
    Promise.resolve({ text: 'This is a simple text response for testing.', pictures: [] }),
  ),
  fixture('test_image_content', () =>
    Promise.resolve({ text: 'A pixel:', pictures: [{ data: PNG, mimeType: 'image/png' }] }),
  ),
  fixture('test_error_handling', () =>
    Promise.reject(new RollcallError('internal', 'This tool intentionally returns an error for testing', 'Go on.')),
  ),
  fixture('test_tool_with_progress', async ({ onProgress }) => {
    for (const fraction of [0, 0.5, 1]) {
      onProgress?.({ fraction, stage: 'testing', eta_s: null });
      await delay(BETWEEN_REPORTS_MS);
    }
    return { text: 'done', pictures: [] };
  }),
];
