/** What a cache will go through. All times are in the service's milliseconds since its creation. */
export interface CachePlan {
  /** Status from that moment on; the first entry starts at 0. */
  readonly timeline: readonly { readonly atMs: number; readonly status: string }[];
  /** The snapshot's progress in percent, 0 to 100. By default 0 until Creating, then linear, 100 once Ready. */
  readonly progress?: ((ageMs: number, status: string) => number) | undefined;
  readonly events?: readonly PlannedEvent[] | undefined;
  /** Events of the intermediate instance. */
  readonly containerGroupEvents?: readonly PlannedEvent[] | undefined;
  /** From then on the service knows nothing of the cache. */
  readonly vanishesAtMs?: number | undefined;
  /** How long look-ups do not show it; the server's `lagMs` where it is left out. */
  readonly lagMs?: number | undefined;
}

export interface PlannedEvent {
  readonly atMs: number;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly count?: number | undefined;
  /** EciService by default. */
  readonly source?: 'EciService' | 'K8sAgent' | undefined;
}

interface Times {
  readonly preparingMs?: number;
  readonly creatingMs?: number;
}

/** The vendor's sample of two small images took 3 min 19 s. */
const PREPARING_MS = 60_000;
const CREATING_MS = 139_000;

/** Preparing → Creating → Ready, with the events of an undisturbed build. */
export function readyPlan({ preparingMs = PREPARING_MS, creatingMs = CREATING_MS }: Times = {}): CachePlan {
  return {
    timeline: [
      { atMs: 0, status: 'Preparing' },
      { atMs: preparingMs, status: 'Creating' },
      { atMs: preparingMs + creatingMs, status: 'Ready' },
    ],
    events: [
      normal(0, 'ResourceChecked', 'Successfully check image cache resource.'),
      normal(preparingMs / 2, 'Pulling', 'start to pull images'),
      normal(preparingMs, 'Pulled', 'Successfully pull images'),
    ],
    containerGroupEvents: [normal(preparingMs / 2, 'Pulling', 'start to pull images')],
  };
}

/** Preparing → Failed, for a reason that shows in the instance's events (or, with `where: 'cache'`, in the cache's). */
export function failedPlan(
  failure: Omit<PlannedEvent, 'atMs' | 'type'> & { where?: 'cache' | 'instance' | 'both' },
  { preparingMs = PREPARING_MS }: Times = {},
): CachePlan {
  const { where = 'both', ...details } = failure;
  const event: PlannedEvent = { ...details, atMs: preparingMs, type: 'Warning' };
  const none: PlannedEvent[] = [];
  return {
    timeline: [
      { atMs: 0, status: 'Preparing' },
      { atMs: preparingMs, status: 'Failed' },
    ],
    events: where === 'instance' ? none : [event],
    containerGroupEvents: where === 'cache' ? none : [event],
  };
}

/** Reasons for which builds fail. Texts of NoStock and DiskCapacityQuotaFull are the vendor's, of the others containerd's. */
export const failures = {
  pull: (image: string) => ({
    reason: 'Failed',
    message:
      `Failed to pull image "${image}": rpc error: code = Unknown desc = failed to pull and unpack image ` +
      `"${image}": failed to resolve reference "${image}": pulling from host failed with status code ` +
      '[manifests]: 401 Unauthorized',
    source: 'K8sAgent' as const,
  }),
  tooSmall: (image: string) => ({
    reason: 'Failed',
    message:
      `Failed to pull image "${image}": rpc error: code = Unknown desc = failed to pull and unpack image ` +
      `"${image}": failed to extract layer: write /var/lib/containerd/usr/lib/libc.so: no space left on device: unknown`,
    source: 'K8sAgent' as const,
  }),
  noStock: () => ({
    reason: 'NoStock',
    message: 'Create ECI failed because the specified instance is out of stock. ecs.c6.large',
  }),
  diskQuota: () => ({
    reason: 'DiskCapacityQuotaFull',
    message: 'Your disk capacity quota is exceeded',
  }),
} as const;

/** Preparing and 0 % for ever: what a missing NAT gateway looks like. */
export function stuckPlan(): CachePlan {
  const event = normal(1_000, 'Pulling', 'start to pull images');
  return { timeline: [{ atMs: 0, status: 'Preparing' }], events: [event], containerGroupEvents: [event] };
}

/** Ready while the regular snapshot is still on its way, as Flash may have it. */
export function flashPlan({ preparingMs = 30_000, creatingMs = 30_000 }: Times = {}): CachePlan {
  const readyAtMs = preparingMs + creatingMs;
  return {
    ...readyPlan({ preparingMs, creatingMs }),
    progress: (ageMs) => (Math.max(0, ageMs - preparingMs) / (4 * readyAtMs)) * 100,
  };
}

/** Goes through a status that no document names before it is Ready. */
export function unknownStatusPlan(status = 'Verifying', { preparingMs = 30_000 }: Times = {}): CachePlan {
  return {
    timeline: [
      { atMs: 0, status: 'Preparing' },
      { atMs: preparingMs, status },
      { atMs: 2 * preparingMs, status: 'Ready' },
    ],
  };
}

/** Gone while it is being built, as if somebody had deleted it. */
export function vanishingPlan(vanishesAtMs = 30_000): CachePlan {
  return { ...readyPlan(), vanishesAtMs };
}

/** In one status for ever. */
export function fixedPlan(status: string): CachePlan {
  return { timeline: [{ atMs: 0, status }] };
}

function normal(atMs: number, reason: string, message: string): PlannedEvent {
  return { atMs, type: 'Normal', reason, message };
}
