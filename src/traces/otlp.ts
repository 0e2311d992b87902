/** Traces by OpenTelemetry, sent as OTLP over HTTP. Nothing is global: a tracer belongs to whoever made it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { packageInfo } from '../config/package-info.js';
import { asRollcallError } from '../domain/errors/errors.js';
import type { SpanFacts, Tracer } from '../domain/tracing.js';

/** A collector that does not answer is given up this fast, and so holds up no more of the spans, milliseconds. */
const EXPORT_MS = 3000;
/** Ending waits for what is left to be sent, milliseconds. */
const LAST_MS = 1500;
/** How often spans are sent, milliseconds. */
const EVERY_MS = 1000;
const PARENT = 'traceparent';

export interface OpenTraces {
  tracer: Tracer;
  /** Sends what is left, for a moment at most. Never fails. */
  close(): Promise<void>;
}

/**
 * @param endpoint of a collector; without a path that of the protocol is taken, /v1/traces. Headers, as those that let
 * one in, come from OTEL_EXPORTER_OTLP_HEADERS.
 */
export function openTraces(endpoint: string, logger: Logger): OpenTraces {
  const { version } = packageInfo();
  const tell = tellingOnce(new URL(endpoint).host, logger);
  const exporter = new OTLPTraceExporter({ url: tracesAt(endpoint), timeoutMillis: EXPORT_MS });
  const provider = new TracerProvider({
    // Of the machine and its user nothing is said.
    resource: resourceFromAttributes({ 'service.name': 'rollcall-mcp', 'service.version': version }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: whoseFailuresAreTold(exporter, tell),
        scheduledDelayMillis: EVERY_MS,
        exportTimeoutMillis: EXPORT_MS,
      }),
    ],
  });
  const otel = provider.getTracer('rollcall-mcp', version);
  const at = new AsyncLocalStorage<Context>();
  const w3c = new W3CTraceContextPropagator();
  const below = (under: string | null | undefined): Context => {
    if (under === undefined) return at.getStore() ?? ROOT_CONTEXT;
    return under === null ? ROOT_CONTEXT : w3c.extract(ROOT_CONTEXT, { [PARENT]: under }, defaultTextMapGetter);
  };
  return {
    tracer: {
      async span(name, facts, work, under) {
        const parent = below(under);
        const span = otel.startSpan(name, { attributes: named(facts) }, parent);
        try {
          return await at.run(trace.setSpan(parent, span), () =>
            work({ add: (more) => void span.setAttributes(named(more)) }),
          );
        } catch (error) {
          // What an error says names files and people.
          const { code } = asRollcallError(error);
          span.setAttributes(named({ code })).setStatus({ code: SpanStatusCode.ERROR, message: code });
          throw error;
        } finally {
          span.end();
        }
      },
      current() {
        const carrier: Record<string, string> = {},
          now = at.getStore();
        if (now) w3c.inject(now, carrier, defaultTextMapSetter);
        return carrier[PARENT];
      },
    },
    async close() {
      const late = delay(LAST_MS, 'not in time' as const, { ref: false });
      const why = await Promise.race([provider.shutdown().catch(() => undefined), late]);
      if (why) tell(why);
    },
  };
}

function tracesAt(endpoint: string): string {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}

function named(facts: SpanFacts): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [`rollcall.${key}`, value]));
}

/** Says once of a collector that it does not take spans, until it does again (null). */
function tellingOnce(host: string, logger: Logger): (why: string | null) => void {
  let told = false;
  return (why) => {
    if (why !== null && !told) logger.warn({ host, why }, 'traces are not taken; work goes on without');
    told = why !== null;
  };
}

/** The same exporter, of which nobody else hears what fails. */
function whoseFailuresAreTold(exporter: SpanExporter, tell: (why: string | null) => void): SpanExporter {
  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
      exporter.export(spans, ({ code, error }) => {
        tell(code === ExportResultCode.SUCCESS ? null : (error?.message ?? 'no reason given'));
        done({ code: ExportResultCode.SUCCESS });
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
