import { gzipSync } from 'node:zlib';
import { afterAll, jest } from '@jest/globals';
import { parse } from 'yaml';
import { readyPlan } from '../../dev/eci/plans.js';
import { startEciServer, type EciOptions, type EciServer } from '../../dev/eci/server.js';
import { startRegistry, type RegistryServer, type RegistryServerOptions } from '../../dev/registry/server.js';
import { parseCommand } from '../../dev/runner-commands.js';
import { localInputs } from '../../dev/local-inputs.js';
import {
  findNode24,
  startAction,
  type RunHandle,
  type RunOptions,
  type RunResult,
} from '../../dev/runner.js';
import { tar } from '../../dev/tar.js';
import { leaksIn, placesOf, secretsOf } from './leaks.js';

export { rendered } from './leaks.js';

/** How many times faster than the wall clock action and service run; no network's time limit shrinks with it. */
export const SPEED = 30;
export const TAG = 'v1.2.3';
export const LOGIN = { username: 'acme', password: 'correct horse/battery+staple' };

jest.setTimeout(60_000);

let runs = 0;

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

/** Closes it when the test file ends. */
export function closeAtEnd<T extends { close(): Promise<void> }>(server: T): T {
  closers.push(() => server.close());
  return server;
}

export type Inputs = Readonly<Record<string, string>>;

export interface Scenario {
  readonly eci: EciServer;
  readonly registry: RegistryServer;
  /** What the two images are cached as: acme/shop and acme/worker at the pushed tag. */
  readonly images: readonly [shop: string, worker: string];
  /** Runs the built action with these inputs over the scenario's own, on a push of v1.2.3. */
  readonly run: (inputs?: Inputs, options?: RunOptions) => Promise<RunResult>;
  /** The same, for runs that are to be cut short. */
  readonly start: (inputs?: Inputs, options?: RunOptions) => Promise<RunHandle>;
  /** Parameters of the last CreateImageCache. */
  readonly created: () => Readonly<Record<string, string>>;
  /** Client tokens of all creates, oldest first. */
  readonly tokens: () => (string | undefined)[];
  /** Pushes the two images with this tag and content of its own; returns reference → digest. */
  readonly pushImages: (tag: string) => Record<string, string>;
  /** Reference → digest at v1.2.3. */
  readonly digests: Readonly<Record<string, string>>;
}

/** Starts a registry with two images and an ECI; they are closed when the test file ends. */
export async function scenario(
  options: {
    eci?: EciOptions;
    registry?: RegistryServerOptions;
    speed?: number;
    /** What no run may show beside the secrets among its inputs, variables and files; asked after each run. */
    secrets?: () => readonly string[];
  } = {},
): Promise<Scenario> {
  const { speed = SPEED } = options;
  const eci = await startEciServer({ speed, plan: () => quickPlan(), ...options.eci });
  const registry = await startRegistry(options.registry);
  closeAtEnd(eci);
  closeAtEnd(registry);
  const pushImages = (tag: string): Record<string, string> =>
    Object.fromEntries(
      ['acme/shop', 'acme/worker'].map((name) => [
        `${registry.host}/${name}:${tag}`,
        registry.putImage(name, tag, { layers: [layer(`${name}:${tag}`)] }).digest,
      ]),
    );
  const digests = pushImages(TAG);
  const start = async (inputs: Inputs = {}, runOptions: RunOptions = {}): Promise<RunHandle> => {
    const given = { ...inputsFor(eci, registry), ...inputs };
    const settings = { ECI_CACHE_CLOCK_SPEED: String(speed), ...runOptions.env };
    // Debug lines are printed in either case, and the runner shows them or not: every other run has it on.
    const debug = (runs += 1) % 2 === 0;
    const handle = await startDist({ debug, ...runOptions, inputs: given, env: settings });
    const homeFiles = runOptions.homeFiles ?? {};
    const laidOut = Object.fromEntries(
      Object.entries(homeFiles).map(([name, text]) => [`home/${name}`, text]),
    );
    const done = handle.done.then((result) => {
      const config = Object.values(homeFiles).join('\n');
      const secrets = [...secretsOf(given, settings, config), ...authorizationsOf(registry)];
      inspect(result, [...secrets, ...(options.secrets?.() ?? [])], laidOut);
      return result;
    });
    done.catch(() => undefined);
    return { ...handle, done };
  };
  return {
    eci,
    registry,
    images: [`${registry.host}/acme/shop:${TAG}`, `${registry.host}/acme/worker:${TAG}`],
    start,
    run: async (...words) => (await start(...words)).done,
    created: () => eci.requestsOf('CreateImageCache').at(-1)?.parameters ?? {},
    tokens: () => eci.requestsOf('CreateImageCache').map(({ parameters }) => parameters['ClientToken']),
    pushImages,
    digests,
  };
}

/** The built action, on the Node of the runner where there is one: ACTION_DIST names another dist than ours. */
export async function startDist(options: RunOptions): Promise<RunHandle> {
  const dist = process.env['ACTION_DIST'];
  return startAction({ node: findNode24() ?? process.execPath, ...(dist ? { dist } : {}), ...options });
}

/** What a workflow has to set at least, for local servers. */
export function inputsFor(
  eci: EciServer,
  registry: { readonly host: string; readonly blobHost?: string | undefined },
): Record<string, string> {
  return {
    images: `${registry.host}/acme/shop\n${registry.host}/acme/worker`,
    ...localInputs(eci, registry),
  };
}

/** Preparing → Creating → Ready, in a third of a second. */
export function quickPlan(): ReturnType<typeof readyPlan> {
  return readyPlan({ preparingMs: 5_000, creatingMs: 5_000 });
}

/** A push of another tag. */
export function pushOf(tag: string): NonNullable<RunOptions['event']> {
  return { name: 'push', payload: { ref: `refs/tags/${tag}` } };
}

export function layer(content: string): Buffer {
  return gzipSync(tar([{ name: 'content', content: Buffer.from(content.repeat(100)) }]));
}

export function loginFor(host: string, login: typeof LOGIN = LOGIN): Record<string, string> {
  return { 'image-registry-credentials': JSON.stringify([{ server: host, ...login }]) };
}

/** Resolves as soon as the condition holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; !condition();) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** How often a cache was looked for by its ID: a run that waits for one does so. */
export function looksById({ eci }: Pick<Scenario, 'eci'>): number {
  return eci.requestsOf('DescribeImageCaches').filter(({ parameters }) => parameters['ImageCacheId']).length;
}

/** Names of action.yml's outputs. */
export function outputNames(actionYml: string): string[] {
  return Object.keys((parse(actionYml) as { outputs: object }).outputs);
}

const OWN_COMMANDS = new Set(['add-mask', 'debug', 'endgroup', 'error', 'group', 'notice', 'warning']);

/** What holds for every run: it ends, warns of nothing of Node's, lets no secret out, runs no stranger's command. */
export function inspect(
  result: RunResult,
  secrets: readonly string[],
  laidOut: Readonly<Record<string, string>> = {},
): void {
  const faults: string[] = [];
  if (result.timedOut) faults.push('it did not end');
  if (/\(node:|DeprecationWarning/.test(result.stderr)) faults.push(`a warning of Node's: ${result.stderr}`);
  if (result.unexpectedInputs.length > 0)
    faults.push(`inputs unknown to action.yml: ${result.unexpectedInputs.join()}`);
  for (const { text, stream } of result.lines) {
    const command = parseCommand(text);
    if (command && (stream === 'stderr' || !OWN_COMMANDS.has(command.name))) faults.push(`command: ${text}`);
  }
  faults.push(...leaksIn(placesOf(result, laidOut), secrets));
  if (faults.length > 0)
    throw new Error(`${faults.join('\n')}\n--- log ---\n${result.stdout}${result.stderr}`);
}

/** Whatever logged in to the registry: Basic's base64 and the tokens that were handed out. */
function authorizationsOf(registry: RegistryServer): string[] {
  return registry.requests.flatMap(({ headers }) => headers['authorization']?.split(' ').at(-1) ?? []);
}
