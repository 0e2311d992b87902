/** Every path and URL that a tool takes is declared, and none leads out of the allowed folders. */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type App, createApp } from '../../src/app.js';
import { loadSettings } from '../../src/config/settings.js';
import { sourceArguments, type SourceArgument } from '../../src/services/requests/fields.js';
import { allTools } from '../../src/tools/all-tools.js';
import type { Tool } from '../../src/tools/definition/define-tool.js';
import { runTool } from '../../src/tools/definition/run-tool.js';

/** Texts that are looked up, never opened. A new text argument is either an id, declared as a source, or named here. */
const PLAIN_TEXTS = [
  'name',
  'people[].name',
  'edits[].name',
  'edits[].identity_id',
  'edits[].identity_ids[]',
  'identity_ids[]',
  'edits[].into',
  'why',
  'cursor',
  'identities_cursor',
  'pairs[].labels{}',
];

interface Argument {
  tool: Tool;
  at: string;
  names: SourceArgument | null;
}

/** The text arguments of a schema, and what each names; ids, which have a pattern, and choices are left out. */
function texts(tool: Tool, schema: z.core.$ZodType, at: string): Argument[] {
  const declared = sourceArguments.get(schema);
  if (declared) return [{ tool, at, names: declared.names }];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return texts(tool, schema.def.innerType, at);
  if (schema instanceof z.ZodArray) return texts(tool, schema.def.element, `${at}[]`);
  if (schema instanceof z.ZodRecord) return texts(tool, schema.def.valueType, `${at}{}`);
  if (schema instanceof z.ZodPipe) return texts(tool, schema.def.in, at);
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap((option) => texts(tool, option, at));
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.core.$ZodType>).flatMap(([key, field]) =>
      texts(tool, field, at === '' ? key : `${at}.${key}`),
    );
  if (schema instanceof z.ZodString)
    return schema.format === 'regex' || hasPattern(schema) ? [] : [{ tool, at, names: null }];
  if (schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean) return [];
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodISODateTime) return [];
  throw new Error(`${tool.name}: ${at} is of a kind that this test does not know`);
}

function hasPattern(schema: z.ZodString): boolean {
  return (z.toJSONSchema(schema) as { pattern?: string }).pattern !== undefined;
}

const all = allTools.flatMap((tool) => texts(tool, tool.input, ''));
const sources = all.filter(({ names }) => names !== null);

it('every text argument is an id, a declared path or URL, or known to be neither', () => {
  expect(all.filter(({ at, names }) => names === null && !PLAIN_TEXTS.includes(at)).map(({ at }) => at)).toEqual([]);
  expect(sources.map(({ tool, at, names }) => `${tool.name}.${at}: ${names ?? ''}`).sort()).toEqual([
    'calibrate.pairs[].image_a: picture',
    'calibrate.pairs[].image_b: picture',
    'calibrate.pairs_file: file',
    'edit_identities.edits[].images[]: picture',
    'export.out: target',
    'find_person.image: picture',
    'find_person.people[].image: picture',
    'index_video.source: video',
    'verify_faces.image_a: picture',
    'verify_faces.image_b: picture',
  ]);
});

describe('with allowed folders', () => {
  let root: string;
  let app: App;
  beforeAll(() => {
    root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'rollcall-tools-')));
    for (const dir of ['open', 'closed', 'home', 'data:']) mkdirSync(path.join(root, dir));
    writeFileSync(path.join(root, 'closed', 'secret'), 'a,b,same\nx,y,yes\n');
    const flags = { allowDirs: path.join(root, 'open') };
    app = createApp(loadSettings(flags, { ROLLCALL_HOME: path.join(root, 'home') }), pino({ level: 'silent' }));
  });
  afterAll(async () => {
    await app.close();
    rmSync(root, { recursive: true });
  });

  /** Arguments with a source in one place and something harmless in the others that are needed. */
  function asked({ at }: Argument, given: string): object {
    const harmless = 'data:image/png;base64,AA';
    const [outer = '', inner] = at.split('[].');
    if (outer === 'edits') return { edits: [{ action: 'enrol', name: 'Ada', images: [harmless, given] }] };
    if (outer === 'pairs') return { pairs: [{ image_a: 'a.jpg', image_b: 'b.jpg', same: true, [inner ?? '']: given }] };
    if (inner !== undefined) return { [outer]: [{ [inner]: given }] };
    if (outer === 'image_a') return { image_a: given, image_b: harmless };
    if (outer === 'out') return { format: 'csv', out: given };
    return outer === 'image_b' ? { image_a: harmless, image_b: given } : { [outer]: given };
  }

  const outside = (): string[] => {
    const secret = path.join(root, 'closed', 'secret');
    return [
      secret,
      path.join(root, 'closed', 'absent'),
      pathToFileURL(secret).href,
      path.relative(process.cwd(), secret),
      path.join(root, 'open', '..', 'closed', 'secret'),
    ];
  };

  it.each(sources.map((argument) => [`${argument.tool.name}.${argument.at}`, argument] as const))(
    '%s does not lead out of them',
    async (_, argument) => {
      const { tool } = argument;
      for (const given of outside()) {
        const outcome = await runTool(tool, asked(argument, given), { ...app, signal: new AbortController().signal });
        // A picture of many that can't be used is told among them.
        const codes = outcome.ok ? codesIn(outcome.answer.data) : [outcome.error.code];
        expect(codes, given).toContain('forbidden');
      }
      expect(readdirSync(path.join(root, 'closed'))).toEqual(['secret']);
    },
    60_000,
  );

  it('a data URL is no way round them', async () => {
    const index = allTools.find((tool) => tool.name === 'index_video') ?? expect.unreachable();
    for (const source of ['data:/../../etc/passwd', `data:/../${path.join(root, 'closed', 'secret')}`]) {
      const outcome = await runTool(index, { source }, { ...app, signal: new AbortController().signal });
      expect(outcome).toMatchObject({ ok: false, error: { code: 'bad_argument' } });
    }
  });
});

function codesIn(data: unknown): string[] {
  const report = z.object({
    report: z.object({ unusable: z.object({ first: z.array(z.object({ code: z.string() })) }) }),
  });
  return report.safeParse(data).data?.report.unusable.first.map(({ code }) => code) ?? [];
}
