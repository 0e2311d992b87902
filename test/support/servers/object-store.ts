/**
 * A real S3-compatible server for tests: Ceph's, of Debian (radosgw, with one monitor and one store in memory), or any
 * other that ROLLCALL_TEST_S3 names by its endpoint, with keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AwsClient } from 'aws4fetch';
import { freePort } from './free-port.js';

const KEY = 'rollcall-tests',
  SECRET = 'not-a-secret-of-anybody';
const BUCKET = 'rollcall-tests';

/** Where it has to be there, as in CI, the tests that need it fail without. */
export const hasObjectStore =
  existsSync('/usr/bin/radosgw') || ['ROLLCALL_TEST_S3', 'ROLLCALL_TEST_CEPH'].some((name) => process.env[name]);

export interface ObjectStore {
  endpoint: string;
  bucket: string;
  /** What a process is given to reach it. */
  env: Record<string, string>;
  /** What answers over HTTP, to be killed and stopped; null for a server that was given. */
  gateway: Gateway | null;
  stop(): Promise<void>;
}

export interface Gateway {
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts it again after it was killed; resolves when it answers. */
  start(): Promise<void>;
}

/** @throws where there is no such server: `apt-get install radosgw ceph-mon ceph-osd` */
export async function startObjectStore(): Promise<ObjectStore> {
  const given = process.env['ROLLCALL_TEST_S3'];
  const server = given ? { endpoint: given, gateway: null, stop: () => Promise.resolve() } : await startCeph();
  const env = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: (given && process.env['AWS_ACCESS_KEY_ID']) || KEY,
    AWS_SECRET_ACCESS_KEY: (given && process.env['AWS_SECRET_ACCESS_KEY']) || SECRET,
    AWS_REGION: 'us-east-1',
  };
  const client = new AwsClient({
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    service: 's3',
    region: env.AWS_REGION,
  });
  const made = await client.fetch(`${server.endpoint}/${BUCKET}`, { method: 'PUT' });
  if (!made.ok && made.status !== 409) throw new Error(`no bucket: ${made.status} ${await made.text()}`);
  return { ...server, bucket: BUCKET, env };
}

async function startCeph(): Promise<Pick<ObjectStore, 'endpoint' | 'gateway' | 'stop'>> {
  // A short path: names of sockets may have 107 letters.
  const folder = await mkdtemp(path.join(os.tmpdir(), 's3-'));
  const [s3, monitor] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${s3}`;
  const fsid = randomUUID();
  const conf = path.join(folder, 'ceph.conf');
  for (const name of ['mon', 'osd', 'rgw']) await mkdir(path.join(folder, name));
  await writeFile(conf, configuration(folder, fsid, s3, monitor));
  const tool = (program: string, ...args: string[]) =>
    promisify(execFile)(program, ['-c', conf, ...args], { cwd: folder, timeout: 30_000 }).catch((cause: unknown) => {
      throw new Error(`${program} does not work: apt-get install radosgw ceph-mon ceph-osd`, { cause });
    });
  const daemons: ChildProcess[] = [];
  const daemon = (program: string, ...args: string[]): ChildProcess => {
    const child = spawn(program, ['-c', conf, '-f', ...args], { cwd: folder, stdio: 'ignore' });
    daemons.push(child);
    return child;
  };
  // Without secure connections between it and the monitor, for which they would need keys.
  const openGateway = (): ChildProcess => daemon('radosgw', '-n', 'client.rgw', '--ms-mon-client-mode=crc');
  const untilItAnswers = async (): Promise<void> => {
    for (let tries = 1; !(await answers(endpoint)); tries++) {
      if (tries === 300) throw new Error(`radosgw does not answer: ${await lastWords(folder)}`);
      await delay(100);
    }
  };
  const stop = async (): Promise<void> => {
    for (const one of daemons.reverse()) {
      if (one.exitCode !== null || one.signalCode !== null) continue;
      const gone = once(one, 'exit');
      one.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await tool('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monitor}]`, 'monmap');
    await tool('osdmaptool', '--createsimple', '1', 'osdmap', '--clobber');
    await Promise.all([
      tool('ceph-mon', '-i', 'a', '--mkfs', '--monmap', 'monmap', '--osdmap', 'osdmap'),
      tool('ceph-osd', '-i', '0', '--mkfs', '--no-mon-config', '--monmap', 'monmap', '--osd-uuid', randomUUID()),
    ]);
    daemon('ceph-mon', '-i', 'a');
    daemon('ceph-osd', '-i', '0');
    let radosgw = openGateway();
    const user = ['user', 'create', '--uid', 'tests', '--display-name', 'tests'];
    await tool('radosgw-admin', ...user, '--access-key', KEY, '--secret-key', SECRET);
    await untilItAnswers();
    const gateway: Gateway = {
      signal: (name) => void radosgw.kill(name),
      async start() {
        radosgw = openGateway();
        await untilItAnswers();
      },
    };
    return { endpoint, gateway, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    (response) => response.ok,
    () => false,
  );
}

async function lastWords(folder: string): Promise<string> {
  return (await readFile(path.join(folder, 'client.rgw.log'), 'utf8').catch(() => 'no log')).slice(-500);
}

function configuration(folder: string, fsid: string, s3: number, monitor: number): string {
  return `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${monitor}
mon initial members = a
public addr = 127.0.0.1
public network = 127.0.0.0/8
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
osd objectstore = memstore
memstore device bytes = 2147483648
run dir = ${folder}
admin socket = ${folder}/$name.asok
log file = ${folder}/$name.log
pid file = ${folder}/$name.pid
mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${s3} tcp_nodelay=1
rgw enable gc threads = false
rgw enable lc threads = false
rgw run sync thread = false
rgw thread pool size = 16
rgw rados pool pg num min = 1
paxos propose interval = 0.1
paxos min wait = 0
`;
}
