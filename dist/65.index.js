export const id = 65;
export const ids = [65];
export const modules = {

/***/ 446:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  annotateManifests: () => (/* reexport */ annotateManifests),
  podLabel: () => (/* reexport */ podLabel),
  readManifests: () => (/* reexport */ readManifests),
  tooManyImages: () => (/* reexport */ tooManyImages),
  writeAnnotated: () => (/* reexport */ writeAnnotated)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
var external_node_path_default = /*#__PURE__*/__webpack_require__.n(external_node_path_);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./src/errors.ts
var src_errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/manifests/yaml-depth.ts
var yaml_depth = __webpack_require__(1295);
;// CONCATENATED MODULE: ./src/manifests/tree.ts


/** Far more than any Kubernetes object has; what is deeper could exhaust the stack. */
const DEEPEST = 200;
/** How many nodes may be reached through aliases: ten lines of them can stand for a billion nodes. */
const MOST_ALIASED_NODES = 100_000;
/** A parsed document, seen as Kubernetes sees it: aliases and merges (`<<`) followed. */
class Tree {
    lineAt;
    root;
    targets;
    /**
     * @param lineAt the line of an offset in the document's text
     * @throws ActionError if aliases multiply without end
     */
    constructor(document, lineAt) {
        this.lineAt = lineAt;
        this.targets = aliasTargets(document.contents, lineAt);
        this.root = new Cursor(this, undefined, '', document.contents, undefined);
    }
    /** The node that an alias stands for, else the node itself. */
    follow(node) {
        return (0,dist/* isAlias */.Vj)(node) ? this.targets.get(node) : node;
    }
}
/** A place in a tree, which need not exist: below a missing place, everything is missing. */
class Cursor {
    tree;
    parent;
    key;
    raw;
    pair;
    /** What stands here; aliases are followed. */
    node;
    depth;
    known;
    /**
     * @param key under which it stands in its parent
     * @param raw what stands here, before aliases are followed
     * @param pair of the map that holds it, which is another than the parent's where it was merged
     */
    constructor(tree, parent, key, raw, pair) {
        this.tree = tree;
        this.parent = parent;
        this.key = key;
        this.raw = raw;
        this.pair = pair;
        this.node = tree.follow(raw);
        this.depth = (parent?.depth ?? 0) + 1;
        if (this.depth > DEEPEST)
            throw new src_errors/* ActionError */.lZ(`is nested more than ${DEEPEST} levels deep`);
    }
    get isMap() {
        return (0,dist/* isMap */.jh)(this.node);
    }
    get isList() {
        return (0,dist/* isSeq */.oP)(this.node);
    }
    /** Whether nothing stands here, or null. */
    get isEmpty() {
        return this.node === undefined || this.node === null || ((0,dist/* isScalar */.jn)(this.node) && this.node.value === null);
    }
    /** The text, where it is one. */
    get text() {
        return (0,dist/* isScalar */.jn)(this.node) && typeof this.node.value === 'string' ? this.node.value : undefined;
    }
    get path() {
        return this.parent === undefined ? [] : [...this.parent.path, this.key];
    }
    /** Of what stands here, else of the nearest that holds it. Counts from 1. */
    get line() {
        const start = rangeStart(this.raw) ?? rangeStart(this.pair?.key);
        if (start !== undefined)
            return this.tree.lineAt(start);
        return this.parent?.line ?? this.tree.lineAt(0);
    }
    /** What stands under a key of the map. */
    get(key) {
        const found = this.pairs().get(key);
        return found === undefined ? new Cursor(this.tree, this, key, undefined, undefined) : this.child(found);
    }
    /** What the map holds, its own keys before those that it merges. */
    entries() {
        return [...this.pairs().values()].map((found) => this.child(found));
    }
    /** What the list holds. */
    items() {
        if (!(0,dist/* isSeq */.oP)(this.node))
            return [];
        return this.node.items.map((item, at) => new Cursor(this.tree, this, at, item, undefined));
    }
    child([name, pair]) {
        return new Cursor(this.tree, this, name, pair.value, pair);
    }
    pairs() {
        if (this.known !== undefined)
            return this.known;
        const found = new Map();
        this.collect(this.node, found, 0);
        this.known = found;
        return found;
    }
    collect(node, found, depth) {
        if (!(0,dist/* isMap */.jh)(node) || depth > DEEPEST)
            return;
        const merges = [];
        for (const pair of node.items) {
            const key = this.tree.follow(pair.key);
            if (isMergeKey(key))
                merges.push(pair.value);
            else {
                const name = (0,dist/* isScalar */.jn)(key) ? String(key.value) : '';
                if (!found.has(name))
                    found.set(name, [name, pair]);
            }
        }
        for (const source of merges) {
            const target = this.tree.follow(source);
            const maps = (0,dist/* isSeq */.oP)(target) ? target.items : [target];
            for (const map of maps)
                this.collect(this.tree.follow(map), found, depth + 1);
        }
    }
}
/** The keys as people write them: spec.containers[0].image. A key with other characters is quoted by who prints it. */
function pathText(path) {
    return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
}
function rangeStart(node) {
    return node?.range?.[0];
}
/** With `merge: true`, the parser gives a plain `<<` the value Symbol("<<"). */
function isMergeKey(key) {
    return (0,dist/* isScalar */.jn)(key) && typeof key.value === 'symbol';
}
/**
 * What each alias stands for: the last node before it with its anchor. One pass, since each `Alias.resolve` is a pass.
 * @throws ActionError if an alias stands for nothing, for one that holds it, or aliases for too many nodes
 */
function aliasTargets(contents, lineAt) {
    const anchors = new Map();
    const targets = new Map();
    const sizes = new Map();
    let aliased = 0;
    const follow = (alias) => {
        const target = anchors.get(alias.source);
        if (target === undefined) {
            const line = lineAt(alias.range?.[0] ?? 0);
            throw new src_errors/* ActionError */.lZ(`is not valid YAML at line ${line}: an alias has no anchor before it`);
        }
        targets.set(alias, target);
        const size = sizes.get(target) ?? Infinity;
        aliased += size;
        if (aliased > MOST_ALIASED_NODES)
            throw new src_errors/* ActionError */.lZ('has aliases that multiply its content', {
                hint: 'Write the content out, without anchors and aliases.',
            });
        return size;
    };
    /** The number of nodes, those behind aliases counted each time. */
    const visit = (node) => {
        if ((0,dist/* isAlias */.Vj)(node))
            return follow(node);
        const { anchor } = (node ?? {});
        if (anchor !== undefined)
            anchors.set(anchor, node);
        let size = 1;
        if ((0,dist/* isSeq */.oP)(node))
            for (const item of node.items)
                size += visit(item);
        if ((0,dist/* isMap */.jh)(node))
            for (const { key, value } of node.items)
                size += visit(key) + visit(value);
        if (anchor !== undefined)
            sizes.set(node, size);
        return size;
    };
    visit(contents);
    return targets;
}

;// CONCATENATED MODULE: ./src/manifests/documents.ts




/**
 * Kinds that may hold images, or need images that they do not name. The rest is not parsed: it is most of what operators
 * install, and may hold secrets.
 */
const WORTH_PARSING = /containers|image|generateName|inject|InferenceService|Prometheus|Alertmanager|ThanosRuler|OpenTelemetryCollector|FlinkDeployment|SparkApplication/i;
/** Kinds that never hold a pod, at the start of a line: that is, the document's own kind. */
const HOLDS_NO_POD = /^kind:[ \t]*["']?(?:CustomResourceDefinition|ConfigMap|Secret)["']?[ \t]*(?:#.*)?\r?$/m;
/** `---` with the directives before it, or `...`, after which a document needs no mark. */
const DOCUMENT_START = /^(?:(?:%[^\n]*\n(?:[ \t\r]*(?:#[^\n]*)?\n)*)*---|\.\.\.)(?=[ \t\r\n]|$)/gm;
/** Parses the documents of a file that may hold images. */
function readDocuments(path, text) {
    const lineAt = lineCounter(text);
    const faults = [];
    const documents = [];
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
        }
        catch (error) {
            faults.push({ line: lineAt(start), error: depthError(error) });
        }
    }
    hasObjects ||= documents.some(({ tree }) => isKubernetesObject(tree));
    return { file: { path, text, documents, hasObjects }, faults };
}
/** Parses one text again, as it was parsed when it was read. @throws ActionError if it is nested too deep */
function parse(text) {
    const tokens = [...new dist/* Parser */.iX().parse(text)];
    if ((0,yaml_depth/* isNestedDeeper */.F)(DEEPEST, tokens))
        throw new src_errors/* ActionError */.lZ(`is nested more than ${DEEPEST} levels deep`);
    // A `<<` is a merge to Kubernetes; pretty errors would quote the source, and it may hold secrets.
    const composer = new dist/* Composer */.Dk({ merge: true, prettyErrors: false, logLevel: 'silent' });
    return [...composer.compose(tokens, false, text.length)];
}
function depthError(error) {
    if (error instanceof src_errors/* ActionError */.lZ)
        return error;
    // Any other error of the parser; its message may quote the text.
    return new src_errors/* ActionError */.lZ('cannot be parsed as YAML', { hint: REPRINT_HINT });
}
/** The texts of the documents. What `---` cuts is a document by itself, so most need not be parsed. */
function split(text) {
    const begin = text.startsWith('\uFEFF') ? 1 : 0;
    const starts = [begin, ...[...text.matchAll(DOCUMENT_START)].map(({ index }) => index), text.length];
    const parts = starts.slice(1).map((end, at) => ({ start: starts[at] ?? 0, end }));
    return parts
        .filter(({ start, end }) => end > start)
        .flatMap(({ start, end }) => splitJson(text.slice(start, end), start));
}
/** JSON objects may follow each other without a mark between them, as `jq` and `kubectl` print them. */
function splitJson(text, start) {
    if (!/^(?:---)?\s*\{/.test(text))
        return [{ start, text }];
    const parts = [];
    let depth = 0;
    let begin = 0;
    for (const { index, 0: token } of text.matchAll(/"(?:[^"\\]|\\[^])*"|[{}]/g)) {
        if (token === '{') {
            if (depth === 0 && index > begin && /\}\s*$/.test(text.slice(begin, index))) {
                parts.push({ start: start + begin, text: text.slice(begin, index) });
                begin = index;
            }
            depth += 1;
        }
        else if (token === '}')
            depth -= 1;
    }
    return [...parts, { start: start + begin, text: text.slice(begin) }];
}
/** The line of an offset, counted from 1. */
function lineCounter(text) {
    const ends = [];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
        ends.push(at);
    return (offset) => {
        let [low, high] = [0, ends.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if ((ends[middle] ?? 0) < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low + 1;
    };
}
/** Files for other programs that also have a kind and an apiVersion; Kubernetes refuses them. */
const NO_API = /^(?:kustomize\.config\.k8s\.io|skaffold|kind\.x-k8s\.io|k3d\.io)\//;
function isObject(apiVersion, kind) {
    return Boolean(apiVersion) && Boolean(kind) && !NO_API.test(apiVersion ?? '');
}
/** Whether Kubernetes would take the document for an object. */
function isKubernetesObject({ root }) {
    return isObject(root.get('apiVersion').text, root.get('kind').text);
}
/** The same for a text that is not parsed. */
function looksLikeObject(text) {
    const value = (key) => new RegExp(`^["']?${key}["']?[ \\t]*:[ \\t]*["']?([^\\s"',]+)`, 'm').exec(text)?.[1] ??
        new RegExp(`"${key}"\\s*:\\s*"([^"]+)"`).exec(text)?.[1];
    return isObject(value('apiVersion'), value('kind'));
}
/** What the parser's error codes mean; a code that is not here gets a position only. */
const MEANINGS = {
    BAD_INDENT: 'the indentation does not fit',
    BAD_SCALAR_START: 'a value starts with a character that YAML reserves; put it into quotes',
    BLOCK_AS_IMPLICIT_KEY: 'a value holds a colon and a blank; put it into quotes',
    DUPLICATE_KEY: 'a key is there twice; remove one',
    MISSING_CHAR: 'a quote, bracket, colon or comma is missing, or a closing quote is not indented deeper than its key',
    MULTILINE_IMPLICIT_KEY: 'a key spans lines; a quote may be missing',
    UNEXPECTED_TOKEN: 'there is text where none is allowed',
    TAB_AS_INDENT: 'a tab cannot indent',
};
const REPRINT_HINT = 'Correct the line. If other programs accept the file, `kubectl create --dry-run=client -o yaml -f FILE` rewrites it.';
const RENDER_HINT = 'It looks like a template. Render it first (helm template, kustomize build, …), and give the rendered file.';
/** Quotes nothing from the source: it may hold secrets. */
function syntaxError(problem, text, line) {
    const meaning = MEANINGS[problem.code];
    return new src_errors/* ActionError */.lZ(`is not valid YAML at line ${line}${meaning === undefined ? '' : `: ${meaning}`}`, {
        hint: /\{\{|\$\{|<%/.test(text) ? RENDER_HINT : REPRINT_HINT,
    });
}

;// CONCATENATED MODULE: ./src/manifests/insert.ts

/** The annotation that names a cache, and its older name. */
const CACHE_ID = 'k8s.aliyun.com/eci-imc-id';
const SNAPSHOT_ID = 'k8s.aliyun.com/eci-image-snapshot-id';
/**
 * The edits that put the cache ID among annotations. The document is not printed again: the rest stays byte for byte.
 *
 * @param annotations their map, which need not exist
 * @param text of the document
 * @returns undefined if the text has no place for them
 */
function annotationEdits(annotations, id, text) {
    const missing = [];
    let at = annotations;
    while (!(0,dist/* isMap */.jh)(at.node)) {
        if (at.pair !== undefined)
            return at.isEmpty ? fillNull(at, at.pair, missing, id, text) : undefined;
        if (at.parent === undefined || at.node !== undefined)
            return undefined;
        missing.unshift(String(at.key));
        at = at.parent;
    }
    if (missing.length > 0)
        return insertInto(at.node, missing, id, text);
    const present = at.entries().filter(({ key }) => key === CACHE_ID || key === SNAPSHOT_ID);
    const replaced = present.map((entry) => replaceValue(entry, id, text));
    const isThere = present.some(({ key }) => key === CACHE_ID);
    const added = isThere ? [] : insertInto(at.node, [], id, text);
    if (added === undefined || replaced.includes(undefined))
        return undefined;
    return [...added, ...replaced.filter((edit) => edit !== undefined)];
}
/** Applies edits; those at one place come in their order. */
function applyEdits(text, edits) {
    const pieces = [];
    let done = 0;
    for (const { start, end, text: added } of [...edits].sort((a, b) => a.start - b.start)) {
        pieces.push(text.slice(done, start), added);
        done = end;
    }
    return [...pieces, text.slice(done)].join('');
}
/** Puts the ID, and the maps that lead to it, before the first key that is fit for it. */
function insertInto(map, missing, id, text) {
    if (map.flow === true)
        return insertIntoFlow(map, missing, id, text);
    const starts = map.items.flatMap((pair) => startOf(pair.key) ?? []);
    const own = starts.find((start) => /^ *$/.test(linePrefix(text, start)));
    if (own !== undefined) {
        const indent = linePrefix(text, own).length;
        return [insertion(own - indent, blockLines(missing, id, indent, text))];
    }
    // The one key shares its line with the dash of a list.
    const [first] = starts;
    if (first === undefined || !/^(?: *- +)+$/.test(linePrefix(text, first)))
        return undefined;
    const indent = linePrefix(text, first).length;
    return [insertion(first, blockLines(missing, id, indent, text).trimStart() + ' '.repeat(indent))];
}
function insertIntoFlow(map, missing, id, text) {
    const open = startOf(map);
    if (open === undefined || text[open] !== '{')
        return undefined;
    const entry = flowEntry(missing, id);
    const first = map.items.flatMap((pair) => startOf(pair.key) ?? [])[0];
    if (first === undefined)
        return map.items.length > 0 ? undefined : [insertion(open + 1, entry)];
    const space = text.slice(open + 1, first);
    return [insertion(first, `${entry},${/^\s+$/.test(space) ? space : ' '}`)];
}
/** A key without a value, or with null, becomes a map. */
function fillNull(at, pair, missing, id, text) {
    const key = startOf(pair.key);
    if (key === undefined)
        return undefined;
    const value = pair.value;
    const [start, end] = value?.range ?? [];
    if (start !== undefined && end !== undefined && (end > start || (0,dist/* isAlias */.Vj)(value)))
        return [{ start, end, text: `{${flowEntry(missing, id)}}` }];
    const prefix = linePrefix(text, key);
    const isInBlock = (0,dist/* isMap */.jh)(at.parent?.node) && at.parent.node.flow !== true && /^ *(?:- +)*$/.test(prefix);
    if (!isInBlock)
        return undefined;
    const lineEnd = text.indexOf('\n', key);
    const lines = blockLines(missing, id, prefix.length + 2, text);
    // If the file ends without a line break, it stays so.
    return lineEnd >= 0
        ? [insertion(lineEnd + 1, lines)]
        : [insertion(text.length, breakOf(text) + lines.slice(0, -breakOf(text).length))];
}
/** The ID in place of another, in the quotes of the other. */
function replaceValue({ pair }, id, text) {
    const value = pair?.value;
    const [start, end] = value?.range ?? [];
    if (start === undefined || end === undefined)
        return undefined;
    if ((0,dist/* isAlias */.Vj)(value))
        return { start, end, text: JSON.stringify(id) };
    if (!(0,dist/* isScalar */.jn)(value))
        return undefined;
    if (value.type === 'QUOTE_SINGLE')
        return { start, end, text: `'${id.replaceAll("'", "''")}'` };
    if (value.type === 'QUOTE_DOUBLE')
        return { start, end, text: JSON.stringify(id) };
    if (value.type !== 'PLAIN')
        return { start, end, text: plainId(id) + breakOf(text) };
    const isAfterBlank = end > start || /\s/.test(text.charAt(start - 1));
    return { start, end, text: isAfterBlank ? plainId(id) : ` ${plainId(id)}` };
}
function blockLines(missing, id, indent, text) {
    const keys = missing.map((key) => `${key}:`);
    const lines = [...keys, `${CACHE_ID}: ${plainId(id)}`];
    const end = breakOf(text);
    return lines.map((line, depth) => `${' '.repeat(indent + 2 * depth)}${line}${end}`).join('');
}
/** In quotes, so that it is JSON too. */
function flowEntry(missing, id) {
    const entry = `${JSON.stringify(CACHE_ID)}: ${JSON.stringify(id)}`;
    return missing.reduceRight((inner, key) => `${JSON.stringify(key)}: {${inner}}`, entry);
}
function plainId(id) {
    return /^[a-z]+-[\w-]+$/i.test(id) ? id : JSON.stringify(id);
}
function insertion(at, text) {
    return { start: at, end: at, text };
}
function startOf(node) {
    return node?.range?.[0];
}
function linePrefix(text, at) {
    return text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
}
/** The line break that the text uses. */
function breakOf(text) {
    const first = text.indexOf('\n');
    return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

// EXTERNAL MODULE: ./src/images/quote.ts
var quote = __webpack_require__(7866);
;// CONCATENATED MODULE: ./src/manifests/messages.ts

/** A sentence for each kind of message; where there are several of a kind, the places follow it in one line. */
const TOPICS = {
    'no objects': ['info', 'Files without a Kubernetes object'],
    'every node': ['info', 'Skipped, because virtual nodes run no DaemonSets and the like'],
    'helm test': ['info', 'Skipped, because they are tests of a Helm chart'],
    'may be refused': ['info', 'ECI may refuse these pods'],
    'set by operator': [
        'info',
        'No image is named here: the operator of the kind sets it. If instances need it, add it to `images`',
    ],
    'set by injection': ['info', 'The mesh sets the image of istio-proxy (`auto`) here; add it to `images`'],
    'run-time text': [
        'warning',
        'These images are known only when the workflow runs, so the cache cannot hold them. If you know them, add them to `images`',
    ],
    'unknown field': [
        'notice',
        'These fields look like images, but this action cannot tell whether pods use them, so they are not in the cache. If instances use them, add them to `images`',
    ],
    argoexec: [
        'notice',
        'Pods of Argo Workflows also need the image argoexec, which no manifest names: add it to `images`',
    ],
    entrypoint: [
        'notice',
        'Pods of Tekton also need its images entrypoint and workingdirinit, which no manifest names: add them to `images`',
    ],
    'queue-proxy': [
        'notice',
        'Pods of Knative also need its image queue-proxy, which no manifest names: add it to `images`',
    ],
    'storage-initializer': [
        'notice',
        'Pods of KServe also need its image storage-initializer, which no manifest names: add it to `images`',
    ],
    'config-reloader': [
        'notice',
        'Pods of the Prometheus operator also need the image prometheus-config-reloader, which no manifest names: add it to `images`',
    ],
    istio: ['notice', 'Istio injects containers, whose images no manifest names: add them to `images`'],
    linkerd: ['notice', 'Linkerd injects containers, whose images no manifest names: add them to `images`'],
    vault: ['notice', 'Vault injects an agent, whose image no manifest names: add it to `images`'],
    dapr: ['notice', 'Dapr injects daprd, whose image no manifest names: add it to `images`'],
    opentelemetry: [
        'notice',
        'The OpenTelemetry operator injects containers, whose images no manifest names: add them to `images`',
    ],
    'no place': [
        'info',
        'Not annotated, because no annotation of the object reaches its pods; they match automatically',
    ],
    'no edit': [
        'warning',
        'Not annotated, because the cache ID cannot be inserted into the text as it is written; they match automatically',
    ],
    'not of this release': [
        'info',
        'Not annotated, because they hold no image of this release; they match automatically',
    ],
    'generate name': [
        'notice',
        'These have a generateName, which `kubectl apply` refuses: use `kubectl create -f` for their files',
    ],
    'other ending': ['notice', '`kubectl apply -R` reads only .yaml, .yml and .json, and skips these files'],
};
/** Longer lists are cut: a line has to stay readable. */
const MOST_PLACES = 20;
/** Collects messages, and joins those of one kind into one line. */
class Messages {
    places = new Map();
    /** @param place where it applies, safe to print */
    add(topic, place) {
        const places = this.places.get(topic) ?? new Set();
        this.places.set(topic, places.add(place));
    }
    list() {
        return [...this.places].map(([topic, places]) => {
            const [level, sentence] = TOPICS[topic];
            const all = [...places];
            const more = all.length > MOST_PLACES ? `, and ${all.length - MOST_PLACES} more` : '';
            return { level, text: `${sentence}: ${all.slice(0, MOST_PLACES).join(', ')}${more}.` };
        });
    }
}
/** A name from a manifest for our text: as it is where it is a plain name, else in quotes. */
function nameText(name) {
    return /^[A-Za-z0-9][\w.:/[\]@+=~-]{0,252}$/.test(name) ? name : (0,quote/* quote */.h)(name);
}

// EXTERNAL MODULE: ./src/images/reference.ts
var reference = __webpack_require__(4719);
;// CONCATENATED MODULE: ./src/manifests/images.ts




/** https://argo-workflows.readthedocs.io/en/latest/variables/, and the `args` of an AnalysisTemplate. */
const ARGO_TEXT = /\{\{-?\s*(?:=|(?:inputs|outputs|workflow|steps|tasks|item|pod|node|retries|lastRetry|cronworkflow|args)\b)/;
const RENDER = 'Render the manifests first, and give the files as they will be applied.';
/** What is written in place of an image before something else fills it in. */
const PLACEHOLDERS = [
    [/\{\{|\}\}/, 'is a template', `${RENDER} For Helm: helm template.`],
    [/\$/, 'has a variable that nothing has filled in', `${RENDER} For shell variables: envsubst.`],
    [/^ko:\/\//, 'names Go code that ko has yet to build', `${RENDER} For ko: ko resolve.`],
    [/[<>]/, 'is a placeholder', RENDER],
];
/** Reads the image at a place. */
function readImage(at, runtime) {
    if (at.isEmpty || at.text?.trim() === '')
        return { what: 'missing' };
    const { text } = at;
    if (text === undefined)
        return { what: 'no image', why: otherThanText(at), hint: RENDER };
    if (runtime === 'argo' && ARGO_TEXT.test(text))
        return { what: 'run-time text', text };
    if (runtime === 'tekton' && text.includes('$('))
        return { what: 'run-time text', text };
    const found = PLACEHOLDERS.find(([pattern]) => pattern.test(text));
    if (found)
        return { what: 'no image', why: `${(0,quote/* quote */.h)(text)} ${found[1]}, not an image`, hint: found[2] };
    try {
        (0,reference/* parseReference */.F2)(text);
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        return { what: 'no image', why: error.message, hint: [error.hint, RENDER].filter(Boolean).join(' ') };
    }
    return { what: 'image', text };
}
function otherThanText({ node, isMap }) {
    // An unquoted {{ .Values.image }} is a map in a map to YAML.
    if (isMap)
        return 'is a map, not an image (a template without quotes is one)';
    if (!(0,dist/* isScalar */.jn)(node))
        return 'is a list, not an image';
    const written = (0,quote/* quote */.h)(node.source ?? String(node.value));
    return `${written} is a ${typeof node.value} in YAML, not an image`;
}
/**
 * Whether Kubernetes pulls the image at every start.
 * https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
 *
 * @param policy `imagePullPolicy` as it is written
 */
function pullsAlways(text, policy) {
    if (policy !== undefined && policy !== '')
        return policy === 'Always' ? 'explicit' : undefined;
    const { tag, digest } = (0,reference/* parseReference */.F2)(text);
    return tag === 'latest' || (tag === undefined && digest === undefined) ? 'implied' : undefined;
}

;// CONCATENATED MODULE: ./src/manifests/pods.ts




/** Lists of containers; a pod spec has one of the first two. */
const CONTAINER_LISTS = ['containers', 'initContainers'];
/** Parts of a pod spec that are not searched. */
const POD_SPEC_LISTS = new Set([
    ...CONTAINER_LISTS,
    'ephemeralContainers',
    'volumes',
]);
/** Whether a map is a pod spec: it lists containers, whatever it is called and wherever it stands. */
function isPodSpec(at) {
    return at.isMap && CONTAINER_LISTS.some((key) => at.get(key).items().some(isContainer));
}
function isContainer(at) {
    return at.isMap && !(at.get('name').isEmpty && at.get('image').isEmpty);
}
/** The images of a pod spec. */
function podSpecFields(spec) {
    return [
        ...CONTAINER_LISTS.flatMap((key) => containerFields(spec.get(key))),
        ...volumeFields(spec.get('volumes')),
    ];
}
/** The images of a list of containers. */
function containerFields(list) {
    return list.items().map((container) => containerField(container));
}
/** The image of one container. */
function containerField(container, policy) {
    return {
        at: container.get('image'),
        policy: container.get('imagePullPolicy').text ?? policy,
        container: container.get('name').text,
    };
}
/** The images that are mounted as volumes. */
function volumeFields(list) {
    return list
        .items()
        .map((volume) => volume.get('image'))
        .filter((image) => image.isMap)
        .map((image) => ({
        at: image.get('reference'),
        policy: image.get('pullPolicy').text,
        container: undefined,
    }));
}
/** Keeps other rules, and the search for unknown fields, away from what a rule has read. */
function claim(object, ...fields) {
    for (const { pair } of fields)
        if (pair !== undefined)
            object.claimed.add(pair);
}
/** Records a pod that was found: its images, and errors and messages about them. */
function addPod(found, object, gathered) {
    const label = podLabel({ kind: object.kind, name: object.name, part: found.part });
    const images = found.fields.flatMap((field) => imageOf(field, object, label, gathered));
    const { file, kind, name } = object;
    const { part, annotations } = found;
    const line = (found.specs[0] ?? found.fields[0]?.at ?? object.root).line;
    gathered.pods.push({ kind, name, part, file, line, images, annotations });
    const risks = [...new Set(found.specs.flatMap(risksOf))];
    if (risks.length > 0)
        gathered.messages.add('may be refused', `${label} (${risks.join(', ')})`);
}
/** Kind and name of a pod as messages have it. */
function podLabel({ kind, name, part }) {
    const words = [kind, name].filter((word) => word !== '').map(nameText);
    return [...words, ...(part === '' ? [] : [`(${nameText(part)})`])].join(' ');
}
function imageOf(field, object, label, gathered) {
    const { at, policy, container } = field;
    const path = pathText(at.path);
    const place = `${label} ${nameText(path)} (${nameText(`${object.file}:${at.line}`)})`;
    if (at.text === 'auto' && container === 'istio-proxy') {
        gathered.messages.add('set by injection', place);
        return [];
    }
    const refuse = (why, hint) => {
        const spot = `${object.file}:${at.line}:${path}`;
        if (gathered.errors.has(spot))
            return;
        gathered.errors.set(spot, new src_errors/* InputError */.dz('manifests', `${place}: the image ${why}`, hint));
    };
    const reading = readImage(at, object.runtime);
    if (reading.what === 'image') {
        const always = pullsAlways(reading.text, policy);
        return [{ text: reading.text, file: object.file, line: at.line, path, pullsAlways: always }];
    }
    if (reading.what === 'run-time text')
        gathered.messages.add('run-time text', place);
    else if (reading.what === 'no image')
        refuse(reading.why, reading.hint);
    else if (object.isCore)
        refuse('is empty or missing', MISSING_HINT);
    else if (field.mayMiss !== true)
        gathered.messages.add('set by operator', place);
    return [];
}
const MISSING_HINT = 'Every container needs an image. If the file is a patch: render first, e.g. with kustomize build, and give the result.';
/** What ECI may refuse in a pod: an instance has no node of its own to share. */
function risksOf(spec) {
    const isTrue = (at) => at.node?.value === true;
    const containers = CONTAINER_LISTS.flatMap((key) => spec.get(key).items());
    const risks = [
        [isTrue(spec.get('hostNetwork')), 'hostNetwork'],
        [
            spec
                .get('volumes')
                .items()
                .some((volume) => !volume.get('hostPath').isEmpty),
            'hostPath',
        ],
        [containers.some((one) => isTrue(one.get('securityContext').get('privileged'))), 'privileged'],
    ];
    return risks.filter(([applies]) => applies).map(([, name]) => name);
}

;// CONCATENATED MODULE: ./src/manifests/annotate.ts







/**
 * Puts the cache's ID on the pods that hold an image of this release. The ID changes with every release, and would
 * restart any other pod for nothing.
 */
function annotateManifests(manifests, options) {
    const messages = new Messages();
    const annotated = new Set();
    const files = new Map();
    for (const file of manifests.files) {
        if (!file.hasObjects)
            continue;
        const pods = manifests.pods.filter((pod) => pod.file === file.path);
        const { text, changed } = annotateFile(file, pods, options, messages);
        for (const pod of changed)
            annotated.add(pod);
        files.set(file.path, text);
        if (!/\.(?:ya?ml|json)$/.test(file.path))
            messages.add('other ending', nameText(file.path));
    }
    return {
        files,
        annotated: manifests.pods.filter((pod) => annotated.has(pod)),
        messages: [...messages.list(), ...(annotated.size === 0 ? [noneAnnotated()] : [])],
    };
}
/** Writes the files below the folder, under their relative paths. They may hold secrets: only their owner reads them. */
async function writeAnnotated(folder, files) {
    await (0,promises_.mkdir)(folder, { recursive: true, mode: 0o700 });
    for (const [name, text] of files) {
        const target = external_node_path_default().join(folder, name);
        await (0,promises_.mkdir)(external_node_path_default().dirname(target), { recursive: true, mode: 0o700 });
        await (0,promises_.writeFile)(target, text, { mode: 0o600 });
    }
}
function noneAnnotated() {
    return {
        level: 'notice',
        text: 'No pod was annotated with the ID of the cache: none of those that can be annotated holds an image of this ' +
            'release. List the pushed images in `images`, or use the tag of image-tag in the manifests. Automatic matching ' +
            'may still use the cache.',
    };
}
function annotateFile(file, pods, options, messages) {
    const edits = new Map();
    const done = new Map();
    for (const pod of pods) {
        const label = `${podLabel(pod)} (${nameText(`${pod.file}:${pod.line}`)})`;
        if (!pod.images.some(({ text }) => options.isOfThisRelease(text))) {
            messages.add('not of this release', label);
            continue;
        }
        const document = file.documents.find(({ tree }) => tree === pod.annotations?.tree);
        if (pod.annotations === undefined || document === undefined) {
            messages.add('no place', label);
            continue;
        }
        const found = annotationEdits(pod.annotations, options.imageCacheId, document.text);
        if (found === undefined) {
            messages.add('no edit', label);
            continue;
        }
        // What two pods share through an alias is edited once.
        const known = edits.get(document) ?? new Map();
        for (const edit of found)
            known.set(JSON.stringify(edit), edit);
        edits.set(document, known);
        done.set(document, [...(done.get(document) ?? []), pod]);
    }
    return applyToFile(file, edits, done, options.imageCacheId, messages);
}
/** Changes the documents whose new text is as intended; the others stay as they are, with a message. */
function applyToFile(file, edits, pods, id, messages) {
    const changed = [];
    const changes = [];
    for (const [document, found] of edits) {
        const { start, text } = document;
        const ofDocument = pods.get(document) ?? [];
        const edited = applyEdits(text, [...found.values()]);
        if (saysTheSame(text, edited, ofDocument, id)) {
            changes.push({ start, end: start + text.length, text: edited });
            changed.push(...ofDocument);
        }
        else
            for (const pod of ofDocument)
                messages.add('no edit', `${podLabel(pod)} (${nameText(pod.file)})`);
    }
    return { text: applyEdits(file.text, changes), changed };
}
/** Whether two texts differ in nothing but the annotations, and the new one has them where each pod's belong. */
function saysTheSame(before, after, pods, id) {
    try {
        const [old, renewed] = [before, after].map((text) => {
            const documents = parse(text);
            if (documents.some(({ errors }) => errors.length > 0))
                throw new Error('no YAML');
            return documents.map((document) => document.toJS({ maxAliasCount: -1 }));
        });
        const hasId = pods.every(({ annotations }) => (renewed ?? []).some((data) => valueAt(data, [...(annotations?.path ?? []), CACHE_ID]) === id));
        return hasId && (0,external_node_util_.isDeepStrictEqual)(withoutIds(old), withoutIds(renewed));
    }
    catch {
        return false;
    }
}
function valueAt(data, keys) {
    return keys.reduce((inner, key) => inner?.[key], data);
}
/** The data without the annotations, and without the maps that would be empty without them. */
function withoutIds(data) {
    if (Array.isArray(data))
        return data.map(withoutIds);
    if (typeof data !== 'object' || data === null)
        return data;
    const entries = Object.entries(data)
        .filter(([key]) => key !== CACHE_ID && key !== SNAPSHOT_ID)
        .map(([key, value]) => [key, withoutIds(value)])
        .filter(([, value]) => value !== undefined && value !== null);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

;// CONCATENATED MODULE: ./src/manifests/limit.ts




/**
 * The error for more images than a cache can hold: it lists what holds them, and how they could be split.
 *
 * @param others images that the cache is to hold besides those of the manifests
 */
function tooManyImages(manifests, others, most) {
    const named = new Set(manifests.images);
    const rest = others.filter((image) => !named.has(image));
    const ofInput = rest.length === 0 ? [] : [{ label: 'the images that no manifest names', images: new Set(rest) }];
    const units = [...ofInput, ...manifests.files.flatMap(({ path }) => unitsOf(path, manifests.pods, most))];
    const pods = manifests.pods.map((pod) => `${podLabel(pod)}: ${pod.images.map(({ text }) => (0,quote/* quote */.h)(text)).join(', ')}`);
    const groups = limit_split(units, most).map((group, at) => `${at + 1}. ${group.map(({ label }) => label).join(', ')} (${imagesOf(group).size} images)`);
    return new src_errors/* InputError */.dz('manifests', `${named.size + rest.length} different images; a cache holds at most ${most}. ${[...new Set(pods)].join('; ')}.`, `Split the release over several caches, and run this action once for each: ${groups.join('; ')}.`);
}
/** A file, or its pods where the file alone is too much. */
function unitsOf(file, pods, most) {
    const ofFile = pods.filter((pod) => pod.file === file && pod.images.length > 0);
    const units = ofFile.map((pod) => ({
        label: `${podLabel(pod)} of ${nameText(file)}`,
        images: new Set(pod.images.map(({ text }) => text)),
    }));
    const images = imagesOf(units);
    return images.size > most || images.size === 0 ? units : [{ label: nameText(file), images }];
}
/** Puts each unit into the first group that has room for it. */
function limit_split(units, most) {
    const groups = [];
    for (const unit of units) {
        const group = groups.find((one) => imagesOf([...one, unit]).size <= most);
        if (group === undefined)
            groups.push([unit]);
        else
            group.push(unit);
    }
    return groups;
}
function imagesOf(units) {
    return new Set(units.flatMap(({ images }) => [...images]));
}

// EXTERNAL MODULE: ./node_modules/picomatch/index.js
var picomatch = __webpack_require__(1625);
var picomatch_default = /*#__PURE__*/__webpack_require__.n(picomatch);
;// CONCATENATED MODULE: ./src/manifests/files.ts





/** Kubernetes takes objects of at most some MiB; a larger file is no file of manifests. */
const LARGEST_FILE_BYTES = 16 * 2 ** 20;
/**
 * Reads the files below the workspace that the patterns name: each file once, in the order of the patterns, those of
 * one pattern by name. A pattern that starts with `!` takes files away that earlier ones named.
 *
 * @param patterns files, or globs as picomatch has them
 */
async function findFiles(patterns, workspace) {
    const root = await (0,promises_.realpath)(workspace);
    const errors = [];
    const names = new Set();
    for (const pattern of patterns) {
        if (pattern.startsWith('!')) {
            const matches = picomatch_default()(slashed(pattern.slice(1)));
            for (const name of names)
                if (matches(name))
                    names.delete(name);
            continue;
        }
        const found = await attempt(errors, () => namesOf(pattern, root, workspace));
        for (const name of found ?? [])
            names.add(name);
    }
    const files = [];
    for (const name of names) {
        const text = await attempt(errors, () => readText(name, root));
        if (text !== undefined)
            files.push({ path: name, text });
    }
    return { files, errors };
}
async function attempt(errors, work) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof src_errors/* InputError */.dz))
            throw error;
        errors.push(error);
        return undefined;
    }
}
/** Windows separates folders by a backslash, which a glob takes for an escape. */
function slashed(pattern) {
    const slashes = (external_node_path_default()).sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
    return external_node_path_default().posix.normalize(slashes);
}
async function namesOf(pattern, root, workspace) {
    const relative = relativePattern(pattern, root, workspace);
    // A file may be called what looks like a glob.
    const literal = await entryAt(external_node_path_default().join(root, relative));
    if (literal === 'file')
        return [relative];
    if (literal === 'folder')
        throw new src_errors/* InputError */.dz('manifests', `${(0,quote/* quote */.h)(pattern)} is a folder`, `Write ${(0,quote/* quote */.h)(`${pattern}/**/*.yaml`)}.`);
    const { base, isGlob } = picomatch_default().scan(relative);
    const names = isGlob ? await matchesBelow(base, relative, root) : [];
    if (names.length > 0)
        return names;
    throw new src_errors/* InputError */.dz('manifests', `${(0,quote/* quote */.h)(pattern)} matches no file of the workspace`, 'Give files or globs below the workspace, and run the step after those that check out and render them.');
}
/** @throws InputError if the pattern leads out of the workspace */
function relativePattern(pattern, root, workspace) {
    const given = slashed(pattern);
    const base = [workspace, root]
        .map(slashed)
        .find((folder) => given.startsWith(`${folder.replace(/\/$/, '')}/`));
    const relative = base === undefined ? given : given.slice(base.replace(/\/$/, '').length + 1);
    if (external_node_path_default().isAbsolute(relative) || relative === '..' || relative.startsWith('../'))
        throw new src_errors/* InputError */.dz('manifests', `${(0,quote/* quote */.h)(pattern)} is outside of the workspace`, 'Give files or globs below the workspace.');
    return relative.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/$/, '');
}
async function entryAt(place) {
    try {
        const found = await (0,promises_.stat)(place);
        return found.isDirectory() ? 'folder' : 'file';
    }
    catch {
        return undefined;
    }
}
/** The files below the pattern's fixed part that match it. */
async function matchesBelow(base, pattern, root) {
    const matches = picomatch_default()(pattern);
    const dots = pattern.split('/').some((part) => part.startsWith('.'));
    const names = [];
    const walk = async (folder, above) => {
        const real = await insideOf(root, folder, `${(0,quote/* quote */.h)(folder)} (by ${(0,quote/* quote */.h)(pattern)})`);
        // A link to a folder that holds it has no end.
        if (real === undefined || above.includes(real))
            return;
        const entries = await (0,promises_.readdir)(real, { withFileTypes: true });
        for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
            const name = external_node_path_default().posix.join(folder, entry.name);
            if (entry.name === '.git' || (entry.name.startsWith('.') && !dots))
                continue;
            const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(root, name)));
            if (isFolder)
                await walk(name, [...above, real]);
            else if (matches(name))
                names.push(name);
        }
    };
    await walk(base, []);
    return names;
}
async function leadsToFolder(root, name) {
    return (await entryAt(external_node_path_default().join(root, name))) === 'folder';
}
/**
 * The real path of what stands in the workspace; undefined if nothing does.
 * @throws InputError if a link on the way leads out of the workspace
 */
async function insideOf(root, name, shown) {
    let real;
    try {
        real = await (0,promises_.realpath)(external_node_path_default().join(root, name));
    }
    catch {
        return undefined;
    }
    const relative = external_node_path_default().relative(root, real);
    if (relative === '..' || relative.startsWith(`..${(external_node_path_default()).sep}`) || external_node_path_default().isAbsolute(relative))
        throw new src_errors/* InputError */.dz('manifests', `${shown} is, or is below, a link that leads out of the workspace`, 'Copy the files into the workspace, or write a pattern that leaves the link out.');
    return real;
}
/** @throws InputError if the file is too large, no text, or not to be read */
async function readText(name, root) {
    const real = await insideOf(root, name, (0,quote/* quote */.h)(name));
    const refuse = (why, hint) => {
        throw new src_errors/* InputError */.dz('manifests', `${(0,quote/* quote */.h)(name)} ${why}`, hint);
    };
    if (real === undefined)
        return refuse('leads nowhere', 'It is a broken link: remove it, or correct it.');
    const { size, isFile } = await (0,promises_.lstat)(real).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile)
        return refuse('is no file', 'Give files of Kubernetes objects in YAML or JSON.');
    if (size > LARGEST_FILE_BYTES)
        return refuse(`has ${size} bytes, and ${LARGEST_FILE_BYTES} (16 MiB) are allowed`, 'Split the file, or leave it out.');
    let bytes;
    try {
        bytes = await (0,promises_.readFile)(real);
    }
    catch (error) {
        const { code } = error;
        return refuse(`cannot be read (${code ?? 'unknown error'})`, 'Check the permissions of the file.');
    }
    const text = decode(bytes);
    return (text ?? refuse('is not UTF-8 text', 'Give files of Kubernetes objects in YAML or JSON, encoded in UTF-8.'));
}
/** Byte for byte, the mark at its start included; undefined for what is no text. */
function decode(bytes) {
    try {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        return text.includes('\0') ? undefined : text;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/manifests/kinds/argo.ts

/**
 * The templates of a workflow's spec, also those that are written where they are used.
 * https://argo-workflows.readthedocs.io/en/latest/fields/#template
 */
function argoWorkflows(spec, object) {
    const defaults = spec.get('templateDefaults');
    claim(object, spec.get('volumes'));
    const shared = volumeFields(spec.get('volumes'));
    const named = spec.get('templates').items();
    const pods = [...named, defaults].flatMap((template) => templatePods(template, object, defaults));
    return pods.map((pod) => ({ ...pod, fields: [...pod.fields, ...shared] }));
}
const LISTS = ['sidecars', 'initContainers', 'containers'];
function templatePods(template, object, defaults) {
    const fields = ['container', 'script']
        .filter((key) => template.get(key).isMap)
        .map((key) => {
        const mayMiss = template === defaults || !defaults.get(key).get('image').isEmpty;
        return { ...containerField(template.get(key)), mayMiss };
    });
    const set = template.get('containerSet');
    const lists = [...LISTS.map((key) => template.get(key)), set.get('containers')];
    fields.push(...lists.flatMap(containerFields), ...volumeFields(template.get('volumes')));
    const keys = ['container', 'script', 'containerSet', 'volumes', ...LISTS];
    claim(object, ...keys.map((key) => template.get(key)));
    const pod = {
        part: template.get('name').text ?? (template === defaults ? 'templateDefaults' : 'inline template'),
        fields,
        specs: [template],
        annotations: template.get('metadata').get('annotations'),
    };
    const inline = inlineTemplates(template).flatMap((inner) => templatePods(inner, object, defaults));
    return fields.length === 0 ? inline : [pod, ...inline];
}
/** Steps come in groups that run side by side. */
function inlineTemplates(template) {
    const steps = template
        .get('steps')
        .items()
        .flatMap((group) => (group.isList ? group.items() : [group]));
    const tasks = template.get('dag').get('tasks').items();
    return [...steps, ...tasks].map((step) => step.get('inline')).filter((inline) => inline.isMap);
}

;// CONCATENATED MODULE: ./src/manifests/kinds/flink.ts

/**
 * A Flink cluster; `spec` is that of a FlinkDeployment. Every pod runs the one image; each template adds containers to some of the pods.
 * https://nightlies.apache.org/flink/flink-kubernetes-operator-docs-stable/docs/custom-resource/pod-template/
 */
function flink(spec, object) {
    if (!spec.isMap)
        return [];
    const image = {
        at: spec.get('image'),
        policy: spec.get('imagePullPolicy').text,
        container: undefined,
    };
    claim(object, image.at);
    const holders = [
        ['', spec],
        ['jobManager', spec.get('jobManager')],
        ['taskManager', spec.get('taskManager')],
    ];
    const pods = holders.flatMap(([part, holder]) => {
        const template = holder.get('podTemplate');
        if (!template.isMap)
            return [];
        claim(object, template);
        const annotations = template.get('metadata').get('annotations');
        const inherited = part === '' ? [] : templateFields(spec);
        const fields = [image, ...inherited, ...templateFields(holder)];
        return [{ part, fields, specs: [template.get('spec')], annotations }];
    });
    return pods.length > 0 ? pods : [{ part: '', fields: [image], specs: [], annotations: undefined }];
}
/** The operator sets the image of the main container. */
function templateFields(holder) {
    return podSpecFields(holder.get('podTemplate').get('spec')).map((field) => ({ ...field, mayMiss: true }));
}

;// CONCATENATED MODULE: ./src/manifests/kinds/kserve.ts


/**
 * The components of an InferenceService: each is a pod spec, or has a model, or names a framework as its key.
 * https://kserve.github.io/website/docs/reference/crd-api
 */
function inferenceService(root, object, gathered) {
    const components = ['predictor', 'transformer', 'explainer']
        .map((part) => ({ part, at: root.get('spec').get(part) }))
        .filter(({ at }) => at.isMap);
    return components.map(({ part, at }) => {
        const workers = at.get('workerSpec');
        const models = at.entries().filter(isModel);
        claim(object, ...[...POD_SPEC_LISTS].map((key) => at.get(String(key))), workers);
        claim(object, ...models.map((model) => model.get('image')));
        const specs = [at, ...(workers.isMap ? [workers] : [])];
        if (models.length > 0 || specs.some(fetchesModel))
            gathered.messages.add('storage-initializer', [object.kind, object.name].map(nameText).join(' '));
        const fields = [
            ...models.map((model) => containerField(model)),
            ...specs.flatMap(podSpecFields),
        ];
        return { part, fields, specs, annotations: at.get('annotations') };
    });
}
/** The older form has a key for each framework, e.g. `sklearn`, and any of them may have an image. */
function isModel(at) {
    if (!at.isMap || at.key === 'workerSpec')
        return false;
    const hints = ['image', 'storageUri', 'storage', 'modelFormat', 'runtimeVersion', 'protocolVersion'];
    return hints.some((key) => at.get(key).pair !== undefined);
}
function fetchesModel(spec) {
    const env = spec
        .get('containers')
        .items()
        .flatMap((container) => container.get('env').items());
    return env.some((one) => one.get('name').text === 'STORAGE_URI');
}

;// CONCATENATED MODULE: ./src/manifests/kinds/opentelemetry.ts

/**
 * A collector, and its target allocator.
 * https://github.com/open-telemetry/opentelemetry-operator/blob/main/docs/api/opentelemetrycollectors.md
 */
function openTelemetryCollector(root, object) {
    const spec = root.get('spec');
    if (!spec.isMap)
        return [];
    const allocator = spec.get('targetAllocator').get('image');
    const lists = ['additionalContainers', 'initContainers'].map((key) => spec.get(key));
    claim(object, spec.get('image'), allocator, spec.get('volumes'), ...lists);
    const policy = spec.get('imagePullPolicy').text;
    const images = [spec.get('image'), ...(allocator.isEmpty ? [] : [allocator])].map((at) => ({
        at,
        policy,
        container: undefined,
    }));
    // A sidecar runs in other pods, which no annotation of this object reaches.
    const isSidecar = spec.get('mode').text === 'sidecar';
    return [
        {
            part: '',
            fields: [...images, ...lists.flatMap(containerFields), ...volumeFields(spec.get('volumes'))],
            specs: [spec],
            annotations: isSidecar ? undefined : spec.get('podAnnotations'),
        },
    ];
}

;// CONCATENATED MODULE: ./src/manifests/kinds/prometheus.ts


/**
 * What the Prometheus operator runs. Containers without an image change those that the operator makes.
 * https://prometheus-operator.dev/docs/api-reference/api/
 */
function prometheusFamily(root, object) {
    const spec = root.get('spec');
    if (!spec.isMap)
        return [];
    const thanos = spec.get('thanos');
    claim(object, ...[...POD_SPEC_LISTS].map((key) => spec.get(String(key))), spec.get('image'), thanos.get('image'));
    const policy = spec.get('imagePullPolicy').text;
    const images = [spec, ...(thanos.isMap ? [thanos] : [])].map((holder) => ({
        at: holder.get('image'),
        policy,
        container: undefined,
    }));
    return [
        {
            part: '',
            fields: [...images, ...podSpecFields(spec)],
            specs: [spec],
            annotations: spec.get('podMetadata').get('annotations'),
        },
    ];
}

;// CONCATENATED MODULE: ./src/manifests/kinds/spark.ts

/**
 * Driver and executor of a Spark application; `spec` is that of a SparkApplication.
 * https://github.com/kubeflow/spark-operator/blob/master/docs/api-docs.md
 */
function spark(spec, object) {
    if (!spec.isMap)
        return [];
    const conf = spec.get('sparkConf');
    claim(object, spec.get('image'), conf);
    return ['driver', 'executor'].map((part) => {
        const role = spec.get(part);
        const template = role.get('template').get('spec');
        const lists = ['initContainers', 'sidecars'].map((key) => role.get(key));
        claim(object, role.get('image'), role.get('template'), ...lists);
        const image = firstNamed([
            role.get('image'),
            spec.get('image'),
            conf.get(`spark.kubernetes.${part}.container.image`),
            conf.get('spark.kubernetes.container.image'),
        ]);
        const policy = spec.get('imagePullPolicy').text ?? conf.get('spark.kubernetes.container.image.pullPolicy').text;
        return {
            part,
            fields: [
                { ...containerField(role, policy), at: image, container: undefined },
                ...lists.flatMap(containerFields),
                // The operator sets the main container's image in the pod's template.
                ...podSpecFields(template).map((field) => ({ ...field, mayMiss: true })),
                ...volumeFields(spec.get('volumes')),
            ],
            specs: template.isMap ? [role, template] : [role],
            annotations: role.get('annotations'),
        };
    });
}
/** The first that exists; the first of all if none does. */
function firstNamed(fields) {
    return fields.find((field) => !field.isEmpty) ?? fields[0];
}

;// CONCATENATED MODULE: ./src/manifests/kinds/tekton.ts

/**
 * A task, a pipeline, or a run of one. Tekton copies the annotations of the object to its pods.
 * https://tekton.dev/docs/pipelines/pipeline-api/
 */
function tekton(root, object) {
    const fields = specFields(root.get('spec'), object);
    // The pods of a StepAction are those of the task that refers to it.
    const annotations = object.kind === 'StepAction' ? undefined : root.get('metadata').get('annotations');
    return fields.length === 0 ? [] : [{ part: '', fields, specs: [], annotations }];
}
/** Of a task, a pipeline or a run, which hold one another. */
function specFields(spec, object) {
    const inner = ['taskSpec', 'pipelineSpec'].map((key) => spec.get(key));
    const tasks = ['tasks', 'finally'].flatMap((key) => spec.get(key).items());
    const own = taskFields(spec, object);
    return [
        ...own,
        ...[...inner, ...tasks].filter(({ isMap }) => isMap).flatMap((one) => specFields(one, object)),
    ];
}
function taskFields(spec, object) {
    const keys = ['steps', 'sidecars', 'stepTemplate', 'volumes'];
    const [steps, sidecars, template, volumes] = keys.map((key) => spec.get(key));
    claim(object, steps, sidecars, template, volumes);
    const policy = template.get('imagePullPolicy').text;
    const hasDefault = !template.get('image').isEmpty;
    const stepFields = steps.items().map((step) => ({
        ...containerField(step, policy),
        mayMiss: hasDefault || step.get('ref').isMap,
    }));
    const own = [];
    if (hasDefault)
        own.push(containerField(template));
    if (object.kind === 'StepAction') {
        claim(object, spec.get('image'));
        own.push(containerField(spec));
    }
    return [...own, ...stepFields, ...containerFields(sidecars), ...volumeFields(volumes)];
}

;// CONCATENATED MODULE: ./src/manifests/kinds.ts







/**
 * The kinds with images outside of pod specs, by their group: a kind's name alone decides nothing, since Volcano
 * has a Job and Kruise a DaemonSet. What is not here is searched for pod specs only.
 */
const RULES = {
    'sparkoperator.k8s.io/SparkApplication': (root, object) => spark(root.get('spec'), object),
    'sparkoperator.k8s.io/ScheduledSparkApplication': (root, object) => spark(root.get('spec').get('template'), object),
    'argoproj.io/Workflow': (root, object) => argoWorkflows(root.get('spec'), object),
    'argoproj.io/WorkflowTemplate': (root, object) => argoWorkflows(root.get('spec'), object),
    'argoproj.io/ClusterWorkflowTemplate': (root, object) => argoWorkflows(root.get('spec'), object),
    'argoproj.io/CronWorkflow': (root, object) => argoWorkflows(root.get('spec').get('workflowSpec'), object),
    'tekton.dev/Task': tekton,
    'tekton.dev/ClusterTask': tekton,
    'tekton.dev/TaskRun': tekton,
    'tekton.dev/Pipeline': tekton,
    'tekton.dev/PipelineRun': tekton,
    'tekton.dev/StepAction': tekton,
    'monitoring.coreos.com/Prometheus': prometheusFamily,
    'monitoring.coreos.com/PrometheusAgent': prometheusFamily,
    'monitoring.coreos.com/Alertmanager': prometheusFamily,
    'monitoring.coreos.com/ThanosRuler': prometheusFamily,
    'opentelemetry.io/OpenTelemetryCollector': openTelemetryCollector,
    'flink.apache.org/FlinkDeployment': (root, object) => flink(root.get('spec'), object),
    'flink.apache.org/FlinkBlueGreenDeployment': (root, object) => flink(root.get('spec').get('template').get('spec'), object),
    'serving.kserve.io/InferenceService': inferenceService,
};
/** The rule of an object's kind, where it has one. */
function findRule({ group, kind }) {
    const name = `${group}/${kind}`;
    return Object.hasOwn(RULES, name) ? RULES[name] : undefined;
}
/** Whether an object is a pod itself, so that its own metadata are the pod's. */
function hasOwnPodMetadata({ group, kind }) {
    return (group === '' && kind === 'Pod') || (group === 'serving.knative.dev' && kind === 'Revision');
}

;// CONCATENATED MODULE: ./src/manifests/unnamed.ts

/** Images that pods of a group need, and that their operator adds. */
const OF_GROUPS = [
    ['argoproj.io', /Workflow/, 'argoexec'],
    ['tekton.dev', /./, 'entrypoint'],
    ['serving.knative.dev', /./, 'queue-proxy'],
    ['monitoring.coreos.com', /./, 'config-reloader'],
];
/** Marks on pods, or on namespaces, that let another program add containers. */
const INJECTIONS = [
    [/^(?:sidecar\.istio\.io\/inject|istio-injection)$/, /^(?:true|enabled|y|yes|on)$/i, 'istio'],
    [/^(?:inject\.istio\.io\/templates|istio\.io\/rev)$/, /./, 'istio'],
    [/^linkerd\.io\/inject$/, /^(?:enabled|ingress)$/, 'linkerd'],
    [/^vault\.hashicorp\.com\/agent-inject$/, /^(?:true|1|t)$/i, 'vault'],
    [/^dapr\.io\/enabled$/, /^(?:true|1|t|yes|y|on)$/i, 'dapr'],
    [
        /^(?:sidecar\.opentelemetry\.io\/inject|instrumentation\.opentelemetry\.io\/inject-.*)$/,
        /^(?!false$)./i,
        'opentelemetry',
    ],
];
/** Reports which images the pods of an object need although no manifest names them. */
function tellUnnamedImages({ group, kind }, label, gathered) {
    for (const [ofGroup, kinds, topic] of OF_GROUPS)
        if (group === ofGroup && kinds.test(kind))
            gathered.messages.add(topic, label);
}
/**
 * Reports whether metadata mark pods for injection.
 *
 * @param metadata what holds `labels` and `annotations`
 * @param ofPods whether they are those of a pod or a namespace: those of other objects mean nothing
 */
function tellInjection(metadata, label, gathered, ofPods = true) {
    if (!ofPods)
        return;
    const marks = ['labels', 'annotations', 'podAnnotations'].flatMap((key) => metadata.get(key).entries());
    for (const { key, node } of marks) {
        const value = (0,dist/* isScalar */.jn)(node) ? String(node.value) : '';
        for (const [name, isOn, topic] of INJECTIONS)
            if (name.test(String(key)) && isOn.test(value))
                gathered.messages.add(topic, label);
    }
}

;// CONCATENATED MODULE: ./src/manifests/objects.ts





/** Groups of Kubernetes itself that have kinds with pods; "" is that of v1. */
const CORE_GROUPS = new Set(['', 'apps', 'batch', 'extensions']);
/** Kinds that run on every node. A virtual node runs none of them. */
const ON_EVERY_NODE = new Set(['DaemonSet', 'BroadcastJob']);
/** Reads a document: an object, or a list of objects. */
function readObject(root, file, gathered, around = {}) {
    const apiVersion = root.get('apiVersion').text ?? around.apiVersion ?? '';
    const kind = root.get('kind').text ?? around.kind ?? '';
    const items = root.get('items');
    if (kind.endsWith('List') && items.isList) {
        const ofItem = {
            ...around,
            apiVersion: kind === 'List' ? undefined : apiVersion,
            kind: kind.slice(0, -4),
        };
        for (const item of items.items())
            readObject(item, file, gathered, ofItem);
        return;
    }
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    const metadata = root.get('metadata');
    const object = {
        root,
        file,
        kind,
        group,
        name: metadata.get('name').text ?? metadata.get('generateName').text ?? '',
        isCore: CORE_GROUPS.has(group) && around.isInner !== true,
        runtime: around.runtime ?? runtimeOf(group),
        claimed: new Set(),
    };
    if (holdsNoPod(object) || isPassedOver(object, gathered))
        return;
    readPods(object, gathered, around.isInner === true);
}
function readPods(object, gathered, isInner) {
    const { root, kind, name, group } = object;
    const label = podLabel({ kind, name, part: '' });
    if (!isInner &&
        !root.get('metadata').get('generateName').isEmpty &&
        root.get('metadata').get('name').isEmpty)
        gathered.messages.add('generate name', `${label} (${nameText(object.file)})`);
    tellInjection(root.get('metadata'), label, gathered, group === '' && kind === 'Namespace');
    const rule = findRule(object);
    const inner = [];
    const found = [...(rule?.(root, object, gathered) ?? [])];
    walk(root, object, { found, inner, gathered });
    const unnamed = found.filter(({ part }) => part === '').length > 1;
    for (const pod of found) {
        const part = pod.part === '' && unnamed ? pathText(pod.specs[0]?.path ?? []) : pod.part;
        addPod({ ...pod, part }, object, gathered);
        if (pod.annotations?.parent !== undefined)
            tellInjection(pod.annotations.parent, podLabel({ kind, name, part }), gathered);
    }
    if (found.length > 0)
        tellUnnamedImages(object, label, gathered);
    for (const at of inner)
        readObject(at, object.file, gathered, { runtime: object.runtime, isInner: true });
}
/** Finds the pod specs that no rule has read, and reports fields that look like images. */
function walk(at, object, result) {
    for (const item of at.items())
        walk(item, object, result);
    if (!at.isMap)
        return;
    if (at !== object.root && at.get('apiVersion').text !== undefined && at.get('kind').text !== undefined) {
        result.inner.push(at);
        return;
    }
    const isSpec = isUnreadPodSpec(at, object);
    if (isSpec) {
        const annotations = annotationsBeside(at, object);
        const pod = { part: '', fields: podSpecFields(at), specs: [at], annotations };
        result.found.push(pod);
    }
    for (const entry of at.entries()) {
        if (entry.key === 'metadata' || entry.key === 'status')
            continue;
        if (isSpec && POD_SPEC_LISTS.has(entry.key))
            continue;
        if (entry.pair !== undefined && object.claimed.has(entry.pair))
            continue;
        if (entry.key === 'broadcastJobTemplate') {
            result.gathered.messages.add('every node', podLabel({ ...object, part: entry.key }));
            continue;
        }
        if (!object.isCore && looksLikeImage(entry))
            tellUnknownField(entry, object, result.gathered);
        walk(entry, object, result);
    }
}
function isUnreadPodSpec(at, object) {
    const lists = at.entries().filter(({ key }) => key === 'containers' || key === 'initContainers');
    return lists.every(({ pair }) => pair === undefined || !object.claimed.has(pair)) && isPodSpec(at);
}
/** Pods take the annotations of the metadata beside their `spec`; an object's own metadata are those of the object. */
function annotationsBeside(spec, object) {
    const { parent, key } = spec;
    if (parent === undefined || key !== 'spec')
        return undefined;
    if (parent === object.root && !hasOwnPodMetadata(object))
        return undefined;
    const metadata = parent.get('metadata');
    return metadata.isMap || metadata.isEmpty ? metadata.get('annotations') : undefined;
}
/** Whether the field is one of an image: `image`, `sidecarImage`, `images`, or repository and tag apart. */
function looksLikeImage(at) {
    const key = String(at.key);
    if (/(?:^|[a-z._-])images$/i.test(key) && at.isList)
        return at.items().some(({ text }) => Boolean(text));
    if (!/(?:^|[a-z._-])image$/i.test(key))
        return false;
    return Boolean(at.text) || (at.isMap && Boolean(at.get('repository').text));
}
function tellUnknownField(at, object, gathered) {
    const place = `${podLabel({ ...object, part: '' })} ${nameText(pathText(at.path))}`;
    gathered.messages.add('unknown field', `${place} (${nameText(`${object.file}:${at.line}`)})`);
}
/** Schemas, texts, and the patterns of policies: what looks like a pod in them is not one. */
function holdsNoPod({ group, kind }) {
    return (kind === 'CustomResourceDefinition' ||
        (group === '' && (kind === 'ConfigMap' || kind === 'Secret')) ||
        /(?:^|\.)(?:kyverno\.io|gatekeeper\.sh)$/.test(group));
}
function isPassedOver({ root, kind, name, group }, gathered) {
    const label = podLabel({ kind, name, part: '' });
    const mode = root.get('spec').get('mode').text?.toLowerCase();
    const isOnEveryNode = ON_EVERY_NODE.has(kind) ||
        (mode === 'daemonset' && (group === 'opentelemetry.io' || group === 'monitoring.coreos.com'));
    // A mere reference to such an object has no spec.
    if (isOnEveryNode) {
        if (root.get('spec').isMap)
            gathered.messages.add('every node', label);
        return true;
    }
    const hooks = root.get('metadata').get('annotations').get('helm.sh/hook').text ?? '';
    const isTest = hooks.split(',').some((hook) => hook.trim().startsWith('test'));
    if (isTest)
        gathered.messages.add('helm test', label);
    return isTest;
}
function runtimeOf(group) {
    if (group === 'argoproj.io')
        return 'argo';
    return /(?:^|\.)tekton\.dev$/.test(group) ? 'tekton' : undefined;
}

;// CONCATENATED MODULE: ./src/manifests/read.ts





/**
 * Reads the manifests that patterns name: which images their pods need, and what should be known about them.
 * Errors are in the result, not thrown, so that one run reports them all.
 *
 * @param patterns files and globs below the workspace
 */
async function readManifests(patterns, workspace) {
    const found = await findFiles(patterns, workspace);
    const manifests = readTexts(found.files);
    return { ...manifests, errors: [...found.errors, ...manifests.errors] };
}
/** The same for files that are read already. */
function readTexts(sources) {
    const gathered = { pods: [], errors: new Map(), messages: new Messages() };
    const errors = [];
    const files = [];
    for (const { path, text } of sources) {
        const { file, faults } = readDocuments(path, text);
        files.push(file);
        for (const { line, error } of faults)
            errors.push(fileError(path, line, error));
        for (const { tree } of file.documents) {
            try {
                if (isKubernetesObject(tree))
                    readObject(tree.root, path, gathered);
            }
            catch (error) {
                if (!(error instanceof src_errors/* ActionError */.lZ))
                    throw error;
                errors.push(fileError(path, tree.root.line, error));
            }
        }
        if (!file.hasObjects && faults.length === 0)
            gathered.messages.add('no objects', nameText(path));
    }
    return {
        files,
        images: [...new Set(gathered.pods.flatMap(({ images }) => images.map(({ text }) => text)))],
        pods: gathered.pods,
        messages: gathered.messages.list(),
        errors: [...errors, ...gathered.errors.values()],
    };
}
function fileError(path, line, error) {
    return new src_errors/* InputError */.dz('manifests', `${nameText(`${path}:${line}`)} ${error.message}`, error.hint);
}

;// CONCATENATED MODULE: ./src/manifests/lazy.ts
/**
 * What the rest of the action needs of this room, by one name: in dist/ it is a file of its own, with the YAML library,
 * and is loaded only where the input `manifests` is set.
 */






/***/ }),

/***/ 1295:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ isNestedDeeper)
/* harmony export */ });
/**
 * Whether what the parser read is nested deeper than this. Asked before the document is composed: composing is
 * recursive, and V8 ends the process where a regular expression meets an exhausted stack.
 */
function isNestedDeeper(deepest, tokens) {
    const open = tokens.map((token) => ({ token, depth: 0 }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { token, depth } = next;
        if (depth > deepest)
            return true;
        if (token.type === 'document' && token.value)
            open.push({ token: token.value, depth });
        if (!('items' in token))
            continue;
        for (const { key, value } of token.items) {
            if (key)
                open.push({ token: key, depth: depth + 1 });
            if (value)
                open.push({ token: value, depth: depth + 1 });
        }
    }
    return false;
}


/***/ })

};
