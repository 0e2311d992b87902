/** Shapes that a client gets to see in outline only: it compiles every schema before its first question. */
import type { z } from 'zod';

/** Key in a schema's metadata; `publishedSchema` shows what bears it without its fields. */
export const OUTLINE = 'outline';

/**
 * The same schema, checked here in full, whose fields the tool's published schema leaves out.
 * @param where says where its fields are described
 */
export function inOutline<S extends z.ZodType>(schema: S, where: string): S {
  return schema.meta({ [OUTLINE]: true, description: where });
}
