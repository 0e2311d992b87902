/** How far a piece of work is, and what it needs of whoever asked for it. */

export interface Progress {
  /** 0..1, never falling. */
  fraction: number;
  /** What is being done, in a few words for a person: "decoding", "clustering". */
  stage: string;
  eta_s: number | null;
}

export interface WorkContext {
  signal?: AbortSignal;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Names the work, so that it can be taken up again where it was left: the id of a job. */
  key?: string | undefined;
  /** What is found joins the library once this has settled; it never rejects. */
  joinAfter?: Promise<unknown> | undefined;
  /** The range is a part of a film whose others are watched at the same time; it begins and ends with a shot. */
  isPart?: boolean | undefined;
  /** All parts of the film were watched: what only the whole tells of it is told now. */
  afterParts?: boolean | undefined;
}

/** Says how far a count of things is, and how long the rest will take. */
export function countProgress(
  onProgress: WorkContext['onProgress'],
  all: number,
  what: string,
): (done: number) => void {
  const began = performance.now();
  return (done) => {
    const elapsed_s = (performance.now() - began) / 1000;
    onProgress?.({
      fraction: all > 0 ? done / all : 1,
      stage: `${done} of ${all} ${what}`,
      eta_s: done > 0 ? (elapsed_s / done) * (all - done) : null,
    });
  };
}
