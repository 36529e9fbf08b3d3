import { Composer, Parser } from 'yaml';
import type { Document, ErrorCode } from 'yaml';
import { ActionError } from '../errors.js';
import { isNestedDeeper } from './yaml-depth.js';
import { DEEPEST, Tree } from './tree.js';

/** One Kubernetes document of a file. */
export interface ManifestDocument {
  readonly tree: Tree;
  /** Where its text starts in the file's. */
  readonly start: number;
  readonly text: string;
}

/** A file of manifests. */
export interface ManifestFile {
  /** Relative to the workspace, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Those that may hold images; the rest is not parsed. */
  readonly documents: readonly ManifestDocument[];
  /** Whether there is an object in it that Kubernetes would take. */
  readonly hasObjects: boolean;
}

/** Something that is wrong with a file, at a line. */
export interface Fault {
  readonly line: number;
  readonly error: ActionError;
}

/**
 * Kinds that may hold images, or need images that they do not name. The rest is not parsed: it is most of what operators
 * install, and may hold secrets.
 */
const WORTH_PARSING =
  /containers|image|generateName|inject|InferenceService|Prometheus|Alertmanager|ThanosRuler|OpenTelemetryCollector|FlinkDeployment|SparkApplication/i;

/** Kinds that never hold a pod, at the start of a line: that is, the document's own kind. */
const HOLDS_NO_POD = /^kind:[ \t]*["']?(?:CustomResourceDefinition|ConfigMap|Secret)["']?[ \t]*(?:#.*)?\r?$/m;

/** `---` with the directives before it, or `...`, after which a document needs no mark. */
const DOCUMENT_START = /^(?:(?:%[^\n]*\n(?:[ \t\r]*(?:#[^\n]*)?\n)*)*---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/** Parses the documents of a file that may hold images. */
export function readDocuments(path: string, text: string): { file: ManifestFile; faults: readonly Fault[] } {
  const lineAt = lineCounter(text);
  const faults: Fault[] = [];
  const documents: ManifestDocument[] = [];
  let hasObjects = false;
  for (const { start, text: part } of split(text)) {
    if (!WORTH_PARSING.test(part) || HOLDS_NO_POD.test(part)) {
      hasObjects ||= looksLikeObject(part);
      continue;
    }
    try {
      for (const document of parse(part)) {
        const [problem] = document.errors;
        if (problem !== undefined) {
          const where = start + problem.pos[0];
          faults.push({ line: lineAt(where), error: syntaxError(problem, part, lineAt(where)) });
          continue;
        }
        const tree = new Tree(document, (offset) => lineAt(start + offset));
        documents.push({ tree, start, text: part });
      }
    } catch (error) {
      faults.push({ line: lineAt(start), error: depthError(error) });
    }
  }
  hasObjects ||= documents.some(({ tree }) => isKubernetesObject(tree));
  return { file: { path, text, documents, hasObjects }, faults };
}

/** Parses one text again, as it was parsed when it was read. @throws ActionError if it is nested too deep */
export function parse(text: string): Document.Parsed[] {
  const tokens = [...new Parser().parse(text)];
  if (isNestedDeeper(DEEPEST, tokens)) throw new ActionError(`is nested more than ${DEEPEST} levels deep`);
  // A `<<` is a merge to Kubernetes; pretty errors would quote the source, and it may hold secrets.
  const composer = new Composer({ merge: true, prettyErrors: false, logLevel: 'silent' });
  return [...composer.compose(tokens, false, text.length)];
}

function depthError(error: unknown): ActionError {
  if (error instanceof ActionError) return error;
  // Any other error of the parser; its message may quote the text.
  return new ActionError('cannot be parsed as YAML', { hint: REPRINT_HINT });
}

/** The texts of the documents. What `---` cuts is a document by itself, so most need not be parsed. */
function split(text: string): { start: number; text: string }[] {
  const begin = text.startsWith('\uFEFF') ? 1 : 0;
  const starts = [begin, ...[...text.matchAll(DOCUMENT_START)].map(({ index }) => index), text.length];
  const parts = starts.slice(1).map((end, at) => ({ start: starts[at] ?? 0, end }));
  return parts
    .filter(({ start, end }) => end > start)
    .flatMap(({ start, end }) => splitJson(text.slice(start, end), start));
}

/** JSON objects may follow each other without a mark between them, as `jq` and `kubectl` print them. */
function splitJson(text: string, start: number): { start: number; text: string }[] {
  if (!/^(?:---)?\s*\{/.test(text)) return [{ start, text }];
  const parts: { start: number; text: string }[] = [];
  let depth = 0;
  let begin = 0;
  for (const { index, 0: token } of text.matchAll(/"(?:[^"\\]|\\[^])*"|[{}]/g)) {
    if (token === '{') {
      if (depth === 0 && index > begin && /\}\s*$/.test(text.slice(begin, index))) {
        parts.push({ start: start + begin, text: text.slice(begin, index) });
        begin = index;
      }
      depth += 1;
    } else if (token === '}') depth -= 1;
  }
  return [...parts, { start: start + begin, text: text.slice(begin) }];
}

/** The line of an offset, counted from 1. */
function lineCounter(text: string): (offset: number) => number {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
  return (offset) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** Files for other programs that also have a kind and an apiVersion; Kubernetes refuses them. */
const NO_API = /^(?:kustomize\.config\.k8s\.io|skaffold|kind\.x-k8s\.io|k3d\.io)\//;

function isObject(apiVersion: string | undefined, kind: string | undefined): boolean {
  return Boolean(apiVersion) && Boolean(kind) && !NO_API.test(apiVersion ?? '');
}

/** Whether Kubernetes would take the document for an object. */
export function isKubernetesObject({ root }: Tree): boolean {
  return isObject(root.get('apiVersion').text, root.get('kind').text);
}

/** The same for a text that is not parsed. */
function looksLikeObject(text: string): boolean {
  const value = (key: string): string | undefined =>
    new RegExp(`^["']?${key}["']?[ \\t]*:[ \\t]*["']?([^\\s"',]+)`, 'm').exec(text)?.[1] ??
    new RegExp(`"${key}"\\s*:\\s*"([^"]+)"`).exec(text)?.[1];
  return isObject(value('apiVersion'), value('kind'));
}

/** What the parser's error codes mean; a code that is not here gets a position only. */
const MEANINGS: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation does not fit',
  BAD_SCALAR_START: 'a value starts with a character that YAML reserves; put it into quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value holds a colon and a blank; put it into quotes',
  DUPLICATE_KEY: 'a key is there twice; remove one',
  MISSING_CHAR:
    'a quote, bracket, colon or comma is missing, or a closing quote is not indented deeper than its key',
  MULTILINE_IMPLICIT_KEY: 'a key spans lines; a quote may be missing',
  UNEXPECTED_TOKEN: 'there is text where none is allowed',
  TAB_AS_INDENT: 'a tab cannot indent',
};

const REPRINT_HINT =
  'Correct the line. If other programs accept the file, `kubectl create --dry-run=client -o yaml -f FILE` rewrites it.';
const RENDER_HINT =
  'It looks like a template. Render it first (helm template, kustomize build, …), and give the rendered file.';

/** Quotes nothing from the source: it may hold secrets. */
function syntaxError(problem: Document.Parsed['errors'][number], text: string, line: number): ActionError {
  const meaning = MEANINGS[problem.code];
  return new ActionError(`is not valid YAML at line ${line}${meaning === undefined ? '' : `: ${meaning}`}`, {
    hint: /\{\{|\$\{|<%/.test(text) ? RENDER_HINT : REPRINT_HINT,
  });
}
