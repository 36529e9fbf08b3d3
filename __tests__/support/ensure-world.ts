import {
  ensureCache,
  resultFor,
  type EnsureDeps,
  type Ensured,
  type Wanted,
} from '../../src/cache/ensure.js';
import { findCaches } from '../../src/cache/find.js';
import type { Created } from '../../src/cache/service.js';
import { aQuery, aRequest, FINGERPRINT_TAG } from './caches.js';
import { jumpingClock, type JumpingClock } from './clock.js';
import { rememberedLog, type RememberedLog } from './log.js';
import { serviceModel, type ModelOptions, type ServiceModel } from './service-model.js';

export function wanted(fields: Partial<Wanted> & { password?: string } = {}): Wanted {
  const { password = 'secret', ...rest } = fields;
  return {
    ...aQuery(),
    chosenToken: undefined,
    request: (generation) =>
      aRequest({
        imageCacheName: aQuery().nameOf(generation),
        tags: [FINGERPRINT_TAG],
        registryCredentials: [{ server: 'ghcr.io', username: 'u', password }],
      }),
    ...rest,
  };
}

export interface World {
  readonly clock: JumpingClock;
  readonly log: RememberedLog;
  readonly service: ServiceModel;
  readonly created: Created[];
  /** Those that turned out to have been deleted. */
  readonly gone: Created[];
  deps(fields?: Partial<EnsureDeps>): EnsureDeps;
  /** A run as the action does it: look, and ask for the cache where none is there. */
  run(want?: Wanted, fields?: Partial<EnsureDeps>): Promise<Ensured>;
}

export function world(options: Omit<ModelOptions, 'clock'> = {}): World {
  const clock = jumpingClock();
  const log = rememberedLog();
  const service = serviceModel({ clock, ...options });
  const created: Created[] = [];
  const gone: Created[] = [];
  const deps = (fields: Partial<EnsureDeps> = {}): EnsureDeps => ({
    service,
    clock,
    log,
    onCreated: (one) => void created.push(one),
    onGone: (one) => void gone.push(one),
    makeRoom: () => Promise.resolve(false),
    showsAll: async () => (await service.find({})).length === (await service.usage())?.usedImageCaches,
    ...fields,
  });
  const run = async (want = wanted(), fields: Partial<EnsureDeps> = {}): Promise<Ensured> => {
    const matches = await findCaches(service, want);
    if (matches.usable) return { result: resultFor(matches.usable), cache: matches.usable };
    return ensureCache(want, { matches, seenAtMs: clock.now() }, deps(fields));
  };
  return { clock, log, service, created, gone, deps, run };
}

export const creates = ({ service }: World): number =>
  service.calls.filter(({ action }) => action === 'create').length;

/** The token of a run that has seen no cache yet. */
export async function firstToken(): Promise<string> {
  const here = world();
  await here.run();
  return here.service.caches[0]?.token ?? '';
}
