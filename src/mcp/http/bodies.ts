/** Bodies of requests, read into no more memory than a few of the largest take. */
import type { IncomingMessage } from 'node:http';
import { MAX_MESSAGE_BYTES } from '../incoming.js';

/** So much of a body is always read, whatever others send: an ordinary question is far shorter. */
const SMALL_BYTES = 256 * 1024;
/** What all bodies that are being read may hold at once beyond that, bytes. */
const TOGETHER_BYTES = 4 * MAX_MESSAGE_BYTES;

export class Bodies {
  /** Bytes beyond SMALL_BYTES that are held now, of all bodies. */
  #held = 0;

  constructor(private readonly togetherBytes = TOGETHER_BYTES) {}

  /** The body; or why it is not read. */
  async read(req: IncomingMessage): Promise<Uint8Array | 'too long' | 'too many'> {
    if (Number(req.headers['content-length'] ?? 0) > MAX_MESSAGE_BYTES) return 'too long';
    const chunks: Uint8Array[] = [];
    let size = 0,
      counted = 0;
    const stream: AsyncIterable<Uint8Array> = req.iterator({ destroyOnReturn: false });
    try {
      for await (const chunk of stream) {
        size += chunk.length;
        if (size > MAX_MESSAGE_BYTES) return 'too long';
        const more = Math.max(0, size - SMALL_BYTES) - counted;
        if (this.#held + more > this.togetherBytes) return 'too many';
        this.#held += more;
        counted += more;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } finally {
      this.#held -= counted;
    }
  }
}
