/** The log: JSON lines on stderr. */
import pino, { type Logger } from 'pino';
import { discreetError } from './discreet-error.js';
import type { Settings } from './settings.js';

/**
 * Logs JSON lines to stderr: stdout belongs to the protocol. Synchronous, so that the last words of a process are not
 * lost. Only at `debug` and below it names files and people.
 */
export function createLogger(level: Settings['logLevel'], stream = pino.destination({ fd: 2, sync: true })): Logger {
  const open = level === 'debug' || level === 'trace';
  const serializers = { err: open ? pino.stdSerializers.err : (error: unknown) => discreetError(error) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers }, stream);
}
