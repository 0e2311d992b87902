/** Forgetting over stdio, at a terminal, and killed midway. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';
import { editAnswerSchema } from '../../src/services/answers/edit-identities.js';
import { forgetAnswerSchema } from '../../src/services/answers/forget.js';
import { filesWith } from '../store/fixtures.js';
import { clip, indexedSchema, listedSchema, still, workplace } from './workplace.js';

const at = workplace();
const NAME = 'Violet Purple';
/** Answers leave out what is null. */
const receiptSchema = forgetAnswerSchema.partial({ checked: true });

it('forgets a person over stdio and a video at a terminal, also when killed midway, while another server is open', async () => {
  const home = path.join(await at.folder(), 'home');
  const env = { ...process.env, ROLLCALL_HOME: home };
  const server = await at.stdio(home);
  const other = await at.stdio(home);
  const lounge = await server.index({ source: clip('lounge.mp4') }, indexedSchema);
  const found = await server.call(
    'find_person',
    { image: still('purple-dress') },
    z.object({ identity_id: z.string() }),
  );
  const identity_ids = [found.identity_id];
  await server.call(
    'edit_identities',
    {
      edits: [
        { action: 'name', identity_id: found.identity_id, name: NAME },
        { action: 'enrol', identity_id: found.identity_id, images: [still('purple-dress')] },
      ],
    },
    editAnswerSchema,
  );
  const list = async () => (await other.call('list_identities', {}, listedSchema)).identities;
  const people = (await list()).length;

  const told = await server.call('forget', { identity_ids }, receiptSchema);
  expect(told).toMatchObject({ dry_run: true, people: [{ name: NAME }], removed: { people: 1, reference_photos: 1 } });
  expect((await list()).map((i) => i.name)).toContain(NAME);
  const receipt = await server.call('forget', { identity_ids, dry_run: false }, receiptSchema);
  expect(receipt).toMatchObject({ removed: told.removed, checked: { found: 0, names: 1 } });
  expect(await filesWith(home, Buffer.from(NAME))).toEqual([]);
  const inAudit = [path.join(home, 'audit', 'audit.jsonl')];
  expect(await filesWith(home, Buffer.from(found.identity_id))).toEqual(inAudit);
  expect(await list()).toHaveLength(people - 1);
  expect(await server.fails('forget', { identity_ids, dry_run: false })).toMatchObject({ code: 'unknown_id' });
  expect(await server.fails('forget', {})).toMatchObject({ code: 'bad_argument' });
  expect(await other.fails('find_person', { name: NAME })).toMatchObject({ code: 'not_found' });
  // The same footage again is known: nobody comes back.
  expect(await server.index({ source: clip('lounge.mp4') }, indexedSchema)).toMatchObject({
    video_id: lounge.video_id,
    already_indexed: true,
  });
  expect(await list()).toHaveLength(people - 1);

  const forget = [inject('bin'), 'forget', lounge.video_id];
  const text = (await promisify(execFile)(process.execPath, forget, { env })).stdout;
  expect(text).toMatch(/Would be forgotten:[\s\S]*lounge\.mp4[\s\S]*--yes/);
  const child = spawn(process.execPath, [...forget, '--yes'], { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const head = () => readFile(path.join(home, 'library.json'), 'utf8');
  while (child.exitCode === null && !(await head()).includes('"purge_due": true')) await delay(5);
  child.kill('SIGKILL');
  await ended;
  expect(await head()).toContain('"purge_due": true');
  expect(await filesWith(home, Buffer.from(lounge.video_id))).not.toEqual([]);
  // Whoever was open goes on, and the next to open brings it to its end.
  expect(await list()).toEqual([]);
  await promisify(execFile)(process.execPath, [inject('bin'), 'library'], { env });
  expect(await filesWith(path.join(home, 'library.lance'), Buffer.from(lounge.video_id))).toEqual([]);
  expect(await head()).not.toContain('"purge_due": true');
  // Who did it, by ids alone.
  const log = JSON.parse(
    (
      await promisify(execFile)(process.execPath, [inject('bin'), 'audit', '--identity', found.identity_id, '--json'], {
        env,
      })
    ).stdout,
  ) as unknown;
  expect(log).toMatchObject({
    entries: expect.arrayContaining([
      expect.objectContaining({ client: 'rollcall-e2e', tool: 'forget', outcome: 'ok', identity_ids: identity_ids }),
    ]) as unknown,
  });
  expect(await filesWith(home, Buffer.from(NAME))).toEqual([]);
});
