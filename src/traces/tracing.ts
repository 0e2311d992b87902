/** Traces where the setting `traces` asks for them; what they take is loaded by the first span. */
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import { NO_TRACES, type Tracer } from '../domain/tracing.js';
import type { OpenTraces } from './otlp.js';

export interface Tracing {
  tracer: Tracer;
  /** Sends what is left, for a moment at most. Never fails. */
  close(): Promise<void>;
}

/** Nothing is loaded or sent where `traces` is null. */
export function createTracing({ traces: endpoint }: Pick<Settings, 'traces'>, logger: Logger): Tracing {
  if (endpoint === null) return { tracer: NO_TRACES, close: () => Promise.resolve() };
  let opened: OpenTraces | undefined;
  let opening: Promise<Tracer> | undefined;
  const open = (): Promise<Tracer> =>
    (opening ??= import('./otlp.js').then(
      ({ openTraces }) => (opened = openTraces(endpoint, logger)).tracer,
      (error: unknown) => {
        logger.warn({ err: error }, 'there will be no traces');
        return NO_TRACES;
      },
    ));
  return {
    tracer: {
      span: async (name, facts, work, under) => (await open()).span(name, facts, work, under),
      current: () => opened?.tracer.current(),
    },
    async close() {
      await opening;
      await opened?.close();
    },
  };
}
