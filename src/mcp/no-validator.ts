/**
 * The SDK makes a JSON Schema validator (ajv, a third of the start-up time) for elicitation results.
 * This server elicits nothing and validates arguments with zod, so it is given one that is never called.
 */
import type { jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js';

export const noValidator: jsonSchemaValidator = {
  getValidator() {
    throw new Error('rollcall-mcp does not elicit; give the server a JSON Schema validator before it does');
  },
};
