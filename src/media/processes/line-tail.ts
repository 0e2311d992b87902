/** The last lines of what a program says, in bounded memory however much it says and however long its lines are. */

const KEPT_LINES = 20;
/** Longer lines lose their end. */
const LINE_CHARS = 1000;

export class LineTail {
  readonly #lines: string[] = [];
  #open = '';

  /** @param skip called with every whole line; a line for which it answers true is not kept */
  constructor(public skip: (line: string) => boolean = () => false) {}

  /** The last lines, oldest first; the one that is not ended yet included. */
  get lines(): readonly string[] {
    return this.#open.trim() === '' ? this.#lines : [...this.#lines, this.#open.trim()];
  }

  push(chunk: Buffer): void {
    const [first = '', ...more] = chunk.toString('utf8').split(/[\r\n]+/);
    this.#grow(first);
    for (const part of more) {
      this.#close();
      this.#grow(part);
    }
  }

  #grow(part: string): void {
    this.#open += part.slice(0, LINE_CHARS - this.#open.length);
  }

  #close(): void {
    const line = this.#open.trim();
    this.#open = '';
    if (line === '' || this.skip(line)) return;
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }
}
