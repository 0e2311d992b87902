/** What the list of tools costs a model, counted as OpenAI's o200k tokenizer does. */
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, it } from 'vitest';
import { publish } from '../../src/mcp/catalogue.js';
import { allTools } from '../../src/tools/all-tools.js';

/** A tool that costs more than its share takes it from the others. */
const MOST = 4_000;

it('is listed whole, with every schema, for less than 4,000 tokens', () => {
  const tools = allTools.map(publish);
  const cost = Object.fromEntries(tools.map((tool) => [tool.name, encode(JSON.stringify(tool)).length]));
  expect(encode(JSON.stringify({ tools })).length, JSON.stringify(cost)).toBeLessThan(MOST);
});

it.each(allTools.filter((tool) => tool.output))('$name names the fields of its answer, and asks for none', (tool) => {
  const { outputSchema } = publish(tool);
  // A brief answer leaves out what is null or empty: nothing that is required may be missing.
  expect(outputSchema).toMatchObject({ type: 'object', properties: { hint: expect.anything() as unknown } });
  expect(JSON.stringify(outputSchema)).not.toContain('"required"');
});
