/** Calls of tools that nobody in their right mind would make, drawn from the tools' own schemas. */
import { z } from 'zod';

const schemaSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

/** What takes the place of strings that name something, so that calls get past the first check. */
export type Names = Readonly<Record<string, readonly string[]>>;

const DEEP = 4;
const pick = <T>(random: () => number, all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];

/** A value that the schema allows, as far as the schema tells. */
export function likely(schema: unknown, random: () => number, names: Names, key = '', depth = 0): unknown {
  const read = schemaSchema.safeParse(schema);
  if (!read.success) return null;
  const { anyOf, oneOf, properties = {}, required = [], items, minimum = 0, maximum = 100, ...rest } = read.data;
  if (rest.const !== undefined) return rest.const;
  if (rest.enum) return pick(random, rest.enum);
  const choice = pick(random, anyOf ?? oneOf ?? []);
  if (choice !== undefined) return likely(choice, random, names, key, depth);
  const type = Array.isArray(rest.type) ? pick(random, rest.type) : rest.type;
  switch (type) {
    case 'object': {
      const keys = Object.keys(properties).filter((name) => required.includes(name) || random() < 0.4);
      return Object.fromEntries(
        keys.map((name) => [name, depth > DEEP ? null : likely(properties[name], random, names, name, depth + 1)]),
      );
    }
    case 'array':
      return Array.from({ length: 1 + Math.floor(random() * 2) }, () => likely(items, random, names, key, depth + 1));
    case 'string':
      return pick(random, names[key] ?? names['any'] ?? ['a word']);
    case 'integer':
      return Math.floor(minimum + random() * (Math.min(maximum, minimum + 10) - minimum));
    case 'number':
      return minimum + random() * (Math.min(maximum, minimum + 10) - minimum);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return pick(random, ['a word', 1, {}]);
  }
}

/** Values that break what trusts its caller. */
export const HOSTILE: readonly (() => unknown)[] = [
  () => null,
  () => '',
  () => 'NaN',
  () => '-Infinity',
  () => '\u0000',
  () => '\ud800 \udfff',
  () => '../'.repeat(200) + 'etc/passwd',
  () => 'file:///etc/passwd',
  () => 'data:image/png;base64,AAAA',
  () => 'data:,%ff%fe%',
  () => "x' OR 1=1 --",
  () => '`$(id)` {{constructor}} %s %n',
  () => '\u202e\u0300'.repeat(500),
  () => 'A'.repeat(1e6),
  () => `identity_${'a'.repeat(26)}`,
  () => `track_${'a'.repeat(1e5)}`,
  () => 'P99999999999999999999',
  () => '__proto__',
  () => 0,
  () => -1,
  () => 1e308,
  () => -1e308,
  () => 2 ** 53,
  () => 5e-324,
  () => 0.1 + 0.2,
  () => true,
  () => [],
  () => ({}),
  (): unknown => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  () => Array.from({ length: 20_000 }, (_, i) => i),
  () => Array.from({ length: 20_000 }, () => 'identity_x'),
  () => nested(2000),
  () => Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, i])),
];

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { a: value };
  return value;
}

/** Arguments of which one or two are hostile, wherever they stand. */
export function hostileArguments(schema: unknown, random: () => number, names: Names): unknown {
  let args = likely(schema, random, names);
  for (let n = 1 + Math.floor(random() * 2); n > 0; n -= 1) args = spoil(args, random);
  return args;
}

function spoil(value: unknown, random: () => number): unknown {
  const hostile = (): unknown => pick(random, HOSTILE)?.();
  if (typeof value !== 'object' || value === null || random() < 0.08) return hostile();
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === 0 ? spoil(item, random) : item));
  const entries = Object.entries(value);
  if (entries.length === 0 || random() < 0.15) return { ...value, 'no such argument': hostile() };
  const at = Math.floor(random() * entries.length);
  return Object.fromEntries(
    entries.map(([key, inner], i) => [key, i === at ? (random() < 0.5 ? hostile() : spoil(inner, random)) : inner]),
  );
}
