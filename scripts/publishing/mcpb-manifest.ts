/** manifest.json of the .mcpb bundle (https://github.com/anthropics/mcpb, manifest version 0.3). Pure. */
import { z } from 'zod';
import type { Owner } from './owner.js';

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  keywords: z.array(z.string()),
  engines: z.object({ node: z.string() }),
});

/** Where the installed package lies in the bundle. */
export const IN_BUNDLE = 'server/node_modules/rollcall-mcp';

/** @param platform the one that the native libraries in the bundle are for */
export function mcpbManifest(
  packageJson: string,
  owner: Owner,
  tools: readonly { name: string; title: string }[],
  platform: NodeJS.Platform,
): string {
  const { name, version, description, license, keywords, engines } = packageSchema.parse(JSON.parse(packageJson));
  const entry = `${IN_BUNDLE}/dist/bin/rollcall-mcp.js`;
  const manifest = {
    manifest_version: '0.3',
    name,
    display_name: 'Rollcall',
    version,
    description,
    author: { name: owner.github },
    ...(owner.homepage === null ? {} : { homepage: owner.homepage }),
    ...(owner.repository === null ? {} : { repository: { type: 'git', url: owner.repository } }),
    license,
    keywords,
    server: {
      type: 'node',
      entry_point: entry,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${entry}`],
        env: { ROLLCALL_HOME: '${user_config.library}', ROLLCALL_ALLOW_DIRS: '${user_config.allowed}' },
      },
    },
    tools: tools.map((tool) => ({ name: tool.name, description: tool.title })),
    prompts_generated: true,
    user_config: {
      library: {
        type: 'directory',
        title: 'Library',
        description:
          'Where faces, vectors and names are kept. It is biometric data: keep it where you keep the videos.',
        default: '${HOME}/Rollcall',
        required: false,
      },
      allowed: {
        type: 'directory',
        title: 'Folder that may be read',
        description: 'Videos and pictures outside of it are refused.',
        default: '${HOME}',
        required: false,
      },
    },
    compatibility: { platforms: [platform], runtimes: { node: engines.node } },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
