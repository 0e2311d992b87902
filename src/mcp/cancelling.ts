/**
 * Cancelling over stateless HTTP: `notifications/cancelled` comes with a POST of its own, and says an id that every
 * client counts from 0. So whoever initializes is given a session id, which clients send with all that follows. Nothing
 * is kept under it but the requests that are not answered yet.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CancelledNotificationSchema,
  isInitializeRequest,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js';

export const SESSION_HEADER = 'mcp-session-id';

/** The session id for who initializes, and what that client calls itself; null for all else. */
export function sessionFor(message: JSONRPCMessage): { id: string; client: string } | null {
  return isInitializeRequest(message) ? { id: randomUUID(), client: message.params.clientInfo.name } : null;
}

/** Requests under way, of all clients. */
export class Underway {
  readonly #requests = new Map<string, Transport>();

  /** Remembers a request until what is returned is called. */
  add(req: IncomingMessage, message: JSONRPCMessage, transport: Transport): () => void {
    const key = 'id' in message && 'method' in message ? keyOf(req, message.id) : null;
    if (key === null) return () => undefined;
    this.#requests.set(key, transport);
    return () => {
      if (this.#requests.get(key) === transport) this.#requests.delete(key);
    };
  }

  /** Hands a notification that cancels to the request it means, and ends that, which nobody waits for any more. */
  cancel(req: IncomingMessage, message: JSONRPCMessage): void {
    const id = CancelledNotificationSchema.safeParse(message).data?.params.requestId;
    const key = id === undefined ? null : keyOf(req, id);
    const transport = key === null ? undefined : this.#requests.get(key);
    if (!transport) return;
    transport.onmessage?.(message);
    setImmediate(() => void transport.close().catch(() => undefined));
  }
}

/** Null for a client that has no session: its ids may be anybody's. */
function keyOf({ headers }: IncomingMessage, id: string | number): string | null {
  const session = headers[SESSION_HEADER];
  return typeof session === 'string' ? `${session} ${JSON.stringify(id)}` : null;
}
