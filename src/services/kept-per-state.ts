/** What is made of a state of the library, kept as long as it is the library's, and carried over to the next one. */
import type { Changes, Library, State } from '../store/api.js';
import type { WorkContext } from './progress.js';

/** What was made of an earlier state, and what changed since. */
export interface Before<T> {
  state: State;
  made: T;
  changes: Changes;
}

/**
 * @param before null: everything is to be read. What was made of it is never changed.
 * @param onProgress of whoever asked first
 */
export type Make<T> = (
  state: State,
  signal: AbortSignal | undefined,
  before: Before<T> | null,
  onProgress: WorkContext['onProgress'],
) => Promise<T>;

/**
 * @param make is asked again when the library's state is another, by whichever process
 * @param keeps whether what was made may be kept
 * @returns what is made of the library's state now
 */
export function perState<T>(
  library: () => Promise<Library>,
  make: Make<T>,
  keeps: (made: T) => boolean = () => true,
): (signal?: AbortSignal, onProgress?: WorkContext['onProgress']) => Promise<T> {
  const of = carriedOver(make, keeps);
  return async (signal, onProgress) => of(await (await library()).snapshot(), signal, onProgress);
}

/** The same of a state that is given; what is being made for good is waited for. */
export function carriedOver<T>(
  make: Make<T>,
  keeps: (made: T) => boolean = () => true,
): (state: State, signal?: AbortSignal, onProgress?: WorkContext['onProgress']) => Promise<T> {
  let kept: { state: State; made: T } | null = null,
    reading: { state: State; made: Promise<T> } | null = null;
  const read = async (
    state: State,
    signal: AbortSignal | undefined,
    onProgress: WorkContext['onProgress'],
  ): Promise<T> => {
    const changes = kept && state.changedSince(kept.state.mark);
    const made = await make(state, signal, kept && changes && { ...kept, changes }, onProgress);
    kept = keeps(made) ? { state, made } : null;
    return made;
  };
  return async (state, signal, onProgress) => {
    if (kept?.state === state) return kept.made;
    if (reading?.state === state) return reading.made;
    const made = read(state, signal, onProgress);
    // What somebody may give up is nobody else's to wait for.
    if (signal) return made;
    const mine = { state, made };
    reading = mine;
    try {
      return await made;
    } finally {
      if (reading === mine) reading = null;
    }
  };
}
