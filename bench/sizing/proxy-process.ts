/** See proxy.ts. Arguments: host of the registry, milliseconds that each request waits. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import type { Traffic } from './proxy.js';

const [registryHost = '', latencyMs = '0'] = process.argv.slice(2);
const [hostname, port] = registryHost.split(':');
let traffic: Traffic = { requests: 0, bytes: 0 };

const server = createServer((incoming, outgoing) => {
  const counted = traffic;
  counted.requests += 1;
  void delay(Number(latencyMs)).then(() => {
    const upstream = request(
      { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('data', (chunk: Buffer) => (counted.bytes += chunk.length));
        answer.on('error', () => outgoing.destroy());
        answer.pipe(outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('message', () => {
  process.send?.(traffic);
  traffic = { requests: 0, bytes: 0 };
});
process.on('disconnect', () => process.exit());
