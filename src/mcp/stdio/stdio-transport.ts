/**
 * The protocol on two streams, a message a line. The SDK's own says nothing to what it can't read, joins its buffer
 * anew with every chunk, and closes for good at a message that is too long.
 */
import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { MAX_MESSAGE_BYTES, type Refusal, readIncoming, tooLong } from '../incoming.js';
import { messageLines, requestIdAtEnds } from './message-lines.js';
import { asError } from '../../domain/errors/thrown.js';

/** Every line is answered that isn't a message, and reading goes on with the next. */
export function createStdioTransport(stdin: Readable, stdout: Writable): Transport {
  const write = (message: JSONRPCMessage | Refusal): Promise<void> =>
    new Promise((resolve, reject) => {
      stdout.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  const refuse = (refusal: Refusal): void => {
    write(refusal).catch((error: unknown) => fail(error));
  };
  const fail = (error: unknown): void => transport.onerror?.(asError(error));
  const read = messageLines(MAX_MESSAGE_BYTES, {
    line(bytes) {
      if (isBlank(bytes)) return;
      const { message, refusal } = readIncoming(bytes);
      if (refusal) refuse(refusal);
      else transport.onmessage?.(message);
    },
    tooLong: (head, tail) => refuse(tooLong(requestIdAtEnds(head, tail))),
  });
  const transport: Transport = {
    start() {
      stdin.on('data', read);
      stdin.on('error', fail);
      return Promise.resolve();
    },
    send: write,
    close() {
      stdin.off('data', read);
      stdin.off('error', fail);
      stdin.pause();
      transport.onclose?.();
      return Promise.resolve();
    },
  };
  return transport;
}

const BLANKS: ReadonlySet<number> = new Set([0x09, 0x0d, 0x20]);

/** Blank lines are no messages, and nobody waits for an answer to one. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => BLANKS.has(byte));
}
