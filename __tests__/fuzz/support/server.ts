import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';

/** What a server answers. Header values are sent as they are where HTTP can carry them. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface ScriptedServer {
  /** 127.0.0.1:PORT */
  readonly host: string;
  /** How it answers from now on. */
  answer: (request: IncomingMessage) => Reply;
}

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

/** A server on this machine that answers what the case at hand says; it is closed when the test file ends. */
export async function scriptedServer(): Promise<ScriptedServer> {
  const scripted: ScriptedServer = {
    host: '',
    answer: () => ({ status: 500, headers: {}, body: '' }),
  };
  const server = createServer((request, response) => {
    request.resume();
    send(scripted.answer(request), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return Object.assign(scripted, { host: `127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function send({ status, headers, body }: Reply, response: ServerResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    // What no header can hold would be an error of this server, not of the client.
    response.setHeader(name, value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?'));
  }
  response.end(body);
}
