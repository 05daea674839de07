import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers. */
export interface Listening {
  readonly port: number;
  /**
   * Takes no new request, lets those that run finish, then ends. Whoever is still not done after `patience`
   * milliseconds is cut off.
   */
  readonly close: (patience?: number) => Promise<void>;
}

/** @throws when the port is taken (`EADDRINUSE`) or not ours to open (`EACCES`) */
export const listen = async (app: RequestListener, port: number, host?: string): Promise<Listening> => {
  let closing = false;
  const server = createServer((req, res) => {
    // A client that keeps its connection would otherwise hold the end up.
    if (closing) res.setHeader('Connection', 'close');
    res.on('close', () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    app(req, res);
  });
  server.requestTimeout = 60_000;
  server.headersTimeout = 15_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: async (patience = 10_000) => {
      closing = true;
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cutOff = setTimeout(() => server.closeAllConnections(), patience);
      await ended;
      clearTimeout(cutOff);
    },
  };
};
