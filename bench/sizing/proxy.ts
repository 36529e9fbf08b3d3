import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Traffic {
  requests: number;
  /** Of answers' bodies, as far as they were sent. */
  bytes: number;
}

export interface Proxy {
  /** host:port */
  readonly host: string;
  /** What has gone through since the last call. */
  take(): Promise<Traffic>;
  stop(): Promise<void>;
}

/**
 * Starts a process that stands in front of a registry, counts, and makes each request wait. It is a process of its
 * own, so that its work is not taken for that of the client under measurement.
 */
export async function startProxy(registryHost: string, latencyMs: number): Promise<Proxy> {
  const child = fork(
    fileURLToPath(new URL('proxy-process.ts', import.meta.url)),
    [registryHost, String(latencyMs)],
    { execArgv: ['--import', 'tsx'] },
  );
  const [host] = (await once(child, 'message')) as [string];
  return {
    host,
    take: async () => {
      child.send('take');
      const [traffic] = (await once(child, 'message')) as [Traffic];
      return traffic;
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
