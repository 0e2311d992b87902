// Which schema a library has, and what becomes of one of another.
import { describe, expect, it } from 'vitest';
import { lacksLabels, migrate, refuseNewer, schemaOf } from '../../../src/store/head/schema-migration.js';

const first = { videos: 1, tracks: 1, identities: 1, edits: 1 };
const whole = { ...first, labels: 1, owners: 1, seen: 1, people: 1, totals: 1 },
  cohesion = true as const;

describe('the schema of a library', () => {
  it('is that of the first program that can read it', () => {
    expect(schemaOf({ versions: first })).toBe(1);
    expect(schemaOf({ versions: { ...first, calibrations: 1 } })).toBe(2);
    expect(schemaOf({ versions: { ...first, references: 1 } })).toBe(3);
    expect(schemaOf({ versions: { ...first, labels: 1, calibrations: 1 } })).toBe(4);
    expect(schemaOf({ versions: first, photos: true })).toBe(5);
    const before = { ...whole, people: undefined, totals: undefined };
    expect(schemaOf({ versions: before })).toBe(6);
    expect(schemaOf({ versions: before, encryption: {} })).toBe(7);
    expect(schemaOf({ versions: { ...whole, totals: undefined } })).toBe(8);
    expect(schemaOf({ versions: whole })).toBe(9);
    expect(schemaOf({ versions: whole, encryption: {} })).toBe(9);
    expect(schemaOf({ versions: whole, cohesion })).toBe(10);
    expect(schemaOf({ versions: before, cohesion })).toBe(6);
  });
  it('is refused when a later program made it, and says which', () => {
    expect(() => refuseNewer('/home', { schema_version: 11 })).toThrow('schema 11, this one knows 10');
    expect(() => refuseNewer('/home', { schema_version: 10 })).not.toThrow();
    expect(() => refuseNewer('/home', 'no head at all')).not.toThrow();
  });
});

describe('an older library', () => {
  const told = async (found: Parameters<typeof migrate>[0], now = found, seq = 7) => {
    const done: (string | null)[] = [];
    await migrate(found, {
      keepCopy: (nameFor) => Promise.resolve(void done.push(nameFor({ ...now, schema_version: 3, seq }))),
      complete: () => Promise.resolve(void done.push('completed')),
    });
    return done;
  };
  it('from before labels is kept under its schema, then completed', async () => {
    expect(lacksLabels({ versions: first })).toBe(true);
    expect(await told({ versions: first })).toEqual(['library-of-schema-3', 'completed']);
  });
  it('is not kept again when another process was first', async () => {
    expect(await told({ versions: first }, { versions: whole, cohesion })).toEqual([null, 'completed']);
  });
  it('that was only just made, and is empty, is not kept', async () => {
    expect(await told({ versions: first }, { versions: first }, 1)).toEqual([null, 'completed']);
  });
  it('from before what is derived likewise', async () => {
    expect(await told({ versions: { ...first, labels: 1 } })).toEqual(['library-of-schema-3', 'completed']);
    expect(await told({ versions: whole })).toEqual(['library-of-schema-3', 'completed']);
    expect(await told({ versions: { ...whole, totals: undefined }, cohesion })).toEqual([
      'library-of-schema-3',
      'completed',
    ]);
  });
  it('that has all is left alone', async () => {
    expect(await told({ versions: whole, cohesion })).toEqual([]);
  });
});
