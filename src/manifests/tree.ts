import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Pair } from 'yaml';
import { ActionError } from '../errors.js';

/** Far more than any Kubernetes object has; what is deeper could exhaust the stack. */
export const DEEPEST = 200;

/** How many nodes may be reached through aliases: ten lines of them can stand for a billion nodes. */
const MOST_ALIASED_NODES = 100_000;

export type Path = readonly (string | number)[];

/** A parsed document, seen as Kubernetes sees it: aliases and merges (`<<`) followed. */
export class Tree {
  readonly root: Cursor;
  private readonly targets: ReadonlyMap<Alias, Node>;

  /**
   * @param lineAt the line of an offset in the document's text
   * @throws ActionError if aliases multiply without end
   */
  constructor(
    document: Document.Parsed,
    readonly lineAt: (offset: number) => number,
  ) {
    this.targets = aliasTargets(document.contents, lineAt);
    this.root = new Cursor(this, undefined, '', document.contents, undefined);
  }

  /** The node that an alias stands for, else the node itself. */
  follow(node: unknown): unknown {
    return isAlias(node) ? this.targets.get(node) : node;
  }
}

/** A place in a tree, which need not exist: below a missing place, everything is missing. */
export class Cursor {
  /** What stands here; aliases are followed. */
  readonly node: unknown;
  private readonly depth: number;
  private known: ReadonlyMap<string, NamedPair> | undefined;

  /**
   * @param key under which it stands in its parent
   * @param raw what stands here, before aliases are followed
   * @param pair of the map that holds it, which is another than the parent's where it was merged
   */
  constructor(
    readonly tree: Tree,
    readonly parent: Cursor | undefined,
    readonly key: string | number,
    readonly raw: unknown,
    readonly pair: Pair | undefined,
  ) {
    this.node = tree.follow(raw);
    this.depth = (parent?.depth ?? 0) + 1;
    if (this.depth > DEEPEST) throw new ActionError(`is nested more than ${DEEPEST} levels deep`);
  }

  get isMap(): boolean {
    return isMap(this.node);
  }

  get isList(): boolean {
    return isSeq(this.node);
  }

  /** Whether nothing stands here, or null. */
  get isEmpty(): boolean {
    return this.node === undefined || this.node === null || (isScalar(this.node) && this.node.value === null);
  }

  /** The text, where it is one. */
  get text(): string | undefined {
    return isScalar(this.node) && typeof this.node.value === 'string' ? this.node.value : undefined;
  }

  get path(): Path {
    return this.parent === undefined ? [] : [...this.parent.path, this.key];
  }

  /** Of what stands here, else of the nearest that holds it. Counts from 1. */
  get line(): number {
    const start = rangeStart(this.raw) ?? rangeStart(this.pair?.key);
    if (start !== undefined) return this.tree.lineAt(start);
    return this.parent?.line ?? this.tree.lineAt(0);
  }

  /** What stands under a key of the map. */
  get(key: string): Cursor {
    const found = this.pairs().get(key);
    return found === undefined ? new Cursor(this.tree, this, key, undefined, undefined) : this.child(found);
  }

  /** What the map holds, its own keys before those that it merges. */
  entries(): Cursor[] {
    return [...this.pairs().values()].map((found) => this.child(found));
  }

  /** What the list holds. */
  items(): Cursor[] {
    if (!isSeq(this.node)) return [];
    return this.node.items.map((item, at) => new Cursor(this.tree, this, at, item, undefined));
  }

  private child([name, pair]: NamedPair): Cursor {
    return new Cursor(this.tree, this, name, pair.value, pair);
  }

  private pairs(): ReadonlyMap<string, NamedPair> {
    if (this.known !== undefined) return this.known;
    const found = new Map<string, NamedPair>();
    this.collect(this.node, found, 0);
    this.known = found;
    return found;
  }

  private collect(node: unknown, found: Map<string, NamedPair>, depth: number): void {
    if (!isMap(node) || depth > DEEPEST) return;
    const merges: unknown[] = [];
    for (const pair of node.items) {
      const key = this.tree.follow(pair.key);
      if (isMergeKey(key)) merges.push(pair.value);
      else {
        const name = isScalar(key) ? String(key.value) : '';
        if (!found.has(name)) found.set(name, [name, pair]);
      }
    }
    for (const source of merges) {
      const target = this.tree.follow(source);
      const maps: unknown[] = isSeq(target) ? target.items : [target];
      for (const map of maps) this.collect(this.tree.follow(map), found, depth + 1);
    }
  }
}

type NamedPair = readonly [name: string, pair: Pair];

/** The keys as people write them: spec.containers[0].image. A key with other characters is quoted by who prints it. */
export function pathText(path: Path): string {
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** With `merge: true`, the parser gives a plain `<<` the value Symbol("<<"). */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

/**
 * What each alias stands for: the last node before it with its anchor. One pass, since each `Alias.resolve` is a pass.
 * @throws ActionError if an alias stands for nothing, for one that holds it, or aliases for too many nodes
 */
function aliasTargets(contents: unknown, lineAt: (offset: number) => number): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const sizes = new Map<Node, number>();
  let aliased = 0;
  const follow = (alias: Alias): number => {
    const target = anchors.get(alias.source);
    if (target === undefined) {
      const line = lineAt(alias.range?.[0] ?? 0);
      throw new ActionError(`is not valid YAML at line ${line}: an alias has no anchor before it`);
    }
    targets.set(alias, target);
    const size = sizes.get(target) ?? Infinity;
    aliased += size;
    if (aliased > MOST_ALIASED_NODES)
      throw new ActionError('has aliases that multiply its content', {
        hint: 'Write the content out, without anchors and aliases.',
      });
    return size;
  };
  /** The number of nodes, those behind aliases counted each time. */
  const visit = (node: unknown): number => {
    if (isAlias(node)) return follow(node);
    const { anchor } = (node ?? {}) as { anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, node as Node);
    let size = 1;
    if (isSeq(node)) for (const item of node.items) size += visit(item);
    if (isMap(node)) for (const { key, value } of node.items) size += visit(key) + visit(value);
    if (anchor !== undefined) sizes.set(node as Node, size);
    return size;
  };
  visit(contents);
  return targets;
}
