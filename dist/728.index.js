export const id = 728;
export const ids = [728];
export const modules = {

/***/ 6395:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   In: () => (/* binding */ GONE_AFTER_MS),
/* harmony export */   Og: () => (/* binding */ waysTo),
/* harmony export */   Q5: () => (/* binding */ isGhost),
/* harmony export */   V_: () => (/* binding */ byContent),
/* harmony export */   hY: () => (/* binding */ findCaches),
/* harmony export */   jI: () => (/* binding */ byAge),
/* harmony export */   v9: () => (/* binding */ holds)
/* harmony export */ });
/* unused harmony export sortOut */
/* harmony import */ var _images_reference_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4719);
/* harmony import */ var _identity_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6570);
/* harmony import */ var _pace_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6267);
/* harmony import */ var _statuses_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2822);
/* harmony import */ var _times_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2596);





/** A cache that all look-ups miss for this long counts as gone: they may lag behind creates. */
const GONE_AFTER_MS = 120_000;
/** A build without any progress for this long never ends. */
const GHOST_AFTER_MS = 30 * 60_000;
/**
 * Looks the content up by its fingerprint's tag and by its names, at the same time: an index that lags, or a tag that
 * the service does not show, then hides nothing.
 *
 * @param generation the highest one whose name is looked for
 */
async function findCaches(service, query, generation = 0) {
    const names = Array.from({ length: generation + 1 }, (_, number) => query.nameOf(number));
    const found = await Promise.all([
        service.find(byContent(query.fingerprint)),
        ...[...new Set(names)].map((imageCacheName) => service.find({ imageCacheName })),
    ]);
    const all = new Map(found.flat().map((cache) => [cache.imageCacheId, cache]));
    return sortOut([...all.values()], query);
}
/** The ways to look for one cache: by ID, by tag and by name. Each of these indexes may lag behind the others. */
function waysTo({ imageCacheId, imageCacheName }, { fingerprint }) {
    return [{ imageCacheId }, byContent(fingerprint), ...(imageCacheName === '' ? [] : [{ imageCacheName }])];
}
/** Every cache of this content has its fingerprint for a tag. */
function byContent(fingerprint) {
    return { tag: { key: _identity_js__WEBPACK_IMPORTED_MODULE_1__/* .TAG_KEY */ .L2.fingerprint, value: fingerprint } };
}
/** Sorts what look-ups have shown. Every run chooses by the same rule, so that all of them agree. */
function sortOut(caches, query, nowMs = Date.now()) {
    const all = [...caches].sort(byAge);
    const ours = all.filter((cache) => isOurs(cache, query));
    const ofAttempt = ours.filter((cache) => attemptOf(cache) === query.attempt);
    const live = (query.attempt === '' ? ours : ofAttempt).filter(isLive);
    const usable = choose(live, query.attempt, nowMs);
    return {
        usable,
        surplus: live.filter((cache) => cache !== usable),
        // Each of these has used up a token. Caches of other attempts have other tokens.
        failed: ofAttempt.filter(({ status }) => (0,_statuses_js__WEBPACK_IMPORTED_MODULE_2__/* .phaseOf */ .hU)(status) === 'failed'),
        strangers: all.filter((cache) => !ours.includes(cache) && (0,_statuses_js__WEBPACK_IMPORTED_MODULE_2__/* .phaseOf */ .hU)(cache.status) !== 'gone'),
        all,
        nextGeneration: Math.max(0, ...ofAttempt.map(({ imageCacheName }) => (0,_identity_js__WEBPACK_IMPORTED_MODULE_1__/* .generationOf */ .gS)(imageCacheName, query.nameOf) + 1)),
    };
}
/**
 * The oldest, Ready or not: which one is Ready first may change from one moment to the next, the oldest does not. But
 * with `reuse: false` a newer one is made on purpose, and a build that never ends helps nobody.
 */
function choose(live, attempt, nowMs) {
    const moving = live.filter((cache) => !isGhost(cache, nowMs));
    const madeAnew = moving.findLast((cache) => attempt === '' && attemptOf(cache) !== '' && (0,_statuses_js__WEBPACK_IMPORTED_MODULE_2__/* .phaseOf */ .hU)(cache.status) === 'ready');
    const preferred = madeAnew ? attemptOf(madeAnew) : attempt;
    return moving.find((cache) => attemptOf(cache) === preferred) ?? moving[0] ?? live[0];
}
/** Whether the cache holds this content, as far as it shows. */
function isOurs(cache, query) {
    if ((0,_identity_js__WEBPACK_IMPORTED_MODULE_1__/* .tagValueOf */ .NI)(cache.tags, _identity_js__WEBPACK_IMPORTED_MODULE_1__/* .TAG_KEY */ .L2.fingerprint) !== undefined)
        return holds(cache, query);
    // Tags may show later than the cache. The names that we make hold a piece of the fingerprint.
    const named = query.nameOf((0,_identity_js__WEBPACK_IMPORTED_MODULE_1__/* .generationOf */ .gS)(cache.imageCacheName, query.nameOf)) === cache.imageCacheName;
    return named && !query.isNameChosen && cache.images.length > 0 && holds(cache, query);
}
/** Whether the record shows nothing that rules out this content. */
function holds({ images, tags }, { images: wanted, fingerprint }) {
    const shown = tags.filter(({ key }) => !/^(acs:|aliyun)/i.test(key));
    if (shown.length > 0 && (0,_identity_js__WEBPACK_IMPORTED_MODULE_1__/* .tagValueOf */ .NI)(shown, _identity_js__WEBPACK_IMPORTED_MODULE_1__/* .TAG_KEY */ .L2.fingerprint) !== fingerprint)
        return false;
    const [left, right] = [new Set(images.map(inFull)), new Set(wanted.map(inFull))];
    return left.size === 0 || (left.size === right.size && [...left].every((image) => right.has(image)));
}
/** `nginx` and `docker.io/library/nginx:latest` are one image. */
function inFull(image) {
    try {
        const reference = (0,_images_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .parseReference */ .F2)(image);
        const isFloating = reference.tag === undefined && reference.digest === undefined;
        return (0,_images_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .formatReference */ .FH)(isFloating ? { ...reference, tag: 'latest' } : reference);
    }
    catch {
        return image;
    }
}
function isLive({ status }) {
    return ['ready', 'in-progress'].includes((0,_statuses_js__WEBPACK_IMPORTED_MODULE_2__/* .phaseOf */ .hU)(status));
}
/** Whether it has been Preparing at 0 % for half an hour: such a build never ends. */
function isGhost({ status, progress, creationTime }, nowMs = Date.now()) {
    if ((0,_statuses_js__WEBPACK_IMPORTED_MODULE_2__/* .knownSpelling */ .y5)(status) !== 'Preparing' || ((0,_pace_js__WEBPACK_IMPORTED_MODULE_3__/* .percentOf */ .p)(progress) ?? 0) > 0)
        return false;
    return nowMs - ((0,_times_js__WEBPACK_IMPORTED_MODULE_4__/* .parseTime */ .p)(creationTime) ?? nowMs) > GHOST_AFTER_MS;
}
function attemptOf({ tags }) {
    return (0,_identity_js__WEBPACK_IMPORTED_MODULE_1__/* .tagValueOf */ .NI)(tags, _identity_js__WEBPACK_IMPORTED_MODULE_1__/* .TAG_KEY */ .L2.attempt) ?? '';
}
/** Oldest first. A time that cannot be read counts as the newest; the ID settles a tie. */
function byAge(a, b) {
    const left = (0,_times_js__WEBPACK_IMPORTED_MODULE_4__/* .parseTime */ .p)(a.creationTime) ?? Infinity;
    const right = (0,_times_js__WEBPACK_IMPORTED_MODULE_4__/* .parseTime */ .p)(b.creationTime) ?? Infinity;
    if (left !== right)
        return left < right ? -1 : 1;
    return a.imageCacheId < b.imageCacheId ? -1 : a.imageCacheId > b.imageCacheId ? 1 : 0;
}


/***/ }),

/***/ 9438:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ lookFreshly),
/* harmony export */   k: () => (/* binding */ FRESH_MS)
/* harmony export */ });
/** A look that is older than this is made again before anything is created: caches come and go meanwhile. */
const FRESH_MS = 10_000;
/** A service that throttles may take longer for each look: then the last one has to do. */
const MOST_LOOKS = 3;
/**
 * Looks again where a look took so long that a part of its answer may be old: its parts are asked for at the same time,
 * and one may have had to be asked for again and again.
 *
 * @param isEnough whether the answer shows what was looked for, however old it is: the next look may miss it
 */
async function lookFreshly(look, clock, isEnough) {
    for (let looks = 1;; looks += 1) {
        const askedAtMs = clock.now();
        const answer = await look();
        const isFresh = clock.now() - askedAtMs < FRESH_MS;
        if (isFresh || looks === MOST_LOOKS || isEnough(answer))
            return answer;
    }
}


/***/ }),

/***/ 6570:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ clientTokenFrom),
/* harmony export */   $Y: () => (/* binding */ clientToken),
/* harmony export */   F8: () => (/* binding */ groupOf),
/* harmony export */   L2: () => (/* binding */ TAG_KEY),
/* harmony export */   NI: () => (/* binding */ tagValueOf),
/* harmony export */   UU: () => (/* binding */ cacheName),
/* harmony export */   Wb: () => (/* binding */ ownTags),
/* harmony export */   _K: () => (/* binding */ chosenCacheName),
/* harmony export */   ax: () => (/* binding */ fingerprintOf),
/* harmony export */   fN: () => (/* binding */ ownerTagValue),
/* harmony export */   gS: () => (/* binding */ generationOf),
/* harmony export */   yc: () => (/* binding */ generationIn)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _images_reference_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4719);


const TAG_KEY = {
    fingerprint: 'warm-image-cache-fingerprint',
    repository: 'warm-image-cache-repository',
    group: 'warm-image-cache-group',
    ref: 'warm-image-cache-ref',
    commit: 'warm-image-cache-commit',
    /** Only on caches that were made again on purpose. */
    attempt: 'warm-image-cache-attempt',
};
/** The service's longest tag value. */
const LONGEST_TAG_VALUE = 128;
const LONGEST_NAME = 128;
/** Of SHA-256's 64 hexadecimal digits: enough to distinguish the releases of one repository. */
const FINGERPRINT_PIECE = 10;
/**
 * SHA-256 (hex) over the owner, the region, and the sorted images with their digests. An image whose digest
 * is not known is pinned by the commit it was built from.
 */
function fingerprintOf({ owner, regionId, commit, images }) {
    const pinned = images
        .map(({ cachedReference, digest }) => [cachedReference, digest ?? `commit:${commit}`])
        .sort(byText);
    return sha256(['fingerprint/2', owner, regionId, ...pinned]);
}
/** Names the set of repositories that are cached together: releases of one group replace one another. */
function groupOf(images) {
    const repositories = new Set(images.map(({ cachedReference }) => (0,_images_reference_js__WEBPACK_IMPORTED_MODULE_1__/* .splitReference */ .mQ)(cachedReference).name));
    return sha256(['group/1', ...[...repositories].sort()]).slice(0, 32);
}
/** The tags that make a cache ours. */
function ownTags(release) {
    return [
        { key: TAG_KEY.fingerprint, value: fingerprintOf(release) },
        { key: TAG_KEY.repository, value: ownerTagValue(release.owner) },
        { key: TAG_KEY.group, value: groupOf(release.images) },
        { key: TAG_KEY.ref, value: tagValue(release.ref) },
        { key: TAG_KEY.commit, value: tagValue(release.commit) },
        { key: TAG_KEY.attempt, value: tagValue(release.attempt) },
    ].filter(({ value }) => value !== '');
}
/**
 * Repository, release and a piece of the fingerprint, in the characters that every known rule for names
 * allows: lower-case letters, digits and '-', 2 to 128 of them, no '-' at either end.
 *
 * @param generation as for clientToken: should names have to be unique, each cache of a content has its own
 */
function cacheName(release, generation = 0) {
    const repository = release.repository.split('/').at(-1) ?? '';
    const parts = [fingerprintOf(release).slice(0, FINGERPRINT_PIECE), release.attempt];
    const end = slug([...parts, generation > 0 ? String(generation + 1) : ''].join('-'));
    const start = slug(`${repository}-${release.label}`).slice(0, LONGEST_NAME - end.length - 1);
    return slug(`${start}-${end}`);
}
/** A name that the user chose, which serves as it is until a cache of this content has used it up. */
function chosenCacheName(chosen, generation) {
    if (generation === 0)
        return chosen;
    const end = `-${generation + 1}`;
    return `${chosen.slice(0, LONGEST_NAME - end.length).replace(/-+$/, '')}${end}`;
}
/** The generation in a name, read back; 0 for the first one, and for a name of another make. */
function generationOf(name, nameOf) {
    const number = Number(/-([1-9]\d{0,4})$/.exec(name)?.[1] ?? 1);
    return number > 1 && nameOf(number - 1) === name ? number - 1 : 0;
}
/**
 * The same for a name of our make, where no more is known of its cache than the tags show; 0 for a name that the user
 * chose.
 */
function generationIn(name, { fingerprint, attempt }) {
    const end = slug([fingerprint.slice(0, FINGERPRINT_PIECE), attempt].join('-'));
    const start = name.lastIndexOf(end);
    if (start < 0)
        return 0;
    const first = name.slice(0, start) + end;
    return generationOf(name, (generation) => (generation === 0 ? first : `${first}-${generation + 1}`));
}
/**
 * ClientToken, 64 hexadecimal digits. It depends on the content alone, so that two jobs which differ in
 * anything else (a registry password that is fetched for each run, a name) still meet in one cache: the
 * service then answers the second one with IdempotentParameterMismatch, and it joins the first.
 *
 * The tokens of one content are numbered, and each is used only after the cache of the one before has failed or
 * is gone. So two runs that know different things of those caches still ask with the same token.
 *
 * @param generation how many tokens of this content are used up
 * @param attempt what makes a deliberately new cache a new one; empty when caches may be reused
 */
function clientToken(fingerprint, generation, attempt = '') {
    return sha256(['token/1', fingerprint, attempt, generation]);
}
/** The same for a token that the user chose, which serves as it is until it is used up. */
function clientTokenFrom(chosen, generation) {
    return generation === 0 ? chosen : clientToken(chosen, generation);
}
function tagValueOf(tags, key) {
    return tags.find((tag) => tag.key === key)?.value;
}
/** A value within the service's limit; a longer one keeps its start and gets a hash for the rest. */
function tagValue(text) {
    if (text.length <= LONGEST_TAG_VALUE)
        return text;
    const hash = sha256([text]).slice(0, 16);
    return `${text.slice(0, LONGEST_TAG_VALUE - hash.length - 1)}~${hash}`;
}
/** The repository tag's value, as it stands on the caches of this owner. */
function ownerTagValue(owner) {
    return tagValue(owner);
}
function slug(text) {
    return text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '');
}
/** JSON keeps the parts apart, whatever characters they hold. */
function sha256(parts) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(JSON.stringify(parts)).digest('hex');
}
function byText(a, b) {
    const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
    return left < right ? -1 : left > right ? 1 : 0;
}


/***/ }),

/***/ 6267:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ pauseBeforeNextLook),
/* harmony export */   p: () => (/* binding */ percentOf)
/* harmony export */ });
/** So that Ready is noticed within 5 s if an answer takes less than 0.8 s on its way, with at most 15 calls a minute. */
const PAUSE_MS = 4_200;
/** For a build of more than an hour, seconds do not matter. */
const LONG_AFTER_MS = 3_600_000;
const LONG_PAUSE_MS = 13_000;
/** Other jobs of the account need its calls too, once it has used up its rate. */
const THROTTLED_PAUSE_MS = 15_000;
const THROTTLED_FOR_MS = 120_000;
/**
 * Milliseconds from the question of one look at a cache to that of the next.
 *
 * @param waitedMs how long the cache has been waited for
 * @param throttledMs how long ago a look was last throttled; Infinity for never
 */
function pauseBeforeNextLook(waitedMs, throttledMs) {
    if (throttledMs < THROTTLED_FOR_MS)
        return THROTTLED_PAUSE_MS;
    return waitedMs < LONG_AFTER_MS ? PAUSE_MS : LONG_PAUSE_MS;
}
/** The number in "37%"; undefined for anything else. */
function percentOf(progress) {
    const match = /^(\d{1,3})(?:\.\d+)?\s*%$/.exec(progress.trim());
    return match ? Math.min(Number(match[1]), 100) : undefined;
}


/***/ }),

/***/ 2596:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ parseTime)
/* harmony export */ });
/** `2024-05-01T08:00:00Z`, with or without seconds, fractions and offset; a time without an offset is UTC. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
/** `Wed, 01 May 2024 08:00:00 GMT` (RFC 1123), also with an offset in digits. */
const RFC_1123 = /^(?:[a-z]{3},\s*)?\d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}(?::\d{2})? (?:GMT|UTC?|Z|[+-]\d{4})$/i;
/** Seconds have 10 digits from 2001 to 2286, milliseconds 13. */
const EPOCH = /^\d{10}(?:\d{3})?$/;
/**
 * A time of the service in milliseconds since 1970. The API documents ISO 8601; other products of the vendor answer in
 * the form of RFC 1123 or in numbers.
 *
 * @returns undefined if the text is none of these
 */
function parseTime(text) {
    const trimmed = text.trim();
    if (EPOCH.test(trimmed))
        return Number(trimmed) * (trimmed.length === 10 ? 1000 : 1);
    const iso = ISO.exec(trimmed);
    if (iso) {
        const [, date = '', time = '00:00', offset = 'Z'] = iso;
        return finite(Date.parse(`${date}T${time}${offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()}`));
    }
    return RFC_1123.test(trimmed) ? finite(Date.parse(trimmed)) : undefined;
}
function finite(milliseconds) {
    return Number.isFinite(milliseconds) ? milliseconds : undefined;
}


/***/ }),

/***/ 8729:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Do: () => (/* binding */ WaitTimeoutError),
/* harmony export */   U$: () => (/* binding */ CacheGoneError),
/* harmony export */   bs: () => (/* binding */ waitUntilReady),
/* harmony export */   gN: () => (/* binding */ describeEvent),
/* harmony export */   i1: () => (/* binding */ CacheFailedError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3916);
/* harmony import */ var _report_format_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2011);
/* harmony import */ var _find_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6395);
/* harmony import */ var _pace_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6267);
/* harmony import */ var _service_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8125);
/* harmony import */ var _statuses_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2822);






/** After this much silence a line is logged, so that a long wait does not look like a hang. */
const HEARTBEAT_MS = 180_000;
/** Of the column of times in the log: `59 min 59 s`. */
const TIME_WIDTH = 11;
/** A build that has not moved for so long most likely cannot reach its registry. */
const STUCK_AFTER_MS = 600_000;
const STILL_BUILDING = 'It was left alone and keeps building. Run this step again: it joins the cache and waits for it. For large images, raise wait-timeout-minutes.';
const UNKNOWN_STATUS = 'It was left alone. This version does not know its status: look at the cache in the ECI console. If it is still being built, run this step again; otherwise delete it, or run with reuse: false to make another one.';
const OF_GHOSTS = 'If it stays at 0 % for more than half an hour, it will most likely never be Ready: delete it, or run with reuse: false to make another one.';
const STUCK = "It was left alone, but the instance that builds it most likely cannot reach the registry. Give the vSwitch a NAT gateway, set eip-instance-id, or name the images by the registry's VPC host. Then run this step again: it joins the cache. To make another one, delete this one, or run with reuse: false.";
/** The cache was not Ready in time. It is left alone, for the next run to join. */
class WaitTimeoutError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
}
/** The cache came to its end without becoming Ready. */
class CacheFailedError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    cache;
    constructor(cache) {
        super(`Image cache ${cache.imageCacheId} ended in status ${cache.status}.`);
        this.cache = cache;
    }
}
/** The cache was deleted meanwhile. */
class CacheGoneError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
}
/**
 * Looks at the cache until it is Ready, and logs what changes.
 *
 * @param first the cache as it was last seen
 * @returns the cache, Ready
 * @throws CacheFailedError, WaitTimeoutError, ActionError if it was deleted meanwhile, ServiceError if
 *   looking fails for good
 */
async function waitUntilReady(first, timeoutMs, deps) {
    const watch = startWatch(first, deps.clock.now());
    const end = watch.startMs + timeoutMs;
    let askedMs = watch.startMs;
    for (;;) {
        report(watch, deps);
        const phase = (0,_statuses_js__WEBPACK_IMPORTED_MODULE_3__/* .phaseOf */ .hU)(watch.cache.status);
        if (phase === 'ready')
            return watch.cache;
        if (phase === 'failed')
            throw new CacheFailedError(watch.cache);
        if (phase === 'gone')
            throw gone(watch.cache.imageCacheId);
        const now = deps.clock.now();
        if (now >= end)
            throw timeout(watch.cache, timeoutMs);
        const pauseMs = (0,_pace_js__WEBPACK_IMPORTED_MODULE_4__/* .pauseBeforeNextLook */ .A)(now - watch.startMs, now - watch.throttledAtMs);
        // From one question to the next, so that a slow answer does not delay the next question.
        const nextMs = Math.min(askedMs + pauseMs, end);
        await deps.clock.sleep(Math.max(0, nextMs - now), deps.signal);
        askedMs = deps.clock.now();
        await look(watch, deps);
    }
}
function startWatch(cache, startMs) {
    return {
        cache,
        startMs,
        seenEvents: new Set(),
        lastLine: '',
        lastLineAtMs: startMs,
        way: 0,
        missingSinceMs: undefined,
        throttledAtMs: -Infinity,
        warnedStuck: false,
        warnedStatus: false,
    };
}
/** A look that fails for a reason that may heal only costs time: the next one may succeed. */
async function look(watch, deps) {
    const { clock, log } = deps;
    try {
        const seen = await find(watch, deps);
        if (seen) {
            watch.cache = seen;
            watch.missingSinceMs = undefined;
            return;
        }
    }
    catch (error) {
        if (!(0,_service_js__WEBPACK_IMPORTED_MODULE_2__/* .isTransient */ .dg)(error))
            throw error;
        if (error.isThrottled)
            watch.throttledAtMs = clock.now();
        log.info(`${error.message} Still waiting.`);
        return;
    }
    watch.missingSinceMs ??= clock.now();
    if (clock.now() - watch.missingSinceMs >= _find_js__WEBPACK_IMPORTED_MODULE_1__/* .GONE_AFTER_MS */ .In)
        throw gone(watch.cache.imageCacheId);
}
/** By the way that showed it last: one call. By the others only where that misses it, as its index may lag. */
async function find(watch, { service, query }) {
    const { imageCacheId } = watch.cache;
    const ways = (0,_find_js__WEBPACK_IMPORTED_MODULE_1__/* .waysTo */ .Og)(watch.cache, query);
    const ask = async (filter) => (await service.find(filter)).find((cache) => cache.imageCacheId === imageCacheId);
    const last = ways[watch.way] ?? { imageCacheId };
    const seen = await ask(last);
    if (seen)
        return seen;
    const others = await Promise.all(ways.map(async (way) => (way === last ? undefined : ask(way))));
    const way = others.findIndex((one) => one !== undefined);
    if (way !== -1)
        watch.way = way;
    return others[way];
}
/** A line for a change of status, progress or events; without one, a sparse heartbeat. */
function report(watch, deps) {
    const { clock, log } = deps;
    const { cache } = watch;
    const now = clock.now();
    const elapsed = (0,_report_format_js__WEBPACK_IMPORTED_MODULE_5__/* .formatDuration */ .a3)(now - watch.startMs).padEnd(TIME_WIDTH);
    deps.onStatus(cache.status);
    const line = [cache.status, cache.progress].filter(Boolean).join(' ');
    if (line !== watch.lastLine || now - watch.lastLineAtMs >= HEARTBEAT_MS) {
        log.info(line === watch.lastLine ? `${elapsed}  still ${line}` : `${elapsed}  ${line}`);
        watch.lastLine = line;
        watch.lastLineAtMs = now;
    }
    for (const event of newEvents(watch))
        log.info(`${elapsed}  ${describeEvent(event)}`);
    warnOnce(watch, now, log);
}
function warnOnce(watch, now, log) {
    const { cache } = watch;
    if (!(0,_statuses_js__WEBPACK_IMPORTED_MODULE_3__/* .isKnownStatus */ .ih)(cache.status) && !watch.warnedStatus) {
        watch.warnedStatus = true;
        log.warning(`Image cache ${cache.imageCacheId} has the status "${cache.status}", which this version does not know. This step keeps waiting.`);
    }
    if (hasMoved(cache) || watch.warnedStuck)
        return;
    const isOld = (0,_find_js__WEBPACK_IMPORTED_MODULE_1__/* .isGhost */ .Q5)(cache);
    if (!isOld && now - watch.startMs < STUCK_AFTER_MS)
        return;
    watch.warnedStuck = true;
    const state = (0,_pace_js__WEBPACK_IMPORTED_MODULE_4__/* .percentOf */ .p)(cache.progress) === 0 ? 'is still at 0 %' : 'shows no progress';
    const since = isOld ? 'half an hour' : (0,_report_format_js__WEBPACK_IMPORTED_MODULE_5__/* .formatDuration */ .a3)(STUCK_AFTER_MS);
    log.warning(`Image cache ${cache.imageCacheId} ${state} after ${since}. Most likely the instance that builds it cannot reach the registry: it does not use the EIPs of your other instances. Give the vSwitch a NAT gateway, set eip-instance-id, or name the images by the registry's VPC host.${isOld ? ' This one will most likely never be Ready: delete it, or run with reuse: false to make another one.' : ''}`);
}
function hasMoved({ progress, status }) {
    return ((0,_pace_js__WEBPACK_IMPORTED_MODULE_4__/* .percentOf */ .p)(progress) ?? 0) > 0 || (0,_statuses_js__WEBPACK_IMPORTED_MODULE_3__/* .phaseOf */ .hU)(status) === 'ready';
}
function newEvents(watch) {
    return watch.cache.events.filter((event) => {
        const key = [event.name, event.reason, event.message].join('\n');
        return !watch.seenEvents.has(key) && watch.seenEvents.add(key);
    });
}
/** `Warning Failed: message`, whatever parts of it there are. */
function describeEvent({ type, reason, message }) {
    return [[type, reason].filter(Boolean).join(' '), message].filter(Boolean).join(': ');
}
function timeout(cache, timeoutMs) {
    const state = [cache.status, cache.progress].filter(Boolean).join(' ');
    return new WaitTimeoutError(`Image cache ${cache.imageCacheId} is not Ready after ${(0,_report_format_js__WEBPACK_IMPORTED_MODULE_5__/* .formatDuration */ .a3)(timeoutMs)} (${state}).`, { hint: hintAfterTimeout(cache, timeoutMs) });
}
function hintAfterTimeout(cache, timeoutMs) {
    if (!(0,_statuses_js__WEBPACK_IMPORTED_MODULE_3__/* .isKnownStatus */ .ih)(cache.status))
        return UNKNOWN_STATUS;
    if (hasMoved(cache))
        return STILL_BUILDING;
    return (0,_find_js__WEBPACK_IMPORTED_MODULE_1__/* .isGhost */ .Q5)(cache) || timeoutMs >= STUCK_AFTER_MS ? STUCK : `${STILL_BUILDING} ${OF_GHOSTS}`;
}
function gone(imageCacheId) {
    return new CacheGoneError(`Image cache ${imageCacheId} was deleted while this step waited for it.`, {
        hint: 'Somebody, another workflow or a clean-up job deleted it. Run this step again: it makes a new one.',
    });
}


/***/ }),

/***/ 8728:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  announce: () => (/* reexport */ announce),
  beginLookUp: () => (/* reexport */ beginLookUp),
  buildEip: () => (/* reexport */ buildEip),
  createCache: () => (/* reexport */ createCache),
  handOver: () => (/* reexport */ handOver),
  logManifests: () => (/* reexport */ logManifests),
  logStorage: () => (/* reexport */ logStorage),
  lookUp: () => (/* reexport */ lookUp),
  planOf: () => (/* reexport */ planOf),
  rehearse: () => (/* reexport */ rehearse),
  removeOldCaches: () => (/* reexport */ removeOldCaches),
  settle: () => (/* reexport */ settle_settle),
  settleAtOnce: () => (/* reexport */ settleAtOnce),
  useExisting: () => (/* reexport */ useExisting),
  warnOfMovingTags: () => (/* reexport */ warnOfMovingTags)
});

;// CONCATENATED MODULE: ./src/steps/build-eip.ts
/** Undefined without `eip-instance-id: auto`: then nothing is loaded, and nothing asked for. */
async function buildEip(inputs, plan, deps) {
    const { eips } = deps;
    if (!inputs.temporaryEip || !eips)
        return undefined;
    const [{ TemporaryEip }, service] = await Promise.all([__webpack_require__.e(/* import() */ 157).then(__webpack_require__.bind(__webpack_require__, 4157)), eips()]);
    return new TemporaryEip(plan, { ...deps, eips: service, waits: inputs.wait });
}

// EXTERNAL MODULE: ./src/cache/identity.ts
var identity = __webpack_require__(6570);
// EXTERNAL MODULE: ./src/cache/statuses.ts
var statuses = __webpack_require__(2822);
// EXTERNAL MODULE: ./src/cache/times.ts
var cache_times = __webpack_require__(2596);
;// CONCATENATED MODULE: ./src/cache/match.ts



/**
 * What the service's answer means. The vendor describes ImageFullMatch in three ways (all layers, exact images, the
 * number of caches), so an answer that names a cache with none of the images is not understood.
 *
 * @param caches what the service would match for these images, best first
 */
function matchIn(caches, { imageCacheId }, images, nowMs = Date.now()) {
    const best = caches.find(({ status }) => status === '' || (0,statuses/* phaseOf */.hU)(status) === 'ready');
    if (best === undefined)
        return { verdict: 'none', text: 'The service names no cache that it would match.' };
    if (best.imageCacheId === imageCacheId) {
        return { verdict: 'this', text: `The service would match ${imageCacheId}, this cache.` };
    }
    if (!best.images.some((image) => images.includes(image))) {
        return {
            verdict: 'unknown',
            text: `Asked which cache it would match, the service names ${best.imageCacheId}, which shows none of these images.`,
        };
    }
    return {
        verdict: 'other',
        text: `The service would match ${describe(best, nowMs)}, not ${imageCacheId}.`,
    };
}
/** The verdict over several pods: what most needs a look. */
function worstOf(matches) {
    const order = ['other', 'none', 'unknown', 'this'];
    const [worst] = [...matches].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
    return worst ?? { verdict: 'unknown', text: 'The service was not asked.' };
}
/** The cache with its age and its owner, as far as they show. */
function describe({ imageCacheId, creationTime, tags }, nowMs = Date.now()) {
    const owner = (0,identity/* tagValueOf */.NI)(tags, identity/* TAG_KEY */.L2.repository);
    const createdMs = (0,cache_times/* parseTime */.p)(creationTime);
    const created = creationTime === '' ? 'of unknown age' : `created ${creationTime}`;
    const age = createdMs === undefined ? created : `${ageText(nowMs - createdMs)}, ${created}`;
    return `${imageCacheId} (${age}; ${owner === undefined ? 'not made by this action' : `of ${owner}`})`;
}
function ageText(milliseconds) {
    const hours = Math.max(0, milliseconds) / 3_600_000;
    const [count, unit] = hours < 1
        ? [Math.floor(hours * 60), 'minute']
        : hours < 48
            ? [Math.floor(hours), 'hour']
            : [Math.floor(hours / 24), 'day'];
    return `${count} ${unit}${count === 1 ? '' : 's'} old`;
}

// EXTERNAL MODULE: ./src/errors.ts
var src_errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/report/record.ts
var record = __webpack_require__(1117);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
var external_node_path_default = /*#__PURE__*/__webpack_require__.n(external_node_path_);
// EXTERNAL MODULE: ./src/images/reference.ts
var reference = __webpack_require__(4719);
// EXTERNAL MODULE: ./src/images/resolve.ts + 1 modules
var resolve = __webpack_require__(8867);
// EXTERNAL MODULE: ./src/images/template.ts
var template = __webpack_require__(4758);
// EXTERNAL MODULE: ./src/printable.ts
var printable = __webpack_require__(5260);
;// CONCATENATED MODULE: ./src/images/floating-tag.ts

/** Whether an image's tag usually moves from one content to the next. With a digest, it does not. */
function floatingTag(text) {
    const { tag, digest } = (0,reference/* parseReference */.F2)(text);
    if (digest !== undefined)
        return undefined;
    if (tag === undefined)
        return 'none';
    if (tag === 'latest')
        return 'latest';
    if (/^v?\d+$/.test(tag))
        return 'major';
    return /^v?\d+\.\d+$/.test(tag) ? 'minor' : undefined;
}

;// CONCATENATED MODULE: ./src/steps/moving-tags.ts


const FULL_VERSION = /\d+\.\d+\.\d+/;
const WORDS = {
    latest: 'latest',
    none: 'no tag, which means latest',
    major: 'a major version',
    minor: 'a minor version',
};
/**
 * Why an image's tag is likely to move, in words; undefined if it is not. A major or minor version alone moves if the
 * release has a full one.
 */
function movingTag(image, hasFullVersion) {
    const floating = floatingTag(image);
    if (floating === undefined)
        return undefined;
    return floating === 'latest' || floating === 'none' || hasFullVersion ? WORDS[floating] : undefined;
}
/** Whether the release goes by a full version: its tag, or a tag among the images of the input. */
function hasFullVersion({ images }, { tag }) {
    if (tag.known && FULL_VERSION.test(tag.name))
        return true;
    return images.some((image) => FULL_VERSION.test((0,reference/* parseReference */.F2)(image).tag ?? ''));
}
/** A cache holds what a tag pointed to when it was built, and nothing reports that the tag has moved. */
function warnOfMovingTags(inputs, context, { log, note }) {
    const isFull = hasFullVersion(inputs, context);
    const movingTags = inputs.releaseImages.flatMap(({ cachedReference }) => {
        const why = movingTag(cachedReference, isFull);
        return why === undefined ? [] : [`${cachedReference} (${why})`];
    });
    if (movingTags.length === 0)
        return;
    note({ movingTags });
    log.warning(`These tags move: ${movingTags.join(', ')}. When one of them moves, the cache becomes stale without an error: instances keep starting with the old content. Deploy a full version or a digest.`);
}

;// CONCATENATED MODULE: ./src/steps/manifests.ts

/** Says which pods the manifests make, what was passed over, and what would keep instances from using the cache. */
async function logManifests(inputs, { content }, context, deps) {
    const { podLabel } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(6), __webpack_require__.e(65)]).then(__webpack_require__.bind(__webpack_require__, 446));
    const { log, note } = deps;
    const isFull = hasFullVersion(inputs, context);
    const pods = content.pods.map((pod) => rowOf(pod, podLabel(pod), isFull));
    log.info(`${content.files.length} files, ${pods.length} pods, ${content.images.length} different images in them.`);
    for (const { label, doubts } of pods)
        for (const doubt of doubts)
            log.info(`${label}: ${doubt}`);
    logMessages(content.messages, deps);
    const pulling = pods.filter((_, at) => content.pods[at]?.images.some(({ pullsAlways }) => pullsAlways !== undefined));
    if (pulling.length > 0) {
        log.warning(`${pulling.length} of ${pods.length} pods pull their images at every start, even if the cache holds them (imagePullPolicy Always): ${listOf(pulling)}. Set imagePullPolicy: IfNotPresent, and a tag other than latest.`);
    }
    note({ pods });
}
/** Messages go to log and record alike. */
function logMessages(messages, { log, note, record }) {
    for (const { level, text } of messages) {
        if (level === 'info')
            log.info(text);
        else if (level === 'notice')
            log.notice(text);
        else
            log.warning(text);
    }
    note({ manifestNotes: [...record.manifestNotes, ...messages.map(({ text }) => text)] });
}
/** Longer lists are cut: a line has to be read. */
const MOST_PODS = 20;
function listOf(pods) {
    const more = pods.length > MOST_PODS ? `, and ${pods.length - MOST_PODS} more` : '';
    return `${pods
        .slice(0, MOST_PODS)
        .map(({ label }) => label)
        .join(', ')}${more}`;
}
function rowOf({ file, images }, label, isFull) {
    return { label, file, doubts: images.flatMap((image) => doubtsOf(image, isFull)), isAnnotated: false };
}
/** What would keep an instance from using the cache for this image, or from getting what it means. */
function doubtsOf({ text, pullsAlways }, isFull) {
    const moving = movingTag(text, isFull);
    return [
        ...(pullsAlways === 'explicit' ? [`${text} has imagePullPolicy Always`] : []),
        ...(pullsAlways === 'implied'
            ? [`${text} has imagePullPolicy Always, implied by ${moving ?? 'its tag'}`]
            : []),
        ...(moving === undefined ? [] : [`the tag of ${text} moves (${moving})`]),
    ];
}

;// CONCATENATED MODULE: ./src/steps/annotate.ts








/**
 * Writes the manifests with the cache's ID on the pods of this release, into a folder of this step's own.
 *
 * @returns the images of each annotated pod
 * @throws ActionError if the folder cannot be written: the deployment would have nothing to apply
 */
async function annotate({ imageCacheId }, inputs, given, context, deps) {
    const { annotateManifests, writeAnnotated } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(6), __webpack_require__.e(65)]).then(__webpack_require__.bind(__webpack_require__, 446));
    const { record, note, log } = deps;
    const isOfThisRelease = releaseImages(inputs, given, context);
    const copy = annotateManifests(given.content, { imageCacheId, isOfThisRelease });
    const folder = await writing(async () => {
        await (0,promises_.mkdir)(given.tempFolder, { recursive: true });
        const made = await (0,promises_.mkdtemp)(external_node_path_default().join(given.tempFolder, 'annotated-manifests-'));
        await writeAnnotated(made, copy.files);
        return made;
    });
    const annotated = new Set(copy.annotated);
    const pods = record.pods.map((row, at) => {
        const pod = given.content.pods[at];
        return { ...row, isAnnotated: pod !== undefined && annotated.has(pod) };
    });
    note({ annotatedManifests: folder, pods });
    log.info(`Annotated ${annotated.size} of ${pods.length} pods with ${imageCacheId} in ${folder}: ${pods
        .filter(({ isAnnotated }) => isAnnotated)
        .map(({ label }) => label)
        .join(', ') || 'none'}.`);
    logMessages(copy.messages, deps);
    return copy.annotated.map(({ images }) => images.map(({ text }) => text));
}
async function writing(write) {
    try {
        return await write();
    }
    catch (error) {
        const { code = 'unknown', path: place = '' } = error;
        throw new src_errors/* ActionError */.lZ(`The annotated manifests cannot be written: ${code} ${(0,printable/* printable */.g)(place)}`.trim(), {
            hint: 'They go below RUNNER_TEMP: check that the folder can be written and that its disk has room. The cache is Ready, and the next run reuses it.',
            cause: error,
        });
    }
}
/** Whether an image belongs to this release: an entry of `images`, or one whose tag is the release's. */
function releaseImages({ imageTag, registryMap }, { listedImages }, context) {
    const tag = releaseTag(imageTag, context);
    const texts = new Set(listedImages.map(({ cachedReference }) => cachedReference));
    const places = new Set(listedImages.map(({ inspect }) => (0,reference/* formatReference */.FH)(inspect)));
    return (image) => texts.has(image) ||
        places.has((0,reference/* formatReference */.FH)((0,resolve/* lookUpPlace */.Qs)(image, registryMap))) ||
        (tag !== undefined && (0,reference/* parseReference */.F2)(image).tag === tag);
}
/** Undefined if the event has no tag to fill the template from. */
function releaseTag(imageTag, context) {
    try {
        return (0,template/* renderTag */.v)(imageTag, context);
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/steps/other-content.ts



/** Every cache that this owner has. @throws ServiceError if they cannot be looked up */
function cachesOfOwner({ owner }, service) {
    return service.find({ tag: { key: identity/* TAG_KEY */.L2.repository, value: (0,identity/* ownerTagValue */.fN)(owner.owner) } });
}
/**
 * Names caches of this owner that hold the same references with another content: a tag was pushed again, and instances
 * that match automatically may start from either. Only a cache whose references are all among ours can be judged by its
 * fingerprint; for others it is not known.
 */
function warnOfOtherContent(caches, plan, { imageCacheId }, { log, note, record }) {
    const others = caches.filter((cache) => cache.imageCacheId !== imageCacheId && hasOtherContent(cache, plan));
    if (others.length === 0)
        return;
    note({ otherContent: others.map((cache) => cache.imageCacheId) });
    const list = others.map((cache) => `${describe(cache)} holds different content for ${cache.images.join(', ')}`);
    log.warning(`A tag was pushed again, or has moved: ${list.join('; ')}. Instances that match automatically may start with the old content, and the old cache costs money. Delete it once nothing uses its ID: ${others
        .map((cache) => `aliyun eci DeleteImageCache --RegionId ${record.regionId} --ImageCacheId ${cache.imageCacheId}`)
        .join('; ')}`);
}
function hasOtherContent({ images, tags, status }, { fingerprintWith, query }) {
    if (!['ready', 'in-progress'].includes((0,statuses/* phaseOf */.hU)(status)) || images.length === 0)
        return false;
    const fingerprint = (0,identity/* tagValueOf */.NI)(tags, identity/* TAG_KEY */.L2.fingerprint);
    if (fingerprint === undefined || fingerprint === query.fingerprint)
        return false;
    const expected = fingerprintWith(images);
    return expected !== undefined && expected !== fingerprint;
}

;// CONCATENATED MODULE: ./src/steps/hand-over.ts






/** The answers are useful, but not worth a long wait. */
const PATIENCE_MS = 45_000;
/** Pods with different images are asked for one by one, as long as they are few. */
const MOST_QUESTIONS = 5;
/**
 * Asks while the cache is still being looked for, so that a run which finds one Ready makes no further round trip. If
 * the cache has yet to be built, these answers are outdated once it is Ready.
 */
function askEarly(plan, { service }) {
    const answers = {
        matching: service.findMatching({ images: plan.query.images, fullMatch: true }),
        ofOwner: cachesOfOwner(plan, service),
    };
    // A failure counts only if the answer is used.
    for (const answer of Object.values(answers))
        answer.catch(() => undefined);
    return answers;
}
/**
 * What follows once the cache is Ready: the annotated manifests, which cache the service says it would match, and
 * what else might match. Does nothing for a cache that is not Ready.
 *
 * @param early answers that are still true
 * @throws ActionError if the annotated manifests cannot be written
 */
async function handOver(cache, plan, inputs, context, deps, early) {
    if ((0,statuses/* phaseOf */.hU)(cache.status) !== 'ready')
        return;
    await (0,record/* inPhase */.xe)('See that it will be used', deps, async () => {
        const { manifests } = inputs;
        const pods = manifests ? await annotate(cache, inputs, manifests, context, deps) : [];
        const matching = (images) => early && images === plan.query.images
            ? early.matching
            : deps.service.findMatching({ images, fullMatch: true });
        const matches = questionsFor(pods, plan).map((images) => matchOf(cache, images, matching(images), deps));
        const ofOwner = early?.ofOwner ?? cachesOfOwner(plan, deps.service);
        await Promise.all([reportMatch(matches, deps), lookForOtherContent(ofOwner, cache, plan, deps)]);
    });
}
/** The sets of images to ask for: those of each annotated pod, or all of the cache's. */
function questionsFor(pods, { query }) {
    const sets = pods.map((images) => [...new Set(images)].sort()).filter((images) => images.length > 0);
    const different = [...new Map(sets.map((images) => [images.join('\n'), images])).values()];
    return different.length === 0 || different.length > MOST_QUESTIONS ? [query.images] : different;
}
async function reportMatch(matches, { note, log }) {
    const match = worstOf(await Promise.all(matches));
    note({ match });
    if (match.verdict === 'other')
        log.warning(`${match.text} ${OTHER_HINT}`);
    else
        log.info(match.text);
}
const OTHER_HINT = 'Name the cache by its ID, or delete the other one if nothing needs it.';
async function matchOf(cache, images, matching, deps) {
    try {
        const caches = await inTime(matching, deps);
        if (caches)
            return matchIn(caches, cache, images);
        return {
            verdict: 'unknown',
            text: 'The service was asked which cache it would match, and did not answer in time.',
        };
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        return { verdict: 'unknown', text: `Which cache the service would match is not known: ${error.message}` };
    }
}
async function lookForOtherContent(ofOwner, cache, plan, deps) {
    try {
        const caches = await inTime(ofOwner, deps);
        if (caches)
            warnOfOtherContent(caches, plan, cache, deps);
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        deps.log.debug(`Cannot tell whether other caches hold the same references: ${error.message}`);
    }
}
/** Undefined if it takes too long. */
async function inTime(work, { clock, signal }) {
    return (await Promise.race([work, clock.sleep(PATIENCE_MS, signal)])) ?? undefined;
}

// EXTERNAL MODULE: ./src/cache/find.ts
var find = __webpack_require__(6395);
// EXTERNAL MODULE: ./src/cache/fresh.ts
var fresh = __webpack_require__(9438);
;// CONCATENATED MODULE: ./src/steps/surplus.ts



/**
 * Looks once more which cache of the content every run uses, and warns where there is more than one.
 *
 * @param cache the one at hand
 * @returns that cache; undefined if the look shows none or fails: the cache at hand is still good
 */
async function lookOnceMore({ query }, { imageCacheName }, deps) {
    try {
        const matches = await (0,find/* findCaches */.hY)(deps.service, query, (0,identity/* generationOf */.gS)(imageCacheName, query.nameOf));
        warnOfSurplus(matches, deps);
        return matches.usable;
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        deps.log.warning(`Cannot tell whether this is the only cache of this content: ${error.message}`);
        return undefined;
    }
}
/** Warns about caches of the content that nobody needs, once for the same ones. */
function warnOfSurplus({ usable, surplus }, { log, note, record }) {
    const ids = surplus.map(({ imageCacheId }) => imageCacheId);
    if (!usable || ids.length === 0 || ids.join() === record.surplus.join())
        return;
    note({ surplus: ids });
    const list = surplus.map(({ imageCacheId, imageCacheSizeGiB, status }) => imageCacheSizeGiB === undefined
        ? `${imageCacheId} (${status})`
        : `${imageCacheId} (${imageCacheSizeGiB} GiB, ${status})`);
    log.warning(`There is more than one cache of this content. Every run uses ${usable.imageCacheId}. Delete ${list.join(', ')}: each costs snapshot storage of its size for as long as it is kept, and nothing uses it.`);
}

;// CONCATENATED MODULE: ./src/steps/look-up.ts





/** Begins to look while the manifests are still being read, on the digests that their indexes name. */
function beginLookUp(plan, deps) {
    const { query } = plan;
    const { service, clock } = deps;
    const matches = (0,find/* findCaches */.hY)(service, query);
    // Its failure is reported when it is awaited. If the images cannot be cached, nothing awaits it.
    const endedMs = matches.then(() => clock.now(), () => clock.now());
    return { fingerprint: query.fingerprint, matches, endedMs, answers: askEarly(plan, deps) };
}
/**
 * Looks for a cache of exactly these images.
 *
 * @param begun the same look-up, if it was begun earlier; ignored if the images turned out to be others
 */
async function lookUp({ query }, deps, begun) {
    const { service, log, note, clock } = deps;
    if (query.attempt !== '') {
        // The jobs of one attempt share theirs, so that "a new one is made" would not be true of each of them.
        log.info('reuse is false: caches that other runs made of these images are ignored, and cost money in addition to this one.');
    }
    const isFresh = begun?.fingerprint === query.fingerprint && clock.now() - (await begun.endedMs) < fresh/* FRESH_MS */.k;
    if (isFresh)
        log.debug('The look-up ran while the manifests were read.');
    const matches = await (isFresh ? begun.matches : (0,find/* findCaches */.hY)(service, query));
    const seenAtMs = isFresh ? await begun.endedMs : clock.now();
    note({ failedBefore: matches.failed.map(({ imageCacheId }) => imageCacheId) });
    for (const { imageCacheId, creationTime } of matches.failed) {
        log.info(`${imageCacheId} (created ${creationTime}) holds the same images, but it failed. It is not used.`);
    }
    if (!matches.usable)
        log.info(`No cache holds these images yet. Fingerprint of the content: ${query.fingerprint}`);
    warnOfStrangers(matches, query, deps);
    warnOfSurplus(matches, deps);
    return { matches, seenAtMs, answers: isFresh ? begun.answers : undefined };
}
/** Caches that look like those of this content, and that are not used. */
function warnOfStrangers({ strangers }, query, { log }) {
    for (const cache of strangers) {
        const { imageCacheId, images, tags } = cache;
        if ((0,identity/* tagValueOf */.NI)(tags, identity/* TAG_KEY */.L2.fingerprint) === query.fingerprint) {
            log.warning(`${imageCacheId} has the tag of this content, but holds other images (${images.join(', ')}). It is not used.`);
        }
        else if (query.isNameChosen && images.length > 0 && (0,find/* holds */.v9)(cache, query)) {
            log.warning(`${imageCacheId} has the name that image-cache-name gives and these images, but shows no tags. It may be of other content, so it is not reused for its name. Leave image-cache-name out: the names that are then made tell the content.`);
        }
    }
}

// EXTERNAL MODULE: ./src/cache/service.ts
var cache_service = __webpack_require__(8125);
;// CONCATENATED MODULE: ./src/cache/sighting.ts




/** Look-ups lag behind creates by seconds, sometimes by minutes. */
const LOOK_AGAIN_MS = [1_000, 2_000, 3_000, 5_000];
const LONGEST_PAUSE_MS = 10_000;
/** How long to look for a cache whose build is known to have begun, although no look-up shows it. */
const BUILDING_UNSEEN_MS = 600_000;
/** A runner's clock may differ from the service's by this much. */
const CLOCK_SKEW_MS = 60_000;
/**
 * Looks for a cache that a create has named: by its ID, and where that misses it by tag and names too. Ends as soon as
 * it shows, or another one of the content does. Without either it ends after two minutes; or after ten, where the
 * instance that builds it is there.
 *
 * @param generation the one that it was asked for with
 * @throws ServiceError if looking fails for good, or goes on failing for ten minutes: that is no sign of a cache's end
 */
async function sightingOf(created, query, generation, deps) {
    const { clock, service } = deps;
    const [startMs, startWallMs] = [clock.now(), Date.now()];
    let isNew = false;
    for (let looks = 1;; looks += 1) {
        const byId = await unlessTransient((0,cache_service/* findById */.uz)(service, created.imageCacheId));
        const found = looks === 1 && byId.value ? undefined : unlessTransient((0,find/* findCaches */.hY)(service, query, generation));
        const { value: matches, failure } = (await found) ?? {};
        const cache = byId.value ?? matches?.all.find(({ imageCacheId }) => imageCacheId === created.imageCacheId);
        if (cache ?? matches?.usable)
            return { cache, looks, isNew, matches };
        const waitedMs = clock.now() - startMs;
        isNew ||= looks > 1 && (await isBuilt(created, startWallMs, waitedMs, deps));
        if (waitedMs >= (isNew || failure ? BUILDING_UNSEEN_MS : find/* GONE_AFTER_MS */.In)) {
            if (failure)
                throw failure;
            return { cache, looks, isNew, matches };
        }
        await clock.sleep(LOOK_AGAIN_MS[looks - 1] ?? LONGEST_PAUSE_MS, deps.signal);
    }
}
/**
 * Looks by tag and names until the time is over, or `isEnough` says so.
 *
 * @returns what the last look showed
 */
async function lookUntil(forMs, query, generation, deps, isEnough) {
    const { clock, service, signal } = deps;
    const endMs = clock.now() + forMs;
    for (let looks = 1;; looks += 1) {
        const matches = await (0,find/* findCaches */.hY)(service, query, generation);
        if (isEnough(matches) || clock.now() >= endMs)
            return matches;
        await clock.sleep(LOOK_AGAIN_MS[looks - 1] ?? LONGEST_PAUSE_MS, signal);
    }
}
/** A look that fails for a reason that may heal has shown nothing: there will be another one. */
async function unlessTransient(look) {
    try {
        return { value: await look };
    }
    catch (error) {
        if ((0,cache_service/* isTransient */.dg)(error))
            return { failure: error };
        throw error;
    }
}
/**
 * Whether the instance that builds the cache is there. One whose events are all older than the create may have built a
 * cache of which only the client token is left; but not where the account has more caches than look-ups show.
 */
async function isBuilt({ containerGroupId }, askedAtMs, waitedMs, deps) {
    if (containerGroupId === '')
        return false;
    try {
        const events = await deps.service.containerGroupEvents(containerGroupId);
        if (events === undefined)
            return false;
        const times = events.map(({ lastTimestamp }) => (0,cache_times/* parseTime */.p)(lastTimestamp) ?? Infinity);
        if (times.length === 0 || Math.max(...times) >= askedAtMs - CLOCK_SKEW_MS)
            return true;
        return waitedMs >= find/* GONE_AFTER_MS */.In && (await deps.showsAll()) === false;
    }
    catch (error) {
        // Reading them takes a permission that not everybody grants.
        if (error instanceof src_errors/* ActionError */.lZ)
            return false;
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/cache/decide.ts



/** How long another call for the same cache may take to show it. */
const CONFLICT_LASTS_MS = 30_000;
/** Calls that conflict for longer than this are stuck. */
const MOST_CONFLICTS = 4;
/** InvalidAllocationId.NotFound, InvalidEipInstanceId.NotFound: about the EIP that a create names. */
const OF_THE_EIP = /Eip|AllocationId/i;
/** The service that has allocated an EIP is not the one that is asked to use it. */
const EIP_SHOWS_MS = 10_000;
/**
 * What follows a refused create. Every path starts with a look-up: whatever the service says, this request or another
 * run may have made the cache.
 *
 * @throws the refusal where nothing can be done about it
 */
async function decide(refusal, asked, tried, deps) {
    const again = tried.patience.after(refusal, 'CreateImageCache');
    if (again)
        return { ...again, lookMs: 0, otherwise: () => 'ask-again' };
    const unlessStuck = () => (tried.conflicts < MOST_CONFLICTS ? 'ask-again' : refusal);
    if (asked.hasOwnEip && OF_THE_EIP.test(refusal.code) && ['permanent', 'not-found'].includes(refusal.kind)) {
        tried.conflicts += 1;
        return {
            says: `${refusal.message} Looking at the EIP again.`,
            pauseMs: EIP_SHOWS_MS,
            lookMs: 0,
            otherwise: unlessStuck,
        };
    }
    switch (refusal.kind) {
        case 'conflict':
            tried.conflicts += 1;
            return {
                says: `Another run has asked for the same cache (${refusal.code}). Looking for it.`,
                lookMs: CONFLICT_LASTS_MS,
                otherwise: unlessStuck,
            };
        case 'token-mismatch':
            return {
                says: `Another run has asked for the same cache (${refusal.code}). Looking for it.`,
                lookMs: await timeToShow(deps),
                // A token that the user chose is not replaced silently.
                otherwise: () => (asked.chosenToken === undefined || asked.hasOwnEip ? 'next-generation' : refusal),
            };
        case 'token-failed':
            return {
                says: `An earlier request with this client token failed, and the service repeats that answer (${refusal.code}). Taking the next token.`,
                lookMs: 0,
                otherwise: () => 'next-generation',
            };
        case 'name-taken':
            return {
                says: `The name ${asked.name} is taken (${refusal.code}). Looking for the cache that has it.`,
                lookMs: await timeToShow(deps),
                lookFor: (matches) => holderOf(asked.name, matches) !== undefined,
                otherwise: (matches) => afterTakenName(refusal, asked, matches),
            };
        case 'quota':
            if (refusal.quota === 'image-cache' && !tried.madeRoom) {
                tried.madeRoom = true;
                if (await deps.makeRoom())
                    return { says: '', lookMs: 0, otherwise: () => 'ask-again' };
            }
    }
    throw refusal;
}
/** How long a cache that must be there may take to show: longer if the account has more caches than look-ups show. */
async function timeToShow(deps) {
    return (await deps.showsAll()) === false ? BUILDING_UNSEEN_MS : find/* GONE_AFTER_MS */.In;
}
function holderOf(name, { all }) {
    return all.find(({ imageCacheName }) => imageCacheName === name);
}
function afterTakenName(refusal, asked, matches) {
    const holder = holderOf(asked.name, matches);
    if (holder && ((0,find/* holds */.v9)(holder, asked) || !asked.isNameChosen))
        return 'next-generation';
    const who = holder
        ? `${holder.imageCacheId}, which holds ${holder.images.join(', ') || 'different content'}`
        : 'a cache that no look-up shows';
    const name = `${asked.isNameChosen ? 'Input image-cache-name: the' : 'The'} name ${asked.name}`;
    const hint = asked.isNameChosen
        ? 'Choose a name that no other release has, or leave image-cache-name out: a name is then made from repository, tag and content.'
        : 'Nothing else has this name, so the cache is most likely there: run this step again in a few minutes to join it. If it never appears, grant eci:DescribeImageCaches, set resource-group-id to the group that the credentials are limited to, or run with reuse: false.';
    return new src_errors/* ActionError */.lZ(`${name} is taken by ${who}. ${refusal.message}`, { hint, cause: refusal });
}

;// CONCATENATED MODULE: ./src/cache/ensure-errors.ts

/** Caches were requested, but no look-up shows them. @param isNew whether the last one is known to be building */
function cannotBeSeen(ids, isNew) {
    const [subject, verb] = ids.length === 1 ? ['Image cache', 'was'] : ['Image caches', 'were'];
    const building = isNew ? ' The instance that builds it is there, so it is being built.' : '';
    return new src_errors/* ActionError */.lZ(`${subject} ${ids.join(' and ')} ${verb} requested, but no look-up finds ${ids.length === 1 ? 'it' : 'them'} by ID, tag or name.${building} No further cache is requested, since each may exist and cost money.`, {
        hint: 'Look for them in the ECI console, in every resource group. Most likely the credentials are allowed to create caches, but not to list them: grant eci:DescribeImageCaches, and set resource-group-id to the group that the credentials are limited to. If they were deleted on purpose, run with reuse: false, or set client-token to a value that was never used before.',
    });
}
/** The service has answered with a cache of another content. @param isChosen whether the user chose the token */
function tokenUsedBefore({ imageCacheId, images }, isChosen) {
    const token = isChosen ? 'Input client-token: the token' : 'The client token';
    return new src_errors/* ActionError */.lZ(`${token} was used before: the service answered with ${imageCacheId}, which holds ${images.join(', ') || 'other images'}, but not the requested content.`, { hint: 'Leave client-token out, or set it to a value that was never used before.' });
}
/** Every token that was tried had been used. */
function allRepeated() {
    return new src_errors/* ActionError */.lZ('The service treats every request for this cache as a repetition of an earlier one.', {
        hint: 'Set client-token to a value that was never used before, and run again.',
    });
}

// EXTERNAL MODULE: ./src/cache/patience.ts
var patience = __webpack_require__(2599);
;// CONCATENATED MODULE: ./src/cache/ensure.ts










/** How many client tokens one run tries. */
const MOST_GENERATIONS = 10;
/** Caches that were made and that no look-up shows: a third one would not show either, and each is paid for. */
const MOST_UNSEEN = 2;
/**
 * Requests the cache until there is one. Any number of runs, retries and kills for one content leave one cache, if the
 * service keeps at least one of three promises: it remembers client tokens; look-ups by tag show the cache; look-ups by
 * name show it. So a create is sent only after a look by both, and repeated only with the same token. A
 * token whose cache has failed or is gone is used up, and so is its name: the next generation has its own.
 *
 * @throws ServiceError, or ActionError if asking again does not lead to a cache
 */
async function ensureCache(wanted, seen, deps) {
    const search = startSearch(wanted, seen, deps);
    const last = search.generation + MOST_GENERATIONS;
    while (search.generation < last) {
        await lookIfStale(search);
        const found = joinable(search.matches) ?? (await askOnce(search));
        if (found)
            return found;
    }
    throw allRepeated();
}
function startSearch(wanted, { matches, seenAtMs }, deps) {
    return {
        wanted,
        deps,
        patience: new patience/* Patience */.i(deps.clock),
        conflicts: 0,
        madeRoom: false,
        matches,
        seenAtMs,
        lookedUpTo: 0,
        generation: matches.nextGeneration,
        unseen: [],
        metFailed: false,
    };
}
/**
 * What a look shows may call for the next generation: then its name is looked for, too, before it is asked for. But a
 * cache that can be used ends it: the next look may meet another replica, which does not show that cache yet.
 */
async function lookIfStale(search) {
    const { deps, wanted, generation } = search;
    const isFresh = generation <= search.lookedUpTo && deps.clock.now() - search.seenAtMs < fresh/* FRESH_MS */.k;
    if (isFresh || search.matches.usable)
        return;
    const look = () => (0,find/* findCaches */.hY)(deps.service, wanted, generation);
    take(await (0,fresh/* lookFreshly */.F)(look, deps.clock, ({ usable }) => usable !== undefined), generation, search);
    await lookIfStale(search);
}
/** Adds what a look has shown to what is known. */
function take(matches, lookedUpTo, search) {
    search.matches = matches;
    search.seenAtMs = search.deps.clock.now();
    search.lookedUpTo = lookedUpTo;
    if (matches.nextGeneration > search.generation)
        goOnWith(matches.nextGeneration, search);
}
function goOnWith(generation, search) {
    search.generation = generation;
    search.patience = new patience/* Patience */.i(search.deps.clock);
}
/** Sends one create, and does what its answer asks for; undefined if another one has to follow. */
async function askOnce(search) {
    const { wanted, deps, generation } = search;
    // Getting an EIP takes many calls: caches come and go meanwhile.
    const eip = await deps.eipFor?.(generation, async () => {
        const matches = await (0,find/* findCaches */.hY)(deps.service, wanted, generation);
        return matches.usable || matches.nextGeneration > generation ? matches : undefined;
    });
    if (eip && 'cache' in eip) {
        take(eip.cache, generation, search);
        return joinable(eip.cache);
    }
    const request = { ...wanted.request(generation), ...(eip && { eipInstanceId: eip.allocationId }) };
    let created;
    try {
        created = await deps.service.create(request, tokenFor(wanted, generation));
    }
    catch (error) {
        if (!(error instanceof cache_service/* ServiceError */._7))
            throw error;
        return afterRefusal(error, request.imageCacheName, search);
    }
    deps.onCreated(created);
    return afterCreate(created, search);
}
async function afterRefusal(refusal, name, search) {
    const { wanted, deps, generation } = search;
    const asked = { ...wanted, name, hasOwnEip: deps.eipFor !== undefined };
    const decision = await decide(refusal, asked, search, deps);
    if (decision.says !== '')
        deps.log.info(decision.says);
    if (decision.pauseMs !== undefined)
        await deps.clock.sleep(decision.pauseMs, deps.signal);
    const matches = await lookUntil(decision.lookMs, wanted, generation, deps, (seen) => seen.usable !== undefined || seen.nextGeneration > generation || (decision.lookFor?.(seen) ?? false));
    take(matches, generation, search);
    const found = joinable(matches);
    if (found ?? search.generation > generation)
        return found;
    const next = decision.otherwise(matches);
    if (next instanceof src_errors/* ActionError */.lZ)
        throw next;
    if (next === 'next-generation')
        goOnWith(generation + 1, search);
    return undefined;
}
/** The cache that a create named may be new, remembered for the token, used up, or of different content. */
async function afterCreate(created, search) {
    const { wanted, deps, generation } = search;
    const known = search.matches.failed.some(({ imageCacheId }) => imageCacheId === created.imageCacheId);
    const sighting = await sightingOf(created, wanted, generation, deps);
    const { cache, matches } = sighting;
    if (matches)
        take(matches, generation, search);
    if (cache && !(0,find/* holds */.v9)(cache, wanted)) {
        deps.onGone(created);
        throw tokenUsedBefore(cache, wanted.chosenToken !== undefined);
    }
    if (cache && !isUsedUp(cache, known, sighting, search))
        return { result: 'created', cache };
    const other = matches && joinable(matches);
    if (!cache && !other)
        await countUnseen(created, sighting, search);
    deps.onGone(created);
    if (other)
        return other;
    goOnWith(Math.max(search.generation, generation + 1), search);
    return undefined;
}
/** A cache that is already Failed at the first look is an old one: its token is remembered, and look-ups missed it. */
function isUsedUp(cache, known, { looks }, search) {
    const { imageCacheId, status } = cache;
    const phase = (0,statuses/* phaseOf */.hU)(status);
    if (phase === 'gone') {
        search.deps.log.info(`The service answered with ${imageCacheId}, which an earlier request made and which is ${status}. Requesting a new one.`);
        return true;
    }
    if (phase !== 'failed' || (!known && (looks > 1 || search.metFailed)))
        return false;
    search.metFailed ||= !known;
    search.deps.log.info(`The service answered with ${imageCacheId}, which an earlier request made and which failed. Requesting a new one with the next client token.`);
    return true;
}
/**
 * A create that named a cache which cannot be seen has made it, or was answered from memory with one that is gone. Only
 * where look-ups show all caches of the account is it certain that it is gone.
 *
 * @throws ActionError if another create might make another cache that nobody sees
 */
async function countUnseen(created, { isNew }, search) {
    const { deps, unseen } = search;
    if (isNew || !(await deps.showsAll()))
        unseen.push(created.imageCacheId);
    if (isNew || unseen.length >= MOST_UNSEEN)
        throw cannotBeSeen(unseen, isNew);
    deps.log.info(`${created.imageCacheId} cannot be found by ID, tag or name: most likely an earlier request made it, and it was deleted since. Requesting a new one.`);
}
function tokenFor(wanted, generation) {
    if (wanted.chosenToken !== undefined)
        return (0,identity/* clientTokenFrom */.$)(wanted.chosenToken, generation);
    return (0,identity/* clientToken */.$Y)(wanted.fingerprint, generation, wanted.attempt);
}
function joinable({ usable }) {
    return usable && { result: resultFor(usable), cache: usable };
}
/** What the outputs call a cache that was found, not made. */
function resultFor(cache) {
    return (0,statuses/* phaseOf */.hU)(cache.status) === 'ready' ? 'reused' : 'joined';
}

;// CONCATENATED MODULE: ./src/steps/cache-facts.ts

/** What outputs and summary say of a cache that a look-up showed. */
function cacheFacts(cache) {
    return {
        imageCacheId: cache.imageCacheId,
        imageCacheName: cache.imageCacheName,
        imageCacheSizeGiB: cache.imageCacheSizeGiB,
        status: (0,statuses/* knownSpelling */.y5)(cache.status),
        containerGroupId: undefined,
        requestId: undefined,
        snapshotId: (0,statuses/* phaseOf */.hU)(cache.status) === 'ready' ? cache.snapshotId || cache.flashSnapshotId : undefined,
    };
}

;// CONCATENATED MODULE: ./src/steps/left-building.ts


/**
 * The failure of a call that came after the create, with what it leaves behind: expired credentials or a revoked policy
 * end the run, but not the build.
 */
function leftBuilding(error, { record }) {
    const { imageCacheId, creating } = record;
    if (!(error instanceof cache_service/* ServiceError */._7))
        return error;
    if (imageCacheId === undefined && !creating)
        return error;
    const left = imageCacheId === undefined
        ? 'A cache may have been created anyway: the answer to the create request was lost.'
        : `Image cache ${imageCacheId} was left alone and keeps building.`;
    const next = 'Then run this step again: it joins the cache, if there is one, and waits for it.';
    return new src_errors/* ActionError */.lZ(`${error.message} ${left}`, {
        hint: [error.hint, imageCacheId === undefined ? next : next.replace(', if there is one,', '')]
            .filter(Boolean)
            .join(' '),
        cause: error,
    });
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
;// CONCATENATED MODULE: ./src/sizing/sink.ts
/** Ends the unpacking early; the message follows "since". What was counted counts. */
class Stopped extends Error {
}

;// CONCATENATED MODULE: ./src/sizing/budget.ts


/** Below this, a look at the whole layer costs no more than a look at a part of it. */
const SMALL_LAYER_BYTES = 8 * 2 ** 20;
/** Streams and looks at a time: zlib has four threads, and each piece of work a few MiB. */
const UNPACKING_AT_ONCE = 4;
/** Enough for every real image, and a limit for one that was made to keep us busy. */
const DEFAULT_LIMITS = {
    streamBytes: 2 ** 30,
    otherBytes: 2 ** 30,
    cpuMs: 180_000,
    wallMs: 600_000,
};
/** One budget for all layers of a run. Close it at the end. */
class ReadingBudget {
    clock;
    limits;
    limit = (0,p_limit/* default */.A)(UNPACKING_AT_ONCE);
    timer = new AbortController();
    /** What is under way, to be stopped when time is up. */
    waiting = new Set();
    startMs;
    startCpu = process.cpuUsage();
    bytes;
    streamBytes;
    smallBytes;
    constructor(clock, limits = {}) {
        this.clock = clock;
        this.limits = { ...DEFAULT_LIMITS, ...limits };
        this.bytes = this.limits.streamBytes + this.limits.otherBytes;
        this.streamBytes = this.limits.streamBytes;
        this.smallBytes = this.limits.otherBytes / 2;
        this.startMs = clock.now();
        clock.sleep(this.limits.wallMs, this.timer.signal).then(() => {
            for (const stop of this.waiting)
                stop(new Stopped(this.outOfTime()));
        }, () => undefined);
    }
    /** Whether a layer may be read whole; whoever is asked for first gets it. */
    grant(sizeBytes) {
        const pool = sizeBytes <= SMALL_LAYER_BYTES ? 'smallBytes' : 'streamBytes';
        if (this[pool] < sizeBytes)
            return false;
        this[pool] -= sizeBytes;
        return true;
    }
    /** Why nothing more may be read or unpacked, in words that follow "since"; undefined while something may. */
    exhausted() {
        const { cpuMs, wallMs } = this.limits;
        if (this.bytes < 0)
            return 'this run has read as many bytes of layers as it may';
        if (this.clock.now() - this.startMs >= wallMs)
            return this.outOfTime();
        const { user, system } = process.cpuUsage(this.startCpu);
        if ((user + system) / 1000 < cpuMs)
            return undefined;
        return `this run has spent ${cpuMs / 1000} s of processor time on layers, as much as it may`;
    }
    /** Runs work that holds memory or keeps the processor busy, a few at a time. */
    unpacking(work) {
        return this.limit(work);
    }
    /** The reader, within the budget: it throws Stopped where that is spent, also in the middle of an answer. */
    within(reader) {
        let fetched = 0;
        const note = (length) => {
            fetched += length;
            this.bytes -= length;
        };
        return {
            range: async (layer, start, end) => {
                const bytes = await this.inTime(() => reader.range(layer, start, end));
                note(bytes?.length ?? 0);
                return bytes;
            },
            stream: (layer) => this.streamWithin(() => reader.stream(layer)[Symbol.asyncIterator](), note),
            get fetchedBytes() {
                return fetched;
            },
        };
    }
    close() {
        this.timer.abort();
    }
    async *streamWithin(open, note) {
        const source = open();
        let ended = false;
        try {
            for (;;) {
                const next = await this.inTime(() => source.next());
                if (next.done === true) {
                    ended = true;
                    return;
                }
                note(next.value.length);
                yield next.value;
            }
        }
        finally {
            // Not waited for: a source that fell silent could keep us waiting forever.
            if (!ended)
                void source.return?.().catch(() => undefined);
        }
    }
    async inTime(work) {
        const reason = this.exhausted();
        if (reason !== undefined)
            throw new Stopped(reason);
        let stop;
        const stopped = new Promise((_, reject) => (stop = reject));
        this.waiting.add(stop);
        try {
            return await Promise.race([work(), stopped]);
        }
        finally {
            this.waiting.delete(stop);
        }
    }
    outOfTime() {
        return `this run has been reading layers for ${this.limits.wallMs / 60_000} min, as long as it may`;
    }
}

// EXTERNAL MODULE: ./src/registry/types.ts
var types = __webpack_require__(234);
// EXTERNAL MODULE: ./src/cache/sizes.ts
var cache_sizes = __webpack_require__(1596);
// EXTERNAL MODULE: ./src/report/format.ts
var format = __webpack_require__(2011);
;// CONCATENATED MODULE: ./src/sizing/cache-size.ts



const GIB = 2 ** 30;
/** Blocks, directories and inodes of ordinary layers; 1.00 to 1.09 times their tars were measured. */
const UNPACKED_FACTOR = 1.1;
/** What ext4 leaves to use of a disk. */
const USABLE_SHARE = 0.925;
/** A reserve: what else is on the cache's disk is not documented. */
const SPARE_GIB = 1;
/** ext4 is made with one inode for each 16 KiB (mke2fs.conf: inode_ratio), so a file takes that much at least. */
const INODE_BYTES = 16 * 1024;
/** For what lies beside the images: a bound of its own, so nothing else is added to it. */
const INODE_SPARE_BYTES = 0.1 * GIB;
/** What may be asked for beyond what is likely, for layers of which only their format's bound is known. */
const MOST_FOR_BOUNDS_GIB = 10;
/**
 * The size of a cache that holds the images: the larger of what their bytes and what their inodes need.
 *
 * @param marginPercent what to add to the computed size, 0 or more
 * @param unknown the layers of which only a bound is known, each in a sentence without its full stop
 * @throws ActionError if they take more than the service offers, or if the possible size is far above the likely one
 */
function computeCacheSize(totals, marginPercent, unknown = []) {
    const sum = sumOf(totals, marginPercent);
    const inodesGiB = (totals.inodes * INODE_BYTES + INODE_SPARE_BYTES) / GIB;
    const sizeOf = (unpackedSizeBytes) => {
        const { neededGiB } = sumOf({ ...totals, unpackedSizeBytes }, marginPercent);
        return Math.max(Math.ceil(neededGiB), Math.ceil(inodesGiB), cache_sizes/* MIN_CACHE_SIZE_GIB */.f);
    };
    const sizeGiB = sizeOf(totals.unpackedSizeBytes);
    const withoutBounds = sizeOf(likely(totals, totals.boundSizeBytes));
    if (sizeGiB - withoutBounds > MOST_FOR_BOUNDS_GIB)
        throw untold(withoutBounds, unknown);
    if (!(sizeGiB <= cache_sizes/* MAX_CACHE_SIZE_GIB */.R))
        throw tooLarge(sizeGiB);
    const fromInodes = inodesGiB > Math.max(sum.neededGiB, cache_sizes/* MIN_CACHE_SIZE_GIB */.f);
    const fromBytes = !fromInodes && Math.ceil(sum.neededGiB) >= cache_sizes/* MIN_CACHE_SIZE_GIB */.f;
    return {
        sizeGiB,
        decidedBy: fromInodes ? 'inodes' : fromBytes ? 'bytes' : 'minimum',
        unpackedSizeBytes: totals.unpackedSizeBytes,
        compressedSizeBytes: totals.compressedSizeBytes,
        inodes: totals.inodes,
        unpackedFactor: UNPACKED_FACTOR,
        usableShare: USABLE_SHARE,
        marginPercent,
        neededGiB: sum.neededGiB,
        caution: {
            fileSystemGiB: sum.onDiskGiB - sum.plainGiB,
            marginGiB: sum.neededGiB - SPARE_GIB - sum.onDiskGiB,
            spareGiB: SPARE_GIB,
            estimatesGiB: sizeGiB - sizeOf(likely(totals, totals.estimateSizeBytes)),
            totalGiB: sizeGiB - Math.max(Math.ceil(inodesGiB), cache_sizes/* MIN_CACHE_SIZE_GIB */.f, Math.ceil(sum.plainGiB)),
        },
    };
}
/** How many inodes the disk has that the bytes need at the least, whatever the margin. */
function inodesThatFit(sizes) {
    const diskBytes = Math.max(sumOf(sizes, 0).neededGiB, cache_sizes/* MIN_CACHE_SIZE_GIB */.f) * GIB;
    return Math.floor((diskBytes - INODE_SPARE_BYTES) / INODE_BYTES);
}
function sumOf({ unpackedSizeBytes, compressedSizeBytes }, marginPercent) {
    const onDiskGiB = (unpackedSizeBytes * UNPACKED_FACTOR + compressedSizeBytes) / GIB / USABLE_SHARE;
    const neededGiB = onDiskGiB * (1 + marginPercent / 100) + SPARE_GIB;
    return { plainGiB: (unpackedSizeBytes + compressedSizeBytes) / GIB, onDiskGiB, neededGiB };
}
function likely({ unpackedSizeBytes }, raisedBytes) {
    return Number.isFinite(raisedBytes) ? unpackedSizeBytes - raisedBytes : 0;
}
function tooLarge(sizeGiB) {
    return new src_errors/* ActionError */.lZ(`The images need a cache of ${sizeGiB} GiB, and the service makes none over ${cache_sizes/* MAX_CACHE_SIZE_GIB */.R} GiB.`, { hint: 'Spread the images over several caches, or set image-cache-size if you know the size better.' });
}
function untold(likelyGiB, unknown) {
    return new src_errors/* ActionError */.lZ(`The size of the cache cannot be computed. ${unknown.join('. ')}.`, {
        hint: `Set image-cache-size to ${likelyGiB} or more, or to the size that you know the images need.`,
    });
}
/** The sum that led to the number, one line for each step: what it stands for, the step, and what that makes. */
function explainSize(size) {
    const unpacked = size.unpackedSizeBytes * size.unpackedFactor;
    const content = unpacked + size.compressedSizeBytes;
    const onDisk = content / size.usableShare;
    const withMargin = onDisk * (1 + size.marginPercent / 100);
    const { spareGiB } = size.caution;
    const ends = {
        bytes: 'rounded up',
        inodes: `inodes: ${size.inodes} files and directories, 16 KiB each`,
        minimum: 'the smallest cache that the service makes',
    };
    return [
        ...(0,format/* alignedTable */.nP)([
            [
                'unpacked layers, blocks and inodes',
                `${(0,format/* formatBytes */.z3)(size.unpackedSizeBytes)} × ${size.unpackedFactor}`,
                `= ${(0,format/* formatBytes */.z3)(unpacked)}`,
            ],
            [
                'compressed layers, kept as well',
                `+ ${(0,format/* formatBytes */.z3)(size.compressedSizeBytes)}`,
                `= ${(0,format/* formatBytes */.z3)(content)}`,
            ],
            ['share of the disk that files can use', `÷ ${size.usableShare}`, `= ${(0,format/* formatBytes */.z3)(onDisk)}`],
            ['margin', `+ ${size.marginPercent} %`, `= ${(0,format/* formatBytes */.z3)(withMargin)}`],
            ['to spare', `+ ${spareGiB} GiB`, `= ${size.neededGiB.toFixed(2)} GiB`],
            [ends[size.decidedBy], '', `= ${size.sizeGiB} GiB`],
        ]),
        ...explainCaution(size),
    ];
}
/** How many GiB of the size are a reserve, and how to do without it: every instance pays for a disk of that size. */
function explainCaution({ sizeGiB, decidedBy, caution, marginPercent }) {
    const { fileSystemGiB, marginGiB, spareGiB, estimatesGiB, totalGiB } = caution;
    const lines = [];
    if (estimatesGiB > 0) {
        lines.push(`Estimated layers make the cache ${estimatesGiB} GiB larger than it is likely to need.`);
    }
    if (decidedBy === 'bytes' && totalGiB > 0) {
        const parts = [
            `${fileSystemGiB.toFixed(2)} GiB for the file system`,
            ...(marginPercent > 0 ? [`${marginGiB.toFixed(2)} GiB of margin (size-margin-percent)`] : []),
            `${spareGiB} GiB to spare`,
        ];
        lines.push(`Of the ${sizeGiB} GiB, ${totalGiB} GiB are a reserve: ${parts.join(', ')}. An explicit image-cache-size leaves them out.`);
    }
    return lines.length > 0 ? ['', ...lines] : [];
}

;// CONCATENATED MODULE: ./src/sizing/media.ts
/** Ordinary layers were measured at 1.0 to 6.9; from here on, a layer's bytes have to be seen. */
const MAX_PLAIN_RATIO = 8;
/** DEFLATE cannot shrink further: 258 bytes take 2 bits. */
const MAX_GZIP_RATIO = 1032;
/**
 * Layer media types of the OCI image specification (layer.md) and of Docker's image manifest, version 2,
 * schema 2. `+gzip` and `+zstd` end OCI's names, `.gzip` Docker's. Encryption (ocicrypt) adds `+encrypted`.
 */
const ENDINGS = [
    [/[+.]gzip$/, 'gzip'],
    [/[+.]zstd$/, 'zstd'],
    [/^application\/vnd\.(oci\.image\.layer|docker\.image\.rootfs)\.[a-z0-9.]*tar$/, 'none'],
];
const ENCRYPTED = '+encrypted';
/**
 * How the layer says it is compressed. Only its bytes tell whether that is so: Docker's and OCI's types for plain
 * tars are found on gzip as well (skopeo #548, containerd #10134).
 */
function claimedCompression({ mediaType }) {
    const plain = mediaType.endsWith(ENCRYPTED) ? mediaType.slice(0, -ENCRYPTED.length) : mediaType;
    return ENDINGS.find(([ending]) => ending.test(plain))?.[1] ?? 'unknown';
}
/** Its bytes reveal nothing. */
function isEncrypted({ mediaType }) {
    return mediaType.endsWith(ENCRYPTED);
}
/** Layers that the registry need not have: OCI's nondistributable ones, Docker's foreign ones. */
function isForeign({ mediaType, urls }) {
    return urls.length > 0 || /\.(foreign|nondistributable)\./.test(mediaType);
}
/** The tar of two zero blocks, gzipped in the two ways in which Docker and BuildKit have written it. */
const EMPTY_LAYERS = new Set([
    'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4',
    'sha256:4f4fb700ef54461cfa02571ae0db9a0dc1e0cdb5577484a6d75e68dc38e8acc1',
]);
/** Size of the tar in a layer that is empty: of no bytes, or well known; undefined for every other layer. */
function emptyLayerSizeBytes({ digest, sizeBytes }) {
    if (sizeBytes === 0)
        return 0;
    return EMPTY_LAYERS.has(digest) ? 1024 : undefined;
}
const SIZE_ANNOTATIONS = ['ci.umo.uncompressed_blob_size', 'io.containers.estargz.uncompressed-size'];
/**
 * The unpacked size that the layer's builder wrote beside it: umoci's and the stargz snapshotter's
 * annotations. Only a hint, so taken only inside the bounds that DEFLATE and tar set, and where the ratio
 * is an ordinary one.
 */
function annotatedSizeBytes(layer) {
    for (const name of SIZE_ANNOTATIONS) {
        const text = layer.annotations[name];
        if (typeof text !== 'string' || !/^\d{1,16}$/.test(text))
            continue;
        const size = Number(text);
        if (size % 512 === 0 && size >= layer.sizeBytes * 0.999 && size <= layer.sizeBytes * MAX_PLAIN_RATIO) {
            return size;
        }
    }
    return undefined;
}

;// CONCATENATED MODULE: ./src/sizing/guess.ts


/** The ratio assumed for a layer that could not be read: real ones were 1.0 to 6.9, most of them below this. */
const FACTOR = 4;
/** The most that a compressed byte can stand for: of zstd, a block of 128 KiB in four bytes. */
const MOST_RATIO = {
    none: 1,
    gzip: MAX_GZIP_RATIO,
    zstd: 32 * 1024,
    unknown: Infinity,
};
/** Four times the compressed size, for layers that were not read: a guess, not a limit, and the text says so. */
function byFactor(sizeBytes, reason) {
    return {
        unpackedSizeBytes: sizeBytes * FACTOR,
        source: 'factor',
        warning: `taken as ${FACTOR} times its compressed size, which is a guess and not a limit, since ${reason}`,
    };
}
/**
 * The largest size that the format allows, for layers that reveal nothing about their unpacked size.
 *
 * @param untold compressed bytes of which nothing is known
 * @param counted what is known to be in the others, and their ratio
 */
function byBound(untoldBytes, compression, reason, counted = { sizeBytes: 0, ratio: FACTOR }) {
    const most = counted.sizeBytes + untoldBytes * MOST_RATIO[compression];
    return {
        unpackedSizeBytes: most,
        likelySizeBytes: Math.min(most, Math.ceil(counted.sizeBytes + untoldBytes * (counted.ratio || FACTOR))),
        source: 'bound',
        warning: `not known, and ${Number.isFinite(most) ? `may be up to ${(0,format/* formatBytes */.z3)(most)}` : 'has no bound'}, since ${reason}`,
    };
}

;// CONCATENATED MODULE: ./src/sizing/format.ts
/** Enough to tell: a tar's mark stands at the end of its first header. */
const FORMAT_BYTES = 512;
const MAGIC = [
    ['1f8b', 'gzip'],
    ['28b52ffd', 'zstd'],
    ['fd377a585a00', 'xz'],
    ['425a68', 'bzip2'],
];
/**
 * How the bytes are packed. containerd looks at them as well, and not at the media type: gzip and zstd are
 * unpacked, and whatever else there is has to be a tar (pkg `archive/compression`, DetectCompression).
 *
 * @param head the first bytes, FORMAT_BYTES of them or all that there are
 */
function formatOf(head) {
    if (head.length === 0)
        return 'empty';
    const hex = head.toString('hex', 0, 6);
    const known = MAGIC.find(([magic]) => hex.startsWith(magic));
    if (known)
        return known[1];
    // A skippable frame may come first.
    if (/^5.2a4d18/.test(hex))
        return 'zstd';
    return isTarStart(head) ? 'tar' : 'unknown';
}
/** `ustar` of POSIX and GNU; older tars have a checksum alone, and an empty one nothing but zeros. */
function isTarStart(head) {
    if (head.toString('latin1', 257, 262) === 'ustar')
        return true;
    const header = head.subarray(0, FORMAT_BYTES);
    if (header.length < FORMAT_BYTES)
        return false;
    return header.every((byte) => byte === 0) || hasTarChecksum(header);
}
/** The sum of all bytes of a tar's header, its own field taken as spaces (POSIX.1-2017, pax). */
function hasTarChecksum(header) {
    const digits = /^[ ]*([0-7]+)[ \0]*$/.exec(header.toString('latin1', 148, 156))?.[1];
    let sum = 8 * 0x20;
    for (let i = 0; i < 512; i++)
        if (i < 148 || i >= 156)
            sum += header[i] ?? 0;
    return digits !== undefined && parseInt(digits, 8) === sum;
}

;// CONCATENATED MODULE: ./src/sizing/tar.ts

const BLOCK = 512;
/** A tar ends in two zero blocks. */
const TAR_END_BYTES = 2 * BLOCK;
/** A longer PAX header is skipped unread; no writer puts a size into one. */
const MAX_PAX_BYTES = 64 * 1024;
/** Type flags of POSIX.1-2017 (pax, ustar) and GNU tar that make no file of their own. */
const NO_INODE = new Set(['1', 'x', 'g', 'L', 'K']);
const EXTENDED_HEADERS = new Set(['x', 'g', 'L', 'K']);
/**
 * Counts the entries of a tar that comes in pieces of any size; keeps no more than one header. Bytes that
 * are no tar end the count, and are no error.
 */
class TarWalker {
    inodes = 0;
    entries = 0;
    extendedBytes = 0;
    endBytes = 0;
    ended = false;
    position = 0;
    wanted = BLOCK;
    skip = 0;
    held = [];
    heldBytes = 0;
    reading = 'header';
    nextSizeBytes;
    push(chunk) {
        let offset = 0;
        while (this.reading !== 'nothing' && offset < chunk.length) {
            if (this.skip > 0) {
                const skipped = Math.min(this.skip, chunk.length - offset);
                this.skip -= skipped;
                offset += skipped;
                continue;
            }
            const piece = chunk.subarray(offset, offset + this.wanted - this.heldBytes);
            offset += piece.length;
            this.held.push(piece);
            this.heldBytes += piece.length;
            if (this.heldBytes === this.wanted)
                this.take();
        }
    }
    take() {
        const [first, ...others] = this.held;
        const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(this.held);
        this.held = [];
        this.heldBytes = 0;
        this.position += bytes.length;
        if (this.reading === 'pax') {
            this.nextSizeBytes = paxSizeBytes(bytes);
            this.expectHeader();
        }
        else {
            this.takeHeader(bytes);
        }
    }
    takeHeader(header) {
        const type = String.fromCharCode(header[156] ?? 0);
        const stated = numberAt(header, 124, 12);
        // A zero block ends the tar; a wrong checksum says that this is none.
        if (stated === undefined || !hasTarChecksum(header)) {
            this.reading = 'nothing';
            this.ended = header.every((byte) => byte === 0);
            return;
        }
        const extended = EXTENDED_HEADERS.has(type);
        const size = extended ? stated : (this.nextSizeBytes ?? stated);
        const padded = Math.ceil((hasContent(type) ? size : 0) / BLOCK) * BLOCK;
        this.endBytes = this.position + padded;
        if (extended)
            this.extendedBytes += BLOCK + padded;
        else {
            this.entries += 1;
            this.nextSizeBytes = undefined;
        }
        if (!NO_INODE.has(type))
            this.inodes += 1;
        if (type === 'x' && padded > 0 && padded <= MAX_PAX_BYTES) {
            this.reading = 'pax';
            this.wanted = padded;
        }
        else {
            this.skip = padded;
            this.position += padded;
            this.expectHeader();
        }
    }
    expectHeader() {
        this.reading = 'header';
        this.wanted = BLOCK;
    }
}
/** Links, devices, directories and pipes carry no content, whatever their size field says. */
function hasContent(type) {
    return !'123456'.includes(type);
}
/** A number of a tar header: octal digits, or GNU's base 256 where the first bit is set. */
function numberAt(header, offset, length) {
    const field = header.subarray(offset, offset + length);
    if (((field[0] ?? 0) & 0x80) !== 0) {
        // The sign bit and the flag share the first byte; sizes are not negative.
        const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x3f);
        return Number.isSafeInteger(value) ? value : undefined;
    }
    const digits = /^[ ]*([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1];
    return digits === undefined ? undefined : parseInt(digits || '0', 8);
}
/** The `size` record of a PAX header, which stands for sizes from 8 GiB on. */
function paxSizeBytes(payload) {
    const digits = /(?:^|\n)\d+ size=(\d{1,16})\n/.exec(payload.toString('latin1'))?.[1];
    const size = digits === undefined ? undefined : Number(digits);
    return Number.isSafeInteger(size) ? size : undefined;
}

;// CONCATENATED MODULE: ./src/sizing/bytes.ts
/** Hands out a stream's bytes in the amounts in which a parser wants them. */
class ByteQueue {
    held = Buffer.alloc(0);
    source;
    ended = false;
    received = 0;
    constructor(source) {
        this.source = source[Symbol.asyncIterator]();
    }
    /** Bytes that were handed out and not given back. */
    get taken() {
        return this.received - this.held.length;
    }
    /** Up to `count` bytes, fewer only at the end, which stay where they are. */
    async peek(count) {
        if (this.held.length < count && !this.ended)
            await this.fill(count);
        return this.held.subarray(0, count);
    }
    /** Exactly `count` bytes; undefined, and none of them taken, where the stream ends before. */
    async take(count) {
        if (this.held.length < count && !this.ended)
            await this.fill(count);
        if (this.held.length < count)
            return undefined;
        const bytes = this.held.subarray(0, count);
        this.held = this.held.subarray(count);
        return bytes;
    }
    /** Whatever is at hand; undefined at the end. */
    async some() {
        await this.peek(1);
        const bytes = this.held;
        this.held = Buffer.alloc(0);
        return bytes.length > 0 ? bytes : undefined;
    }
    /** Gives back the last bytes of what was taken. */
    giveBack(bytes) {
        this.held = this.held.length === 0 ? bytes : Buffer.concat([bytes, this.held]);
    }
    /** Passes over up to `count` bytes; returns how many there were. */
    async skip(count) {
        let left = count;
        while (left > 0) {
            const bytes = await this.some();
            if (bytes === undefined)
                break;
            if (bytes.length > left)
                this.giveBack(bytes.subarray(left));
            left -= Math.min(left, bytes.length);
        }
        return count - left;
    }
    /** Hangs up on the source. */
    async close() {
        if (!this.ended)
            await this.source.return?.();
    }
    async fill(count) {
        const pieces = this.held.length > 0 ? [this.held] : [];
        let length = this.held.length;
        while (length < count) {
            const next = await this.source.next();
            if (next.done === true) {
                this.ended = true;
                break;
            }
            pieces.push(next.value);
            length += next.value.length;
            this.received += next.value.length;
        }
        const [first] = pieces;
        this.held = first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces);
    }
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./src/sizing/gunzip.ts

/** Larger pieces mean fewer turns of the event loop. */
const PIECE_BYTES = 128 * 1024;
const TRAILER_BYTES = 8;
/** RFC 1952, 2.3.1: the flags of the fields that may follow the ten bytes of a header. */
const FLAGS = { headerChecksum: 2, extra: 4, name: 8, comment: 16 };
const CUT = 'its gzip stream ends too early';
/**
 * Unpacks gzip members one after the other. Node's own gunzip would do it as well, but loses what it has
 * unpacked if something else follows the last member.
 */
async function gunzip(input, sink, cut) {
    let parts = 0;
    for (;;) {
        const magic = (await input.peek(2)).toString('hex');
        if (magic === '')
            return { parts };
        if (magic !== '1f8b')
            return await garbage(input, parts, cut);
        const member = { sizeBytes: 0 };
        const headerEnds = await skipHeader(input);
        const end = headerEnds ? await inflate(input, sink, member) : 'cut';
        if (end !== 'end' && end !== 'cut')
            return { parts, damage: damaged(end.damage) };
        const trailer = end === 'end' ? await input.take(TRAILER_BYTES) : undefined;
        sink.consumed(input.taken);
        if (trailer === undefined)
            return cut ? { parts } : { parts, damage: CUT };
        parts += 1;
        if (trailer.readUInt32LE(4) !== member.sizeBytes % 2 ** 32)
            return { parts, damage: damaged('wrong length') };
    }
}
/** Some writers pad with zeros, which every reader skips; anything else is reported. */
async function garbage(input, parts, cut) {
    let isFilling = true;
    for (let bytes = await input.some(); bytes !== undefined && isFilling; bytes = await input.some()) {
        isFilling = bytes.every((byte) => byte === 0);
    }
    if (isFilling || cut)
        return { parts };
    return { parts, damage: 'its gzip stream is followed by bytes that are not gzip' };
}
/** False if the stream ends in the header. */
async function skipHeader(input) {
    const fixed = await input.take(10);
    if (fixed === undefined)
        return false;
    const flags = fixed[3] ?? 0;
    if ((flags & FLAGS.extra) !== 0) {
        const length = (await input.take(2))?.readUInt16LE(0);
        if (length === undefined || (await input.take(length)) === undefined)
            return false;
    }
    for (const flag of [FLAGS.name, FLAGS.comment]) {
        if ((flags & flag) === 0)
            continue;
        for (let byte = 1; byte !== 0;) {
            const next = await input.take(1);
            if (next === undefined)
                return false;
            byte = next[0] ?? 0;
        }
    }
    return (flags & FLAGS.headerChecksum) === 0 || (await input.take(2)) !== undefined;
}
function damaged(reason) {
    return `its gzip stream is damaged (${reason})`;
}
/** Unpacks one DEFLATE stream. Throws what the sink throws. */
async function inflate(input, sink, member) {
    // With a flush at the end, a stream that is cut hands out what it holds.
    const decoder = (0,external_node_zlib_.createInflateRaw)({ chunkSize: PIECE_BYTES, finishFlush: external_node_zlib_.constants.Z_SYNC_FLUSH });
    const state = {
        ended: false,
        wake: () => undefined,
    };
    decoder.once('end', () => {
        state.ended = true;
        state.wake();
    });
    decoder.once('error', (error) => {
        state.failure = error;
        state.wake();
    });
    const begin = input.taken;
    decoder.on('data', (piece) => {
        if (state.failure !== undefined)
            return;
        try {
            sink.consumed(begin + decoder.bytesWritten);
            member.sizeBytes += piece.length;
            sink.push(piece);
        }
        catch (error) {
            decoder.destroy(error);
        }
    });
    /** Until the bytes are worked off, the stream has ended, or it has failed. */
    const feed = (chunk) => new Promise((resolve) => {
        state.wake = resolve;
        if (chunk === undefined)
            decoder.end();
        else
            decoder.write(chunk, () => {
                resolve();
            });
    });
    try {
        for (;;) {
            const chunk = await input.some();
            const before = decoder.bytesWritten;
            await feed(chunk);
            if (state.failure !== undefined)
                return damageOf(state.failure);
            if (chunk === undefined)
                return 'cut';
            if (state.ended) {
                input.giveBack(chunk.subarray(decoder.bytesWritten - before));
                return 'end';
            }
        }
    }
    finally {
        decoder.destroy();
    }
}
function damageOf(error) {
    if (error.code?.startsWith('Z_') !== true)
        throw error;
    return { damage: error.message };
}

;// CONCATENATED MODULE: ./src/sizing/zstd-tables.ts
/** Tables of finite state entropy, the coding of a zstd block's sequences (RFC 8878, section 4.1). */
/** Thrown where the bytes are no zstd block. */
class BadBlock extends Error {
}
/** Up to 24 bits from a bit's position on, the lowest first. */
function bitsAt(bytes, position, width) {
    const i = position >> 3;
    const word = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24);
    return (word >>> (position & 7)) & ((1 << width) - 1);
}
function byteAt(bytes, offset) {
    const byte = bytes[offset];
    if (byte === undefined)
        throw new BadBlock('a block ends too early');
    return byte;
}
/** The same number so many times. */
const ones = (count, value = 1) => Array(count).fill(value);
/** A table of one symbol, which takes no bits. */
function tableOfOne(symbol, { maxSymbol }) {
    if (symbol > maxSymbol)
        throw new BadBlock('a code is not known');
    return {
        log: 0,
        symbols: Uint8Array.of(symbol),
        bits: Uint8Array.of(0),
        bases: Uint16Array.of(0),
    };
}
/** Reads how often each symbol occurs; 4.1.1. */
function readTable(bytes, start, code) {
    let position = start * 8;
    const read = (width) => {
        byteAt(bytes, (position + width - 1) >> 3);
        const value = bitsAt(bytes, position, width);
        position += width;
        return value;
    };
    const log = read(4) + 5;
    if (log > code.maxLog)
        throw new BadBlock('a table is too large');
    const counts = [];
    let left = 1 << log;
    while (left > 0) {
        // The largest value is left + 1; the lower ones take a bit less.
        const width = 32 - Math.clz32(left + 1);
        const short = (1 << (width - 1)) - 1;
        const threshold = (1 << width) - 1 - (left + 1);
        let value = bitsAt(bytes, position, width);
        if ((value & short) < threshold) {
            value = read(width - 1);
        }
        else {
            read(width);
            if (value > short)
                value -= threshold;
        }
        const count = value - 1;
        left -= Math.abs(count);
        counts.push(count);
        if (count === 0) {
            for (let more = 3; more === 3;) {
                more = read(2);
                counts.push(...ones(more, 0));
            }
        }
        if (counts.length > code.maxSymbol + 1)
            throw new BadBlock('a table has symbols too many');
    }
    if (left !== 0)
        throw new BadBlock('a table does not add up');
    return { table: tableOf(counts, log), endOffset: Math.ceil(position / 8) };
}
/** Spreads symbols over the states by how often they occur, -1 being less than once; 4.1.1. */
function tableOf(counts, log) {
    const size = 1 << log;
    const table = {
        log,
        symbols: new Uint8Array(size),
        bits: new Uint8Array(size),
        bases: new Uint16Array(size),
    };
    let high = size - 1;
    for (const [symbol, count] of counts.entries())
        if (count === -1)
            table.symbols[high--] = symbol;
    const step = (size >> 1) + (size >> 3) + 3;
    let state = 0;
    for (const [symbol, count] of counts.entries()) {
        for (let i = 0; i < count; i++) {
            table.symbols[state] = symbol;
            do
                state = (state + step) & (size - 1);
            while (state > high);
        }
    }
    const next = counts.map((count) => Math.abs(count));
    for (let i = 0; i < size; i++) {
        const symbol = table.symbols[i] ?? 0;
        const n = next[symbol] ?? 0;
        next[symbol] = n + 1;
        const bits = log - (31 - Math.clz32(n));
        table.bits[i] = bits;
        table.bases[i] = (n << bits) - size;
    }
    return table;
}

;// CONCATENATED MODULE: ./src/sizing/zstd-blocks.ts

/**
 * How much a zstd block unpacks to, without unpacking it (RFC 8878, section 3.1.1.2 on). A block's size is that
 * of its literals, which stands in its header, and of its matches, whose lengths are coded apart from where
 * they point to. So neither Huffman tables nor a window are needed, and a frame that asks for a window of
 * gigabytes is counted in the memory of one block.
 */
/** No block unpacks to more (RFC 8878, 3.1.1.2.4). */
const MAX_BLOCK_BYTES = 128 * 1024;
/** Extra bits by code: of literal lengths, and of match lengths with the length at which each code begins. */
const LITERAL_BITS = Uint8Array.from([
    ...Array(16).fill(0),
    ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
]);
const MATCH_BITS = Uint8Array.from([
    ...Array(32).fill(0),
    ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
]);
const MATCH_BASES = Uint32Array.from(MATCH_BITS, ((base) => (bits) => (base += 2 ** bits) - 2 ** bits)(3));
/** In the order in which a block has them: literal lengths, offsets, match lengths. */
const CODES = [
    {
        maxLog: 9,
        maxSymbol: 35,
        predefined: tableOf([4, 3, ...ones(11, 2), 1, 1, 1, ...ones(9, 2), 3, 2, ...ones(5), ...ones(4, -1)], 6),
    },
    {
        maxLog: 8,
        maxSymbol: 31,
        predefined: tableOf([...ones(6), 2, 2, 2, ...ones(15), ...ones(5, -1)], 5),
    },
    {
        maxLog: 9,
        maxSymbol: 52,
        predefined: tableOf([1, 4, 3, ...ones(6, 2), ...ones(37), ...ones(7, -1)], 6),
    },
];
/** Counts the blocks of one frame, in their order: a block may use the tables of the one before it. */
class BlockCounter {
    tables = [undefined, undefined, undefined];
    /** @throws BadBlock */
    count(block) {
        const literals = readLiterals(block);
        const sequences = block.subarray(literals.endOffset);
        const size = literals.sizeBytes + this.matchBytes(sequences);
        if (size > MAX_BLOCK_BYTES)
            throw new BadBlock('a block is too large');
        return size;
    }
    matchBytes(bytes) {
        const [count, modesOffset] = readSequenceCount(bytes);
        if (count === 0)
            return 0;
        const modes = byteAt(bytes, modesOffset);
        let offset = modesOffset + 1;
        for (const [i, code] of CODES.entries()) {
            offset = this.readTable(i, code, (modes >> (6 - 2 * i)) & 3, bytes, offset);
        }
        const [literals, offsets, matches] = this.tables;
        return sumOfMatches(bytes.subarray(offset), count, { literals, offsets, matches });
    }
    /** Takes the table that a block's mode names; returns where the next one begins. */
    readTable(index, code, mode, bytes, offset) {
        const [PREDEFINED, SINGLE, CODED] = [0, 1, 2];
        if (mode === PREDEFINED)
            this.tables[index] = code.predefined;
        else if (mode === SINGLE) {
            this.tables[index] = tableOfOne(byteAt(bytes, offset), code);
            return offset + 1;
        }
        else if (mode === CODED) {
            const read = readTable(bytes, offset, code);
            this.tables[index] = read.table;
            return read.endOffset;
        }
        else if (this.tables[index] === undefined)
            throw new BadBlock('a block repeats a table that is not there');
        return offset;
    }
}
/** The literals' size, and where they end; 3.1.1.3.1. */
function readLiterals(block) {
    const first = byteAt(block, 0);
    const [type, format] = [first & 3, (first >> 2) & 3];
    const at = (i) => byteAt(block, i);
    const [RAW, SINGLE] = [0, 1];
    if (type === RAW || type === SINGLE) {
        const header = [1, 2, 1, 3][format] ?? 1;
        let sizeBytes = first >> 3;
        if (header === 2)
            sizeBytes = (first >> 4) + (at(1) << 4);
        if (header === 3)
            sizeBytes = (first >> 4) + (at(1) << 4) + (at(2) << 12);
        return { sizeBytes, endOffset: header + (type === RAW ? sizeBytes : 1) };
    }
    const header = [3, 3, 4, 5][format] ?? 3;
    const width = [10, 10, 14, 18][format] ?? 10;
    // Both sizes in little endian behind four bits; up to 40 bits, which is more than bit operations take.
    let value = 0;
    for (let i = header - 1; i >= 0; i--)
        value = value * 256 + at(i);
    const sizeBytes = Math.floor(value / 16) % 2 ** width;
    return { sizeBytes, endOffset: header + Math.floor(value / 2 ** (4 + width)) };
}
/** How many sequences there are, and where the modes of their tables stand. */
function readSequenceCount(bytes) {
    const first = byteAt(bytes, 0);
    if (first < 128)
        return [first, 1];
    if (first < 255)
        return [((first - 128) << 8) + byteAt(bytes, 1), 2];
    return [byteAt(bytes, 1) + (byteAt(bytes, 2) << 8) + 0x7f00, 3];
}
/** Walks the sequences, which are written backwards, and adds their match lengths up. */
function sumOfMatches(bytes, count, { literals, offsets, matches }) {
    const last = bytes[bytes.length - 1] ?? 0;
    if (last === 0)
        throw new BadBlock('a bit stream has no end');
    let position = (bytes.length - 1) * 8 + (31 - Math.clz32(last));
    const read = (width) => {
        position -= width;
        if (position < 0)
            throw new BadBlock('a bit stream ends too early');
        return bitsAt(bytes, position, width);
    };
    let literal = read(literals.log);
    let offset = read(offsets.log);
    let match = read(matches.log);
    let sum = 0;
    for (let i = 1;; i++) {
        const matchCode = matches.symbols[match] ?? 0;
        // Where the match points to is passed over: up to 31 bits.
        position -= offsets.symbols[offset] ?? 0;
        sum += (MATCH_BASES[matchCode] ?? 0) + read(MATCH_BITS[matchCode] ?? 0);
        position -= LITERAL_BITS[literals.symbols[literal] ?? 0] ?? 0;
        if (i === count)
            break;
        literal = (literals.bases[literal] ?? 0) + read(literals.bits[literal] ?? 0);
        match = (matches.bases[match] ?? 0) + read(matches.bits[match] ?? 0);
        offset = (offsets.bases[offset] ?? 0) + read(offsets.bits[offset] ?? 0);
    }
    if (position !== 0)
        throw new BadBlock('a bit stream has bits too many');
    return sum;
}

;// CONCATENATED MODULE: ./src/sizing/zstd.ts
/** Zstandard frames as RFC 8878, section 3.1, lays them out. */
const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** The longest header of a frame. */
const MAX_HEADER_BYTES = 18;
/** Reads the header at the start of `bytes`: undefined if it is cut short, false if there is none. */
function readZstdHeader(bytes) {
    if (bytes.length < 4)
        return undefined;
    const magic = bytes.readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
        if (bytes.length < 8)
            return undefined;
        return { kind: 'skippable', headerBytes: 8, contentBytes: bytes.readUInt32LE(4) };
    }
    if (magic !== FRAME_MAGIC)
        return false;
    const descriptor = bytes[4];
    if (descriptor === undefined)
        return undefined;
    const singleSegment = (descriptor & 0x20) !== 0;
    const windowField = singleSegment ? 0 : 1;
    const dictionaryField = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const sizeFlag = descriptor >> 6;
    const sizeField = sizeFlag === 0 ? Number(singleSegment) : 2 ** sizeFlag;
    const sizeOffset = 5 + windowField + dictionaryField;
    if (bytes.length < sizeOffset + sizeField)
        return undefined;
    const contentBytes = readContentSize(bytes, sizeOffset, sizeField);
    return {
        kind: 'frame',
        headerBytes: sizeOffset + sizeField,
        windowBytes: singleSegment ? (contentBytes ?? 0) : windowSize(bytes[5] ?? 0),
        contentBytes,
        hasChecksum: (descriptor & 4) !== 0,
    };
}
/** Content size fields have 0, 1, 2, 4 or 8 bytes; the one of 2 bytes counts from 256. */
function readContentSize(bytes, offset, length) {
    if (length === 0)
        return undefined;
    if (length === 8)
        return Number(bytes.readBigUInt64LE(offset));
    return bytes.readUIntLE(offset, length) + (length === 2 ? 256 : 0);
}
function windowSize(descriptor) {
    const base = 2 ** (10 + (descriptor >> 3));
    return base + (base / 8) * (descriptor & 7);
}
/**
 * Reads the claim in the first bytes of a zstd layer. A skippable frame at the start is how pzstd announces
 * frames of a few MiB each; a first frame smaller than the layer itself cannot be all of it either.
 */
function readZstdClaim(head, compressedSizeBytes) {
    const header = readZstdHeader(head);
    if (header === undefined || header === false)
        return { sizeBytes: undefined, severalFrames: false };
    if (header.kind === 'skippable')
        return { sizeBytes: undefined, severalFrames: true };
    const size = header.contentBytes;
    if (size === undefined)
        return { sizeBytes: undefined, severalFrames: false };
    const whole = Number.isSafeInteger(size) &&
        size % 512 === 0 &&
        size % 2 ** 20 !== 0 &&
        size >= compressedSizeBytes * 0.999 - 1024;
    return { sizeBytes: whole ? size : undefined, severalFrames: !whole };
}

;// CONCATENATED MODULE: ./src/sizing/unzstd.ts



/** A frame that asks for more is unpacked up to as many bytes, behind which only its blocks are counted. */
const MAX_WINDOW_BYTES = 32 * 2 ** 20;
/** Kinds of blocks; RFC 8878, 3.1.1.2.2. */
const [RAW, RUN, COMPRESSED] = [0, 1, 2];
const unzstd_CUT = 'its zstd stream ends too early';
/**
 * Counts zstd frames block by block, which takes no window: those of gigabytes as well. For the entries of the
 * tar, the first bytes are unpacked too. Node 20 has no decoder, and Node 24's leaves off after the first frame.
 */
async function unzstd(input, sink, options) {
    let parts = 0;
    let walkedBytes = 0;
    for (;;) {
        const bytes = await input.peek(MAX_HEADER_BYTES);
        if (bytes.length === 0)
            return { parts };
        const header = readZstdHeader(bytes);
        if (header === undefined)
            return options.cut ? { parts } : { parts, damage: unzstd_CUT };
        if (header === false) {
            const where = parts > 0 ? 'is followed by bytes that are not zstd' : 'is damaged';
            return options.cut && parts > 0 ? { parts } : { parts, damage: `its zstd stream ${where}` };
        }
        await input.take(header.headerBytes);
        let end;
        if (header.kind === 'skippable') {
            end = (await input.skip(header.contentBytes)) === header.contentBytes ? 'end' : 'cut';
        }
        else {
            const frame = new FrameUnpacker(header, sink, {
                ...options,
                maxWalkedBytes: options.maxWalkedBytes - walkedBytes,
            });
            end = await takeBlocks(input, header, frame, sink);
            walkedBytes += frame.walkedBytes;
            if (end === 'end')
                parts += 1;
        }
        if (end === 'cut') {
            if (options.cut)
                return { parts };
            await input.skip(Infinity);
            sink.consumed(input.taken);
            return { parts, damage: unzstd_CUT };
        }
        if (end !== 'end')
            return { parts, ...end };
        sink.consumed(input.taken);
    }
}
async function takeBlocks(input, { hasChecksum }, frame, sink) {
    for (let isLast = false; !isLast;) {
        const head = await input.take(3);
        if (head === undefined)
            return 'cut';
        const value = head.readUIntLE(0, 3);
        isLast = (value & 1) !== 0;
        const type = (value >> 1) & 3;
        const content = await input.take(type === RUN ? 1 : value >> 3);
        if (content === undefined) {
            // What is there of a block that is cut short counts as all of it.
            if (!frame.mayBeCut)
                sink.skip(type === COMPRESSED ? MAX_BLOCK_BYTES : value >> 3);
            return 'cut';
        }
        try {
            await frame.take({ type, sizeBytes: value >> 3, head, content });
        }
        catch (error) {
            if (!(error instanceof BadBlock))
                throw error;
            return { damage: `its zstd stream is damaged (${error.message})` };
        }
        sink.consumed(input.taken);
    }
    return !hasChecksum || (await input.take(4)) !== undefined ? 'end' : 'cut';
}
/** Unpacks the first blocks of a frame and counts the others. */
class FrameUnpacker {
    header;
    sink;
    walkedBytes = 0;
    mayBeCut;
    counter = new BlockCounter();
    maxWalkedBytes;
    decoder;
    isWalking = true;
    sinkError;
    constructor(header, sink, { cut, maxWalkedBytes }) {
        this.header = header;
        this.sink = sink;
        this.mayBeCut = cut;
        // Nothing points back over more than was unpacked, so that far a smaller window does.
        const most = header.windowBytes > MAX_WINDOW_BYTES ? MAX_WINDOW_BYTES : Infinity;
        this.maxWalkedBytes = Math.min(maxWalkedBytes, most);
    }
    /** @throws BadBlock */
    async take(block) {
        const size = this.sizeOf(block);
        this.isWalking &&= this.walkedBytes + size <= this.maxWalkedBytes;
        if (!this.isWalking) {
            this.sink.skip(size);
            return;
        }
        this.decoder ??= await this.startDecoder();
        this.walkedBytes += size;
        try {
            this.decoder.push(Buffer.concat([block.head, block.content]));
        }
        catch (error) {
            throw error === this.sinkError ? error : new BadBlock(error.message);
        }
    }
    sizeOf({ type, sizeBytes, content }) {
        if (type === RAW || type === RUN)
            return sizeBytes;
        if (type === COMPRESSED)
            return this.counter.count(content);
        throw new BadBlock('a block is of no known type');
    }
    /** A decoder that was given the frame's header, with a window of what it is to unpack at the most. */
    async startDecoder() {
        const { Decompress } = await __webpack_require__.e(/* import() */ 339).then(__webpack_require__.bind(__webpack_require__, 8339));
        const decoder = new Decompress((piece) => {
            try {
                this.sink.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
            }
            catch (error) {
                this.sinkError = error;
                throw error;
            }
        });
        const window = Math.min(this.header.windowBytes, this.maxWalkedBytes);
        const windowLog = Math.max(17, Math.ceil(Math.log2(Math.max(window, 1))));
        // With a field for the content's size: the decoder waits for 18 bytes, which a small block may not have.
        const header = Buffer.alloc(14);
        header.writeUInt32LE(FRAME_MAGIC, 0);
        header[4] = 0xc0;
        header[5] = (windowLog - 10) << 3;
        decoder.push(header);
        return decoder;
    }
}

;// CONCATENATED MODULE: ./src/sizing/unpack.ts






/** A zstd frame is unpacked up to here for its entries: more than enough to see how large they are. */
const WALKED_BYTES = 8 * 2 ** 20;
/**
 * Counts what is in a compressed stream without keeping it. The first bytes decide how it is compressed, as they
 * do in containerd, whatever the media type says. Damage ends the count and is no error; what the source throws
 * passes through, but for Stopped.
 */
async function unpack(source, limits) {
    const tar = new TarWalker();
    const seen = { sizeBytes: 0, consumedBytes: 0, walkedBytes: 0 };
    const check = () => {
        const reason = limits.exhausted?.();
        if (reason !== undefined)
            throw new Stopped(reason);
        if (seen.sizeBytes > limits.maxUnpackedBytes)
            throw new Stopped(tooMuch(limits.maxUnpackedBytes));
    };
    const sink = {
        push: (piece) => {
            seen.sizeBytes += piece.length;
            seen.walkedBytes += piece.length;
            tar.push(piece);
            check();
        },
        skip: (sizeBytes) => {
            seen.sizeBytes += sizeBytes;
            check();
        },
        consumed: (bytes) => (seen.consumedBytes = bytes),
    };
    const input = new ByteQueue(source);
    let firstBytes = Buffer.alloc(0);
    const found = () => ({ format: formatOf(firstBytes), firstBytes, ...seen, tar });
    try {
        firstBytes = Buffer.from(await input.peek(FORMAT_BYTES));
        const end = await unpackAs(formatOf(firstBytes), input, sink, limits);
        return { ...found(), ...end };
    }
    catch (error) {
        if (!(error instanceof Stopped))
            throw error;
        return { ...found(), parts: 0, stopped: error.message };
    }
    finally {
        await input.close();
    }
}
function tooMuch(sizeBytes) {
    return `it unpacks to over ${sizeBytes / 2 ** 30} GiB`;
}
function unpackAs(format, input, sink, limits) {
    const cut = limits.cut ?? false;
    if (format === 'gzip')
        return gunzip(input, sink, cut);
    if (format === 'zstd')
        return unzstd(input, sink, { cut, maxWalkedBytes: limits.maxWalkedBytes ?? WALKED_BYTES });
    return copy(input, sink);
}
async function copy(input, sink) {
    for (let bytes = await input.some(); bytes !== undefined; bytes = await input.some()) {
        sink.consumed(input.taken);
        sink.push(bytes);
    }
    return { parts: 0 };
}
/** Unpacks bytes that are at hand; undefined if they are damaged or hold more than `maxUnpackedBytes`. */
async function unpackWithin(bytes, maxUnpackedBytes) {
    const pieces = [];
    let room = maxUnpackedBytes;
    const left = (sizeBytes) => {
        room -= sizeBytes;
        if (room < 0)
            throw new Stopped(tooMuch(maxUnpackedBytes));
    };
    const sink = {
        push: (piece) => {
            left(piece.length);
            pieces.push(Buffer.from(piece));
        },
        skip: () => {
            throw new Stopped('a part of it was not unpacked');
        },
        consumed: () => undefined,
    };
    try {
        const limits = { maxUnpackedBytes, maxWalkedBytes: maxUnpackedBytes };
        const { damage } = await unpackAs(formatOf(bytes), new ByteQueue(only(bytes)), sink, limits);
        return damage === undefined ? Buffer.concat(pieces) : undefined;
    }
    catch (error) {
        if (error instanceof Stopped)
            return undefined;
        throw error;
    }
}
// eslint-disable-next-line @typescript-eslint/require-await -- a source is asynchronous, these bytes are not
async function* only(bytes) {
    yield bytes;
}

;// CONCATENATED MODULE: ./src/sizing/read.ts





/** A layer that unpacks a thousandfold would keep a runner busy for hours; no real image has one. */
const MAX_STREAMED_BYTES = 64 * 2 ** 30;
/** A beginning that grows beyond this has shown its ratio. */
const MAX_LOOK_BYTES = 2 ** 29;
/**
 * How far extrapolations are raised. From the first 8 MiB they were 11.5 % too small at the worst, and
 * worse where a layer is made of several members or frames that were packed apart.
 */
const SAFETY = { one: 1.15, several: 1.25 };
/** What comes by range; more comes by stream, and is hung up on when there is enough. */
const LARGEST_RANGE_BYTES = 2 ** 20;
/** Reads the whole layer and counts what is in it. */
async function streamWhole(job, maxWalkedBytes) {
    const { layer, reader, budget } = job;
    return counted(job, await budget.unpacking(() => unpackAll(job, reader.stream(layer), maxWalkedBytes)));
}
/** The same of a layer that is so small that one answer holds it. */
async function readWhole(job) {
    const { layer, reader, budget } = job;
    const bytes = await reader.range(layer, 0, layer.sizeBytes - 1);
    const source = bytes ? only(bytes) : reader.stream(layer);
    return counted(job, await budget.unpacking(() => unpackAll(job, source)));
}
function unpackAll({ budget }, source, maxWalkedBytes) {
    return unpack(source, {
        maxUnpackedBytes: MAX_STREAMED_BYTES,
        exhausted: () => budget.exhausted(),
        ...(maxWalkedBytes === undefined ? {} : { maxWalkedBytes }),
    });
}
/** The finding for a whole layer. What was counted is used, however the layer ends. */
function counted(job, whole) {
    const { layer } = job;
    const look = asLook(whole, true);
    if (whole.stopped !== undefined)
        return extrapolated(job, look, 'several', whole.stopped);
    const found = {
        unpackedSizeBytes: whole.sizeBytes,
        ...inodesOf(whole),
        source: whole.format === 'tar' ? 'uncompressed' : 'streamed',
    };
    const isStrange = STRANGE[whole.format];
    if (isStrange !== undefined)
        return strange(job, isStrange);
    const { damage } = whole;
    if (damage === undefined)
        return { ...found };
    // Behind the tar's end there is nothing more of it.
    if (whole.tar.ended)
        return { ...found, warning: `counted as far as it can be unpacked, since ${damage}` };
    const untold = layer.sizeBytes - whole.consumedBytes;
    if (untold > 0)
        return byBound(untold, whole.format === 'zstd' ? 'zstd' : 'gzip', damage, look);
    return { ...found, warning: `counted as far as it can be unpacked, since ${damage}` };
}
/** Formats that containerd does not unpack, and why their unpacked size is unknown. */
const STRANGE = {
    xz: 'it is packed with xz, which neither containerd nor this action unpacks',
    bzip2: 'it is packed with bzip2, which neither containerd nor this action unpacks',
    unknown: 'its bytes are neither gzip, zstd nor a tar',
};
/** A layer that nothing here can unpack. An unpacked one takes its own size; the size of any other is unknown. */
function strange({ layer }, reason) {
    if (reason !== STRANGE.unknown)
        return byBound(layer.sizeBytes, 'unknown', reason);
    return {
        unpackedSizeBytes: layer.sizeBytes,
        source: 'uncompressed',
        warning: `taken as the size of the layer as it is stored, since ${reason}`,
    };
}
/** The same for the first bytes of a layer; undefined for what can be unpacked. */
function strangeByLook(job, { format }) {
    const reason = STRANGE[format];
    return reason === undefined ? undefined : strange(job, reason);
}
/** The inodes where all entries were seen, else what the layer begins with. */
function inodesOf({ tar, sizeBytes, walkedBytes }) {
    if (walkedBytes === sizeBytes)
        return { inodes: tar.inodes };
    return headOf({ tar, walkedBytes });
}
/** What a look found, for the estimate of the layer's inodes. */
function headOf({ tar, walkedBytes }) {
    // The last entry goes on behind what was walked.
    return { head: { inodes: tar.inodes, sizeBytes: Math.max(walkedBytes, tar.endBytes) } };
}
/** Unpacks a layer's first bytes. */
async function lookAtStart(job, sizeBytes) {
    const { layer, reader, budget } = job;
    const small = sizeBytes <= LARGEST_RANGE_BYTES;
    const piece = small ? await reader.range(layer, 0, Math.min(sizeBytes, layer.sizeBytes) - 1) : undefined;
    const source = piece ? only(piece) : firstBytes(job, sizeBytes);
    const look = await budget.unpacking(() => unpack(source, {
        maxUnpackedBytes: MAX_LOOK_BYTES,
        cut: sizeBytes < layer.sizeBytes,
        exhausted: () => budget.exhausted(),
    }));
    return asLook(look, piece !== undefined || !small);
}
function asLook(seen, isByRange) {
    return { ...seen, isByRange, ratio: seen.consumedBytes > 0 ? seen.sizeBytes / seen.consumedBytes : 0 };
}
async function* firstBytes({ layer, reader }, sizeBytes) {
    let wanted = sizeBytes;
    for await (const chunk of reader.stream(layer)) {
        yield chunk.subarray(0, wanted);
        wanted -= chunk.length;
        if (wanted <= 0)
            return;
    }
}
/** A doubt of which a longer look is the estimate. */
function doubt(job, atStakeBytes, estimate, seen) {
    // Less than all of it: that was not granted.
    const lookBytes = job.layer.sizeBytes > SMALL_LAYER_BYTES ? SMALL_LAYER_BYTES : LARGEST_RANGE_BYTES;
    return {
        atStakeBytes,
        estimate: async () => {
            const look = await lookAtStart(job, lookBytes);
            return estimate(look.consumedBytes >= seen.consumedBytes ? look : seen);
        },
    };
}
/** The size of the whole layer, were it all like its beginning; raised, since it is not. */
function extrapolated({ layer }, look, parts, reason, atLeastBytes = 0) {
    if (look.consumedBytes === 0) {
        const compression = claimedCompression(layer);
        return look.damage === undefined
            ? byFactor(layer.sizeBytes, reason)
            : byBound(layer.sizeBytes, compression, look.damage);
    }
    const least = Math.max(look.tar.endBytes + TAR_END_BYTES, look.sizeBytes, 0);
    const likely = Math.max(Math.ceil(look.ratio * layer.sizeBytes), least);
    return {
        unpackedSizeBytes: Math.max(Math.ceil(look.ratio * layer.sizeBytes * SAFETY[parts]), least, atLeastBytes),
        likelySizeBytes: likely,
        ...headOf(look),
        source: 'prefix',
        warning: `estimated from its first bytes, since ${reason}`,
    };
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./src/sizing/totals.ts

/** Adds layers up, images in their order: unpacked bytes and inodes once for each chain, compressed ones for each digest. */
function addUp(images, measures) {
    const blobs = new Map();
    const chains = new Map();
    const told = new Set();
    const sizes = images.map((image) => {
        let chain = '';
        let shared = 0;
        for (const layer of image.layers) {
            chain = chainOf(chain, layer.digest);
            if (chains.has(chain))
                shared += measureOf(layer, measures).unpackedSizeBytes;
            chains.set(chain, layer);
        }
        const own = blobsOf(image);
        for (const [digest, sizeBytes] of own)
            blobs.set(digest, sizeBytes);
        const found = image.layers.map((layer) => measureOf(layer, measures));
        const news = newsOf(image, measures, told);
        return {
            reference: image.image.cachedReference,
            compressedSizeBytes: sum([...own.values()]),
            ...unpackedSizes(found),
            sharedSizeBytes: shared,
            sources: countSources(found),
            ...news,
        };
    });
    const distinct = [...chains.values()];
    const found = distinct.map((layer) => measureOf(layer, measures));
    const totals = { compressedSizeBytes: sum([...blobs.values()]), ...unpackedSizes(found) };
    return { images: sizes, totals, chains: distinct };
}
/**
 * What a layer is unpacked onto is part of what it is: containerd keeps a snapshot for each chain of layers
 * from the base on (OCI image specification, config.md, "Layer ChainID").
 */
function chainOf(parent, digest) {
    return (0,external_node_crypto_.createHash)('sha256').update(`${parent} ${digest}`).digest('hex');
}
function blobsOf({ layers, configDigest, configSizeBytes }) {
    const blobs = new Map(layers.map((layer) => [layer.digest, layer.sizeBytes]));
    return blobs.set(configDigest, configSizeBytes);
}
function unpackedSizes(measures) {
    const bounds = measures.filter(({ source }) => source === 'bound');
    return {
        unpackedSizeBytes: sum(measures.map((measure) => measure.unpackedSizeBytes)),
        estimateSizeBytes: sum(measures.map(raisedBy)),
        boundSizeBytes: sum(bounds.map(raisedBy)),
    };
}
function raisedBy({ unpackedSizeBytes, likelySizeBytes = unpackedSizeBytes }) {
    // Infinity less something is still that.
    return unpackedSizeBytes === likelySizeBytes ? 0 : unpackedSizeBytes - likelySizeBytes;
}
function countSources(measures) {
    const counts = {};
    for (const { source } of measures)
        counts[source] = (counts[source] ?? 0) + 1;
    return counts;
}
function newsOf({ image, layers }, measures, told) {
    const news = { warnings: [], unknown: [] };
    for (const layer of layers) {
        const { warning, source } = measureOf(layer, measures);
        if (warning === undefined || told.has(layer.digest))
            continue;
        told.add(layer.digest);
        const text = `${image.cachedReference}: the unpacked size of layer ${layer.digest} is ${warning}`;
        (source === 'bound' ? news.unknown : news.warnings).push(text);
    }
    return news;
}
function measureOf({ digest }, measures) {
    const measure = measures.get(digest);
    if (measure === undefined)
        throw new Error(`layer ${digest} was not measured`);
    return measure;
}
function sum(values) {
    return values.reduce((total, value) => total + value, 0);
}

;// CONCATENATED MODULE: ./src/sizing/inodes.ts





/** A tar has a header of so many bytes for each inode. */
const LEAST_ENTRY_BYTES = 512;
/** The first bytes that show how large a layer's files are: fewer show only what every base image starts with. */
const HEAD_BYTES = 2 ** 20;
/** Estimates are raised as those of sizes are. */
const inodes_SAFETY = 1.15;
/**
 * Counts the inodes of all chains as exactly as they may decide the cache's size: an ext4 of 20 GiB is out of
 * them at 1,310,720, however many bytes are free. If bytes decide even with every file empty, which is so below
 * 640 MiB, nothing is read for it. Otherwise the first bytes of the largest layers are read, and layers that then
 * decide are read whole, as far as the budget allows.
 *
 * @param chains every layer, as often as it is unpacked
 */
async function countInodes(chains, known, sizes) {
    const enough = inodesThatFit(sizes);
    const layers = layersOf(chains, known);
    const total = () => sum(layers.map(({ times, inodes }) => times * inodes));
    await inodes_lookUntil(layers, () => total() <= enough);
    if (total() > enough)
        await readUntil(layers, () => total() <= enough);
    const isDecisive = total() > enough;
    const mayDecide = sum(layers.map((one) => one.times * (one.how === 'untold' ? most(one) : one.inodes))) > enough;
    return {
        inodes: Math.ceil(total()),
        warnings: layers.flatMap(({ how, job }) => {
            const layer = `layer ${job.layer.digest}`;
            if (how === 'estimated' && isDecisive)
                return [
                    `The number of files in ${layer} is estimated from its first bytes, and decides the size of the cache.`,
                ];
            if (how === 'untold' && mayDecide)
                return [
                    `The number of files in ${layer} is not known: if they are very many and very small, the cache is too small for them.`,
                ];
            return [];
        }),
    };
}
/** Where every file is empty. */
function most({ finding: { unpackedSizeBytes, likelySizeBytes = unpackedSizeBytes } }) {
    return likelySizeBytes / LEAST_ENTRY_BYTES;
}
/** What a layer of ordinary files has: one inode for 16 KiB at the most. */
function ordinary({ finding: { unpackedSizeBytes, likelySizeBytes = unpackedSizeBytes } }) {
    return likelySizeBytes / INODE_BYTES;
}
function layersOf(chains, known) {
    const times = new Map();
    for (const { digest } of chains)
        times.set(digest, (times.get(digest) ?? 0) + 1);
    return [...times].flatMap(([digest, count]) => {
        const one = known.get(digest);
        if (one === undefined)
            return [];
        const { inodes, head, source } = one.finding;
        if (inodes !== undefined)
            return [{ ...one, times: count, inodes, how: 'counted' }];
        const layer = { ...one, times: count, inodes: most(one), how: 'unknown' };
        if (!takeHead(layer, head) && (source === 'bound' || source === 'factor'))
            becomeUntold(layer);
        return [layer];
    });
}
/** Largest first, all at once that it takes if they are ordinary; then whatever is still missing. */
async function inodes_lookUntil(layers, isEnough) {
    for (;;) {
        const unknown = layers
            .filter(({ how }) => how === 'unknown')
            .sort((a, b) => b.times * b.inodes - a.times * a.inodes);
        if (isEnough() || unknown.length === 0)
            return;
        const batch = [];
        for (const layer of unknown) {
            batch.push(layer);
            layer.inodes = ordinary(layer);
            if (isEnough())
                break;
        }
        await Promise.all(batch.map(look));
    }
}
async function look(layer) {
    const seen = await unlessOutOfReach(() => lookAtStart(layer.job, HEAD_BYTES));
    if (seen === undefined || !takeHead(layer, headOf(seen).head, 0))
        becomeUntold(layer);
}
/** If bytes cannot be read, the number of files stays unknown, but the size of the layers is known. */
async function unlessOutOfReach(work) {
    try {
        return await work();
    }
    catch (error) {
        if (error instanceof Stopped || error instanceof types/* RegistryError */.g)
            return undefined;
        throw error;
    }
}
function becomeUntold(layer) {
    layer.how = 'untold';
    layer.inodes = ordinary(layer);
}
/** Extrapolates from a beginning; false if that is too short to tell. */
function takeHead(layer, head, leastBytes = HEAD_BYTES) {
    if (head === undefined || head.sizeBytes <= leastBytes || head.inodes === 0)
        return false;
    layer.how = 'estimated';
    layer.inodes = (head.inodes / head.sizeBytes) * layer.finding.unpackedSizeBytes * inodes_SAFETY;
    return true;
}
/** Counts what was estimated, the most first. */
async function readUntil(layers, isEnough) {
    const estimated = layers
        .filter(({ how }) => how === 'estimated')
        .sort((a, b) => b.times * b.inodes - a.times * a.inodes);
    for (const layer of estimated) {
        const { job } = layer;
        if (isEnough())
            return;
        if (!job.budget.grant(job.layer.sizeBytes))
            continue;
        const whole = await unlessOutOfReach(() => streamWhole(job, Infinity));
        const inodes = whole?.inodes;
        if (inodes === undefined)
            continue;
        layer.inodes = inodes;
        layer.how = 'counted';
    }
}

;// CONCATENATED MODULE: ./src/sizing/toc.ts
const toc_BLOCK = 512;
/** Bytes around a PAX record's key and value: its length, spaces and line end, and the key's prefix. */
const PAX_RECORD_BYTES = 32;
/**
 * Adds up a table of contents as eStargz and zstd:chunked write it (both: `{"version": 1, "entries": […]}`
 * with tar-like entries); undefined if it is none. Extended headers are charged wherever one may have
 * been written.
 */
function sizeOfToc(json) {
    const entries = entriesOf(json);
    if (entries === undefined)
        return undefined;
    const total = { sizeBytes: 0, inodes: 0, entries: 0, extendedBytes: 0 };
    for (const entry of entries) {
        // A chunk is a further piece of the file before it, which has the file's whole size already.
        if (entry['type'] === 'chunk')
            continue;
        const size = entry['type'] === 'reg' ? entry['size'] : 0;
        if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0))
            return undefined;
        const extended = extendedBytes(entry);
        total.sizeBytes += toc_BLOCK + padded(size ?? 0) + extended;
        total.extendedBytes += extended;
        total.entries += 1;
        if (entry['type'] !== 'hardlink')
            total.inodes += 1;
    }
    return Number.isSafeInteger(total.sizeBytes) ? total : undefined;
}
function entriesOf(json) {
    const entries = parsed(json)?.entries;
    if (!Array.isArray(entries))
        return undefined;
    const all = entries;
    const areObjects = all.every((entry) => typeof entry === 'object' && entry !== null);
    return areObjects ? all : undefined;
}
/** A name or link of over 100 bytes, and every extended attribute, needs a PAX or a GNU header. */
function extendedBytes(entry) {
    const texts = [entry['name'], entry['linkName']].filter((text) => typeof text === 'string' && Buffer.byteLength(text) > 98);
    const attributes = Object.entries(asObject(entry['xattrs'])).flatMap(([key, value]) => [
        key + (typeof value === 'string' ? value : ''),
    ]);
    const records = [...texts, ...attributes];
    if (records.length === 0)
        return 0;
    const bytes = records.reduce((sum, text) => sum + Buffer.byteLength(text) + PAX_RECORD_BYTES, 0);
    return toc_BLOCK + padded(bytes);
}
/**
 * Adds up tar-split data, which newer versions of containers/image put beside the table of contents: every
 * header byte by byte, and the size of each content. Undefined if it is none.
 */
function sizeOfTarSplit(lines) {
    const FILE = 1;
    const SEGMENT = 2;
    let sizeBytes = 0;
    let inodes = 0;
    for (const line of lines.split('\n')) {
        if (line === '')
            continue;
        const { type, size, payload } = asObject(parsed(line));
        if (type === SEGMENT && typeof payload === 'string')
            sizeBytes += Buffer.from(payload, 'base64').length;
        else if (type === FILE && (size === undefined || (Number.isSafeInteger(size) && Number(size) >= 0))) {
            sizeBytes += Number(size ?? 0);
            inodes += 1;
        }
        else
            return undefined;
    }
    return Number.isSafeInteger(sizeBytes) ? { sizeBytes, inodes } : undefined;
}
function parsed(json) {
    try {
        return JSON.parse(json);
    }
    catch {
        return undefined;
    }
}
function asObject(value) {
    return typeof value === 'object' && value !== null ? value : {};
}
function padded(size) {
    return Math.ceil(size / toc_BLOCK) * toc_BLOCK;
}

;// CONCATENATED MODULE: ./src/sizing/estargz.ts

/**
 * eStargz's footer (containerd/stargz-snapshotter, docs/estargz.md): an empty gzip member of 51 bytes whose
 * extra field, under the subfield `SG`, holds the table of contents' offset as 16 hexadecimal digits and
 * `STARGZ`. Its forerunner, stargz, has 47 bytes and no subfield.
 */
const FOOTERS = [
    { sizeBytes: 51, extraOffset: 16, start: Buffer.from('1f8b0804', 'hex'), subfield: true },
    { sizeBytes: 47, extraOffset: 12, start: Buffer.from('1f8b0804', 'hex'), subfield: false },
];
/** Reads the footer in a layer's last bytes; undefined if there is none or it points outside. */
function readEstargzFooter(tail, compressedSizeBytes) {
    for (const { sizeBytes, extraOffset, start, subfield } of FOOTERS) {
        const footer = tail.subarray(-sizeBytes);
        if (footer.length < sizeBytes || !footer.subarray(0, 4).equals(start))
            continue;
        if (subfield && footer.toString('latin1', 12, 14) !== 'SG')
            continue;
        const digits = /^([0-9a-f]{16})STARGZ/.exec(footer.toString('latin1', extraOffset, extraOffset + 22))?.[1];
        const offset = parseInt(digits ?? '', 16);
        const end = compressedSizeBytes - sizeBytes - 1;
        if (offset >= 0 && offset <= end)
            return { start: offset, end };
    }
    return undefined;
}
/**
 * The size of the whole tar, from the unpacked member that holds the table of contents: a tar of its own
 * with one file, `stargz.index.json`, and the end of the layer's tar.
 */
function sizeOfEstargz(tocTar) {
    const size = parseInt(tocTar.toString('latin1', 124, 135), 8);
    if (!(size >= 0 && size <= tocTar.length - 512))
        return undefined;
    const toc = sizeOfToc(tocTar.toString('utf8', 512, 512 + size));
    return toc && { ...toc, sizeBytes: toc.sizeBytes + tocTar.length };
}

;// CONCATENATED MODULE: ./src/sizing/gzip.ts

/** The trailer and, where there is one, eStargz's footer. */
const TAIL_BYTES = 64;
/** Enough to see, beside these, whether a layer ends in a run of equal bytes, however its last block begins. */
const RUN_TAIL_BYTES = 1024;
/** Gigabytes of equal bytes fill all of this, megabytes do not. */
const LONG_RUN_TAIL_BYTES = 64 * 1024;
/**
 * DEFLATE takes up to 15 bits for a length and 15 for a distance (RFC 1951, 3.2.7), so a run repeats after 30
 * bytes at the most, and the 10,751 zeros to which GNU tar may pad take up to 156 bytes. A run of gigabytes fills
 * the tail but for the heads of blocks; pigz writes one after every 127 bytes of it.
 */
const LONGEST_PERIOD = 30;
const RUN_SHARE = 1 / 3;
/** ISIZE counts modulo this. */
const WRAP = 2 ** 32;
/** A smaller layer than this holds less than 4 GiB. */
const SMALLEST_WRAP_BYTES = Math.floor(WRAP / MAX_GZIP_RATIO);
/** From here on an ordinary ratio (up to 10) is enough for ISIZE to wrap. */
const PLAUSIBLE_WRAP_BYTES = 400e6;
/** How much of a gzip layer's end to read; more if 4 GiB may hide in a run of zeros. */
function tailSizeBytes(compressedSizeBytes) {
    return compressedSizeBytes < SMALLEST_WRAP_BYTES ? TAIL_BYTES : RUN_TAIL_BYTES;
}
/**
 * Reads the claim in the last bytes of a gzip layer.
 *
 * One blind spot is left, for which only reading every layer whole would help: gigabytes of equal bytes in the
 * midst of a layer of less than 400 MB that neither begins nor ends like them. The claim of several members, the
 * last cut at a multiple of 512 bytes and larger than the whole layer compressed, is contradicted by the layer's
 * beginning, unless that shrinks less than the rest, or the others are less than about a fifth of it.
 */
function readGzipClaim(tail, compressedSizeBytes) {
    const isize = tail.readUInt32LE(tail.length - 4);
    // Stored blocks may make a layer a little larger than what is in it.
    const wraps = Math.max(0, Math.ceil((compressedSizeBytes * 0.999 - 1024 - isize) / WRAP));
    const sizeBytes = isize + wraps * WRAP;
    const canWrap = compressedSizeBytes >= SMALLEST_WRAP_BYTES;
    // A tar is always a multiple of 512; one that was cut evenly is likely to be cut at whole MiB.
    const aligned = isize % 512 === 0 && isize % 2 ** 20 !== 0;
    const doubts = {
        members: !aligned || wraps > 0 || sizeBytes > compressedSizeBytes * MAX_GZIP_RATIO,
        wrap: compressedSizeBytes > PLAUSIBLE_WRAP_BYTES,
        ratio: canWrap && sizeBytes > compressedSizeBytes * MAX_PLAIN_RATIO,
        run: canWrap && endsInRun(tail),
    };
    const held = Object.keys(doubts).filter((doubt) => doubts[doubt]);
    return { isize, aligned, sizeBytes, doubts: held };
}
/**
 * Whether the compressed bytes before the trailer repeat, as a run of equal bytes leaves them. DEFLATE's copies of
 * 258 bytes take 2 bits each in blocks with codes of their own, a period of one byte, and 11 bits in blocks with
 * fixed codes (level 1), a period of 11 bytes.
 */
function endsInRun(tail) {
    const body = tail.subarray(0, -8);
    for (let period = 1; period <= LONGEST_PERIOD; period++) {
        let repeated = 0;
        for (let i = period; i < body.length; i++)
            if (body[i] === body[i - period])
                repeated += 1;
        if (repeated >= body.length * RUN_SHARE)
            return true;
    }
    return false;
}
/**
 * The size that a look at a layer's beginning makes likely among those that ISIZE allows; undefined if
 * none or several fit.
 *
 * @param estimateBytes the beginning's ratio, extrapolated
 * @param lowestBytes what the layer holds at least
 * @param band the least and the most of the estimate that the true size is taken to be
 */
function sizeNear(claim, estimateBytes, lowestBytes, band) {
    const from = Math.max(claim.sizeBytes, lowestBytes, estimateBytes * band[0]);
    const first = sizeAtLeast(claim, from);
    const fits = first <= estimateBytes * band[1];
    const another = first + WRAP <= estimateBytes * band[1];
    return fits && !another ? first : undefined;
}
/** The smallest size from `lowestBytes` on that ISIZE allows. */
function sizeAtLeast(claim, lowestBytes) {
    return claim.sizeBytes + Math.max(0, Math.ceil((lowestBytes - claim.sizeBytes) / WRAP)) * WRAP;
}

;// CONCATENATED MODULE: ./src/sizing/dense-json.ts
/** A smaller text does no harm once it is parsed, however dense it is. */
const SMALL_BYTES = 256 * 1024;
/** Real manifests and tables of contents have more bytes for each object or list, and for each value in them. */
const LEAST_BYTES = { container: 32, value: 8 };
const [BRACE, BRACKET, COMMA, NEW_LINE] = [...Buffer.from('{[,\n')];
/**
 * Whether JSON (or lines of it) consists almost only of brackets and commas, so that parsing it would take fifty
 * times its size in memory. Only an attack looks like that.
 */
function isTooDense(json) {
    if (json.length <= SMALL_BYTES)
        return false;
    const counts = new Uint32Array(256);
    for (const byte of json)
        counts[byte] = (counts[byte] ?? 0) + 1;
    const count = (byte) => counts[byte] ?? 0;
    return ((count(BRACE) + count(BRACKET)) * LEAST_BYTES.container > json.length ||
        Math.max(count(COMMA), count(NEW_LINE)) * LEAST_BYTES.value > json.length);
}

;// CONCATENATED MODULE: ./src/sizing/table.ts


/** Tables larger than these are not read: parsing them would take more memory than streaming the layer. */
const MAX_TABLE_BYTES = 4 * 2 ** 20;
const MAX_UNPACKED_TABLE_BYTES = 16 * 2 ** 20;
/** Reads and unpacks a layer's table of contents; undefined if it is too large or dense, damaged or out of reach. */
async function table_readTable({ layer, reader, budget }, { start, end }) {
    if (end - start + 1 > MAX_TABLE_BYTES)
        return undefined;
    const bytes = await reader.range(layer, start, end);
    const table = bytes && (await budget.unpacking(() => unpackWithin(bytes, MAX_UNPACKED_TABLE_BYTES)));
    return table && isTooDense(table) ? undefined : table;
}
/**
 * The size by a table of contents, raised where the layer's first entries have more extended headers than
 * the table lets one expect: it leaves out what only they hold, such as fractions of a second.
 */
function withHiddenHeaders({ tar }, toc) {
    const seen = tar.entries > 0 ? (tar.extendedBytes / tar.entries) * toc.entries : 0;
    return toc.sizeBytes + Math.ceil(Math.max(0, seen - toc.extendedBytes) / 512) * 512;
}

;// CONCATENATED MODULE: ./src/sizing/probe-gzip.ts






/** The smallest and largest size that a layer had, or might have, relative to the estimate from its first 8 MiB. */
const LARGE_LOOK_BAND = [0.88, 1.15];
/** The same for a few hundred KiB, which only have to distinguish sizes that are 4 GiB apart. */
const SMALL_LOOK_BAND = [0.8, 1.25];
/**
 * How much more the beginning may promise than the trailer claims before it contradicts the claim. Ordinary layers
 * begin with text; the more was seen, the less that counts.
 */
const LOOKS = [
    [2 ** 20, 1.25],
    [SMALL_LAYER_BYTES, 1 / LARGE_LOOK_BAND[0]],
];
const HEAD_SLACK = 1.3;
/** Measures a layer that is packed with gzip, whose beginning has been looked at. */
async function probeGzip(job, head) {
    const { layer, reader } = job;
    const end = layer.sizeBytes - 1;
    const tail = await reader.range(layer, layer.sizeBytes - tailSizeBytes(layer.sizeBytes), end);
    if (tail === undefined)
        return largeDoubt(job, NO_CLAIM, head);
    const toc = readEstargzFooter(tail, layer.sizeBytes);
    const fromToc = toc && (await measureEstargz(job, toc, head));
    if (fromToc)
        return fromToc;
    const claim = await withoutShortRun(job, readGzipClaim(tail, layer.sizeBytes));
    return claim.doubts.length > 0 ? settleDoubts(job, claim, head) : settleTrailer(job, claim, head);
}
/** Measures a small layer by its trailer; undefined if that is in doubt, which may also be since it is no gzip. */
async function probeTrailer({ layer, reader }) {
    const tail = await reader.range(layer, layer.sizeBytes - tailSizeBytes(layer.sizeBytes), layer.sizeBytes - 1);
    if (tail === undefined || readEstargzFooter(tail, layer.sizeBytes))
        return undefined;
    const { sizeBytes, doubts } = readGzipClaim(tail, layer.sizeBytes);
    if (doubts.length > 0 || sizeBytes > layer.sizeBytes * MAX_PLAIN_RATIO)
        return undefined;
    return { unpackedSizeBytes: sizeBytes, source: 'gzip-trailer' };
}
const NO_CLAIM = { aligned: false, isize: 0, sizeBytes: 0, doubts: ['members'] };
async function measureEstargz(job, range, head) {
    const table = await table_readTable(job, range);
    const toc = table && sizeOfEstargz(table);
    if (toc === undefined || toc.sizeBytes < job.layer.sizeBytes * 0.999)
        return undefined;
    const unpackedSizeBytes = withHiddenHeaders(head, toc);
    return { unpackedSizeBytes, inodes: toc.inodes, source: 'estargz-toc' };
}
/** A run is worth reading the layer only where it is as long as gigabytes of equal bytes leave it. */
async function withoutShortRun({ layer, reader }, claim) {
    if (!claim.doubts.includes('run'))
        return claim;
    const tail = await reader.range(layer, layer.sizeBytes - LONG_RUN_TAIL_BYTES, layer.sizeBytes - 1);
    if (tail === undefined || endsInRun(tail))
        return claim;
    return { ...claim, doubts: claim.doubts.filter((one) => one !== 'run') };
}
/** A trailer without doubts: believed, unless the layer's beginning says that there must be more. */
async function settleTrailer(job, claim, head) {
    let [look, slack] = [head, HEAD_SLACK];
    for (const [sizeBytes, nextSlack] of [...LOOKS, [0, 0]]) {
        if (isPlausible(job, claim, look, slack))
            return byTrailer(claim.sizeBytes, look);
        // Where a look would read all of it, a stream does not read more.
        if (showsSeveral(job, look) || sizeBytes === 0 || sizeBytes * 2 > job.layer.sizeBytes)
            break;
        [look, slack] = [await lookAtStart(job, sizeBytes), nextSlack];
    }
    return largeDoubt(job, { ...claim, doubts: ['members'] }, look);
}
function isPlausible({ layer }, claim, look, slack) {
    if (showsSeveral({ layer }, look))
        return false;
    const least = Math.max((look.ratio * layer.sizeBytes) / slack, look.tar.endBytes);
    return claim.sizeBytes >= least;
}
/** A member ended, or became unreadable, before the end of the layer. */
function showsSeveral({ layer }, look) {
    return look.damage !== undefined || (look.parts > 0 && look.consumedBytes < layer.sizeBytes);
}
/** Finds out whether a doubtful trailer is right. */
async function settleDoubts(job, claim, head) {
    let look = head;
    for (const [sizeBytes, band] of looksFor(job, claim)) {
        if (showsSeveral(job, look))
            break;
        look = await lookAtStart(job, sizeBytes);
        const size = sizeNear(claim, look.ratio * job.layer.sizeBytes, look.tar.endBytes, band);
        if (size !== undefined && !showsSeveral(job, look))
            return byTrailer(size, look);
    }
    return largeDoubt(job, claim, look);
}
/** The looks that may confirm a claim, cheapest first; none if only the whole layer shows the truth. */
function looksFor({ layer }, { aligned, doubts }) {
    const isSmall = layer.sizeBytes <= SMALL_LAYER_BYTES;
    if (isSmall || !aligned || doubts.includes('run'))
        return [];
    const large = [SMALL_LAYER_BYTES, LARGE_LOOK_BAND];
    if (!doubts.includes('wrap') || doubts.includes('ratio'))
        return [large];
    const aFewBytes = Math.max(64 * 1024, Math.ceil(layer.sizeBytes / 2000));
    return [[Math.min(aFewBytes, SMALL_LAYER_BYTES), SMALL_LOOK_BAND], large];
}
function byTrailer(unpackedSizeBytes, look) {
    return { unpackedSizeBytes, ...headOf(look), source: 'gzip-trailer' };
}
/** Four GiB more or less are at stake where ISIZE may have wrapped; else what the beginning lets one expect. */
function largeDoubt(job, claim, look) {
    const { layer } = job;
    const mayWrap = claim.doubts.includes('wrap') || claim.doubts.includes('run');
    const expected = look.ratio * layer.sizeBytes;
    const atStakeBytes = mayWrap
        ? Math.max(WRAP, expected / 4)
        : Math.max(Math.abs(expected - claim.sizeBytes), expected / 4);
    return doubt(job, atStakeBytes, (seen) => estimated(job, claim, seen), look);
}
/** What the layer holds, as far as its first bytes and its trailer show. */
function estimated(job, claim, look) {
    return extrapolated(job, look, 'several', 'its gzip trailer may hide several members or more than 4 GiB, and it is too large to be read whole', leastByTrailer(claim, look, look.ratio * job.layer.sizeBytes));
}
/** The size by which the trailer raises an estimate: none if it is more likely that of one of several members. */
function leastByTrailer(claim, look, estimate) {
    if (!claim.aligned)
        return 0;
    const least = sizeAtLeast(claim, Math.max(estimate * LARGE_LOOK_BAND[0], look.tar.endBytes));
    // Behind a beginning that says nothing of it, a run of equal bytes may be another 4 GiB long.
    if (claim.doubts.includes('run') && look.ratio < MAX_PLAIN_RATIO)
        return sizeAtLeast(claim, least + 1);
    const isByWrap = least !== claim.isize;
    return isByWrap && least > Math.max(estimate, look.tar.endBytes) * LARGE_LOOK_BAND[1] ? 0 : least;
}

;// CONCATENATED MODULE: ./src/sizing/zstd-chunked.ts
/**
 * Where a zstd:chunked layer keeps its tables, from its annotations (containers/storage, pkg/chunked):
 * `offset:compressed size:uncompressed size[:kind]`. Each is a zstd frame inside a skippable one.
 */
const TABLES = [
    ['tar-split', 'tarsplit-position'],
    ['toc', 'manifest-position'],
];
/** The second is the older one, which skopeo 1.9 and the stargz library write. */
const NAMESPACES = ['io.github.containers.zstd-chunked', 'io.containers.zstd-chunked'];
/** The most informative table; undefined if the layer is not zstd:chunked. */
function chunkedTable(layer) {
    const places = TABLES.flatMap(([kind, key]) => NAMESPACES.map((space) => [kind, `${space}.${key}`]));
    for (const [kind, name] of places) {
        const text = layer.annotations[name];
        const fields = typeof text === 'string' ? /^(\d{1,15}):(\d{1,15}):(\d{1,15})(:\d+)?$/.exec(text) : null;
        if (!fields)
            continue;
        const [start, length, unpackedSizeBytes] = fields.slice(1, 4).map(Number);
        if (length > 0 && start + length <= layer.sizeBytes) {
            return { kind, start, end: start + length - 1, unpackedSizeBytes };
        }
    }
    return undefined;
}

;// CONCATENATED MODULE: ./src/sizing/probe-zstd.ts






/** How much more the beginning may promise than the header claims before it contradicts the claim. */
const probe_zstd_HEAD_SLACK = 1.3;
/** Measures a zstd:chunked layer by its tables; undefined if it has no usable ones. */
async function measureChunked(job, lookAtHead) {
    const position = chunkedTable(job.layer);
    const table = position && (await table_readTable(job, position));
    if (position === undefined || table?.length !== position.unpackedSizeBytes)
        return undefined;
    const isTarSplit = position.kind === 'tar-split';
    const found = isTarSplit ? sizeOfTarSplit(table.toString()) : await sizeByToc(table, lookAtHead);
    // The tables come last and hold nothing of the tar.
    if (found === undefined || found.sizeBytes < position.start * 0.999)
        return undefined;
    const { sizeBytes: unpackedSizeBytes, inodes } = found;
    return { unpackedSizeBytes, inodes, source: 'zstd-chunked-toc' };
}
async function sizeByToc(table, lookAtHead) {
    const toc = sizeOfToc(table.toString());
    if (toc === undefined)
        return undefined;
    return { inodes: toc.inodes, sizeBytes: withHiddenHeaders(await lookAtHead(), toc) + TAR_END_BYTES };
}
/** Measures a layer that is packed with zstd, whose beginning has been looked at. */
function probeZstd(job, head) {
    const { layer } = job;
    const expected = head.ratio * layer.sizeBytes;
    const isOne = head.parts === 0 && head.damage === undefined;
    const { sizeBytes, severalFrames } = readZstdClaim(head.firstBytes, layer.sizeBytes);
    if (sizeBytes !== undefined && isOne && sizeBytes >= Math.max(expected / probe_zstd_HEAD_SLACK, head.tar.endBytes)) {
        return { unpackedSizeBytes: sizeBytes, ...headOf(head), source: 'zstd-header' };
    }
    const parts = severalFrames || !isOne || sizeBytes !== undefined ? 'several' : 'one';
    const reason = 'its zstd header does not give its full size, and it is too large to be read whole';
    const atStakeBytes = Math.max(expected / 4, Math.abs(expected - (sizeBytes ?? expected)));
    return doubt(job, atStakeBytes, (look) => extrapolated(job, look, parts, reason, sizeBytes), head);
}

;// CONCATENATED MODULE: ./src/sizing/measure.ts








/** Reading so little whole costs no more than reading a part of it, and cannot be fooled. */
const WHOLE_READ_BYTES = 64 * 1024;
/**
 * Up to here a gzip layer's trailer is believed without a look at its beginning: several members of which the last
 * is mistaken for all would make a difference of a few MiB, and the look a second request for most layers.
 */
const TRAILER_ALONE_BYTES = 512 * 1024;
/** Enough of a layer to see how it is packed, its ratio, whether it is made of several parts, and its headers. */
const measure_HEAD_BYTES = 64 * 1024;
/** Enough to see that it is a tar. */
const PLAIN_HEAD_BYTES = 1024;
/**
 * Finds out the unpacked size of a layer, the cheapest way first, or how much is in doubt.
 *
 * @throws RegistryError if the layer cannot be read, unless it is a foreign one
 */
function probe(job) {
    return guarded(job, () => probed(job));
}
/** Settles a doubt: by reading the whole layer where that is granted. @throws RegistryError as `probe` */
function settle(job, { estimate }, isGranted) {
    return guarded(job, () => (isGranted ? streamWhole(job) : estimate()));
}
async function guarded(job, work) {
    const { layer } = job;
    try {
        return await work();
    }
    catch (error) {
        if (error instanceof Stopped)
            return byFactor(layer.sizeBytes, error.message);
        // Registries need not hold these, and the places that do may be out of reach from here.
        if (error instanceof types/* RegistryError */.g && isForeign(layer)) {
            const reason = `it is a foreign layer that cannot be read: ${error.message}`;
            return byBound(layer.sizeBytes, claimedCompression(layer), reason);
        }
        throw error;
    }
}
/** What the manifest alone says is used before what the bytes say. */
async function probed(job) {
    const { layer } = job;
    const emptySize = emptyLayerSizeBytes(layer);
    if (emptySize !== undefined)
        return { unpackedSizeBytes: emptySize, inodes: 0, source: 'empty' };
    if (isEncrypted(layer))
        return byBound(layer.sizeBytes, claimedCompression(layer), 'it is encrypted');
    const annotated = annotatedSizeBytes(layer);
    if (annotated !== undefined)
        return { unpackedSizeBytes: annotated, source: 'annotation' };
    if (layer.sizeBytes <= WHOLE_READ_BYTES)
        return readWhole(job);
    if (layer.sizeBytes <= TRAILER_ALONE_BYTES && claimedCompression(layer) === 'gzip') {
        return (await probeTrailer(job)) ?? (await readWhole(job));
    }
    return (await measureChunked(job, () => lookAtStart(job, measure_HEAD_BYTES))) ?? (await probeByHead(job));
}
/** Everything else is said by the first bytes, whatever the media type says. */
async function probeByHead(job) {
    const { layer } = job;
    const isPlain = claimedCompression(layer) === 'none';
    let head = await lookAtStart(job, isPlain ? PLAIN_HEAD_BYTES : measure_HEAD_BYTES);
    if (head.format === 'tar')
        return { unpackedSizeBytes: layer.sizeBytes, source: 'uncompressed' };
    const strange = strangeByLook(job, head);
    if (strange)
        return strange;
    if (isPlain)
        head = await lookAtStart(job, measure_HEAD_BYTES);
    if (!head.isByRange)
        return doubtWithoutRanges(job, head);
    return head.format === 'zstd' ? probeZstd(job, head) : probeGzip(job, head);
}
/** Where the registry serves whole layers only: all of it within the budget, else its beginning. */
function doubtWithoutRanges(job, head) {
    const estimate = (look) => extrapolated(job, look, 'several', 'its registry does not serve parts of a layer');
    const isSmall = job.layer.sizeBytes <= SMALL_LAYER_BYTES;
    return doubt(job, (isSmall ? 1 : 2 ** 20) * job.layer.sizeBytes, estimate, head);
}

;// CONCATENATED MODULE: ./src/sizing/images.ts





/**
 * Measures images by what their registry reveals. Layers are measured once for each digest, all in parallel.
 * Warnings are logged.
 *
 * @throws RegistryError if a layer cannot be read, ActionErrors if that is so for several reasons
 */
async function measureImages(images, { log, clock, limits }) {
    const budget = new ReadingBudget(clock, limits);
    try {
        const jobs = jobsOf(images, budget);
        const known = await measureLayers(jobs, budget);
        const inspected = images.map(({ image }) => image);
        const { images: sizes, totals, chains } = addUp(inspected, measuresOf(jobs, known));
        const { inodes, warnings } = await countInodes(chains, known, totals);
        const measures = measuresOf(jobs, known);
        for (const [digest, { source, unpackedSizeBytes, fetchedBytes }] of measures) {
            log.debug(`Layer ${digest}: ${unpackedSizeBytes} bytes unpacked (${source}, ${fetchedBytes} bytes read)`);
        }
        for (const warning of [...sizes.flatMap((size) => size.warnings), ...warnings])
            log.warning(warning);
        return {
            images: sizes,
            totals: { ...totals, inodes },
            unknown: sizes.flatMap((size) => size.unknown),
            fetchedBytes: sum([...measures.values()].map(({ fetchedBytes }) => fetchedBytes)),
        };
    }
    finally {
        budget.close();
    }
}
function jobsOf(images, budget) {
    const jobs = new Map();
    for (const { image, blobs } of images) {
        for (const layer of image.layers) {
            if (!jobs.has(layer.digest))
                jobs.set(layer.digest, { layer, reader: budget.within(blobs), budget });
        }
    }
    return [...jobs.values()];
}
/**
 * First the cheap looks at all layers, then the whole of those that are in doubt. The measured size must not
 * depend on which answer came first, or two jobs would request caches of two sizes. So the budget goes to the layers
 * with the largest doubt first, and otherwise by their order.
 */
async function measureLayers(jobs, budget) {
    const probes = await images_all(jobs.map(async (job) => ({ job, found: await probe(job) })));
    const doubts = probes.flatMap(({ job, found }) => (isDoubt(found) ? [{ job, found }] : []));
    const granted = new Set();
    for (const { job } of doubts.sort((a, b) => b.found.atStakeBytes - a.found.atStakeBytes)) {
        if (budget.grant(job.layer.sizeBytes))
            granted.add(job.layer);
    }
    const settled = await images_all(probes.map(async ({ job, found }) => {
        return { job, finding: isDoubt(found) ? await settle(job, found, granted.has(job.layer)) : found };
    }));
    return new Map(settled.map((known) => [known.job.layer.digest, known]));
}
function isDoubt(found) {
    return 'estimate' in found;
}
function measuresOf(jobs, known) {
    return new Map(jobs.flatMap(({ layer, reader }) => {
        const finding = known.get(layer.digest)?.finding;
        return finding ? [[layer.digest, { ...finding, fetchedBytes: reader.fetchedBytes }]] : [];
    }));
}
/** One registry that is down fails all its layers in the same words: say them once. */
async function images_all(work) {
    const results = await Promise.allSettled(work);
    const errors = new Map();
    for (const result of results) {
        if (result.status === 'fulfilled')
            continue;
        if (!(result.reason instanceof src_errors/* ActionError */.lZ))
            throw result.reason;
        errors.set(result.reason.message, result.reason);
    }
    const [first, ...others] = errors.values();
    if (first !== undefined)
        throw others.length > 0 ? new src_errors/* ActionErrors */.o9([first, ...others]) : first;
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

;// CONCATENATED MODULE: ./src/report/sizes.ts

/** How a layer's size was determined, in words. */
const SOURCES = {
    uncompressed: 'stored unpacked',
    empty: 'empty',
    annotation: 'annotation',
    'gzip-trailer': 'gzip trailer',
    'estargz-toc': 'eStargz index',
    'zstd-header': 'zstd header',
    'zstd-chunked-toc': 'zstd:chunked index',
    streamed: 'read in full',
    prefix: 'estimated from its start',
    factor: 'guessed from its compressed size',
    bound: 'not known, taken as the largest possible',
};
/** `2 × gzip trailer, 1 × empty`: layers by how their sizes came to be known. */
function measuredBy(sources) {
    return Object.entries(sources)
        .map(([source, count]) => `${count} × ${SOURCES[source]}`)
        .join(', ');
}
/** The size of each image, the part that it shares with earlier ones, and how that is known. */
function sizeTable(images) {
    return (0,format/* alignedTable */.nP)([
        ['image', 'compressed', 'on disk', 'shared', 'layers, and how their size is known'],
        ...images.map(({ reference, compressedSizeBytes, unpackedSizeBytes, sharedSizeBytes, sources }) => [
            reference,
            (0,format/* formatBytes */.z3)(compressedSizeBytes),
            (0,format/* formatBytes */.z3)(unpackedSizeBytes),
            (0,format/* formatBytes */.z3)(sharedSizeBytes),
            measuredBy(sources),
        ]),
    ]);
}

;// CONCATENATED MODULE: ./src/steps/size.ts




/**
 * The size to ask for: what the images take on disk, or the explicit size, which always wins. Read only
 * when a cache has to be made: a run that finds one does not need it.
 *
 * @throws ActionError or ActionErrors if the size is to be computed and a layer cannot be read
 */
async function decideSize(inspection, inputs, deps) {
    const explicit = inputs.imageCacheSizeGiB;
    if (explicit === 'auto') {
        const size = await computed(inspection, inputs, deps);
        return { imageCacheSizeGiB: size.sizeGiB, sizeOrigin: 'computed' };
    }
    deps.log.info(`Size: ${explicit} GiB, as image-cache-size says.`);
    if (inspection.read.length > 0)
        await compare(explicit, inspection, inputs, deps);
    return { imageCacheSizeGiB: explicit, sizeOrigin: 'explicit' };
}
async function computed(inspection, inputs, deps) {
    const report = await measureImages(inspection.read, deps);
    noteSizes(report, deps);
    const size = computeCacheSize(report.totals, inputs.sizeMarginPercent, report.unknown);
    for (const layer of report.unknown)
        deps.log.warning(`${layer}. The cache is made large enough for that.`);
    const sizeExplanation = explainSize(size);
    deps.note({ sizeExplanation });
    for (const line of sizeExplanation)
        deps.log.info(line);
    return size;
}
/** An explicit size that is too small fails the build after a quarter of an hour: better to warn now. */
async function compare(explicitGiB, inspection, inputs, deps) {
    try {
        const { sizeGiB } = await computed(inspection, inputs, deps);
        if (explicitGiB >= sizeGiB)
            return;
        const least = inspection.unread.length > 0 ? 'at least ' : '';
        deps.log.warning(`image-cache-size is ${explicitGiB} GiB, but the computed size is ${least}${sizeGiB} GiB. If the images do not fit, the build fails. Raise the input, or leave it at auto.`);
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        deps.log.info(`Cannot tell whether the images fit: ${error.message}`);
    }
}
function noteSizes(report, { record, note, log }) {
    for (const line of sizeTable(report.images))
        log.info(line);
    log.info('');
    const sizes = new Map(report.images.map((image) => [image.reference, image]));
    const images = record.images.map((row) => {
        const size = sizes.get(row.reference);
        if (!size)
            return row;
        return { ...row, unpackedSizeBytes: size.unpackedSizeBytes, measuredBy: measuredBy(size.sources) };
    });
    note({ images });
}

;// CONCATENATED MODULE: ./src/cache/prune.ts






const IN_USE_FOR_MS = 24 * 3_600_000;
/**
 * The caches to delete so that the newest `keep` are left. Failed ones always go. Never one that is not tagged as this
 * owner's, one that is in progress or in a status we don't know, the current one, or one that an instance was matched
 * with within 24 hours: the deployment that runs may need it to start another. A cache newer than the current one
 * counts before it: running an old release again takes nothing from a new one.
 *
 * @param currentId the cache of this run; undefined if there is none yet
 */
function cachesToDelete(caches, owner, keep, currentId, nowMs = Date.now()) {
    const ours = caches.filter((cache) => isOwnedBy(cache, owner)).sort(find/* byAge */.jI);
    const failed = ours.filter(({ status }) => (0,statuses/* phaseOf */.hU)(status) === 'failed');
    const ready = ours.filter(({ status }) => (0,statuses/* phaseOf */.hU)(status) === 'ready');
    if (failed.length === 0 && ready.length <= keep)
        return { old: [], inUse: [], unreadable: [] };
    const unreadable = ours.filter((cache) => !hasReadableTimes(cache));
    if (unreadable.length > 0)
        return { old: [], inUse: [], unreadable };
    const current = ours.find(({ imageCacheId }) => imageCacheId === currentId);
    const superseded = ready
        .slice(0, Math.max(0, ready.length - keep))
        .filter((cache) => cache !== current && (!current || (0,find/* byAge */.jI)(cache, current) < 0));
    const inUse = superseded.filter((cache) => wasMatchedLately(cache, nowMs));
    const old = [...failed, ...superseded].filter((cache) => cache !== current && !inUse.includes(cache));
    return { old, inUse, unreadable };
}
function hasReadableTimes({ creationTime, lastMatchedTime }) {
    const isReadable = (text) => (0,cache_times/* parseTime */.p)(text) !== undefined;
    return isReadable(creationTime) && (lastMatchedTime === '' || isReadable(lastMatchedTime));
}
/** A time in the future, which differing clocks can produce, counts as recent too. */
function wasMatchedLately({ lastMatchedTime }, nowMs) {
    return nowMs - ((0,cache_times/* parseTime */.p)(lastMatchedTime) ?? -Infinity) < IN_USE_FOR_MS;
}
function isOwnedBy({ tags }, { owner, group }) {
    return ((0,identity/* tagValueOf */.NI)(tags, identity/* TAG_KEY */.L2.repository) === (0,identity/* ownerTagValue */.fN)(owner) && (0,identity/* tagValueOf */.NI)(tags, identity/* TAG_KEY */.L2.group) === group);
}
/** Every cache of the owner's group, as candidates for cachesToDelete. */
async function cachesOfGroup(service, owner) {
    return service.find({ tag: { key: identity/* TAG_KEY */.L2.group, value: owner.group } });
}
/**
 * Deletes them one after the other. A deletion that fails is a warning.
 *
 * @param onGone called for each at once, so that a cancel does not lose what was done
 */
async function deleteCaches(caches, service, log, onGone) {
    for (const { imageCacheId, imageCacheName, status } of caches) {
        try {
            await service.delete(imageCacheId);
            onGone(imageCacheId);
            log.info(`Deleted ${imageCacheId} (${imageCacheName}, ${status}).`);
        }
        catch (error) {
            if (!(error instanceof src_errors/* ActionError */.lZ))
                throw error;
            if ((0,cache_service/* isKind */.VF)('not-found', error)) {
                // The answer of an earlier try was lost, or another run was faster: either way there is room.
                onGone(imageCacheId);
                log.info(`${imageCacheId} (${imageCacheName}) is gone already.`);
                continue;
            }
            log.warning(`${imageCacheId} could not be deleted: ${error.message} ${error.hint ?? ''}`.trim());
        }
    }
}

;// CONCATENATED MODULE: ./src/steps/tidy.ts


/**
 * Deletes what keep-latest lets go. A failure is a warning: the release itself has succeeded.
 *
 * @returns how many are gone
 */
async function removeOldCaches({ owner }, keep, currentId, deps) {
    const { service, log, note, record } = deps;
    try {
        const pruning = cachesToDelete(await cachesOfGroup(service, owner), owner, keep, currentId);
        reportKept(pruning, deps);
        const { old, inUse, unreadable } = pruning;
        if (old.length + inUse.length + unreadable.length === 0) {
            log.info(`Nothing to remove: there are no more caches than the ${keep} to keep.`);
        }
        const before = record.deleted.length;
        await deleteCaches(old, service, log, (imageCacheId) => {
            note({ deleted: [...record.deleted, imageCacheId] });
        });
        return record.deleted.length - before;
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        log.warning(`Old caches could not be removed: ${error.message} ${error.hint ?? ''}`.trim());
        return 0;
    }
}
/** Says which caches stay although keep-latest would let them go, and why. */
function reportKept({ inUse, unreadable }, { log, note }) {
    note({ keptInUse: inUse.map(({ imageCacheId }) => imageCacheId) });
    for (const { imageCacheId, imageCacheName, lastMatchedTime } of inUse) {
        log.info(`${imageCacheId} (${imageCacheName}) stays: an instance started from it at ${lastMatchedTime}, within the last 24 hours.`);
    }
    if (unreadable.length === 0)
        return;
    const times = unreadable.map(({ imageCacheId, creationTime, lastMatchedTime }) => `${imageCacheId} (${JSON.stringify(creationTime)}${lastMatchedTime === '' ? '' : `, last matched ${JSON.stringify(lastMatchedTime)}`})`);
    log.warning(`No old cache was removed: the times of ${times.join(', ')} cannot be read, so the oldest caches are not known. Delete old caches by hand, and report the format of these times.`);
}
/**
 * If the quota of image caches is exhausted, deletes now what would go after this release, but never the newest
 * cache, which the running deployment may need until the new one is Ready.
 */
async function makeRoom(plan, keepLatest, deps) {
    if (keepLatest === undefined)
        return false;
    deps.log.info('The quota of image caches is exhausted. Removing old caches first, as keep-latest allows.');
    return (await removeOldCaches(plan, Math.max(1, keepLatest - 1), undefined, deps)) > 0;
}

;// CONCATENATED MODULE: ./src/steps/obtain.ts







/** Above this share of the quota, the next releases are at risk. */
const QUOTA_NEARLY_USED = 0.9;
const QUOTA_PATIENCE_MS = 5_000;
function useExisting(cache, { log }) {
    const result = resultFor(cache);
    log.info(result === 'reused'
        ? `Reusing ${cache.imageCacheId}: it is Ready and holds these images.`
        : `Joining ${cache.imageCacheId}: another run asked for it, and it is being built (${cache.status}).`);
    return { result, cache };
}
async function createCache(inputs, plan, inspection, seen, deps) {
    const { note, log, buildEip } = deps;
    const [size, usage] = await Promise.all([decideSize(inspection, inputs, deps), usageOf(deps)]);
    if (usage)
        warnOfQuota(usage, deps);
    note(size);
    const wanted = {
        ...plan.query,
        chosenToken: inputs.clientToken,
        request: (generation) => plan.request(size.imageCacheSizeGiB, generation),
    };
    const work = ensureCache(wanted, seen, {
        ...deps,
        service: notingCreates(deps),
        onCreated: ({ imageCacheId, containerGroupId, requestId }) => {
            note({ imageCacheId, containerGroupId, requestId });
            log.info(`Requested ${imageCacheId} (request ID ${requestId}).`);
        },
        onGone: () => {
            note({ imageCacheId: undefined, containerGroupId: undefined, requestId: undefined });
        },
        makeRoom: () => makeRoom(plan, inputs.keepLatest, deps),
        showsAll: () => showsAll(inputs, deps),
        ...(buildEip && { eipFor: (...asked) => buildEip.eipFor(...asked) }),
    });
    try {
        return await work;
    }
    catch (error) {
        const failure = leftBuilding(error, deps);
        if (error instanceof src_errors/* ActionError */.lZ)
            await buildEip?.afterRefusal(error);
        throw failure;
    }
    finally {
        // A cancel reports whether one may have been made.
        if (!deps.signal?.aborted)
            note({ creating: false });
    }
}
/** Records whether a create is under way, or may be although its answer was lost: a cancel waits for it. */
function notingCreates({ service, note, signal, buildEip }) {
    return {
        ...service,
        create: async (request, clientToken) => {
            // A cancelled run that has reported no cache must not create one.
            signal?.throwIfAborted();
            note({ creating: true });
            try {
                const created = await service.create(request, clientToken);
                buildEip?.markUsed();
                note({ creating: false });
                return created;
            }
            catch (error) {
                if (!(error instanceof cache_service/* ServiceError */._7) || error.mayHaveActed)
                    buildEip?.markUsed();
                if (!(0,cache_service/* isTransient */.dg)(error))
                    note({ creating: false });
                throw error;
            }
        },
    };
}
/** Notes which cache it is; from here on a failure can name it. */
function announce({ result, cache }, { note, record }) {
    const created = result === 'created';
    note({
        result,
        ...cacheFacts(cache),
        imageCacheSizeGiB: cache.imageCacheSizeGiB ?? record.imageCacheSizeGiB,
        containerGroupId: created ? record.containerGroupId : undefined,
        requestId: created ? record.requestId : undefined,
    });
}
/** Undefined if it cannot be read soon: it is not worth failing or waiting for. */
async function usageOf({ service, clock, log }) {
    try {
        return (await Promise.race([service.usage(), clock.sleep(QUOTA_PATIENCE_MS)])) ?? undefined;
    }
    catch (error) {
        log.debug(`The quota cannot be read (this needs eci:ListUsage): ${String(error)}`);
        return undefined;
    }
}
/**
 * Whether look-ups show as many caches as the account has; undefined if that is not known. Nothing against nothing
 * proves nothing: a look-up that cannot see shows none, and a count may be late. Nor does a look-up of one resource
 * group: the account is counted as a whole.
 */
async function showsAll({ resourceGroupId }, deps) {
    if (resourceGroupId !== undefined)
        return undefined;
    try {
        const [usage, shown] = await Promise.all([usageOf(deps), deps.service.find({})]);
        if (!usage || usage.usedImageCaches === 0)
            return undefined;
        return shown.length === usage.usedImageCaches;
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        return undefined;
    }
}
/** A warning before a release fails because of the quota. */
function warnOfQuota({ usedImageCaches, maxImageCaches }, { log }) {
    if (usedImageCaches < maxImageCaches * QUOTA_NEARLY_USED)
        return;
    log.warning(`${usedImageCaches} of ${maxImageCaches} image caches of this account and region are in use. Set keep-latest or retention-days, or raise the quota, before releases start to fail.`);
}

;// CONCATENATED MODULE: ./src/cache/request.ts
function createRequest(inputs, resolved) {
    return {
        regionId: inputs.regionId,
        zoneId: inputs.zoneId,
        securityGroupId: inputs.securityGroupId,
        vSwitchIds: inputs.vSwitchIds,
        imageCacheName: resolved.imageCacheName,
        images: resolved.images,
        imageCacheSizeGiB: resolved.imageCacheSizeGiB,
        eipInstanceId: inputs.eipInstanceId,
        resourceGroupId: inputs.resourceGroupId,
        annotations: inputs.annotations,
        retentionDays: inputs.retentionDays,
        eliminationStrategy: inputs.eliminationStrategy,
        autoMatchImageCache: inputs.autoMatchImageCache,
        flash: inputs.flash,
        standardCopyCount: inputs.standardCopyCount,
        flashCopyCount: inputs.flashCopyCount,
        registryCredentials: inputs.registryCredentials,
        acrRegistryInfos: inputs.acrRegistryInfos,
        plainHttpRegistries: inputs.plainHttpRegistries,
        insecureRegistries: inputs.insecureRegistries,
        tags: [...resolved.ownTags, ...inputs.tags],
    };
}
/** The request without passwords, fit to be shown. */
function printableRequest(request) {
    const shown = {
        ...request,
        registryCredentials: request.registryCredentials.map(({ server, username }) => ({
            server,
            username,
            password: '***',
        })),
    };
    return JSON.stringify(shown, undefined, 2).split('\n');
}

;// CONCATENATED MODULE: ./src/steps/plan.ts


function planOf(inputs, context, images) {
    const release = {
        owner: context.owner,
        repository: context.repository,
        regionId: inputs.regionId,
        ref: context.ref,
        commit: context.sha,
        label: context.tag.known ? context.tag.name : context.sha.slice(0, 7),
        // Once per run attempt: the jobs of one attempt share the new cache, a re-run makes another.
        attempt: inputs.reuse ? '' : `r${context.runId}-${context.runAttempt}`,
        images,
    };
    const { imageCacheName: chosen } = inputs;
    const query = {
        fingerprint: (0,identity/* fingerprintOf */.ax)(release),
        attempt: release.attempt,
        images: images.map(({ cachedReference }) => cachedReference),
        nameOf: (generation) => chosen === undefined ? (0,identity/* cacheName */.UU)(release, generation) : (0,identity/* chosenCacheName */._K)(chosen, generation),
        isNameChosen: chosen !== undefined,
    };
    return {
        query,
        owner: { owner: context.owner, group: (0,identity/* groupOf */.F8)(images) },
        fingerprintWith: (references) => {
            const wanted = new Set(references);
            const some = images.filter(({ cachedReference }) => wanted.has(cachedReference));
            const areKnown = some.length === wanted.size && some.every(({ digest }) => digest !== undefined);
            return areKnown ? (0,identity/* fingerprintOf */.ax)({ ...release, images: some }) : undefined;
        },
        request: (imageCacheSizeGiB, generation) => createRequest(inputs, {
            imageCacheName: query.nameOf(generation),
            imageCacheSizeGiB,
            images: query.images,
            ownTags: (0,identity/* ownTags */.Wb)(release),
        }),
    };
}

;// CONCATENATED MODULE: ./src/steps/rehearse.ts





/** dry-run: everything but the create, the wait and the deletions, which are only reported. */
async function rehearse(inputs, plan, inspection, { usable, nextGeneration }, deps) {
    const { log, note } = deps;
    note({ result: 'dry-run', ...(usable && cacheFacts(usable)) });
    if (usable)
        log.info(`Would use ${usable.imageCacheId} (${usable.status}), and create nothing.`);
    const size = await decideSize(inspection, inputs, deps);
    const eipInstanceId = await deps.buildEip?.rehearse(usable ? undefined : nextGeneration);
    const request = {
        ...plan.request(size.imageCacheSizeGiB, nextGeneration),
        ...(eipInstanceId !== undefined && { eipInstanceId }),
    };
    // Log and summary show the cache that is there, where one is; the sum behind the size is the request's.
    if (!usable)
        note({ imageCacheName: request.imageCacheName, ...size });
    log.info(usable ? 'Without it, this would be the request:' : 'This would be the request:');
    for (const line of printableRequest(request))
        log.info(line);
    if (inputs.keepLatest !== undefined) {
        await rehearseRemoval(plan, inputs.keepLatest, usable?.imageCacheId, deps);
    }
}
async function rehearseRemoval({ owner }, keepLatest, usableId, deps) {
    const { service, log, note } = deps;
    // A cache that is yet to be made would be the newest; one that is being built would be Ready by then.
    const keep = usableId === undefined ? keepLatest - 1 : keepLatest;
    const caches = (await cachesOfGroup(service, owner)).map((cache) => cache.imageCacheId === usableId ? { ...cache, status: 'Ready' } : cache);
    const pruning = cachesToDelete(caches, owner, keep, usableId);
    reportKept(pruning, deps);
    const { old } = pruning;
    note({ wouldDelete: old.map(({ imageCacheId }) => imageCacheId) });
    log.info(`Would delete: ${old.map(({ imageCacheId }) => imageCacheId).join(', ') || 'nothing'}.`);
}

// EXTERNAL MODULE: ./src/cache/wait.ts
var wait = __webpack_require__(8729);
;// CONCATENATED MODULE: ./src/cache/diagnose.ts

const CAUSES = {
    'too-small': 'The images did not fit: the cache was too small.',
    'not-pulled': 'An image could not be pulled.',
    'no-stock': 'The zone had no stock for the instance that builds the cache.',
    quota: 'A quota of the account is exhausted.',
    balance: 'The account has no balance left.',
};
/** A full disk also appears as a failed pull, so it is looked for first. */
const MOST_TELLING_FIRST = ['too-small', 'quota', 'balance', 'no-stock', 'not-pulled'];
const UNEXPLAINED = "No event names the cause. Look at the intermediate instance's events in the ECI console while they are kept, or run this step again: a failed cache is not reused.";
/** Why a cache failed: from its own events and those of the intermediate instance. Never throws. */
async function diagnose(cache, service, explain, log) {
    const events = [...cache.events, ...(await instanceEvents(cache, service, log))];
    const seen = unique(events).map((event) => ({ event, finding: explain(event) }));
    const findings = seen.flatMap(({ finding }) => finding ?? []);
    const cause = MOST_TELLING_FIRST.find((kind) => findings.some((finding) => finding.kind === kind));
    const rank = (kind) => (kind === cause ? 0 : 1);
    const hints = findings
        .filter(({ kind }) => cause !== 'too-small' || kind !== 'not-pulled')
        .sort((a, b) => rank(a.kind) - rank(b.kind))
        .map(({ hint }) => hint);
    return {
        cause: cause && CAUSES[cause],
        hints: hints.length > 0 ? [...new Set(hints)] : [UNEXPLAINED],
        events: seen
            .filter(({ event, finding }) => event.type !== 'Normal' || finding !== undefined)
            .map(({ event }) => (0,wait/* describeEvent */.gN)(event)),
    };
}
async function instanceEvents({ containerGroupId }, service, log) {
    if (containerGroupId === '')
        return [];
    try {
        return (await service.containerGroupEvents(containerGroupId)) ?? [];
    }
    catch (error) {
        // A diagnosis that fails must not hide the failure that it explains.
        log.warning(`The events of the intermediate instance ${containerGroupId} cannot be read. This requires the permission eci:DescribeContainerGroupEvents. ${messageOf(error)}`);
        return [];
    }
}
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
/** The same event reaches the cache and its instance. */
function unique(events) {
    return [...new Map(events.map((event) => [(0,wait/* describeEvent */.gN)(event), event])).values()];
}

;// CONCATENATED MODULE: ./src/steps/await-ready.ts





/**
 * Waits for Ready. @throws what waitUntilReady throws; for a cache that failed, an ActionError that says why.
 */
async function awaitReady(cache, { query }, timeoutMs, deps) {
    try {
        return await (0,wait/* waitUntilReady */.bs)(cache, timeoutMs, {
            ...deps,
            query,
            onStatus: (status) => {
                deps.note({ status: (0,statuses/* knownSpelling */.y5)(status) });
            },
        });
    }
    catch (error) {
        const failure = error instanceof wait/* CacheFailedError */.i1 ? await explained(error, deps) : leftBuilding(error, deps);
        await deps.buildEip?.afterWait(error, cache);
        throw failure;
    }
}
async function explained(error, deps) {
    const diagnosis = await diagnose(error.cache, deps.service, deps.explainEvent, deps.log);
    deps.note({ diagnosis });
    // The cache's own events were shown while it was waited for.
    const shown = new Set(error.cache.events.map(wait/* describeEvent */.gN));
    for (const event of diagnosis.events.filter((line) => !shown.has(line))) {
        deps.log.info(`Event of the build instance: ${event}`);
    }
    return new src_errors/* ActionError */.lZ([error.message, diagnosis.cause].filter(Boolean).join(' '), {
        hint: diagnosis.hints.join(' '),
        cause: error,
    });
}

;// CONCATENATED MODULE: ./src/steps/expiry.ts
/** STS gives sessions of 900 s or more, of an hour unless it is asked for another time. */
const SHORTEST_SESSION_MINUTES = 15;
const USUAL_SESSION_MINUTES = 60;
/**
 * Says once, before the wait, that temporary credentials may not last long enough. The lifetime of given credentials
 * cannot be seen; those of role-to-assume are renewed.
 */
function warnOfExpiry({ credentials, waitTimeoutMinutes }, { log }) {
    if (credentials.kind !== 'static' || credentials.securityToken === undefined)
        return;
    if (waitTimeoutMinutes <= SHORTEST_SESSION_MINUTES)
        return;
    const text = `The credentials are temporary, and this step cannot renew them. The wait may take up to ${waitTimeoutMinutes} minutes. If they expire before it ends, the step fails and the build continues. With role-to-assume they are renewed.`;
    if (waitTimeoutMinutes > USUAL_SESSION_MINUTES)
        log.warning(text);
    else
        log.info(text);
}

;// CONCATENATED MODULE: ./src/steps/settle.ts







/**
 * Waits until the cache is Ready, then looks once more: if another run has made one too, all runs switch to the
 * same one, which may still have to become Ready.
 *
 * @returns the cache that every run uses, Ready
 * @throws what awaitReady throws
 */
async function settle_settle({ cache }, plan, inputs, deps) {
    warnOfExpiry(inputs, deps);
    const endMs = deps.clock.now() + inputs.waitTimeoutMinutes * 60_000;
    const ready = await awaitReady(cache, plan, inputs.waitTimeoutMinutes * 60_000, deps);
    for (;;) {
        const chosen = (await lookOnceMore(plan, ready, deps)) ?? ready;
        if (chosen.imageCacheId === ready.imageCacheId)
            return ready;
        deps.log.info(`Switching to ${chosen.imageCacheId} (${chosen.status}), the cache that every run uses.`);
        try {
            const other = await (0,wait/* waitUntilReady */.bs)(chosen, Math.max(0, endMs - deps.clock.now()), {
                ...deps,
                query: plan.query,
                onStatus: () => undefined,
            });
            announce({ result: resultFor(chosen), cache: other }, deps);
            return other;
        }
        catch (error) {
            if (!(error instanceof src_errors/* ActionError */.lZ))
                throw error;
            deps.log.warning(`${error.message} Staying with ${ready.imageCacheId}, which is Ready.`);
            // One that has failed is out of the question from now on; another one may be the oldest then.
            if (!(error instanceof wait/* CacheFailedError */.i1))
                return ready;
        }
    }
}
/** The same without a wait: a cache that was just created may not be the only one. */
async function settleAtOnce(obtained, plan, deps) {
    if (obtained.result !== 'created')
        return obtained.cache;
    const chosen = await lookOnceMore(plan, obtained.cache, deps);
    if (!chosen || chosen.imageCacheId === obtained.cache.imageCacheId)
        return obtained.cache;
    announce({ result: resultFor(chosen), cache: chosen }, deps);
    return chosen;
}

// EXTERNAL MODULE: ./src/report/storage.ts
var storage = __webpack_require__(4991);
;// CONCATENATED MODULE: ./src/steps/storage.ts

/** Says what an instance has to ask for where the cache is larger than the temporary storage that it has by default. */
function logStorage({ log, record }) {
    if (((0,storage/* extraStorageGiB */.cn)(record) ?? 0) > 0)
        log.notice((0,storage/* storageHint */.BT)(record));
}

;// CONCATENATED MODULE: ./src/steps/lazy.ts
/**
 * The steps that come after the registries' answers, by one name: in dist/ they are a file of their own, which is
 * loaded while the registries are waited for, and not before they are asked.
 */













/***/ })

};
