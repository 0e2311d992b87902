/** What npm checks each package against when it installs it, by package-lock.json. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ name: z.string().optional(), version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

/** Subresource integrity by name@version. */
export async function lockedIntegrity(root: string): Promise<Map<string, string>> {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')));
  return new Map(
    Object.entries(packages).flatMap(([at, { name, version, integrity }]) => {
      const called = name ?? at.split('node_modules/').at(-1) ?? '';
      return version === undefined || integrity === undefined ? [] : [[`${called}@${version}`, integrity] as const];
    }),
  );
}
