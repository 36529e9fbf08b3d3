import type { Log } from '../report/log.js';
import type { ImageCache, ImageCacheService, ServiceEvent } from './service.js';
import { describeEvent } from './wait.js';

/**
 * Why a build failed, as far as an event shows:
 * - too-small: the images do not fit into it
 * - not-pulled: an image could not be fetched from its registry
 * - no-stock: the zone has no instance to build it with
 * - quota, balance: of the account
 */
export type Cause = 'too-small' | 'not-pulled' | 'no-stock' | 'quota' | 'balance';

/** What one event shows of it. */
export interface EventCause {
  readonly kind: Cause;
  /** What a person can do about it. */
  readonly hint: string;
}

/** What the room `eci` knows about one event. */
export type EventExplainer = (event: ServiceEvent) => EventCause | undefined;

export interface Diagnosis {
  /** One sentence; undefined if no event shows the cause. */
  readonly cause: string | undefined;
  /** What to do, most telling first, each once. */
  readonly hints: readonly string[];
  /** Events worth reading, as lines. */
  readonly events: readonly string[];
}

const CAUSES: Readonly<Record<Cause, string>> = {
  'too-small': 'The images did not fit: the cache was too small.',
  'not-pulled': 'An image could not be pulled.',
  'no-stock': 'The zone had no stock for the instance that builds the cache.',
  quota: 'A quota of the account is exhausted.',
  balance: 'The account has no balance left.',
};

/** A full disk also appears as a failed pull, so it is looked for first. */
const MOST_TELLING_FIRST: readonly Cause[] = ['too-small', 'quota', 'balance', 'no-stock', 'not-pulled'];

const UNEXPLAINED =
  "No event names the cause. Look at the intermediate instance's events in the ECI console while they are kept, or run this step again: a failed cache is not reused.";

/** Why a cache failed: from its own events and those of the intermediate instance. Never throws. */
export async function diagnose(
  cache: ImageCache,
  service: ImageCacheService,
  explain: EventExplainer,
  log: Log,
): Promise<Diagnosis> {
  const events = [...cache.events, ...(await instanceEvents(cache, service, log))];
  const seen = unique(events).map((event) => ({ event, finding: explain(event) }));
  const findings = seen.flatMap(({ finding }) => finding ?? []);
  const cause = MOST_TELLING_FIRST.find((kind) => findings.some((finding) => finding.kind === kind));
  const rank = (kind: Cause): number => (kind === cause ? 0 : 1);
  const hints = findings
    .filter(({ kind }) => cause !== 'too-small' || kind !== 'not-pulled')
    .sort((a, b) => rank(a.kind) - rank(b.kind))
    .map(({ hint }) => hint);
  return {
    cause: cause && CAUSES[cause],
    hints: hints.length > 0 ? [...new Set(hints)] : [UNEXPLAINED],
    events: seen
      .filter(({ event, finding }) => event.type !== 'Normal' || finding !== undefined)
      .map(({ event }) => describeEvent(event)),
  };
}

async function instanceEvents(
  { containerGroupId }: ImageCache,
  service: ImageCacheService,
  log: Log,
): Promise<readonly ServiceEvent[]> {
  if (containerGroupId === '') return [];
  try {
    return (await service.containerGroupEvents(containerGroupId)) ?? [];
  } catch (error) {
    // A diagnosis that fails must not hide the failure that it explains.
    log.warning(
      `The events of the intermediate instance ${containerGroupId} cannot be read. This requires the permission eci:DescribeContainerGroupEvents. ${messageOf(error)}`,
    );
    return [];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same event reaches the cache and its instance. */
function unique(events: readonly ServiceEvent[]): ServiceEvent[] {
  return [...new Map(events.map((event) => [describeEvent(event), event])).values()];
}
