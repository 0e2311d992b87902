/** What only the owner of the published package can say: scripts/publishing/owner.json, the one place to say it. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Stands in owner.json until the owner has filled it in. */
export const NOBODY = 'OWNER';

export const ownerSchema = z.strictObject({
  github: z
    .string()
    .regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/)
    .describe('user or organisation on GitHub, whose namespace the server is published in'),
  homepage: z.url().nullable(),
  repository: z.url().nullable().describe('for a browser, without .git'),
});
export type Owner = z.infer<typeof ownerSchema>;

export async function readOwner(): Promise<Owner> {
  return ownerSchema.parse(JSON.parse(await readFile(new URL('owner.json', import.meta.url), 'utf8')));
}
