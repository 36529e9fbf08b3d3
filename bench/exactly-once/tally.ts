import type { Outcome } from './attempt.js';
import type { World } from './world.js';

/** Counts by name, to be summed up over schedules. */
export type Tally = Map<string, number>;

/** The groups of the table, in its order; what is counted is `group` or `group: detail`. */
const GROUPS = [
  'schedules',
  'processes',
  'ended',
  'kills',
  'faults',
  'creates',
  'caches',
  'verdicts',
] as const;

export function tallyOf(world: World, outcomes: readonly Outcome[], isRight: boolean): Tally {
  const tally: Tally = new Map();
  const count = (group: (typeof GROUPS)[number], detail = ''): void => {
    for (const name of detail === '' ? [group] : [group, `${group}: ${detail}`]) {
      tally.set(name, (tally.get(name) ?? 0) + 1);
    }
  };
  count('schedules');
  for (const outcome of outcomes) {
    count('processes');
    if (outcome.killedAt === undefined) count('ended', endingOf(outcome));
    else count('kills', outcome.killedAt);
  }
  for (const { fault } of world.trace) if (fault !== undefined && fault !== 'killed') count('faults', fault);
  for (const answer of createAnswers(world)) count('creates', answer);
  for (const { plan, deletedBy } of world.ours()) {
    const fails = plan.timeline.some(({ status }) => status === 'Failed');
    count('caches', deletedBy ? `${fails ? 'failed' : 'built'}, deleted` : fails ? 'failed' : 'built');
  }
  count('verdicts', isRight ? 'exactly one cache' : 'WRONG');
  return tally;
}

function endingOf({ exitCode, outputs, errors }: Outcome): string {
  if (exitCode === 0) return `success, ${outputs['result'] ?? ''}`;
  const [reason = ''] = (errors[0] ?? 'no error').split('\n');
  return `failure: ${reason
    .replace(/imc-\w+/g, 'imc-…')
    .replace(/127\.0\.0\.1:\d+/g, 'host')
    .slice(0, 80)}`;
}

/** What the service did when it was asked for a cache, whether or not the answer arrived. */
function createAnswers({ trace }: World): string[] {
  const seen = new Set<unknown>();
  return trace.flatMap(({ record: { action, acted, code, answer } }) => {
    if (action !== 'CreateImageCache' || !acted) return [];
    const id = (answer as { ImageCacheId?: unknown } | undefined)?.ImageCacheId;
    if (id === undefined) return [code ?? 'no answer'];
    if (seen.has(id)) return ['the remembered cache'];
    seen.add(id);
    return ['a new cache'];
  });
}

export function addTo(sum: Tally, tally: Tally): void {
  for (const [name, number] of tally) sum.set(name, (sum.get(name) ?? 0) + number);
}

/** One line for each count, most frequent first within its group. */
export function tableOf(tally: Tally): string[] {
  return GROUPS.flatMap((group) =>
    [...tally]
      .filter(([name]) => name === group || name.startsWith(`${group}: `))
      .sort(([a, left], [b, right]) => Number(b === group) - Number(a === group) || right - left)
      .map(([name, number]) => {
        const label = name === group ? name : `    ${name.slice(group.length + 2)}`;
        return `${String(number).padStart(8)}  ${label}`;
      }),
  );
}
