/** The questions that put most right, of as many as come. */

/** As much of a question as ranks it. */
interface Ranked {
  gain: number;
  identity_ids: readonly string[];
}

export class BestQuestions<Q extends Ranked> {
  #held: Q[] = [];

  /** @param most that are held */
  constructor(private readonly most: number) {}

  add(question: Q): void {
    if (question.gain < this.least) return;
    this.#held = [...this.#held, question].sort(byGain).slice(0, this.most);
  }

  /** What a question must gain to be among them. */
  get least(): number {
    return this.#held[this.most - 1]?.gain ?? 0;
  }

  /** Best first. */
  all(): readonly Q[] {
    return this.#held;
  }
}

function byGain(a: Ranked, b: Ranked): number {
  return b.gain - a.gain || (key(a) < key(b) ? -1 : 1);
}

function key({ identity_ids }: Ranked): string {
  return [...identity_ids].sort().join();
}
