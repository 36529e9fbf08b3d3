import { isScalar } from 'yaml';
import { ActionError } from '../errors.js';
import { quote } from '../images/quote.js';
import { parseReference } from '../images/reference.js';
import type { Cursor } from './tree.js';

/** The workflow engine that fills in text when it makes the pod. */
export type Runtime = 'argo' | 'tekton' | undefined;

/** What a manifest has in the place of a pod's image. */
export type Reading =
  | { readonly what: 'image'; readonly text: string }
  /** Text that the workflow engine fills in when it runs. */
  | { readonly what: 'run-time text'; readonly text: string }
  | { readonly what: 'missing' }
  | { readonly what: 'no image'; readonly why: string; readonly hint: string };

/** https://argo-workflows.readthedocs.io/en/latest/variables/, and the `args` of an AnalysisTemplate. */
const ARGO_TEXT =
  /\{\{-?\s*(?:=|(?:inputs|outputs|workflow|steps|tasks|item|pod|node|retries|lastRetry|cronworkflow|args)\b)/;

const RENDER = 'Render the manifests first, and give the files as they will be applied.';

/** What is written in place of an image before something else fills it in. */
const PLACEHOLDERS: readonly (readonly [RegExp, why: string, hint: string])[] = [
  [/\{\{|\}\}/, 'is a template', `${RENDER} For Helm: helm template.`],
  [/\$/, 'has a variable that nothing has filled in', `${RENDER} For shell variables: envsubst.`],
  [/^ko:\/\//, 'names Go code that ko has yet to build', `${RENDER} For ko: ko resolve.`],
  [/[<>]/, 'is a placeholder', RENDER],
];

/** Reads the image at a place. */
export function readImage(at: Cursor, runtime: Runtime): Reading {
  if (at.isEmpty || at.text?.trim() === '') return { what: 'missing' };
  const { text } = at;
  if (text === undefined) return { what: 'no image', why: otherThanText(at), hint: RENDER };
  if (runtime === 'argo' && ARGO_TEXT.test(text)) return { what: 'run-time text', text };
  if (runtime === 'tekton' && text.includes('$(')) return { what: 'run-time text', text };
  const found = PLACEHOLDERS.find(([pattern]) => pattern.test(text));
  if (found) return { what: 'no image', why: `${quote(text)} ${found[1]}, not an image`, hint: found[2] };
  try {
    parseReference(text);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { what: 'no image', why: error.message, hint: [error.hint, RENDER].filter(Boolean).join(' ') };
  }
  return { what: 'image', text };
}

function otherThanText({ node, isMap }: Cursor): string {
  // An unquoted {{ .Values.image }} is a map in a map to YAML.
  if (isMap) return 'is a map, not an image (a template without quotes is one)';
  if (!isScalar(node)) return 'is a list, not an image';
  const written = quote(node.source ?? String(node.value));
  return `${written} is a ${typeof node.value} in YAML, not an image`;
}

/**
 * Whether Kubernetes pulls the image at every start.
 * https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
 *
 * @param policy `imagePullPolicy` as it is written
 */
export function pullsAlways(text: string, policy: string | undefined): 'explicit' | 'implied' | undefined {
  if (policy !== undefined && policy !== '') return policy === 'Always' ? 'explicit' : undefined;
  const { tag, digest } = parseReference(text);
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'implied' : undefined;
}
