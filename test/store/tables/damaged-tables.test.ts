/** Files of a library that are missing or damaged: which table, what to do, and the others can still be read. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import type { Library } from '../../../src/store/api.js';
import { addVideo, makeIdentity, open, temporaryHome } from '../fixtures.js';

const DAMAGES: Readonly<Record<string, (file: string) => Promise<void>>> = {
  missing: (file) => rm(file),
  empty: (file) => writeFile(file, ''),
  'cut in half': async (file) => {
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length >> 1));
  },
  'all zeros': async (file) => writeFile(file, Buffer.alloc((await readFile(file)).length)),
};

const reads: Readonly<Record<string, (library: Library) => Promise<unknown[]>>> = {
  videos: (library) => library.videos(),
  tracks: (library) => library.tracks(),
  identities: (library) => library.identities(),
  edits: (library) => library.edits(),
};

test.each(Object.keys(DAMAGES).flatMap((damage) => ['_versions', 'data'].map((part) => [damage, part] as const)))(
  'a table whose files are %s in %s is told by name, without where anything was built',
  async (damage, part) => {
    for (const table of Object.keys(reads)) {
      const home = await temporaryHome();
      const made = await open(home);
      await addVideo(made, newId('video'), 2);
      await made.write(async (writer) => {
        await writer.putIdentities([makeIdentity()]);
        await writer.appendEdits([{ edit_id: newId('edit'), created_at: new Date().toISOString(), body: [1] }]);
      });
      await made.close();
      const folder = path.join(home, 'library.lance', `${table}.lance`, part);
      for (const name of await readdir(folder)) await DAMAGES[damage]?.(path.join(folder, name));
      const library = await open(home);
      for (const [name, read] of Object.entries(reads)) {
        const found = await read(library).catch((error: unknown) => error);
        if (name !== table) expect(found, `${name} beside ${table}`).not.toHaveLength(0);
        else expectDamaged(found, table);
      }
      const write = library.write((writer) => writer.removeIdentities([newId('identity')]));
      if (table === 'identities') expectDamaged(await write.catch((error: unknown) => error), table);
      else await write;
    }
  },
);

function expectDamaged(error: unknown, table: string): void {
  if (!(error instanceof RollcallError)) return expect.unreachable(`no error, or none of ours: ${String(error)}`);
  expect(error).toMatchObject({ code: 'damaged_library', hint: expect.stringContaining('doctor --repair') as unknown });
  expect(error.message).toContain(`"${table}"`);
  expect(`${error.message} ${error.hint}`).not.toMatch(/\.rs|cargo|rustc/);
}
