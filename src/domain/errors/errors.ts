/** Codes a client can branch on. */
export const ERROR_CODES = [
  'not_found',
  'not_a_video',
  'not_an_image',
  'no_face',
  'bad_argument',
  'bad_cursor',
  'unknown_id',
  'ambiguous',
  'unreachable',
  'too_large',
  'forbidden',
  'busy',
  'no_space',
  'cancelled',
  'missing_dependency',
  'missing_model',
  'incompatible_library',
  'damaged_library',
  'contradiction',
  'read_only',
  'library_locked',
  'wrong_key',
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

/** What was asked is right, but the library is out of reach, or another took its turn: later it may go well. */
export class PassingError extends RollcallError {}

/** This machine can't do it, and says nothing of whether another can. */
export class ElsewhereError extends RollcallError {}

/** Turns whatever was thrown into a RollcallError; an aborted operation becomes `cancelled`. */
export function asRollcallError(error: unknown): RollcallError {
  if (error instanceof RollcallError) return error;
  if (error instanceof Error && error.name === 'AbortError') return cancelled(error);
  return (error instanceof Error ? fromSystem(error) : null) ?? unexpected(error);
}

function unexpected(error: unknown): RollcallError {
  return new RollcallError(
    'internal',
    error instanceof Error ? withoutBuildPaths(error.message) : String(error),
    'Look at the log on stderr; if it happens again, report it with that log.',
    { cause: error },
  );
}

/** Native code tells where it was built ("…, /usr/local/…/reader.rs:84:2"), and goes on with what caused it. */
function withoutBuildPaths(message: string): string {
  const [line = ''] = message.split('\n');
  return line.replace(/,?\s*\S*\.rs:\d+(:\d+)?/g, '');
}

/** The innermost of the causes that native code tells in a chain, on one line or many. */
function nativeReason(message: string): string {
  return withoutBuildPaths(message.split(/\s*Caused by: /).at(-2) ?? message).trim();
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

/** What a disk refuses: Node's code, or the words of native code, as of LanceDB ("… (os error 28)"). */
const NO_SPACE =
  /^(ENOSPC|EDQUOT|EFBIG)$|No space left|Disk quota exceeded|File too large|not enough space|disk is full/;
const READ_ONLY = /^(EROFS|EACCES|EPERM)$|Read-only file system|Permission denied|write protected|Access is denied/;

/** @returns null when it is not of a kind that its user can mend */
function fromSystem(error: Error): RollcallError | null {
  const code = 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code) ? error.code : null;
  // Only of native code the words count: those of others may quote a path or a page.
  const said = code ?? (/\(os error \d+\)/.test(error.message) ? error.message : '');
  if (NO_SPACE.test(said))
    return new RollcallError(
      'no_space',
      'The disk is full, or a quota or a limit on the size of files is reached.',
      'Make room where ROLLCALL_HOME and the temporary folder are, or set ROLLCALL_HOME to a folder on another disk; then call again.',
      { cause: error },
    );
  // A file's: a port that may not be opened is something else.
  if (READ_ONLY.test(said) && (code === null || 'path' in error))
    return new RollcallError(
      'forbidden',
      `The system refused to open or to change a file: ${code === null ? nativeReason(error.message) : (error.message.split('\n')[0] ?? '')}`,
      'Give the user that runs rollcall-mcp the right to, or set ROLLCALL_HOME to a folder that it may write to.',
      { cause: error },
    );
  return code !== null && 'path' in error ? fromPath(code, error) : null;
}

/** What a path that is in the way, or gone, makes of a call. */
function fromPath(code: string, error: Error): RollcallError | null {
  const said = error.message.split('\n')[0] ?? '';
  if (/^(ENOTDIR|EISDIR|EEXIST|ELOOP)$/.test(code))
    return new RollcallError(
      'forbidden',
      `Something of another kind lies where a file or folder is kept: ${said}`,
      'Move it away, or set ROLLCALL_HOME to another folder; then call again.',
      { cause: error },
    );
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'mkdtemp')
    return new RollcallError(
      'not_found',
      `The folder for temporary files is not there: ${said}`,
      'Make it, or set TMPDIR to one that is there, and start again.',
      { cause: error },
    );
  if (/^(EMFILE|ENFILE)$/.test(code))
    return new RollcallError(
      'busy',
      `Too many files are open: ${said}`,
      'Call again when less is under way, or raise the limit (`ulimit -n`) and start again.',
      { cause: error },
    );
  if (code === 'EIO')
    return new RollcallError(
      'damaged_library',
      `The disk could not read or write: ${said}`,
      'Check the disk. `rollcall-mcp doctor` says what of the library still reads; a backup brings the rest back.',
      { cause: error },
    );
  return null;
}
