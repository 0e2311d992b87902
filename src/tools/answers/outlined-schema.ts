/** Shapes that a client gets to see in outline only: it reads every schema before its first question. */
import type { z } from 'zod';

/** Key in a schema's metadata; `publishedSchema` shows what bears it without its fields. */
export const OUTLINE = 'outline';

/**
 * The same schema, checked here in full, of which the tool's published schema says the type and, in words, the fields.
 * @param fields names them; left out where they are named elsewhere
 */
export function inOutline<S extends z.ZodType>(schema: S, fields?: string): S {
  return schema.meta({ [OUTLINE]: true, description: fields });
}

/** Key in the metadata of a field that a published schema leaves out. */
export const UNLISTED = 'unlisted';

/** The same fields, checked here in full, of which a tool's published schema lists some; words name the others. */
export function listing<Shape extends Record<string, z.ZodType>>(shape: Shape, ...listed: (keyof Shape)[]): Shape {
  const fields = Object.entries(shape).map(([name, schema]) => [
    name,
    listed.includes(name) ? schema : schema.meta({ [UNLISTED]: true }),
  ]);
  return Object.fromEntries(fields) as Shape;
}
