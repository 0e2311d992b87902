/** How many connections a server has at once, and who makes room: those that let it wait, not those it works for. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** A whole request has come: its connection keeps its place until `idle`. */
  busy(socket: Socket): void;
  /** Its answer has ended. */
  idle(socket: Socket): void;
  /**
   * From now on nobody keeps a connection: whoever has sent nothing is cut, who has its answer is let go. Who is in the
   * middle of a request goes on.
   */
  letGo(): void;
}

/**
 * Node turns newcomers away once `most` are open, so clients that never finish their headers shut all others out.
 * Here the connection makes room that has kept the server waiting longest; a newcomer is turned away only when
 * every other one is being answered.
 */
export function limitConnections(server: Server, most: number): Connections {
  const open = new Set<Socket>();
  /** Longest first. */
  const waiting = new Set<Socket>();
  let closing = false;
  const forget = (socket: Socket): void => {
    open.delete(socket);
    waiting.delete(socket);
  };
  server.on('connection', (socket: Socket) => {
    if (open.size >= most) {
      const [longest = socket] = waiting;
      // At once, not at its close event: more newcomers may come before that.
      forget(longest);
      longest.destroy();
      if (longest === socket) return;
    }
    open.add(socket);
    waiting.add(socket);
    socket.once('close', () => forget(socket));
  });
  return {
    busy: (socket) => void waiting.delete(socket),
    idle(socket) {
      if (closing) socket.destroySoon();
      else if (open.has(socket)) waiting.add(socket);
    },
    letGo() {
      closing = true;
      // Node counts these among those that send. Of the others it knows which are idle.
      for (const socket of waiting) if (socket.bytesRead === 0) socket.destroy();
      server.closeIdleConnections();
    },
  };
}
