/** Files that a job goes on without, since they were forgotten while it was under way: known by a mark, not by name. */
import { createHash } from 'node:crypto';
import type { IndexJobRecord, PassedOverRecord } from '../../store/records/job-record.js';

/** What is kept of a file that was left out: enough to know it again, nothing that says which it was. */
export function markOf(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}

export class LeftOut {
  readonly #marks: Set<string>;
  readonly #watching = new Set<() => void>();

  constructor(marks: Iterable<string> = []) {
    this.#marks = new Set(marks);
  }

  get marks(): string[] {
    return [...this.#marks];
  }

  has(source: string): boolean {
    return this.#marks.size > 0 && this.#marks.has(markOf(source));
  }

  /** More of them; whoever watches is told when there are. */
  add(marks: Iterable<string>): void {
    const before = this.#marks.size;
    for (const mark of marks) this.#marks.add(mark);
    if (this.#marks.size > before) for (const told of [...this.#watching]) told();
  }

  /** Calls back whenever there are more. @returns what ends that */
  watch(told: () => void): () => void {
    this.#watching.add(told);
    return () => void this.#watching.delete(told);
  }

  /** Runs work on some files that ends, by its signal, when one of them is left out. */
  async during<T>(
    sources: readonly string[],
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const gone = new AbortController();
    const look = (): void => {
      if (sources.some((source) => this.has(source))) gone.abort(new DOMException('left out', 'AbortError'));
    };
    const end = this.watch(look);
    try {
      return await work(AbortSignal.any([signal, gone.signal]));
    } finally {
      end();
    }
  }
}

/** As many are kept of what a folder's job passed over. */
const KEPT = 20;

/** What a job keeps of what it passed over; nothing where that is nothing. */
export function passedOverRecord(all: PassedOverRecord['first']): { passed_over?: PassedOverRecord } {
  return all.length > 0 ? { passed_over: { total: all.length, first: all.slice(0, KEPT) } } : {};
}

/** What is told of a file that was forgotten meanwhile, whose name only the folder that was asked for still has. */
const FORGOTTEN: PassedOverRecord['first'][number]['error'] = {
  code: 'cancelled',
  message: 'It was forgotten while this job was under way, on request or as older than retentionDays allows.',
  hint: 'Index it by itself to have it known again.',
};

/**
 * Everything of its folder that a job left out, and why, as many as are kept.
 * @param inFolder the paths that are in the folder now: by those a forgotten file is named, since nothing else may
 */
export async function leftOutOf(
  { left_out = [], passed_over }: Pick<IndexJobRecord, 'left_out' | 'passed_over'>,
  inFolder: () => Promise<readonly string[]>,
): Promise<PassedOverRecord> {
  const leftOut = new LeftOut(left_out);
  const forgotten = left_out.length > 0 ? (await inFolder()).filter((source) => leftOut.has(source)) : [];
  return {
    total: left_out.length + (passed_over?.total ?? 0),
    first: [...forgotten.map((source) => ({ source, error: FORGOTTEN })), ...(passed_over?.first ?? [])].slice(0, KEPT),
  };
}
