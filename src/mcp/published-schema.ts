/** The JSON Schema of a tool's arguments or answer, as clients get to see it. */
import { z } from 'zod';
import { OUTLINE, UNLISTED } from '../tools/answers/outlined-schema.js';

/** JSON Schema of an object. */
export interface ObjectSchema {
  type: 'object';
  [keyword: string]: unknown;
}

/** What a model that fills in arguments can't use; whoever breaks it is told so by the error. */
const BOUNDS = 'pattern format minLength maxLength minItems minimum exclusiveMinimum propertyNames'.split(' ');
/** Numbers and lists may be longer than anybody writes one. */
const LONG = 100;

/**
 * Models read every schema before the first question, so it says what they can use and no more: no bounds that only
 * an error need tell of; answers stay open, because a later version may add fields and a brief answer leaves some
 * out; shapes marked `inOutline` are shown without their fields, and of a `listing` those that it lists.
 */
export function publishedSchema(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const made = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    override({ jsonSchema, path }) {
      if (OUTLINE in jsonSchema) keepOnly(jsonSchema, ['type', 'description', UNLISTED]);
      for (const bound of BOUNDS) delete jsonSchema[bound];
      if (jsonSchema.description === '') delete jsonSchema.description;
      // Words tell what lies in a list inside a list, and what may be given in several ways.
      if (path.filter((step) => step === 'items').length > 1) keepOnly(jsonSchema, ['type']);
      if ((jsonSchema.anyOf?.length ?? 0) > 2) delete jsonSchema.anyOf;
      if ((jsonSchema.maxItems ?? 0) > LONG) delete jsonSchema.maxItems;
      if ((jsonSchema.maximum ?? 0) > LONG) delete jsonSchema.maximum;
      if (io === 'output' || path.length > 0) {
        delete jsonSchema.required;
        delete jsonSchema.additionalProperties;
      }
    },
  });
  // Without it clients take the protocol's own dialect, in which all of this means the same.
  delete made.$schema;
  const listed = Object.entries(made.properties ?? {}).filter(
    ([, field]) => typeof field === 'object' && !(UNLISTED in field),
  );
  // Names tell what a value of an answer is, lists by their plural, and what may be null is open: types would take the
  // room of words.
  if (io === 'output')
    for (const [, field] of listed) if (typeof field === 'object') keepOnly(field, ['description', 'enum']);
  return { ...made, ...(made.properties ? { properties: Object.fromEntries(listed) } : {}), type: 'object' };
}

function keepOnly(schema: z.core.JSONSchema.BaseSchema, keywords: readonly string[]): void {
  for (const keyword of Object.keys(schema)) if (!keywords.includes(keyword)) delete schema[keyword];
}
