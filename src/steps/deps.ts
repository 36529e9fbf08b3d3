import type { EventExplainer } from '../cache/diagnose.js';
import type { EnsureDeps } from '../cache/ensure.js';
import type { ImageCache, ImageCacheService } from '../cache/service.js';
import type { Clock } from '../clock.js';
import type { EipService } from '../eip/service.js';
import type { ActionError } from '../errors.js';
import type { Registry } from '../registry/types.js';
import type { StepLog } from '../report/log.js';
import type { Note, RunRecord } from '../report/record.js';

type EipFor = NonNullable<EnsureDeps['eipFor']>;

/** What the steps do with an EIP that is allocated for the build alone. */
export interface BuildEip {
  /** As ensureCache asks for it. */
  eipFor(...asked: Parameters<EipFor>): ReturnType<EipFor>;
  /** A create that named the EIP may have made a cache. */
  markUsed(): void;
  /** No cache came of the creates of this run, and none will. */
  afterRefusal(error: ActionError): Promise<void>;
  /** The wait for this cache has ended without Ready. */
  afterWait(error: unknown, cache: ImageCache): Promise<void>;
  /** The run has the cache that it will hand on, Ready or, where `wait` is false, maybe not. */
  atEnd(cache: ImageCache): Promise<void>;
  /** Says what a real run would do. @param generation of the create; undefined if there would be none */
  rehearse(generation: number | undefined): Promise<string | undefined>;
}

/** What the steps of a run work with. */
export interface RunDeps {
  readonly registry: Registry;
  readonly service: ImageCacheService;
  /** Gets ready for the service's first call, and loads code, while there is something else to wait for. */
  readonly headStart: (load: () => Promise<unknown>) => Promise<void>;
  readonly explainEvent: EventExplainer;
  /** The EIPs of the account, loaded when they are needed: with `eip-instance-id: auto` only. */
  readonly eips?: (() => Promise<EipService>) | undefined;
  /** The EIP of the build, where the action allocates one. */
  readonly buildEip?: BuildEip | undefined;
  readonly record: RunRecord;
  /** The only way to write into the record. */
  readonly note: Note;
  readonly log: StepLog;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Registry hosts that were looked at with a login from the Docker config, so far. */
  readonly dockerConfigHosts?: ReadonlySet<string> | undefined;
}
