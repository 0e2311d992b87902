/** Codes a client can branch on. */
export const ERROR_CODES = [
  'not_found',
  'not_a_video',
  'not_an_image',
  'no_face',
  'bad_argument',
  'bad_cursor',
  'unknown_id',
  'unreachable',
  'too_large',
  'forbidden',
  'busy',
  'cancelled',
  'missing_dependency',
  'missing_model',
  'incompatible_library',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The code of an error that travelled as text; `internal` for one that is none of ours. */
export function toErrorCode(text: string): ErrorCode {
  return ERROR_CODES.find((code) => code === text) ?? 'internal';
}

/**
 * Every failure a user can do something about: what happened, and what to do next.
 * `cause` keeps the original error for the log; it is never shown to a client.
 */
export class RollcallError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** The next step, in the imperative: "Give the path of a video file." */
    readonly hint: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'RollcallError';
  }
}

/** Turns whatever was thrown into a RollcallError; an aborted operation becomes `cancelled`. */
export function asRollcallError(error: unknown): RollcallError {
  if (error instanceof RollcallError) return error;
  if (error instanceof Error && error.name === 'AbortError') return cancelled(error);
  return new RollcallError(
    'internal',
    error instanceof Error ? error.message : String(error),
    'Look at the log on stderr; if it happens again, report it with that log.',
    { cause: error },
  );
}

/** The error of an operation that its caller cancelled. */
export function cancelled(cause?: unknown): RollcallError {
  return new RollcallError(
    'cancelled',
    'The operation was cancelled.',
    'Call again to start over; what was finished before is kept.',
    { cause },
  );
}
