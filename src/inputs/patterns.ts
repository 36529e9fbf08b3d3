import { parseLines } from './lists.js';

/** The patterns of the input manifests: newlines or commas separate them, except commas in braces, as in k8s/{web,api}.yaml. */
export function parsePatterns(text: string): string[] {
  return parseLines(text)
    .flatMap((line) => line.split(/,(?![^{}]*\})/))
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');
}
