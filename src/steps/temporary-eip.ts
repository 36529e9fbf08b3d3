import { findCaches, type CacheMatches } from '../cache/find.js';
import { generationOf, ownerTagValue } from '../cache/identity.js';
import { isKind, ServiceError, type ImageCache } from '../cache/service.js';
import { phaseOf } from '../cache/statuses.js';
import { CacheFailedError, CacheGoneError, WaitTimeoutError } from '../cache/wait.js';
import { contentState, stateIn } from '../eip/content.js';
import type { ContentState } from '../eip/fate.js';
import type { Build, Content } from '../eip/identity.js';
import type { ActionError } from '../errors.js';
import { leftForBuild, obtainAddress, type Mine, type Obtained } from '../eip/obtain.js';
import { releasable, releaseAddresses, releaseUnused, type Own, type ReleaseDeps } from '../eip/release.js';
import { withRetries } from '../eip/retry.js';
import type { EipService } from '../eip/service.js';
import { billedUntil, whyLeft } from '../report/eip.js';
import type { BuildEip, RunDeps } from './deps.js';
import type { Plan } from './plan.js';

interface EipDeps extends Omit<RunDeps, 'eips'> {
  readonly eips: EipService;
  /** Whether the run waits for Ready. */
  readonly waits: boolean;
}

/** What this run has had to do with an address. */
interface Held {
  readonly build: Build;
  allocationId: string | undefined;
  /** Set if this run has allocated it. */
  mine: Mine | undefined;
  /** Whether a cache may be being built by way of it. */
  isUsed: boolean;
}

/** The temporary EIP of the cache that the plan is for. */
export class TemporaryEip implements BuildEip {
  private readonly owner: string;
  private readonly content: Content;
  private readonly common: Pick<ReleaseDeps, 'service' | 'clock' | 'wallNow' | 'log' | 'signal'>;
  private held: Held | undefined;
  /** The cache that this run goes on with, and whether it has seen it Ready or Failed. */
  private end:
    { readonly cache: ImageCache; readonly isFinal: boolean; readonly isBuilding: boolean } | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly deps: EipDeps,
  ) {
    const { clock, log, signal } = deps;
    this.owner = ownerTagValue(plan.owner.owner);
    this.content = { fingerprint: plan.query.fingerprint, attempt: plan.query.attempt };
    const service = withRetries(noting(deps), { clock, log, signal });
    this.common = { service, clock, wallNow: () => Date.now(), log, signal };
  }

  async eipFor(
    generation: number,
    look: () => Promise<CacheMatches | undefined>,
  ): Promise<Obtained<CacheMatches>> {
    if (this.held?.build.generation !== generation) {
      this.held = {
        build: this.buildOf(generation),
        allocationId: undefined,
        mine: undefined,
        isUsed: false,
      };
    }
    const { held } = this;
    const obtain = (): Promise<Obtained<CacheMatches>> => this.obtain(held, look);
    let obtained: Obtained<CacheMatches>;
    try {
      obtained = await obtain();
    } catch (error) {
      if (!(await this.makeRoom(error))) throw error;
      obtained = await obtain();
    }
    this.deps.note({ allocating: false });
    if ('allocationId' in obtained) held.allocationId = obtained.allocationId;
    return obtained;
  }

  private obtain(
    held: Held,
    lookForCache: () => Promise<CacheMatches | undefined>,
  ): Promise<Obtained<CacheMatches>> {
    const { common, deps } = this;
    return obtainAddress<CacheMatches>(held.build, {
      ...common,
      mine: held.mine,
      lookForCache,
      onAddress: (allocationId, eipOrigin) => {
        held.allocationId = allocationId;
        held.mine = eipOrigin === 'allocated' ? { allocationId, sinceMs: common.clock.now() } : undefined;
        deps.note({ eipInstanceId: allocationId, eipOrigin });
      },
    });
  }

  /** Addresses that earlier runs left may be what exhausts the quota. */
  private async makeRoom(error: unknown): Promise<boolean> {
    const { record, log } = this.deps;
    if (!isKind('quota', error)) return false;
    log.info('The quota of EIPs is exhausted. First releasing those that earlier runs left.');
    const before = record.releasedEips.length;
    await releaseAddresses(this.owner, this.own(), { ...this.releaseDeps(false), onLeft: () => undefined });
    return record.releasedEips.length > before;
  }

  markUsed(): void {
    if (this.held) this.held.isUsed = true;
  }

  async afterRefusal(error: ActionError): Promise<void> {
    const { held } = this;
    if (held?.allocationId === undefined || held.isUsed) return;
    if (!isForEveryRun(error)) {
      await releaseAddresses(this.owner, this.own(), this.releaseDeps(false));
      return;
    }
    this.deps.log.info(
      `This run builds no cache by way of the EIP ${held.allocationId}. Releasing it, unless another run uses it.`,
    );
    await releaseUnused({ ...this.own(), over: held.build }, this.releaseDeps());
  }

  async afterWait(error: unknown, cache: ImageCache): Promise<void> {
    this.end = {
      cache,
      isFinal: error instanceof CacheFailedError,
      isBuilding: error instanceof WaitTimeoutError,
    };
    if (error instanceof CacheGoneError) {
      await releaseUnused({ ...this.own(), over: this.buildFor(cache) }, this.releaseDeps());
    }
    if (error instanceof WaitTimeoutError || error instanceof CacheFailedError) {
      await releaseAddresses(this.owner, this.own(), this.releaseDeps(this.end.isFinal));
    }
  }

  async atEnd(cache: ImageCache): Promise<void> {
    const { waits, record, log } = this.deps;
    const { imageCacheId, status } = cache;
    const phase = phaseOf(status);
    this.end = { cache, isFinal: phase === 'ready', isBuilding: phase === 'in-progress' };
    await releaseAddresses(this.owner, this.own(), this.releaseDeps(waits));
    const until = waits
      ? 'the next run of this step with eip-instance-id: auto releases it'
      : `a run of this step with eip-instance-id: auto waits for ${imageCacheId}, or finds it Ready; this one does not, as wait is false`;
    for (const { allocationId, why } of record.leftEips) {
      log.warning(`The EIP ${allocationId} is kept: ${whyLeft(why)}. ${billedUntil(until)}`);
    }
  }

  async rehearse(generation: number | undefined): Promise<string | undefined> {
    const { note, log } = this.deps;
    const over = await releasable(this.owner, this.own(), this.releaseDeps());
    note({ wouldReleaseEips: over });
    if (over.length > 0) log.info(`Would release EIPs that earlier runs left: ${over.join(', ')}.`);
    if (generation === undefined) return undefined;
    const left = await leftForBuild(this.buildOf(generation), this.common);
    log.info(
      left === undefined
        ? 'Would allocate an EIP for the build (200 Mbit/s, paid by traffic), and release it afterwards.'
        : `Would use the EIP ${left}, which an earlier run allocated for this cache, and release it afterwards.`,
    );
    return left ?? '(of the EIP that would be allocated)';
  }

  private buildOf(generation: number): Build {
    return { ...this.content, owner: this.owner, generation };
  }

  private buildFor({ imageCacheName }: ImageCache): Build {
    return this.buildOf(generationOf(imageCacheName, this.plan.query.nameOf));
  }

  private own(): Own {
    const { content, held, end } = this;
    const over = end?.isFinal ? this.buildFor(end.cache) : undefined;
    return { ...content, allocationId: held?.allocationId, build: held?.build, over };
  }

  private releaseDeps(waits = true): ReleaseDeps {
    return {
      ...this.common,
      ...toldTo(this.deps),
      waits,
      stateOf: (content) => this.stateOf(content),
    };
  }

  private async stateOf({ fingerprint, attempt }: Content): Promise<ContentState> {
    const { plan, deps, content, held, end } = this;
    if (fingerprint !== content.fingerprint || attempt !== content.attempt) {
      return contentState(deps.service, { fingerprint, attempt });
    }
    // The cache that the run goes on with may be of the generation after the last one that it asked for.
    const asked = held === undefined ? 0 : held.build.generation + 1;
    const known = end === undefined ? 0 : generationOf(end.cache.imageCacheName, plan.query.nameOf);
    const matches = await findCaches(deps.service, plan.query, Math.max(asked, known));
    const state = stateIn(matches, end?.isFinal ? end.cache.imageCacheId : undefined);
    const isUnseen = !matches.all.some(({ imageCacheId }) => imageCacheId === end?.cache.imageCacheId);
    return end?.isBuilding && isUnseen ? { ...state, building: true } : state;
  }
}

/** About the credentials, the clock or the proxy of this run, not about what it asked for. */
const OF_THIS_RUN =
  /^(InvalidAccessKey|SignatureDoesNotMatch|IncompleteSignature|\w+SecurityToken|InvalidTimeStamp|NotJson|UnreadableAnswer)/i;

/**
 * Whether every run of this content meets this refusal, until somebody mends the request, the permissions or the quota.
 * After any other one, a run at the same time may be about to name the same EIP in a create that succeeds: then a
 * release would leave a build that never ends.
 */
function isForEveryRun(error: ActionError): boolean {
  // Without a status, it is not the service that has refused: there was no way to it, or no credentials.
  if (!(error instanceof ServiceError) || error.statusCode === undefined) return false;
  return ['permanent', 'quota', 'not-found'].includes(error.kind) && !OF_THIS_RUN.test(error.code);
}

/** Keeps note of whether an allocation is under way, or may have been made although its answer was lost: a cancel waits for its ID. */
function noting({ eips, note, signal }: EipDeps): EipService {
  return {
    ...eips,
    allocate: async (request, clientToken) => {
      signal?.throwIfAborted();
      note({ allocating: true });
      try {
        const allocationId = await eips.allocate(request, clientToken);
        note({ allocating: false });
        return allocationId;
      } catch (error) {
        if (!(error instanceof ServiceError) || !error.mayHaveActed) note({ allocating: false });
        throw error;
      }
    },
  };
}

function toldTo({ note, record }: EipDeps): Pick<ReleaseDeps, 'onReleased' | 'onLeft'> {
  return {
    onReleased: (allocationId) => {
      note({ releasedEips: [...record.releasedEips, allocationId] });
    },
    onLeft: (allocationId, why) => {
      note({ leftEips: [...record.leftEips, { allocationId, why }] });
    },
  };
}
