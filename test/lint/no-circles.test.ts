/** No file of the product leads back to itself by imports, those of types among them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../src', import.meta.url));

/** @returns the first way from a file back to itself */
function circle(importsOf: ReadonlyMap<string, readonly string[]>): string[] | null {
  const through = new Set<string>();
  const walk = (file: string, way: readonly string[]): string[] | null => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (through.has(file)) return null;
    for (const next of importsOf.get(file) ?? []) {
      const found = walk(next, [...way, file]);
      if (found) return found;
    }
    through.add(file);
    return null;
  };
  for (const file of importsOf.keys()) {
    const found = walk(file, []);
    if (found) return found;
  }
  return null;
}

it('no import leads in a circle', () => {
  const importsOf = new Map<string, string[]>();
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, name), 'utf8'));
    const near = importedFiles.filter(({ fileName }) => fileName.startsWith('.'));
    importsOf.set(
      name,
      near.map(({ fileName }) => path.join(path.dirname(name), fileName.replace(/\.js$/, '.ts'))),
    );
  }
  expect(importsOf.size).toBeGreaterThan(300);
  expect(importsOf.get('app.ts')).toContain('services/create-services.ts');
  expect(circle(importsOf)).toBeNull();
  // That it would be found: the ground may not know the roof.
  expect(circle(new Map([...importsOf, ['domain/errors/errors.ts', ['app.ts']]]))).toContain('app.ts');
});
