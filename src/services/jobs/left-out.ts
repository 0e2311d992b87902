/** Files that a job goes on without, since they were forgotten while it was under way: known by a mark, not by name. */
import { createHash } from 'node:crypto';

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
