/** A collector of OpenTelemetry traces, over HTTP: keeps the spans that it is sent. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const value = z.union([
  z.object({ stringValue: z.string() }).transform((v): unknown => v.stringValue),
  z.object({ boolValue: z.boolean() }).transform((v): unknown => v.boolValue),
  z.object({ intValue: z.coerce.number() }).transform((v): unknown => v.intValue),
  z.object({ doubleValue: z.number() }).transform((v): unknown => v.doubleValue),
]);
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .transform((all) => Object.fromEntries(all.map((one) => [one.key, one.value])));
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes,
  events: z.array(z.unknown()).default([]),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
});
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});
export type CollectedSpan = z.infer<typeof spanSchema>;

export interface Collector {
  url: string;
  spans: CollectedSpan[];
  /** What was said of who sends them. */
  resources: Record<string, unknown>[];
  /** All that was sent, as it came. */
  bodies: string[];
  /** Where it was sent, and the headers. */
  asked: { path: string; headers: Record<string, unknown> }[];
  stop(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const kept: Omit<Collector, 'url' | 'stop'> = { spans: [], resources: [], bodies: [], asked: [] };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      kept.bodies.push(body);
      kept.asked.push({ path: `${request.method} ${request.url}`, headers: request.headers });
      for (const { resource, scopeSpans } of requestSchema.parse(JSON.parse(body)).resourceSpans) {
        kept.resources.push(resource.attributes);
        kept.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    ...kept,
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
