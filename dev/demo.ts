/**
 * The main job, as a runner's user would see it: a tag is pushed, and the built action makes an image cache of
 * two images. Everything is on this machine: the registry and ECI are the local servers that the tests use, with
 * a service clock that runs faster than the wall clock's.
 */
import { readyPlan } from './eci/plans.js';
import { asRunnerShows, type RunResult } from './runner.js';
import { sampleRelease } from './sample-release.js';

/** A build of three minutes takes five seconds. */
const SPEED = 40;

const { eci, run, close } = await sampleRelease({ speed: SPEED, plan: () => readyPlan(), baseMiB: 6 });
try {
  const first = await run();
  heading('The log');
  console.log(asRunnerShows(first));
  heading('The outputs');
  for (const [name, value] of Object.entries(first.outputs)) console.log(`${name}=${value}`);
  heading('The job summary (Markdown; docs/pictures shows how GitHub renders it)');
  console.log(first.summary);
  heading('The same step again, as a re-run would do it');
  const second = await run();
  console.log(asRunnerShows(second));
  console.log(`\nimage-cache-id=${second.outputs['image-cache-id'] ?? ''}`);
  process.exitCode = judge(first, second);
} finally {
  await close();
}

function judge(...runs: readonly RunResult[]): number {
  const ids = new Set(runs.map(({ outputs }) => outputs['image-cache-id']));
  const good = runs.every(({ exitCode }) => exitCode === 0) && ids.size === 1 && eci.existing().length === 1;
  heading(good ? 'Two runs, one cache.' : 'The demo failed.');
  return good ? 0 : 1;
}

function heading(text: string): void {
  console.log(`\n\u001b[1m── ${text} ${'─'.repeat(Math.max(0, 90 - text.length))}\u001b[0m\n`);
}
