/** What a server counts for Prometheus (text format 0.0.4): calls, jobs, pictures, and the process itself. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ToolHost } from '../../tools/definition/define-tool.js';

export interface Metrics {
  /** @param outcome `ok`, or the code of its error. @param seconds that it took */
  onCall(tool: string, outcome: string, seconds: number): void;
  contentType: string;
  text(): Promise<string>;
}

/** Bounds of what a call may take, seconds: questions take milliseconds, calls that wait for a job up to a minute. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'];

/** No name of a person, file or client is in any of it. */
export function createMetrics(host: Pick<ToolHost, 'services' | 'jobs'>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Histogram({
    name: 'rollcall_tool_call_seconds',
    help: 'Calls of tools, by how they ended: ok, or the code of the error.',
    labelNames: ['tool', 'outcome'],
    buckets: BUCKETS,
    registers,
  });
  new Gauge({
    name: 'rollcall_jobs',
    help: 'Jobs of this library that are kept, of whichever process, by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      const jobs = await (await host.jobs()).list();
      for (const state of STATES) this.set({ state }, jobs.filter((job) => job.state === state).length);
    },
  });
  for (const [name, help, of] of [
    ['rollcall_queue_waiting', 'Tasks in the queue that machines share (setting queue) that nobody is at.', 'waiting'],
    ['rollcall_queue_active', 'Tasks of that queue that workers are at.', 'active'],
    ['rollcall_queue_workers', 'Workers of that queue.', 'workers'],
  ] as const)
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.reset();
        const depth = await (await host.jobs()).depth();
        if (depth) this.set(depth[of]);
      },
    });
  const activity = async () => (await host.services()).operations.activity;
  for (const [name, help, of] of [
    [
      'rollcall_pictures_total',
      'Pictures of films looked at by this process; its rate is pictures a second.',
      'pictures',
    ],
    ['rollcall_faces_total', 'Faces seen in them.', 'faces'],
  ] as const)
    new Counter({
      name,
      help,
      registers,
      async collect() {
        const counted = (await activity())[of];
        this.reset();
        this.inc(counted);
      },
    });
  return {
    onCall: (tool, outcome, seconds) => calls.observe({ tool, outcome }, seconds),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
