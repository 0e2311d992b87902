/** The log of who asked what about whom. */
import { chmod, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.js';
import { createAudit } from '../../src/services/audit.js';
import { appendAudit, readAudit } from '../../src/store/files/audit-file.js';
import { temporaryHome } from '../store/fixtures.js';

it('keeps client, tool, outcome, ids and time, and no names, paths or pictures', async () => {
  const home = await temporaryHome();
  const warnings: object[] = [];
  const logger = { debug: () => undefined, warn: (fields: object) => void warnings.push(fields) };
  const audit = createAudit({ home, auditLog: true }, logger);
  const [ada, bob, video] = [newId('identity'), newId('identity'), newId('video')];
  const secret = 'data:image/jpeg;base64,c2VjcmV0';
  await audit.record({
    client: 'an agent',
    tool: 'find_person',
    outcome: 'ok',
    args: { image: secret, name: 'Ada Lovelace', video_ids: [video] },
    answer: { identity_id: ada, name: 'Ada Lovelace', candidates: [{ identity_id: bob }, { identity_id: ada }] },
  });
  await audit.record({
    client: undefined,
    tool: 'forget',
    outcome: 'unknown_id',
    args: { identity_ids: Array.from({ length: 300 }, () => newId('identity')), dry_run: true },
  });
  const file = path.join(home, 'audit', 'audit.jsonl');
  await writeFile(file, '{"at": "cut of', { flag: 'a' });
  expect(await audit.entries()).toEqual([
    {
      at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      client: 'an agent',
      tool: 'find_person',
      outcome: 'ok',
      identity_ids: [ada, bob],
      identities_total: 2,
      video_ids: [video],
    },
    expect.objectContaining({ client: null, outcome: 'unknown_id', dry_run: true, identities_total: 300 }) as unknown,
  ]);
  expect((await audit.entries())[1]?.identity_ids).toHaveLength(200);
  const text = await readFile(file, 'utf8');
  expect(text).not.toMatch(/Lovelace|base64/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await createAudit({ home: path.join(home, 'off'), auditLog: false }, logger).record({
    client: 'x',
    tool: 'job',
    outcome: 'ok',
    args: {},
  });
  expect(await readdir(home)).toEqual(['audit']);
  expect(warnings).toEqual([]);
  await chmod(file, 0o600);
  // A file where the folder would be: the call goes on, with a warning.
  await createAudit({ home: file, auditLog: true }, logger).record({
    client: 'x',
    tool: 'job',
    outcome: 'ok',
    args: {},
  });
  expect(warnings).toMatchObject([{ tool: 'job' }]);
});

it('makes no home anew that was moved: it would be in the way of putting it back', async () => {
  const home = path.join(await temporaryHome(), 'home'),
    audit = createAudit({ home, auditLog: true }, { debug: () => undefined, warn: () => undefined });
  const call = { client: 'x', tool: 'job', outcome: 'ok', args: {} };
  await audit.record(call);
  await rename(home, `${home}-moved`);
  await audit.record(call);
  await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
  await rename(`${home}-moved`, home);
  await audit.record(call);
  expect(await audit.entries()).toHaveLength(2);
});

it('is rotated by size, and keeps so many files', async () => {
  const folder = path.join(await temporaryHome(), 'audit');
  for (let i = 0; i < 20; i++) {
    await appendAudit(folder, `${i}`.padStart(50, '0'), { maxBytes: 100, kept: 3 });
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const names = await readdir(folder);
  expect(names.length).toBeLessThanOrEqual(4);
  expect((await readAudit(folder)).map(Number)).toEqual([14, 15, 16, 17, 18, 19]);
});
