/**
 * Stdout belongs to the protocol. Once guarded, whatever else is written there (console.log of a
 * dependency, a stray print) goes to stderr; only the stream that is returned reaches stdout.
 */
import { Console } from 'node:console';
import process from 'node:process';
import { Writable } from 'node:stream';

/** @returns the one way to stdout, and how to undo the guard */
export function guardStdout(): { stdout: Writable; restore(): void } {
  const write = process.stdout.write.bind(process.stdout);
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back where it was taken from
  const before = { write: process.stdout.write, console: globalThis.console };
  process.stdout.write = process.stderr.write.bind(process.stderr);
  globalThis.console = new Console(process.stderr, process.stderr);
  const stdout = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _encoding, done) {
      write(chunk, (error) => done(error));
    },
  });
  return {
    stdout,
    restore() {
      process.stdout.write = before.write;
      globalThis.console = before.console;
    },
  };
}
