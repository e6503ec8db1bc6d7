/** Servers that probes meet: of the test's own process, so that it can say what they do. */

/** What is written to each connection, once its request has begun. */
export type Answer = (connection: Deno.Conn) => Promise<void>;

export interface Server {
  readonly port: number;
  /** Connections so far. */
  readonly count: () => number;
  answer: Answer;
  close(): Promise<void>;
}

/** A TCP server; nothing of it is left after `close`. */
export function serve(answer: Answer): Server {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let count = 0;
  const server: Server = {
    port: (listener.addr as Deno.NetAddr).port,
    count: () => count,
    answer,
    close: async () => {
      listener.close();
      for (const connection of open) connection.close();
      await accepting;
    },
  };
  const talks: Promise<void>[] = [];
  const talk = async (connection: Deno.Conn): Promise<void> => {
    open.add(connection);
    // The other end goes as it likes.
    await server.answer(connection).catch(() => {});
    if (open.delete(connection)) connection.close();
  };
  const accepting = (async () => {
    for await (const connection of listener) {
      count += 1;
      talks.push(talk(connection));
    }
    await Promise.all(talks);
  })();
  return server;
}

/** Reads until something has come in: the request, which is short. */
async function request(connection: Deno.Conn): Promise<void> {
  await connection.read(new Uint8Array(4096));
}

/** Says the same to everybody. */
export function saying(text: string): Answer {
  return async (connection) => {
    await request(connection);
    await connection.write(new TextEncoder().encode(text));
  };
}

/** Takes the request, and is silent until the other end goes. */
export const silent: Answer = async (connection) => {
  while (await connection.read(new Uint8Array(4096)) !== null);
};

/** Sends without end, as fast as it is taken. */
export function flooding(head: string, piece: string): Answer {
  return async (connection) => {
    await request(connection);
    await connection.write(new TextEncoder().encode(head));
    const bytes = new TextEncoder().encode(piece.repeat(Math.ceil(65_536 / piece.length)));
    for (;;) await connection.write(bytes);
  };
}
