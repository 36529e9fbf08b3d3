/**
 * A second opinion on inputs, outputs and summary: the same step once under our runner (dev/runner.ts, with the built
 * action) and once under @github/local-action (with the source), against a fresh account each. They have to say the
 * same.
 */
import { readFileSync } from 'node:fs';
import { eventVariables, inputVariables } from '../runner-env.js';
import { runAction, type RunResult } from '../runner.js';
import { installLocalAction, runLocalAction, type LocalActionResult } from './local-action.js';
import { PASSWORD, setStage, SPEED } from './stage.js';

type Check = readonly [what: string, ours: unknown, theirs: unknown];

const SAMPLE = new URL('../events/push.tag.json', import.meta.url);
const event = { name: 'push', payload: JSON.parse(readFileSync(SAMPLE, 'utf8')) as object };

installLocalAction();
const stage = await setStage();
try {
  const good = await both({});
  report('A release', [...checksOf(good), ...inputChecks(good.theirs), ...endChecks(good.theirs)]);

  const bad = await both({ 'vswitch-id': 'vpc-1', wait: 'maybe', 'image-cache-size': 'large' });
  report('Three bad inputs', [...checksOf(bad), ['three errors', 3, bad.theirs.errors.length]]);
} finally {
  await stage.close();
}

interface Both {
  readonly ours: RunResult;
  readonly theirs: LocalActionResult;
}

async function both(changes: Readonly<Record<string, string>>): Promise<Both> {
  const [first, second] = [await stage.account(), await stage.account()];
  const dist = process.env['ACTION_DIST'];
  const ours = await runAction({
    ...(dist ? { dist } : {}),
    inputs: { ...first.inputs, ...changes },
    event,
    env: { ECI_CACHE_CLOCK_SPEED: String(SPEED) },
  });
  const theirs = await runLocalAction({
    ...eventVariables(event),
    ...inputVariables({ ...second.inputs, ...changes }),
    GITHUB_EVENT_PATH: SAMPLE.pathname,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '9012345678',
    GITHUB_RUN_ATTEMPT: '1',
    ACTIONS_STEP_DEBUG: 'true',
    ECI_CACHE_CLOCK_SPEED: String(SPEED),
  });
  return { ours, theirs };
}

function checksOf({ ours, theirs }: Both): Check[] {
  const names = new Set([...Object.keys(ours.outputs), ...Object.keys(theirs.outputs)]);
  return [
    ['both fail or succeed', ours.exitCode === 0, theirs.exitCode === 0],
    ...[...names].map((name): Check => [
      `output ${name}`,
      alike(ours.outputs[name]),
      alike(theirs.outputs[name]),
    ]),
    // Its log has a line for a line; a hint stands on the line below its error.
    ['errors', ours.errors.map((text) => alike(text.split('\n')[0])), theirs.errors.map(alike)],
    ['warnings', ours.warnings.map(alike), theirs.warnings.map(alike)],
    ['summary', alike(ours.summary), alike(theirs.summary)],
    // It masks what setSecret was told with ****: where we have done our part, it finds nothing to mask.
    ['secrets left for it to mask', 0, theirs.log.match(/(?<!\*)\*{4}(?!\*)/g)?.length ?? 0],
    ['the password in its log or summary', false, (theirs.log + theirs.summary).includes(PASSWORD)],
  ];
}

function inputChecks({ inputsRead, inputsThatDiffer }: LocalActionResult): Check[] {
  return [
    ['inputs that its getInput reads in another way', [], inputsThatDiffer],
    ['it read inputs at all', true, inputsRead > 0],
  ];
}

/** That there was something to compare. */
function endChecks({ exitCode, outputs, summary }: LocalActionResult): Check[] {
  return [
    ['exit code', 0, exitCode],
    ['result', 'created', outputs['result']],
    ['status', 'Ready', outputs['status']],
    ['a summary', true, summary.includes(outputs['image-cache-id'] ?? 'no ID')],
  ];
}

/** IDs, durations, times and ports differ from run to run. */
function alike(text: string | undefined): string | undefined {
  return text
    ?.replace(/\b(imc|eci|s|sp)-[0-9a-z]{6,}\b/g, '$1-…')
    .replace(/\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/gi, 'UUID')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b\d+(?:\.\d+)? (?:ms|s|min|h)\b(?: \d+ (?:s|min)\b)?/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/g, 'MOMENT');
}

function report(title: string, checks: readonly Check[]): void {
  console.log(`\n${title}`);
  for (const [what, ours, theirs] of checks) {
    const same = JSON.stringify(ours) === JSON.stringify(theirs);
    console.log(`  ${same ? 'same' : 'DIFFERENT'}  ${what}`);
    if (same) continue;
    console.log(`    ours:   ${JSON.stringify(ours)}\n    theirs: ${JSON.stringify(theirs)}`);
    process.exitCode = 1;
  }
}
