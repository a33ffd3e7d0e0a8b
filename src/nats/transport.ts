/**
 * The connection to a server as the NATS client uses it, with bounds that the client's own lacks. Invariants: a server
 * that could not be connected to in time keeps no socket; nothing is collected without end, whatever the server sends;
 * and what the client cannot read ends the connection.
 */
import { NatsConnectionImpl, type NodeConnectionOptions, setTransportFactory } from '@nats-io/transport-node';
import { NodeTransport, nodeResolveHost } from '@nats-io/transport-node/lib/node_transport.js';
import { createFraming, LONGEST_LINE } from './framing.js';

/** What has come and was not read yet, bytes: beyond it the server has to wait. */
const MOST_UNREAD = 1 << 20;

class BoundedTransport extends NodeTransport {
  #unread = 0;

  /** What the server says of itself comes before anybody has proved anything. */
  override peekInfo(): ReturnType<NodeTransport['peekInfo']> {
    const { socket } = this;
    let length = 0;
    socket.on('data', (bytes) => {
      length += bytes.length;
      if (length > LONGEST_LINE) socket.destroy(new Error('the server sends a line that does not end'));
    });
    return super.peekInfo();
  }

  /** The client's own leaves a socket alone over which nobody was connected to yet, and whatever comes of it. */
  override async close(cause?: Error): Promise<void> {
    if (this.connected) return super.close(cause);
    this.done = true;
    this.socket?.destroy();
  }

  override setupHandlers(): void {
    super.setupHandlers();
    const { socket } = this;
    socket.on('data', (bytes) => {
      this.#unread += bytes.length;
      if (this.#unread > MOST_UNREAD) socket.pause();
    });
  }

  override async *iterate(): AsyncIterableIterator<Uint8Array> {
    const check = createFraming();
    const { socket } = this;
    try {
      for await (const bytes of super.iterate()) {
        check(bytes);
        yield bytes;
        this.#unread = Math.max(0, this.#unread - bytes.length);
        if (this.#unread <= MOST_UNREAD) socket.resume();
      }
    } catch (cause) {
      socket.destroy(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      // Also when the client gives up reading, as it cannot make anything of it.
      socket.destroy();
    }
  }
}

/** As `connect` of the client. */
export function connect(options: NodeConnectionOptions): ReturnType<typeof NatsConnectionImpl.connect> {
  setTransportFactory({ factory: () => new BoundedTransport(), dnsResolveFn: nodeResolveHost });
  return NatsConnectionImpl.connect(options);
}
