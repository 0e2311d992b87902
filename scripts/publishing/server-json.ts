/** server.json of the MCP registry, and what package.json says to match it. Pure. */
import { z } from 'zod';
import type { Owner } from './owner.js';

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

/**
 * The part of the registry's schema of 2025-12-11 that this server uses, restated; strict, so that nothing else gets in
 * unchecked. Source: SCHEMA, definitions ServerDetail, Package, Repository, KeyValueInput, StdioTransport.
 */
export const serverSchema = z.strictObject({
  $schema: z.literal(SCHEMA),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z
    .string()
    .max(255)
    .regex(/^\d+\.\d+\.\d+(-[\w.-]+)?$/, 'one version, not a range'),
  websiteUrl: z.url().optional(),
  repository: z.strictObject({ url: z.url(), source: z.literal('github') }).optional(),
  packages: z
    .array(
      z.strictObject({
        registryType: z.literal('npm'),
        identifier: z.string().min(1),
        version: z.string().regex(/^\d+\.\d+\.\d+(-[\w.-]+)?$/, 'one version, not a range'),
        runtimeHint: z.literal('npx'),
        transport: z.strictObject({ type: z.literal('stdio') }),
        environmentVariables: z.array(
          z.strictObject({
            name: z.string().min(1),
            description: z.string(),
            format: z.enum(['string', 'number', 'boolean', 'filepath']),
          }),
        ),
      }),
    )
    .length(1),
});
export type ServerJson = z.infer<typeof serverSchema>;

const manifestSchema = z.looseObject({ name: z.string(), version: z.string(), description: z.string() });

/** The name in the registry; npm's package.json has to say it as mcpName. */
function serverName(owner: Owner, packageName: string): string {
  return `io.github.${owner.github}/${packageName}`;
}

/** @throws ZodError when what comes out does not fit the registry's schema */
export function serverJson(packageJson: string, owner: Owner): string {
  const { name, version, description } = manifestSchema.parse(JSON.parse(packageJson));
  const server = serverSchema.parse({
    $schema: SCHEMA,
    name: serverName(owner, name),
    title: 'Rollcall',
    // Its first sentence: the registry allows 100 characters.
    description: /^.*?[.](?=\s|$)/s.exec(description)?.[0] ?? description,
    version,
    ...(owner.homepage === null ? {} : { websiteUrl: owner.homepage }),
    ...(owner.repository === null ? {} : { repository: { url: owner.repository, source: 'github' } }),
    packages: [
      {
        registryType: 'npm',
        identifier: name,
        version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        environmentVariables: [
          { name: 'ROLLCALL_HOME', description: 'Folder of the library', format: 'filepath' },
          { name: 'ROLLCALL_PACK', description: 'Model pack, of one library', format: 'string' },
        ],
      },
    ],
  } satisfies ServerJson);
  return `${JSON.stringify(server, null, 2)}\n`;
}

/** package.json with mcpName, homepage and repository as the owner has them. */
export function ownedManifest(packageJson: string, owner: Owner): string {
  const {
    mcpName: _name,
    homepage: _page,
    repository: _repository,
    ...rest
  } = manifestSchema.parse(JSON.parse(packageJson));
  const entries = Object.entries({ ...rest }).flatMap((entry): [string, unknown][] =>
    entry[0] === 'description'
      ? [
          entry,
          ['mcpName', serverName(owner, rest.name)],
          ...(owner.homepage === null ? [] : [['homepage', owner.homepage] satisfies [string, unknown]]),
          ...(owner.repository === null
            ? []
            : [['repository', { type: 'git', url: `git+${owner.repository}.git` }] satisfies [string, unknown]]),
        ]
      : [entry],
  );
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
