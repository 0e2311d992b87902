/**
 * Labels of one state. The first answers look up those that they show; all are read behind the first of them, for the
 * questions to come.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { kept } from '../../domain/kept.js';
import type { State } from '../../store/api.js';
import type { Before } from '../kept-per-state.js';

const LETTERS = { identity: 'P', video: 'V' } as const;

type Labels = ReadonlyMap<string, string>;

/** Labels written between two breaks for the event loop: a large library has more than a hundred thousand. */
const STRETCH = 10_000;

export class LabelsOfState {
  /** What was looked up; null for what has none. */
  readonly #known = new Map<string, string | null>();
  #held: Labels | null = null;
  /** Of those held, by label. */
  readonly #ids = kept(async () => turned(await this.all()));
  readonly #read = kept(async () => (this.#held = await inLetters(await this.state.labels())));

  private constructor(private readonly state: State) {}

  static readonly at = async (
    state: State,
    signal: AbortSignal | undefined,
    before: Before<LabelsOfState> | null,
  ): Promise<LabelsOfState> => {
    const labels = new LabelsOfState(state);
    if (!before) return labels;
    const changed = [...before.changes.video_ids, ...before.changes.identity_ids];
    const held = before.made.#held;
    if (held) {
      labels.#held = moved(held, changed, await inLetters(await state.labelsOf(changed, signal)));
      return labels;
    }
    for (const [id, label] of before.made.#known) labels.#known.set(id, label);
    for (const id of changed) labels.#known.delete(id);
    return labels;
  };

  async all(signal?: AbortSignal): Promise<Labels> {
    signal?.throwIfAborted();
    return this.#held ?? this.#read();
  }

  /** Of these, and perhaps of others. */
  async of(ids: readonly string[], signal?: AbortSignal): Promise<Labels> {
    if (this.#held) return this.#held;
    const missing = ids.filter((id) => !this.#known.has(id));
    if (missing.length > 0) {
      const found = await inLetters(await this.state.labelsOf(missing, signal));
      for (const id of missing) this.#known.set(id, found.get(id) ?? null);
    }
    // One that fails is for a question to come to tell.
    this.#read().catch(() => undefined);
    const labels = new Map<string, string>();
    for (const id of ids) {
      const label = this.#known.get(id) ?? null;
      if (label !== null) labels.set(id, label);
    }
    return labels;
  }

  /** By label, of those that there are, and perhaps of others. @param labels in capitals */
  async idsOf(labels: readonly string[], signal?: AbortSignal): Promise<Labels> {
    if (this.#held) return this.#ids();
    const wanted = new Set(labels),
      numbers = labels.map((label) => Number(label.slice(1)));
    const ids = new Map<string, string>();
    for (const [id, label] of await inLetters(await this.state.numbered(numbers, signal)))
      if (wanted.has(label)) ids.set(label, id);
    return ids;
  }
}

async function inLetters(numbers: ReadonlyMap<string, number>): Promise<Labels> {
  const labels = new Map<string, string>();
  for (const [id, number] of numbers) {
    labels.set(id, `${LETTERS[id.startsWith('video') ? 'video' : 'identity']}${number}`);
    if (labels.size % STRETCH === 0) await breathe();
  }
  return labels;
}

/** Ids by label. */
async function turned(labels: Labels): Promise<Labels> {
  const ids = new Map<string, string>();
  for (const [id, label] of labels) {
    ids.set(label, id);
    if (ids.size % STRETCH === 0) await breathe();
  }
  return ids;
}

/** What is among `changed` may have a label now and had none, or the other way round. */
function moved(before: Labels, changed: readonly string[], now: Labels): Labels {
  const labels = new Map(before);
  for (const id of changed) labels.delete(id);
  for (const [id, label] of now) labels.set(id, label);
  return labels;
}
