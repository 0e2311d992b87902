/** What Dockerfile and the compose files name is there: CI has no engine of containers. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { runProgram } from '../../src/cli/program.js';
import { settingInfo, settingNames } from '../../src/config/settings.js';
import { parseS3 } from '../../src/store/objects/s3-address.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const dockerfile = read('Dockerfile');
const serviceSchema = z.object({
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()),
  build: z.string().optional(),
});
const compose = z
  .object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.unknown()) })
  .parse(parse(read('compose.yaml'), { merge: true }));
const inStore = z
  .object({
    services: z.record(
      z.string(),
      z.object({ environment: z.record(z.string(), z.string()), image: z.string().optional() }),
    ),
  })
  .parse(parse(read('compose.object-store.yaml'), { merge: true })).services;
const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

/** What the program would do. */
async function startedBy(args: readonly string[]): Promise<unknown> {
  let started: unknown;
  const code = await runProgram(args, {
    serve: (flags, http) => Promise.resolve(void (started = { http, host: flags.httpHost, port: flags.httpPort })),
    work: (_, how) => Promise.resolve(void (started = how)),
    open: () => {
      throw new Error('a command was run');
    },
  });
  expect(code).toBe(0);
  return started;
}

describe('containers', () => {
  it('run the server for all addresses, and workers', async () => {
    const started = await Promise.all(ours.map(async ([name, { command }]) => [name, await startedBy(command)]));
    expect(Object.fromEntries(started)).toEqual({
      server: { http: true, host: '0.0.0.0', port: '8642' },
      worker: { tasks: 1, partMinutes: 30 },
    });
    const byDefault = z.array(z.string()).parse(JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? ''));
    expect(byDefault).toEqual(compose.services['server']?.command);
  });

  it('are told of settings that there are', () => {
    const known = settingNames.map((name) => settingInfo(name).env);
    const set = [...dockerfile.matchAll(/(ROLLCALL_\w+)=/g)].map(([, name]) => name);
    expect(known).toEqual(expect.arrayContaining([...set, ...ours.flatMap(([, s]) => Object.keys(s.environment))]));
    for (const [, { environment }] of ours) expect(environment['ROLLCALL_QUEUE']).toMatch(/^redis:.*@redis:6379\/0$/);
  });

  it('have their library in a store that is one of them, where it is asked for', () => {
    const settings = settingNames.map((name) => settingInfo(name).env);
    for (const [name] of ours) {
      const { environment } = inStore[name] ?? { environment: {} };
      expect(settings).toEqual(
        expect.arrayContaining(Object.keys(environment).filter((variable) => variable.startsWith('ROLLCALL_'))),
      );
      const store = parseS3(environment['ROLLCALL_HOME'] ?? '', environment);
      expect(store).toMatchObject({ bucket: 'rollcall', prefix: 'library/' });
      const host = new URL(environment['AWS_ENDPOINT_URL'] ?? '').hostname;
      expect(inStore[host]?.environment).toMatchObject({
        MINIO_ROOT_USER: environment['AWS_ACCESS_KEY_ID'],
        MINIO_ROOT_PASSWORD: environment['AWS_SECRET_ACCESS_KEY'],
      });
    }
    expect(inStore['bucket']?.image).toBe(inStore['store']?.image);
    expect(read('compose.object-store.yaml').match(/(SECRET\w*|PASSWORD): (?!\$\{)/g)).toBeNull();
  });

  it('share a library that the image makes, not as root, and hold no secret', () => {
    for (const [, { volumes }] of ours)
      for (const volume of volumes) {
        const [from = '', to = ''] = volume.replace(/^\$\{[^}]*\}/, 'footage').split(':');
        expect(dockerfile).toMatch(new RegExp(`install -d .*${to}\\b`));
        expect([...Object.keys(compose.volumes), 'footage']).toContain(from);
      }
    expect(dockerfile.indexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('RUN '));
    expect(read('compose.yaml').match(/(TOKEN|PASSWORD): (?!\$\{)/g)).toBeNull();
  });

  it('are built from what is here', () => {
    for (const ignored of read('.dockerignore').trim().split('\n'))
      expect(['package.json', 'package-lock.json', 'src', 'models', 'scripts', 'tsup.config.ts']).not.toContain(
        ignored,
      );
    expect(existsSync(path.join(root, 'package-lock.json'))).toBe(true);
    expect(dockerfile).toContain(`rollcall-mcp-*.tgz`);
  });
});
