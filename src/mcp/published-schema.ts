/** The JSON Schema of a tool's arguments or answer, as clients get to see it. */
import { z } from 'zod';
import { OUTLINE } from '../tools/outlined-schema.js';

/** JSON Schema of an object. */
export interface ObjectSchema {
  type: 'object';
  [keyword: string]: unknown;
}

/**
 * Clients compile every schema before the first call, so it says what they can use and no more: no bounds
 * that only say "a safe integer"; answers stay open, because a later version may add fields; and shapes
 * marked `inOutline` are shown without theirs.
 */
export function publishedSchema(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const made = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    override({ jsonSchema }) {
      if (OUTLINE in jsonSchema) {
        for (const keyword of [OUTLINE, 'properties', 'required', 'additionalProperties']) delete jsonSchema[keyword];
        return;
      }
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (io === 'input') return;
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      delete jsonSchema.propertyNames;
    },
  });
  return { ...made, type: 'object' };
}
