/**
 * Compares two reports of mutation tests of the same code, mutant by mutant: which did one runner notice, and the other
 * not? `npx tsx dev/mutation/compare.ts reports/mutation-context.json reports/mutation-context-jest.json`
 */
import { readFileSync } from 'node:fs';
import type { schema } from '@stryker-mutator/api/core';

/** A mutant that never ends is noticed like one that fails a test; which of both is a matter of time. */
const VERDICTS: Partial<Record<schema.MutantStatus, string>> = {
  Killed: 'noticed',
  Timeout: 'noticed',
  Survived: 'survived',
  NoCoverage: 'survived',
};

const [first = '', second = ''] = process.argv.slice(2);
const [verdicts, others] = [verdictsOf(first), verdictsOf(second)];
const mutants = new Set([...verdicts.keys(), ...others.keys()]);
const different = [...mutants].filter((mutant) => verdicts.get(mutant) !== others.get(mutant));
for (const mutant of different) {
  console.log(`${mutant}\n  ${first}: ${verdicts.get(mutant) ?? 'not there'}`);
  console.log(`  ${second}: ${others.get(mutant) ?? 'not there'}`);
}
console.log(`${mutants.size} mutants, ${different.length} with two verdicts`);
process.exitCode = different.length > 0 ? 1 : 0;

function verdictsOf(path: string): Map<string, string> {
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as schema.MutationTestResult;
  return new Map(
    Object.entries(files).flatMap(([file, { mutants }]) =>
      mutants.map((mutant) => [placeOf(file, mutant), VERDICTS[mutant.status] ?? mutant.status] as const),
    ),
  );
}

function placeOf(file: string, { location, mutatorName, replacement = '' }: schema.MutantResult): string {
  const [from, to] = [location.start, location.end].map(({ line, column }) => `${line}:${column}`);
  return `${file}:${from}-${to} ${mutatorName} => ${replacement}`;
}
