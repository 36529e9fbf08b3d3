import { parseTime } from '../cache/times.js';
import type { Build } from './identity.js';
import type { EipAddress } from './service.js';

/** What can be seen of the caches of one content and attempt. */
export interface ContentState {
  /** A cache of the content is being built, whatever its attempt, or in a status that we don't know. */
  readonly building: boolean;
  /** One is Ready that a run would use rather than make another. */
  readonly ready: boolean;
  /** That of the next create: how many have failed or are gone. */
  readonly generation: number;
}

export type Fate =
  /** Nobody will use it any more. */
  | 'release'
  /** A build may be using it. */
  | 'building'
  /** A run may be about to hand it to a create, or look-ups may not show its cache yet. */
  | 'young';

const MINUTE_MS = 60_000;
/** A run hands an address to a create only while it is younger than this… */
export const USABLE_MS = 10 * MINUTE_MS;
/**
 * …and one whose cache was never seen is released only when it is older than this. In between, no run touches it.
 * That leaves 20 minutes for the retries of a create and the lag of look-ups, and twice 15 for the runners' clocks:
 * the service refuses to talk to one that is further off.
 */
export const FORGOTTEN_MS = 60 * MINUTE_MS;

/**
 * What is to become of an address that was allocated for `build`. Once "release", it stays so: no run hands an
 * address to a create of another generation, or to any create while a Ready cache can be seen.
 *
 * @param nowMs of newestTime
 */
export function fateOf(address: EipAddress, build: Build, content: ContentState, nowMs: number): Fate {
  if (content.building) return 'building';
  if (content.ready || build.generation < content.generation) return 'release';
  // A time that cannot be read compares as false with everything: the address stays.
  return ageMs(address, nowMs) >= FORGOTTEN_MS ? 'release' : 'young';
}

/** Whether a create may still be sent with it. One whose time cannot be read may: no sweep takes it for its age. */
export function isUsable(address: EipAddress, nowMs: number): boolean {
  return !isReleasing(address) && !(ageMs(address, nowMs) >= USABLE_MS);
}

/** Whether nothing holds it. */
export function isFree(address: EipAddress): boolean {
  return is('Available', address);
}

export function isReleasing(address: EipAddress): boolean {
  return is('Releasing', address);
}

/** The time now, in milliseconds since 1970: the runner's, or the service's newest where that is later. */
export function newestTime(addresses: readonly EipAddress[], wallNowMs: number): number {
  const times = addresses.map(allocatedAtMs).filter((time) => !Number.isNaN(time));
  return Math.max(wallNowMs, ...times);
}

function ageMs(address: EipAddress, nowMs: number): number {
  return nowMs - allocatedAtMs(address);
}

/** NaN if it cannot be read. */
function allocatedAtMs({ allocationTime }: EipAddress): number {
  return parseTime(allocationTime) ?? NaN;
}

function is(status: string, address: EipAddress): boolean {
  return address.status.toLowerCase() === status.toLowerCase();
}

/** The oldest first; the ID settles a tie. Every run sorts by it, so that all of them choose the same one. */
export function byAge(a: EipAddress, b: EipAddress): number {
  const difference = allocatedAtMs(a) - allocatedAtMs(b);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  return a.allocationId < b.allocationId ? -1 : 1;
}
