import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request whose body has been read to its end. Header names are in lower case. */
export interface Received {
  readonly method: string;
  readonly path: string;
  /** What follows the `?`, still encoded. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface TlsFiles {
  /** PEM */
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

export interface LocalServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly port: number;
  /** Ends at once: open connections are cut. */
  close(): Promise<void>;
}

export type Handler = (request: Received, response: http.ServerResponse) => Promise<void> | void;

const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

/** Serves on 127.0.0.1 and a free port. What the handler throws is answered as 500 with its text. */
export async function startHttpServer(handler: Handler, tls?: TlsFiles): Promise<LocalServer> {
  const listener: http.RequestListener = (request, response) => {
    serve(handler, request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`local server: ${String(error)}`);
    });
  };
  const server = tls
    ? https.createServer({ key: tls.key, cert: tls.cert }, listener)
    : http.createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${String(port)}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `${tls ? 'https' : 'http'}://${host}`, host, port, close };
}

async function serve(
  handler: Handler,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  // A client that was killed resets its connection; that is no fault of the server's.
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  await handler(
    {
      method: request.method ?? 'GET',
      path,
      query,
      headers: joinedHeaders(request.headers),
      body: await readBody(request),
    },
    response,
  );
}

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > LARGEST_BODY_BYTES) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function joinedHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
}

/** Both sides of the first separator; the text alone where there is none. */
export function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
