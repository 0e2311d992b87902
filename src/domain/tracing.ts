/** What the layers know of traces: spans around work, with ids and counts and no place for anything else. */

/** Everything a span may say. Names, paths, addresses, pictures and vectors have no key here. */
export interface SpanFacts {
  tool?: string;
  job_id?: string;
  video_id?: string;
  /** The kind of a job or of a task. */
  kind?: string;
  /** Number of a film or photo in its job, and of a part in its film, from 0. */
  file?: number;
  part?: number;
  /** Times a task was begun, this one included. */
  begun?: number;
  /** Whether a task is done, and not handed back. */
  is_done?: boolean;
  state?: string;
  /** The code of the error that it ended with. */
  code?: string;
  photos?: number;
  ranges?: number;
  crops?: number;
  faces?: number;
  tracks?: number;
  is_known?: boolean;
}

export interface Span {
  /** Says more of it, before it ends. */
  add(facts: SpanFacts): void;
}

export interface Tracer {
  /**
   * Runs work in a span, below the one that this call is made in. Settles as the work does; of an error the code is
   * kept, and nothing else.
   * @param under what `current` said of another span, in this process or another; null begins a trace
   */
  span<T>(name: string, facts: SpanFacts, work: (span: Span) => Promise<T>, under?: string | null): Promise<T>;
  /** The span that this call is made in, for others to go on under it: a `traceparent` of W3C Trace Context. */
  current(): string | undefined;
}

/** Where no traces are wanted. */
export const NO_TRACES: Tracer = {
  span: (_name, _facts, work) => work({ add: () => undefined }),
  current: () => undefined,
};
