/** Errors as the log tells them: enough to find the place in the code, nothing of the user's files or people. */

export interface DiscreetError {
  type: string;
  code?: string;
  /** The beginning of the message, up to the first path, address or quotation. */
  message?: string;
  /** Where it was thrown, innermost first: function, file and line of this program. */
  at?: string[];
  cause?: DiscreetError;
}

const FRAMES = 6;
/** How deep causes are told: a chain may be a ring. */
const CAUSES = 3;

/**
 * What may be logged of an error. Messages of our own errors name people and files, and the client has them; those of
 * the system and of libraries name them too, but behind a quotation mark or as a path.
 */
export function discreetError(error: unknown, depth = CAUSES): DiscreetError {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const message = error.name === 'RollcallError' ? '' : beforeNames(error.message);
  const at = framesOf(error.stack ?? '');
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(message === '' ? {} : { message }),
    ...(at.length === 0 ? {} : { at }),
    ...(error.cause === undefined || depth === 0 ? {} : { cause: discreetError(error.cause, depth - 1) }),
  };
}

/** The first line of a text up to what may be a name: a quotation, a path, an address. */
export function beforeNames(text: string): string {
  const [line = ''] = text.split('\n');
  return line.replace(/["'`“‘‹«].*$/, '…').replace(/\S*[\\/].*$/, '…');
}

/** Of a stack only the names of functions and files: the message is part of it, and so is where Rollcall lies. */
function framesOf(stack: string): string[] {
  const frames = stack.split('\n').flatMap((line) => {
    const [, where] = /^ {4}at (.+)$/.exec(line) ?? [];
    if (where === undefined) return [];
    return [where.replace(/\(?(?:[\w+.-]+:)?[^\s()]*[\\/](?:[^()]*[\\/])?([^()\\/]+:\d+:\d+)\)?$/, '$1')];
  });
  return frames.filter((frame) => !/[\\/]/.test(frame)).slice(0, FRAMES);
}
