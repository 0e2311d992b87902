/**
 * What a job that is over may not leave: tasks and locks in the queue, a lock of the library, staged runs, temporary
 * files.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AwsClient } from 'aws4fetch';
import { Redis } from 'ioredis';
import type { ObjectStore } from '../../test/support/servers/object-store.js';
import type { Site } from './site.js';

/** @returns what of it is there, in words */
export async function leftInQueue(port: number): Promise<string[]> {
  const redis = new Redis(port);
  try {
    const [locks, waiting, active, delayed] = await Promise.all([
      redis.keys('rollcall:tasks:*:lock'),
      redis.llen('rollcall:tasks:wait'),
      redis.llen('rollcall:tasks:active'),
      redis.zcard('rollcall:tasks:delayed'),
    ]);
    return locks.length + waiting + active + delayed === 0
      ? []
      : [`in the queue: ${locks.length} locks, ${waiting} waiting, ${active} active, ${delayed} delayed`];
  } finally {
    redis.disconnect();
  }
}

/** @returns what of it is there, in words */
export async function leftInPlace(site: Site, store: ObjectStore | undefined): Promise<string[]> {
  const files = [...(await filesIn(site.options.home)), ...(await filesIn(site.machines))];
  const objects = store ? await keysIn(store, new URL(site.options.home).pathname.slice(1)) : [];
  const left = [...files, ...objects].filter((name) => /\.lock$|(^|\/)runs\/./.test(name));
  for (const lease of objects.filter((name) => name.endsWith('/write.lease.json')))
    if (!(await textOf(store, lease)).includes('"owner":null')) left.push(lease);
  return [...left, ...(await filesIn(site.temporary))].map((name) => `left: ${name}`);
}

async function filesIn(folder: string): Promise<string[]> {
  if (!path.isAbsolute(folder)) return [];
  const all = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return all.filter((one) => one.isFile()).map((one) => path.join(path.relative(folder, one.parentPath), one.name));
}

/** What the store answers to a path below the bucket. */
async function textOf(store: ObjectStore | undefined, below: string): Promise<string> {
  if (!store) return '';
  const { endpoint, bucket, env } = store;
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = env;
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: 's3', region: env['AWS_REGION'] ?? '' });
  return (await client.fetch(`${endpoint}/${bucket}/${below}`)).text();
}

async function keysIn(store: ObjectStore, prefix: string): Promise<string[]> {
  const listed = await textOf(store, `?list-type=2&prefix=${encodeURIComponent(prefix)}/`);
  return [...listed.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
}
