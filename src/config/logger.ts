/** The log: JSON lines on stderr. */
import pino, { type Logger } from 'pino';
import type { Settings } from './settings.js';

/**
 * Logs JSON lines to stderr: stdout belongs to the protocol. Synchronous, so that the last words of a process are not
 * lost.
 */
export function createLogger(level: Settings['logLevel']): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
