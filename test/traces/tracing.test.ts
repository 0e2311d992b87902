import pino, { type Logger } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { RollcallError } from '../../src/domain/errors/errors.js';
import { createTracing } from '../../src/traces/tracing.js';
import { type Collector, startCollector } from '../support/servers/collector.js';

const open: Collector[] = [];
const collecting = async (): Promise<Collector> => {
  const collector = await startCollector();
  open.push(collector);
  return collector;
};
afterEach(async () => {
  for (const collector of open.splice(0)) await collector.stop();
});
function keeping(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  return { logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }), lines };
}

it('puts spans below the one that a call is made in, or below one of another process', async () => {
  const collector = await collecting();
  const here = createTracing({ traces: collector.url }, keeping().logger),
    there = createTracing({ traces: `${collector.url}/v1/traces` }, keeping().logger);
  const carried = await here.tracer.span('tool call', {}, async () => {
    await Promise.all([1, 2].map((file) => here.tracer.span('film', { file }, async () => undefined)));
    return here.tracer.current();
  });
  expect(here.tracer.current()).toBeUndefined();
  await there.tracer.span('task', {}, async () => undefined, carried);
  await there.tracer.span('job', {}, async () => undefined, 'nonsense');
  await here.tracer.span('tool call', {}, () => here.tracer.span('job', {}, async () => undefined, null));
  await here.close();
  await there.close();

  const { spans } = collector;
  const [top] = spans.filter(({ name }) => name === 'tool call');
  const below = spans.filter(({ parentSpanId }) => parentSpanId === top?.spanId);
  expect(below.map(({ name }) => name).sort()).toEqual(['film', 'film', 'task']);
  expect(below.every(({ traceId }) => traceId === top?.traceId)).toBe(true);
  expect(spans.filter(({ name, parentSpanId }) => name === 'job' && !parentSpanId)).toHaveLength(2);
  expect(collector.asked.map(({ path }) => path)).toEqual(collector.asked.map(() => 'POST /v1/traces'));
});

it('keeps of an error its code, and passes it on', async () => {
  const collector = await collecting();
  const { tracer, close } = createTracing({ traces: collector.url }, keeping().logger);
  const error = new RollcallError('not_a_video', 'Of Ada Lovelace.', 'In /home/ada.');
  await expect(tracer.span('film', {}, () => Promise.reject(error))).rejects.toBe(error);
  await close();
  expect(collector.spans).toMatchObject([{ attributes: { 'rollcall.code': 'not_a_video' }, events: [] }]);
  expect(collector.bodies.join('')).not.toContain('Ada');
});

it('says once that nobody takes spans, and the work goes on', async () => {
  const gone = await startCollector();
  await gone.stop();
  const { logger, lines } = keeping();
  const { tracer, close } = createTracing({ traces: gone.url }, logger);
  // More than are sent at a time.
  for (let i = 0; i < 1200; i++) expect(await tracer.span('film', {}, async () => i)).toBe(i);
  await close();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('traces are not taken');
});

it('does nothing where no traces are asked for', async () => {
  const { tracer, close } = createTracing({ traces: null }, keeping().logger);
  expect(await tracer.span('film', {}, async () => tracer.current() ?? 'none')).toBe('none');
  await close();
});
