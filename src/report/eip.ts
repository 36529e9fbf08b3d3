import type { LeftBecause } from '../eip/release.js';
import type { RunRecord } from './record.js';

const REASONS: Readonly<Record<LeftBecause, string>> = {
  building: 'a cache of this content is still being built',
  held: 'the instance that built the cache still holds it',
  young: 'another run may be about to use it',
  failed: 'it could not be released',
};

/** Why an EIP is left, as a clause. */
export function whyLeft(why: LeftBecause): string {
  return REASONS[why];
}

/** What an EIP that is kept costs. @param until what ends it, as a clause */
export function billedUntil(until: string, it = 'It'): string {
  return `${it} is billed by the hour and for traffic until ${until}.`;
}

/** EIPs for the build that still exist, as far as this run knows. */
export function keptEips({ eipInstanceId, releasedEips, leftEips }: RunRecord): string[] {
  const known = [eipInstanceId ?? '', ...leftEips.map(({ allocationId }) => allocationId)];
  return [...new Set(known)].filter((id) => id !== '' && !releasedEips.includes(id));
}

/** What a run that has failed says of them; empty if there are none. */
export function keptAfterFailure(record: RunRecord): string {
  const { allocating } = record;
  const kept = keptEips(record);
  if (kept.length === 0 && !allocating) return '';
  const which =
    kept.length === 0
      ? 'An EIP was just requested, and its ID is not known.'
      : kept.map((id) => `The EIP ${id} is kept${becauseOf(id, record)}.`).join(' ');
  const until = 'a run of this step with eip-instance-id: auto releases it';
  const others = record.leftEips.some(({ why }) => why === 'building')
    ? ', one that is waiting for the cache already or the next one'
    : '';
  return `${which} ${billedUntil(until + others, kept.length === 0 ? 'If it was allocated, it' : 'It')}`;
}

/** Why it is left, if that is known, to go on with after "is kept". */
function becauseOf(id: string, { leftEips }: RunRecord): string {
  const why = leftEips.find(({ allocationId }) => allocationId === id)?.why;
  return why === undefined ? '' : `: ${whyLeft(why)}`;
}

/** What happened to each EIP of the build and of earlier runs: its ID, and a few words. */
export function eipFacts(record: RunRecord): (readonly [allocationId: string, words: string])[] {
  const { eipInstanceId, eipOrigin, releasedEips } = record;
  const own = eipInstanceId === undefined ? [] : [eipInstanceId];
  return [...new Set([...own, ...releasedEips, ...keptEips(record)])].map((id) => {
    const origin = eipOrigin === 'found' ? 'allocated before' : 'allocated';
    const end = releasedEips.includes(id) ? 'released' : `kept${becauseOf(id, record)}`;
    return [id, id === eipInstanceId ? `${origin}, ${end}` : end];
  });
}
