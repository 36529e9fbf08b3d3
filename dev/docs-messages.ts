/**
 * The texts with which the action fails or warns, read from the sources with the TypeScript compiler: what the
 * pages about them are held against, so that none is forgotten and none outlives its code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A piece of an error or a warning, as it stands in one literal. */
export interface Piece {
  /** With `…` for everything that is filled in. */
  readonly text: string;
  /** Of the repository, e.g. src/inputs/tags.ts. */
  readonly file: string;
}

/** Calls whose arguments a person sees in any case, or never: the log, its groups, and what is no text of ours. */
const NO_FAILURE =
  /^(info|debug|group|phase|inPhase|retrying|summary|table|fenced|code|plain|way|RegExp|test|idOf)$/;

/** By parameter name or constant: what to do about a failure stands beside it, and is no failure itself. */
const HINT_NAME =
  /^(hint|.*_HINT|HINT|EMPTY_PART|SLASH_IN_TAG|TRY_AGAIN|CHECK_WAY|UNEXPLAINED|STILL_BUILDING|STUCK)$/;

/** The argument in which a call takes its hint. */
const HINT_ARGUMENT: Readonly<Record<string, number>> = {
  InputError: 2,
  refuse: 2,
  refuseHost: 2,
  required: 2,
  notPushed: 1,
};

/** Rooms that only advise or describe, but for their warnings. */
const DESCRIBING_ROOMS =
  /^src\/(eci\/(hints|events|parameters)|registry\/tell|report\/(?!ending)\w+|steps\/rehearse)\.ts$/;

/** Functions whose texts are lines of the log, of the summary, or hints. */
const DESCRIBING = new Set([
  'describeImageSize',
  'ending',
  'explainSize',
  'inWords',
  'lastLine',
  'lastLineOfFailure',
  'linkTo',
  'prospect',
  'sanitizedHint',
  'tableOf',
  'templateHint',
  'unitHint',
]);

/** Literals that look like prose, and are not told of a failure: labels of requests, words of log lines. */
const NO_FAILURE_TEXTS = new Set([
  ' Trying … again (try … of …).',
  'HTTP … after … ms, request ID …',
  'The keys of an entry are ….',
  'Run the job again. If it persists, see the status of GitHub Actions.',
  'Log in before this step (docker/login-action), or set image-registry-credentials.',
  'attempt … of … in … s',
  'cancelled by …',
  'credentials not found in native keychain',
  'dry run, nothing was created',
  'environment variables',
  'joined, it was being built already',
  'layer … was not measured',
  'manifest … of …',
  'reused, nothing was created',
  'tags of …',
  'there is no such repository',
  'token for …',
]);

/** Every piece of a failure or warning in src/, in the order of files and lines. */
export function failurePieces(root: string): readonly Piece[] {
  return sourceFiles(root).flatMap((file) => {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(root, file), 'utf8'),
      ts.ScriptTarget.ES2023,
      true,
    );
    return literalsIn(source)
      .filter((node) => (DESCRIBING_ROOMS.test(file) ? isOfWarning(node) : isOfFailure(node)))
      .map((node) => ({ text: textOf(node), file }))
      .filter(({ text }) => isProse(text) && !NO_FAILURE_TEXTS.has(text));
  });
}

function sourceFiles(root: string): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

type Literal =
  ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression | ts.BinaryExpression;

/** The outermost literals: a text inside a template's hole is a piece of its own. */
function literalsIn(source: ts.SourceFile): Literal[] {
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (isLiteral(node)) found.push(node);
    if (isSum(node)) return;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isLiteral(node: ts.Node): node is Literal {
  return (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateExpression(node) ||
    isSum(node)
  );
}

/** 'one ' + 'two': a long text on two lines. */
function isSum(node: ts.Node): node is ts.BinaryExpression {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    isLiteral(node.left) &&
    isLiteral(node.right)
  );
}

function textOf(node: ts.Node): string {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (isSum(node)) return textOf(node.left) + textOf(node.right);
  if (!ts.isTemplateExpression(node)) return '…';
  const spans = node.templateSpans.map(({ literal }) => `…${literal.text}`);
  return [node.head.text, ...spans].join('').replace(/…+/g, '…');
}

/** Two words at least: everything shorter is a name, a key or a header. */
function isProse(text: string): boolean {
  return (text.match(/(?<![\w-])[a-z]{2,}(?![\w-])/gi) ?? []).length >= 2 && /\s/.test(text.trim());
}

function isOfFailure(node: ts.Node): boolean {
  for (let child: ts.Node = node; !ts.isSourceFile(child.parent); child = child.parent) {
    if (isHintOrLog(child)) return false;
  }
  return true;
}

function isOfWarning(node: ts.Node): boolean {
  for (let child = node; !ts.isSourceFile(child.parent); child = child.parent) {
    if (ts.isCallExpression(child.parent) && calleeOf(child.parent) === 'warning') return true;
  }
  return false;
}

function isHintOrLog(child: ts.Node): boolean {
  const { parent } = child;
  if ((ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) && parent.initializer === child) {
    return HINT_NAME.test(parent.name.getText());
  }
  if (ts.isFunctionDeclaration(parent)) return DESCRIBING.has(parent.name?.text ?? '');
  if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) return false;
  const callee = calleeOf(parent);
  const position = parent.arguments?.findIndex((argument) => argument === child) ?? -1;
  return position >= 0 && (NO_FAILURE.test(callee) || HINT_ARGUMENT[callee] === position);
}

/** `warning` of `deps.log.warning(…)`. */
function calleeOf({ expression }: ts.CallExpression | ts.NewExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

/** What stands in the piece between its holes. */
export function fragmentsOf(piece: Piece): readonly string[] {
  return piece.text.split('…').filter((fragment) => fragment !== '');
}

/** Finds the piece in a text in which its holes are filled, or marked; the groups are its fragments. */
export function patternOf(piece: Piece): RegExp {
  const fragments = fragmentsOf(piece).map((text) => `(${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`);
  return new RegExp(fragments.join('.*?'), 'ds');
}
