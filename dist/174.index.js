export const id = 174;
export const ids = [174];
export const modules = {

/***/ 4174:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  addSummary: () => (/* binding */ addSummary),
  renderSummary: () => (/* binding */ renderSummary)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./src/cache/statuses.ts
var statuses = __webpack_require__(2822);
// EXTERNAL MODULE: ./src/report/command-file.ts
var command_file = __webpack_require__(8178);
// EXTERNAL MODULE: ./src/report/eip.ts
var eip = __webpack_require__(1704);
// EXTERNAL MODULE: ./src/printable.ts
var printable = __webpack_require__(5260);
;// CONCATENATED MODULE: ./src/report/markdown.ts

/** Builds the summary's Markdown from text that may hold anything. */
/**
 * What GitHub interprets in plain text, even if it is escaped: addresses and e-mail addresses become links, `@name` and
 * `@org/team` notify people, `#1` links an issue. In code it leaves them alone.
 */
const ACTIVE = /(?:[a-z][a-z0-9+.-]{0,30}:\/\/|www\.|(?<=^|\W)[@#](?=\w)|[\w.+-]{1,64}@[\w-]+\.)\S*/gi;
/** Text that shows as itself: neither HTML nor Markdown in it takes effect. */
function plain(text) {
    const line = oneLine(text);
    let markdown = '';
    let done = 0;
    for (const { index, 0: active } of line.matchAll(ACTIVE)) {
        markdown += `${escaped(line.slice(done, index))}${code(active)}`;
        done = index + active.length;
    }
    return markdown + escaped(line.slice(done));
}
/** Text in fixed width, in HTML, since a Markdown code span cannot hold everything. */
function code(text) {
    const shown = oneLine(text)
        .replace(/[&<>"'`*_|[\]\\~$@#:]/g, (character) => `&#${character.charCodeAt(0)};`)
        // This alone makes a link.
        .replace(/www\./gi, (found) => `${found.slice(0, 3)}&#46;`);
    return `<code>${shown}</code>`;
}
function oneLine(text) {
    return (0,printable/* printable */.g)(text.replace(/[\r\n]+/g, ' '));
}
function escaped(text) {
    return text
        .replace(/[\\`*_{}[\]()#+!|~$@-]/g, '\\$&')
        .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
/** A table whose cells are Markdown already. */
function table(head, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
/** A fenced block of code. The fence is longer than any run of backticks inside. */
function fenced(language, lines) {
    const text = lines.split('\n').map(printable/* printable */.g).join('\n');
    let longest = 2;
    for (const [run] of text.matchAll(/`+/g))
        longest = Math.max(longest, run.length);
    const fence = '`'.repeat(longest + 1);
    return `${fence}${language}\n${text}\n${fence}`;
}

// EXTERNAL MODULE: ./src/report/storage.ts
var storage = __webpack_require__(4991);
;// CONCATENATED MODULE: ./src/report/deployment.ts


/** What may stand in a shell command or in YAML without quotes: IDs, regions and image references do. */
const PLAIN_WORD = /^[\w.:/@-]+$/;
/**
 * The region's list in the ECI console, from where "Image Cache" is one click in the menu at the left. Its page of a
 * single cache has an address that no page of the vendor's documents.
 */
function consoleUrl(regionId) {
    return /^[a-z0-9-]+$/.test(regionId) ? `https://eci.console.aliyun.com/#/eci/${regionId}/list` : undefined;
}
/**
 * How to use a cache, by CreateContainerGroup's parameter ImageSnapshotId, which takes the ID of an image cache, and by
 * the annotation of pods on virtual nodes (the vendor's page "Use an ImageCache to accelerate pod creation"). Images
 * match by their exact references, and any policy but IfNotPresent still pulls them.
 */
function deployment(record) {
    const { imageCacheId, regionId, images } = record;
    const extra = (0,storage/* extraStorageGiB */.cn)(record) ?? 0;
    const image = images[0]?.reference;
    if (imageCacheId === undefined || image === undefined)
        return '';
    if (![imageCacheId, regionId, image].every((word) => PLAIN_WORD.test(word)))
        return '';
    return [
        'As a container group, with the CLI of Alibaba Cloud:',
        '',
        fenced('sh', [
            '# Name each image exactly as it is cached, or the cache does not serve it.',
            `aliyun eci CreateContainerGroup --RegionId ${regionId} --ImageSnapshotId ${imageCacheId} \\`,
            '  --SecurityGroupId "$SECURITY_GROUP_ID" --VSwitchId "$VSWITCH_ID" --ContainerGroupName app \\',
            `  --Container.1.Name app --Container.1.Image ${image} \\`,
            '  --Container.1.ImagePullPolicy IfNotPresent',
            ...(extra > 0
                ? [`# To match automatically: --EphemeralStorage ${extra} in place of --ImageSnapshotId.`]
                : []),
        ].join('\n')),
        '',
        'As a pod on a virtual node of Kubernetes; in a Deployment, all of this goes under `spec.template`:',
        '',
        fenced('yaml', [
            'metadata:',
            '  annotations:',
            `    k8s.aliyun.com/eci-imc-id: ${imageCacheId} # read when the pod is created`,
            ...(extra > 0
                ? [
                    '    # To match automatically, this in place of the ID:',
                    `    # k8s.aliyun.com/eci-extra-ephemeral-storage: ${extra}Gi`,
                ]
                : []),
            'spec:',
            '  containers:',
            '    - name: app',
            `      image: ${image}`,
            '      imagePullPolicy: IfNotPresent',
        ].join('\n')),
    ].join('\n');
}

// EXTERNAL MODULE: ./src/report/ending.ts
var ending = __webpack_require__(2303);
// EXTERNAL MODULE: ./src/report/format.ts
var format = __webpack_require__(2011);
;// CONCATENATED MODULE: ./src/report/failures.ts


/** A registry or the service may send pages of text; the log has it all. */
const LONGEST_TEXT = 1_000;
const MOST_FAILURES = 20;
const MOST_EVENTS = 20;
/** What failed, each with what to do about it. */
function failures({ failures: all, diagnosis }) {
    const shown = all.slice(0, MOST_FAILURES).map((failure) => {
        const message = `**${failures_short(failure.message)}**`;
        const hints = hintsOf(failure, diagnosis?.hints).map(failures_short);
        if (hints.length > 1)
            return [message, 'What to do:', hints.map((hint) => `- ${hint}`).join('\n')].join('\n\n');
        return [message, ...hints.map((hint) => `What to do: ${hint}`)].join('\n\n');
    });
    return [...shown, ...andMore(all.length - MOST_FAILURES)].join('\n\n');
}
/** The error of a failed build has the hints of its diagnosis in one text; apart, they are easier to read. */
function hintsOf({ hint }, diagnosed = []) {
    if (hint !== undefined && hint === diagnosed.join(' '))
        return diagnosed;
    return hint ? [hint] : [];
}
/** What the service said about a build that failed. */
function events({ diagnosis }) {
    const all = diagnosis?.events ?? [];
    const shown = all.slice(0, MOST_EVENTS).map(failures_short);
    return [...shown, ...andMore(all.length - MOST_EVENTS)].map((event) => `- ${event}`).join('\n');
}
function andMore(count) {
    return count > 0 ? [`And ${count} more: see the log.`] : [];
}
function failures_short(text) {
    return plain((0,format/* cutTo */.yd)(LONGEST_TEXT, text));
}

;// CONCATENATED MODULE: ./src/report/gantt.ts


/** What is right for the axis goes by how long the whole took, in milliseconds. The formats are d3's. */
const AXES = [
    [10_000, '%-S.%L s'],
    [3_600_000, '%-M:%S'],
    [Infinity, '%-H:%M:%S'],
];
/** A day without a change of the clocks anywhere: Mermaid reads and writes times in the reader's own time zone. */
const DAY_ZERO = Date.UTC(2000, 0, 1);
/** The phases as a Gantt chart of Mermaid, each with the time that it took; empty if there are none. */
function gantt(phases) {
    const end = phases.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
    if (!(end > 0))
        return '';
    const axis = AXES.find(([upTo]) => end < upTo) ?? AXES[2];
    return fenced('mermaid', [
        'gantt',
        '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
        `  axisFormat ${axis[1]}`,
        ...phases.map(({ title, startMs, endMs }) => `  ${taskName(title)} (${took(endMs - startMs)}) :${moment(startMs)}, ${moment(endMs)}`),
    ].join('\n'));
}
/** Of a task's name, a colon ends it and `#` and `;` have meanings of their own: letters and digits are enough. */
function taskName(title) {
    return title
        .replace(/[^\p{L}\p{N} -]+/gu, ' ')
        .replace(/ {2,}/g, ' ')
        .trim();
}
/** Milliseconds for less than a second, which would otherwise all read 0.0 s. */
function took(milliseconds) {
    return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : (0,format/* formatDuration */.a3)(milliseconds);
}
/** `2000-01-01 00:03:19.000` */
function moment(milliseconds) {
    return new Date(DAY_ZERO + Math.round(milliseconds)).toISOString().replace('T', ' ').slice(0, 23);
}

;// CONCATENATED MODULE: ./src/report/manifests.ts


const MOST_PODS = 50;
const MOST_NOTES = 30;
const manifests_LONGEST_TEXT = 1_000;
/** The pods of the manifests, what would keep each from using the cache, and the messages about the files. */
function manifests({ pods, manifestNotes }) {
    if (pods.length + manifestNotes.length === 0)
        return '';
    // Those with something to do come first.
    const sorted = [...pods].sort((a, b) => Number(b.doubts.length > 0) - Number(a.doubts.length > 0));
    const rows = sorted
        .slice(0, MOST_PODS)
        .map(({ label, file, isAnnotated, doubts }) => [
        code(label),
        code(file),
        isAnnotated ? 'yes' : 'no',
        doubts.map(manifests_short).join('; ') || 'nothing',
    ]);
    const more = pods.length > MOST_PODS ? [`And ${pods.length - MOST_PODS} more: see the log.`] : [];
    const notes = manifestNotes.slice(0, MOST_NOTES).map((note) => `- ${manifests_short(note)}`);
    return [
        ...(rows.length > 0
            ? [table(['Pod', 'File', 'Annotated', 'What would keep it from using the cache'], rows)]
            : []),
        ...more,
        ...(notes.length > 0 ? [notes.join('\n')] : []),
    ].join('\n\n');
}
function manifests_short(text) {
    return plain((0,format/* cutTo */.yd)(manifests_LONGEST_TEXT, text));
}

// EXTERNAL MODULE: ./src/report/record.ts
var report_record = __webpack_require__(1117);
;// CONCATENATED MODULE: ./src/report/summary.ts













/** GitHub takes 1 MiB of a step ("Workflow commands", job summaries), and shows nothing of a larger one. */
const LONGEST_BYTES = 1_000_000;
/** Adds the record to the job summary. @throws ActionError if the runner's file cannot be written */
function addSummary({ record, secrets, env, }) {
    const markdown = renderSummary((0,report_record/* mapTexts */.zO)(record, (text) => secrets.redact(text)));
    (0,command_file/* writeCommandFile */.b)('GITHUB_STEP_SUMMARY', env, () => {
        (0,external_node_fs_.appendFileSync)(env['GITHUB_STEP_SUMMARY'] ?? '', `${markdown}\n`);
    });
}
/** The record as Markdown; without a secret where the record has none. */
function renderSummary(record) {
    const sections = [
        ['', heading(record)],
        ['', failures(record)],
        ['', facts(record)],
        ['Events of the build', events(record)],
        ['Images', summary_images(record.images)],
        ['Manifests', manifests(record)],
        ['Size', size(record)],
        ['Time', gantt(record.phases)],
        ['Deploy with it', isUsable(record) ? deployment(record) : ''],
    ];
    return whatFits(sections
        .filter(([, body]) => body !== '')
        .map(([title, body]) => (title ? `#### ${title}\n\n${body}` : body))).join('\n\n');
}
/** Whole sections, the first ones first. */
function whatFits(parts) {
    let left = LONGEST_BYTES;
    const fitting = parts.filter((part) => {
        const length = Buffer.byteLength(part);
        const fits = length <= left;
        if (fits)
            left -= length;
        return fits;
    });
    return fitting.length === parts.length
        ? parts
        : [...fitting, 'The rest is too long for a summary: see the log.'];
}
function heading(record) {
    const [mark, title] = outcome(record);
    const head = `### ${mark} ECI image cache: ${plain(title)}`;
    // What failed and what to do stands right below, before anything else.
    if (record.failures.length > 0)
        return head;
    const isOver = record.result === 'dry-run' || record.nothingToCache !== undefined;
    const inTime = isUsable(record) || isOver ? '' : ` ${plain(NOT_READY)}`;
    return `${head}\n\n${plain((0,ending/* lastLine */.fM)(record))}${inTime}`;
}
/** Naming the ID of a cache that is not Ready makes an instance fail (as measured on one account). */
const NOT_READY = 'Deploy with it once it is Ready. To wait for that, run this step again with wait: true.';
/** The result as a sign and in words: neither needs colour to be read. */
function outcome(record) {
    const { failures: all, result = 'known', status = '', imageCacheId } = record;
    if (all.length > 0) {
        const isBuilding = imageCacheId !== undefined && (0,statuses/* phaseOf */.hU)(status) === 'in-progress';
        return ['❌', isBuilding ? 'not Ready yet' : 'failed'];
    }
    if (record.nothingToCache !== undefined)
        return ['ℹ️', 'nothing to cache'];
    if (result === 'dry-run')
        return ['ℹ️', 'dry run'];
    return status === 'Ready' ? ['✅', result] : ['ℹ️', `${result}, not Ready yet`];
}
function isUsable({ status, failures: all, result }) {
    return status === 'Ready' && all.length === 0 && result !== 'dry-run';
}
function facts(record) {
    const { imageCacheId, imageCacheName, regionId, wouldDelete } = record;
    const rows = [
        [record.result === 'dry-run' ? 'Would use' : 'ID', imageCacheId && code(imageCacheId)],
        ['Name', imageCacheName && code(imageCacheName)],
        ['Region', regionId && `${code(regionId)}${consoleLink(regionId)}`],
        ['Status', record.status && plain(record.status)],
        ['Size', sizeOf(record)],
        ['Would match', record.match && plain(record.match.text)],
        ['Tags that move', record.movingTags.map(plain).join('; ')],
        ['Other content of the same tags', record.otherContent.map(code).join(' ')],
        ['Failed before', record.failedBefore.map(code).join(' ')],
        ['May be deleted', record.surplus.map(code).join(' ')],
        ['Kept, in use', record.keptInUse.map(code).join(' ')],
        ['Deleted', record.deleted.map(code).join(' ')],
        ['Would delete', wouldDelete && (wouldDelete.map(code).join(' ') || 'nothing')],
        [
            'EIP',
            (0,eip/* eipFacts */.m6)(record)
                .map(([id, words]) => `${code(id)} ${plain(words)}`)
                .join('; '),
        ],
        ['Would release', record.wouldReleaseEips?.map(code).join(' ')],
    ];
    // Markdown has no table without a head, and an empty one looks like a fault.
    const [head, ...others] = rows.flatMap(([name, value]) => (value ? [[name, value]] : []));
    return head ? table(head, others) : '';
}
function consoleLink(regionId) {
    const url = consoleUrl(regionId);
    return url === undefined ? '' : ` · [ECI console](${url})`;
}
/** Keeps a number and its unit on one line of a narrow cell. */
const NO_BREAK = '\u00a0';
const SIZE_ORIGINS = { computed: ', computed', explicit: ', as image-cache-size says' };
function sizeOf({ imageCacheSizeGiB, sizeOrigin }) {
    if (imageCacheSizeGiB === undefined)
        return undefined;
    return `${imageCacheSizeGiB} GiB${sizeOrigin ? SIZE_ORIGINS[sizeOrigin] : ''}`;
}
/** Sizes on disk have columns only if they were needed: not if an existing cache is used. */
function summary_images(rows) {
    if (rows.length === 0)
        return '';
    const measured = rows.some(({ unpackedSizeBytes }) => unpackedSizeBytes !== undefined);
    const bytes = (sizeBytes) => sizeBytes === undefined ? '' : (0,format/* formatBytes */.z3)(sizeBytes).replace(' ', NO_BREAK);
    return table(['Image', 'Platform', 'Digest', 'Compressed', ...(measured ? ['On disk', 'Layers measured by'] : [])], rows.map((row) => [
        code(row.reference),
        plain(row.platform),
        row.digest ? code((0,format/* shortDigest */.VK)(row.digest)) : 'not known',
        bytes(row.compressedSizeBytes),
        ...(measured ? [bytes(row.unpackedSizeBytes), plain(row.measuredBy ?? '')] : []),
    ]));
}
function size(record) {
    const { sizeExplanation, sizeOrigin } = record;
    const sum = sizeExplanation.length > 0 ? fenced('text', sizeExplanation.join('\n')) : '';
    const explained = sum && sizeOrigin === 'explicit' ? `According to the registry, the images take:\n\n${sum}` : sum;
    return [explained, record.failures.length > 0 ? '' : plain((0,storage/* sizeMeaning */.LY)(record))]
        .filter(Boolean)
        .join('\n\n');
}


/***/ })

};
