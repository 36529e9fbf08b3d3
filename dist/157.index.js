export const id = 157;
export const ids = [157];
export const modules = {

/***/ 4157:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  TemporaryEip: () => (/* binding */ TemporaryEip)
});

// EXTERNAL MODULE: ./src/cache/find.ts
var find = __webpack_require__(6395);
// EXTERNAL MODULE: ./src/cache/identity.ts
var identity = __webpack_require__(6570);
// EXTERNAL MODULE: ./src/cache/service.ts
var cache_service = __webpack_require__(8125);
// EXTERNAL MODULE: ./src/cache/statuses.ts
var statuses = __webpack_require__(2822);
// EXTERNAL MODULE: ./src/cache/wait.ts
var wait = __webpack_require__(8729);
;// CONCATENATED MODULE: ./src/eip/content.ts



/**
 * What a look for this run's own content has shown.
 *
 * @param finalId a cache that this run has seen Ready or Failed: a look that lags may show it as it was before
 */
function stateIn({ all, usable, nextGeneration }, finalId) {
    return {
        building: all.some((cache) => cache.imageCacheId !== finalId && isIn('in-progress')(cache)),
        ready: usable !== undefined && isIn('ready')(usable),
        generation: nextGeneration,
    };
}
/** The same for any other content, of which only the tags of its address are known. */
async function contentState(service, content) {
    const { fingerprint, attempt } = content;
    const caches = await service.find((0,find/* byContent */.V_)(fingerprint));
    const ofAttempt = caches.filter(({ tags }) => ((0,identity/* tagValueOf */.NI)(tags, identity/* TAG_KEY */.L2.attempt) ?? '') === attempt);
    const failed = ofAttempt.filter(isIn('failed'));
    return {
        building: caches.some(isIn('in-progress')),
        ready: (attempt === '' ? caches : ofAttempt).some(isIn('ready')),
        generation: Math.max(0, ...failed.map(({ imageCacheName }) => (0,identity/* generationIn */.yc)(imageCacheName, content) + 1)),
    };
}
function isIn(phase) {
    return ({ status }) => (0,statuses/* phaseOf */.hU)(status) === phase;
}

// EXTERNAL MODULE: ./src/cache/fresh.ts
var fresh = __webpack_require__(9438);
// EXTERNAL MODULE: ./src/cache/patience.ts
var patience = __webpack_require__(2599);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/cache/times.ts
var times = __webpack_require__(2596);
;// CONCATENATED MODULE: ./src/eip/fate.ts

const MINUTE_MS = 60_000;
/** A run hands an address to a create only while it is younger than this… */
const USABLE_MS = 10 * MINUTE_MS;
/**
 * …and one whose cache was never seen is released only when it is older than this. In between, no run touches it.
 * That leaves 20 minutes for the retries of a create and the lag of look-ups, and twice 15 for the runners' clocks:
 * the service refuses to talk to one that is further off.
 */
const FORGOTTEN_MS = 60 * MINUTE_MS;
/**
 * What is to become of an address that was allocated for `build`. Once "release", it stays so: no run hands an
 * address to a create of another generation, or to any create while a Ready cache can be seen.
 *
 * @param nowMs of newestTime
 */
function fateOf(address, build, content, nowMs) {
    if (content.building)
        return 'building';
    if (content.ready || build.generation < content.generation)
        return 'release';
    // A time that cannot be read compares as false with everything: the address stays.
    return ageMs(address, nowMs) >= FORGOTTEN_MS ? 'release' : 'young';
}
/** Whether a create may still be sent with it. One whose time cannot be read may: no sweep takes it for its age. */
function isUsable(address, nowMs) {
    return !isReleasing(address) && !(ageMs(address, nowMs) >= USABLE_MS);
}
/** Whether nothing holds it. */
function isFree(address) {
    return is('Available', address);
}
function isReleasing(address) {
    return is('Releasing', address);
}
/** The time now, in milliseconds since 1970: the runner's, or the service's newest where that is later. */
function newestTime(addresses, wallNowMs) {
    const times = addresses.map(allocatedAtMs).filter((time) => !Number.isNaN(time));
    return Math.max(wallNowMs, ...times);
}
function ageMs(address, nowMs) {
    return nowMs - allocatedAtMs(address);
}
/** NaN if it cannot be read. */
function allocatedAtMs({ allocationTime }) {
    return (0,times/* parseTime */.p)(allocationTime) ?? NaN;
}
function is(status, address) {
    return address.status.toLowerCase() === status.toLowerCase();
}
/** The oldest first; the ID settles a tie. Every run sorts by it, so that all of them choose the same one. */
function byAge(a, b) {
    const difference = allocatedAtMs(a) - allocatedAtMs(b);
    if (difference !== 0 && !Number.isNaN(difference))
        return difference;
    return a.allocationId < b.allocationId ? -1 : 1;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./src/eip/identity.ts


/** Beside the fingerprint, the owner and the attempt, whose keys are those on a cache. */
const EIP_TAG_KEY = {
    purpose: 'warm-image-cache-purpose',
    generation: 'warm-image-cache-generation',
};
const PURPOSE = { key: EIP_TAG_KEY.purpose, value: 'temporary-eip-of-a-build' };
const FINGERPRINT_PIECE = 16;
/** What every temporary address of this owner carries. */
function tagsOfOwner(owner) {
    return [PURPOSE, { key: identity/* TAG_KEY */.L2.repository, value: owner }];
}
/** What the address of this build carries. */
function tagsOfBuild({ owner, fingerprint, attempt, generation }) {
    return [
        ...tagsOfOwner(owner),
        { key: identity/* TAG_KEY */.L2.fingerprint, value: fingerprint },
        { key: EIP_TAG_KEY.generation, value: String(generation) },
        ...(attempt === '' ? [] : [{ key: identity/* TAG_KEY */.L2.attempt, value: attempt }]),
    ];
}
/** The build that an address is for; undefined for one that does not carry all of this owner's tags. */
function buildOf({ tags }, owner) {
    const isOurs = tagsOfOwner(owner).every(({ key, value }) => (0,identity/* tagValueOf */.NI)(tags, key) === value);
    const fingerprint = (0,identity/* tagValueOf */.NI)(tags, identity/* TAG_KEY */.L2.fingerprint) ?? '';
    const generation = (0,identity/* tagValueOf */.NI)(tags, EIP_TAG_KEY.generation) ?? '';
    if (!isOurs || fingerprint === '' || !/^\d{1,9}$/.test(generation))
        return undefined;
    const attempt = (0,identity/* tagValueOf */.NI)(tags, identity/* TAG_KEY */.L2.attempt) ?? '';
    return { owner, fingerprint, attempt, generation: Number(generation) };
}
/** Whether the answer shows no tag at all: then only the run that allocated it knows what it is for. */
function isBare({ tags }) {
    return tags.length === 0;
}
/** The same for every run of this build, so that a remembered token yields the same address. */
function allocationOf(build) {
    return {
        name: `warm-image-cache-${build.fingerprint.slice(0, FINGERPRINT_PIECE)}`,
        tags: tagsOfBuild(build),
    };
}
/**
 * ClientToken of an allocation, 64 hexadecimal digits. Those of one build are numbered, and each is used only after
 * the address of the one before turned out to be unusable.
 *
 * @param usedTokens how many tokens of this build are used up
 */
function allocationToken({ owner, fingerprint, attempt, generation }, usedTokens) {
    const parts = ['eip-token/1', owner, fingerprint, attempt, generation, usedTokens];
    return (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(parts)).digest('hex');
}
function isSameBuild(a, b) {
    return allocationToken(a, 0) === allocationToken(b, 0);
}

;// CONCATENATED MODULE: ./src/eip/obtain.ts






/** Look-ups may lag behind allocations; one that is not shown for so long was released, and its token remembered. */
const UNSEEN_MEANS_GONE_MS = 120_000;
/** Whoever holds an address of this build is building its cache: look-ups should show that cache by then. */
const HELD_BY_OTHERS_MS = 300_000;
const LOOK_AGAIN_MS = 3_000;
/** How long another call with the same token may be in progress: each is looked for before the next one. */
const CONFLICT_MS = 5_000;
const MOST_CONFLICTS = 6;
/** How many tokens of released addresses one run tries. */
const MOST_TOKENS = 10;
/** The free address of exactly this build that a create would name; undefined if it would allocate one. Changes nothing. */
async function leftForBuild(build, { service, wallNow }) {
    const ofBuild = (await service.findByTags(tagsOfBuild(build))).filter((address) => isOf(build, address));
    const nowMs = newestTime(ofBuild, wallNow());
    return ofBuild.filter((address) => isUsable(address, nowMs) && isFree(address)).sort(byAge)[0]
        ?.allocationId;
}
/**
 * Finds or allocates the address for one build. Any number of runs, retries and kills settle on one: an address of
 * the build is looked for before one is allocated, and again before a failed allocation is repeated; all runs
 * allocate with the same token; and of several, all take the oldest.
 *
 * @throws ServiceError if an address cannot be had, before anything is made where a permission is missing
 */
async function obtainAddress(build, deps) {
    const search = {
        build,
        deps,
        passedBy: new Set(),
        mine: deps.mine,
        usedTokens: 0,
        patience: new patience/* Patience */.i(deps.clock),
        conflicts: 0,
        waitingFor: '',
        waitingSinceMs: 0,
    };
    let permission = deps.service.checkMayRelease();
    while (search.usedTokens < MOST_TOKENS) {
        const look = () => Promise.all([candidates(search), deps.lookForCache(), permission]);
        const [addresses, cache] = await (0,fresh/* lookFreshly */.F)(look, deps.clock, ([, seen]) => seen !== undefined);
        permission = undefined;
        if (cache !== undefined)
            return { cache };
        const first = addresses[0];
        if (first && isFree(first))
            return settleOn(first, search);
        if (first)
            await waitFor(first.allocationId, true, search);
        else if (search.mine === undefined)
            await allocate(search);
        else
            await waitFor(search.mine.allocationId, false, search);
    }
    throw new errors/* ActionError */.lZ('The service answers every allocation with an EIP that is gone.', {
        hint: 'Release the EIPs named warm-image-cache-… in the VPC console, and run the step again.',
    });
}
/** Addresses of exactly this build that may be used, the oldest first: by tag, and by ID where it is known. */
async function candidates(search) {
    const { build, deps, mine } = search;
    const [tagged, named] = await Promise.all([
        deps.service.findByTags(tagsOfBuild(build)),
        mine && deps.service.findById(mine.allocationId),
    ]);
    // Of two records of one address, the one that is not free counts: it may be the newer one.
    const records = [...tagged, ...(named ? [named] : [])].sort((a, b) => Number(isFree(b)) - Number(isFree(a)));
    const seen = new Map(records.map((one) => [one.allocationId, one]));
    const ofBuild = [...seen.values()].filter((address) => isOf(build, address) || (address.allocationId === mine?.allocationId && isBare(address)));
    const nowMs = newestTime(ofBuild, deps.wallNow());
    for (const address of ofBuild) {
        if (!isUsable(address, nowMs) && !isNew(address, search))
            passBy(address.allocationId, search);
    }
    return ofBuild.filter(({ allocationId }) => !search.passedBy.has(allocationId)).sort(byAge);
}
/**
 * Whether this run has allocated it a short while ago. No look had shown it before that, so it is new, whatever its
 * time says: the clock of the runner may be ahead by more than an address is usable for.
 */
function isNew(address, { mine, deps }) {
    if (address.allocationId !== mine?.allocationId || isReleasing(address))
        return false;
    return deps.clock.now() - mine.sinceMs < USABLE_MS;
}
function passBy(allocationId, search) {
    search.passedBy.add(allocationId);
    if (search.mine?.allocationId !== allocationId)
        return;
    search.mine = undefined;
    search.usedTokens += 1;
}
function isOf(build, address) {
    const its = buildOf(address, build.owner);
    return its !== undefined && isSameBuild(its, build);
}
function settleOn({ allocationId }, { mine, deps }) {
    if (allocationId !== mine?.allocationId) {
        deps.log.info(`Using the EIP ${allocationId}, which was allocated for this cache before.`);
        deps.onAddress(allocationId, 'found');
    }
    return { allocationId };
}
async function allocate(search) {
    const { build, deps, passedBy } = search;
    deps.signal?.throwIfAborted();
    try {
        const allocationId = await deps.service.allocate(allocationOf(build), allocationToken(build, search.usedTokens));
        if (passedBy.has(allocationId)) {
            search.usedTokens += 1;
            return;
        }
        search.mine = { allocationId, sinceMs: deps.clock.now() };
        deps.log.info(`Allocated the EIP ${allocationId} for the build.`);
        deps.onAddress(allocationId, 'allocated');
    }
    catch (error) {
        await afterFailure(error, search);
    }
}
/** What can be done about a failed allocation; the caller looks for its address before it is repeated. */
async function afterFailure(error, search) {
    const { deps, patience } = search;
    if (!(error instanceof cache_service/* ServiceError */._7))
        throw error;
    if (error.kind === 'token-mismatch' || error.kind === 'token-failed') {
        search.usedTokens += 1;
        return;
    }
    const next = patience.after(error, 'AllocateEipAddress');
    if (next) {
        deps.log.info(next.says);
        await deps.clock.sleep(next.pauseMs, deps.signal);
        return;
    }
    search.conflicts += 1;
    if (error.kind !== 'conflict' || search.conflicts >= MOST_CONFLICTS)
        throw error;
    deps.log.info(`${error.message} Looking for the EIP before asking again.`);
    await deps.clock.sleep(CONFLICT_MS, deps.signal);
}
/** Waits a little until the address is shown and free; ignores it if that takes too long. */
async function waitFor(allocationId, isShown, search) {
    const longestMs = isShown ? HELD_BY_OTHERS_MS : UNSEEN_MEANS_GONE_MS;
    const { clock, signal, log } = search.deps;
    if (search.waitingFor !== allocationId) {
        search.waitingFor = allocationId;
        search.waitingSinceMs = clock.now();
        log.info(`Waiting for the EIP ${allocationId} to become Available.`);
    }
    if (clock.now() - search.waitingSinceMs < longestMs) {
        await clock.sleep(LOOK_AGAIN_MS, signal);
        return;
    }
    if (isShown && allocationId === search.mine?.allocationId)
        throw neverFree(allocationId);
    log.info(`The EIP ${allocationId} cannot be used. Allocating another one.`);
    passBy(allocationId, search);
}
/** Another one would most likely fare no better, and each is paid for. */
function neverFree(allocationId) {
    return new errors/* ActionError */.lZ(`The EIP ${allocationId}, which this run allocated, is not Available after ${HELD_BY_OTHERS_MS / 60_000} minutes, and no cache shows that is built by way of it.`, { hint: 'Look at its state in the VPC console, then run the step again.' });
}

;// CONCATENATED MODULE: ./src/eip/release.ts




/** How long the instance of a finished build may take to let go of its address. */
const HELD_AFTER_BUILD_MS = 300_000;
const release_LOOK_AGAIN_MS = 5_000;
/** A create of another run that was answered before ours was refused shows its cache, or takes the address, by then. */
const OTHERS_SHOW_MS = 30_000;
/**
 * Releases every address of the owner whose build is over: this run's own, those left by runs that never came back,
 * and surplus ones. Those of this run's own content are waited for until nothing holds them. Never one
 * without our tags, one of another owner, or one that is in use. A failure is a warning, and keeps none of the others.
 */
async function releaseAddresses(owner, own, deps) {
    const end = deps.clock.now() + (deps.waits === false ? 0 : HELD_AFTER_BUILD_MS);
    const tried = { gone: new Set(), failed: new Map() };
    let hasLooked = false;
    try {
        for (;;) {
            const isLast = deps.clock.now() >= end;
            // A run without an address of its own does not wait for a service that it cannot reach at all.
            const mayFail = !isLast && (own.allocationId !== undefined || hasLooked);
            const left = await tryAll(owner, own, deps, tried, mayFail);
            hasLooked ||= left !== undefined;
            if (left && (isLast || !left.some((one) => mayChange(one, tried)))) {
                for (const { allocationId, why } of left)
                    deps.onLeft(allocationId, why);
                return;
            }
            await deps.clock.sleep(release_LOOK_AGAIN_MS, deps.signal);
        }
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        deps.log.warning(`EIPs could not be released: ${error.message} ${error.hint ?? ''}`.trim());
        if (own.allocationId !== undefined)
            deps.onLeft(own.allocationId, 'failed');
    }
    finally {
        warnOfFailed(tried, deps);
    }
}
/** @returns what is left; undefined if it cannot be known for now, which is an error unless it `mayFail` */
async function tryAll(owner, own, deps, tried, mayFail) {
    try {
        return await releaseFree(await judge(owner, own, deps, tried.gone), own, deps, tried);
    }
    catch (error) {
        if (!mayFail || !(0,cache_service/* isTransient */.dg)(error))
            throw error;
        return undefined;
    }
}
function mayChange({ allocationId, why }, { failed }) {
    return why === 'held' || (0,cache_service/* isTransient */.dg)(failed.get(allocationId));
}
function warnOfFailed({ failed }, { log }) {
    const [first] = failed.values();
    if (!first)
        return;
    const which = [...failed.keys()].join(', ');
    log.warning(`EIPs could not be released (${which}): ${first.message} ${first.hint ?? ''}`.trim());
}
/**
 * This build is over: its create was refused, as every run's would be, so that its address built nothing; or its cache
 * is gone. Another run of the same content may have succeeded with it before, so the release waits for that.
 */
async function releaseUnused(own, deps) {
    await deps.clock.sleep(OTHERS_SHOW_MS, deps.signal);
    await releaseAddresses(own.over.owner, own, deps);
}
/** Those that releaseAddresses would release now. Changes nothing. */
async function releasable(owner, own, deps) {
    return (await judge(owner, own, deps))
        .filter(({ address, fate }) => fate === 'release' && isFree(address))
        .map(({ address }) => address.allocationId);
}
/** All addresses of the owner. The caches are looked up after them: what is free then, was so before. */
async function judge(owner, own, deps, gone = new Set()) {
    const addresses = await ofOwner(owner, own, deps);
    const nowMs = newestTime(addresses, deps.wallNow());
    const states = new Map();
    const judged = [];
    for (const { address, build, isShown } of withUnseen(addresses, owner, own, gone)) {
        const key = JSON.stringify([build.fingerprint, build.attempt]);
        const seen = states.get(key) ?? deps.stateOf(build);
        states.set(key, seen);
        const fate = fateOf(address, build, knowing(await seen, build, own), nowMs);
        if (isShown || fate === 'release')
            judged.push({ address, build, fate });
    }
    return judged;
}
/**
 * Those that carry the tags of a build; and this run's own where look-ups do not show it: that lags, or another run has
 * released it. The answer to its release tells.
 */
function withUnseen(addresses, owner, { allocationId, build }, gone) {
    const shown = addresses.flatMap((address) => {
        const isBareOwn = address.allocationId === allocationId && isBare(address);
        const its = isBareOwn ? build : buildOf(address, owner);
        return its ? [{ address, build: its, isShown: true }] : [];
    });
    const isKnown = allocationId === undefined || gone.has(allocationId);
    if (isKnown || !build || addresses.some((one) => one.allocationId === allocationId))
        return shown;
    const unseen = { allocationId, status: 'Available', allocationTime: '', tags: [] };
    return [...shown, { address: unseen, build, isShown: false }];
}
/** By tag; this run's own by its ID as well, which is another index of the service's. */
async function ofOwner(owner, { allocationId }, { service }) {
    const [tagged, named] = await Promise.all([
        service.findByTags(tagsOfOwner(owner)),
        allocationId === undefined ? undefined : service.findById(allocationId),
    ]);
    const all = [...tagged, ...(named ? [named] : [])];
    return [...new Map(all.map((one) => [one.allocationId, one])).values()];
}
/** What this run knows beyond what look-ups show. */
function knowing(state, build, own) {
    if (!own.over || !isOwn(build, own))
        return state;
    return { ...state, generation: Math.max(state.generation, own.over.generation + 1) };
}
function isOwn(build, own) {
    return build.fingerprint === own.fingerprint && build.attempt === own.attempt;
}
/** @returns those of this run's own content that are left for now */
async function releaseFree(judged, own, deps, tried) {
    const left = [];
    for (const { address, build, fate } of judged) {
        const why = fate === 'release' ? await releaseOne(address, deps, tried) : fate;
        if (why === undefined) {
            tried.gone.add(address.allocationId);
            continue;
        }
        deps.log.debug(`The EIP ${address.allocationId} (${address.status}) is left: ${why}.`);
        if (isOwn(build, own))
            left.push({ allocationId: address.allocationId, why });
    }
    return left;
}
/** @returns why it is left; undefined if it is gone */
async function releaseOne(address, { service, log, onReleased }, { failed }) {
    const { allocationId } = address;
    if (isReleasing(address))
        return undefined;
    if (!isFree(address))
        return 'held';
    const before = failed.get(allocationId);
    if (before && !(0,cache_service/* isTransient */.dg)(before))
        return 'failed';
    let outcome;
    try {
        outcome = await service.release(allocationId);
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        failed.set(allocationId, error);
        return 'failed';
    }
    failed.delete(allocationId);
    if (outcome === 'held')
        return 'held';
    onReleased(allocationId);
    log.info(outcome === 'released' ? `Released the EIP ${allocationId}.` : `The EIP ${allocationId} is gone already.`);
    return undefined;
}

// EXTERNAL MODULE: ./src/cache/retry.ts
var retry = __webpack_require__(440);
;// CONCATENATED MODULE: ./src/eip/retry.ts

/**
 * The same service, with every call tried again while a failure may heal; all but the allocation, which is not
 * repeated without a look (obtain.ts). A release is: if its answer was lost, the next one says that the address is gone.
 */
function withRetries(service, deps) {
    return {
        allocate: (request, token) => service.allocate(request, token),
        findByTags: (tags) => (0,retry/* retrying */.R)('DescribeEipAddresses', () => service.findByTags(tags), deps),
        findById: (id) => (0,retry/* retrying */.R)('DescribeEipAddresses', () => service.findById(id), deps),
        release: (id) => (0,retry/* retrying */.R)('ReleaseEipAddress', () => service.release(id), deps),
        checkMayRelease: () => (0,retry/* retrying */.R)('ReleaseEipAddress', () => service.checkMayRelease(), deps),
    };
}

// EXTERNAL MODULE: ./src/report/eip.ts
var eip = __webpack_require__(1704);
;// CONCATENATED MODULE: ./src/steps/temporary-eip.ts










/** The temporary EIP of the cache that the plan is for. */
class TemporaryEip {
    plan;
    deps;
    owner;
    content;
    common;
    held;
    /** The cache that this run goes on with, and whether it has seen it Ready or Failed. */
    end;
    constructor(plan, deps) {
        this.plan = plan;
        this.deps = deps;
        const { clock, log, signal } = deps;
        this.owner = (0,identity/* ownerTagValue */.fN)(plan.owner.owner);
        this.content = { fingerprint: plan.query.fingerprint, attempt: plan.query.attempt };
        const service = withRetries(noting(deps), { clock, log, signal });
        this.common = { service, clock, wallNow: () => Date.now(), log, signal };
    }
    async eipFor(generation, look) {
        if (this.held?.build.generation !== generation) {
            this.held = {
                build: this.buildOf(generation),
                allocationId: undefined,
                mine: undefined,
                isUsed: false,
            };
        }
        const { held } = this;
        const obtain = () => this.obtain(held, look);
        let obtained;
        try {
            obtained = await obtain();
        }
        catch (error) {
            if (!(await this.makeRoom(error)))
                throw error;
            obtained = await obtain();
        }
        this.deps.note({ allocating: false });
        if ('allocationId' in obtained)
            held.allocationId = obtained.allocationId;
        return obtained;
    }
    obtain(held, lookForCache) {
        const { common, deps } = this;
        return obtainAddress(held.build, {
            ...common,
            mine: held.mine,
            lookForCache,
            onAddress: (allocationId, eipOrigin) => {
                held.allocationId = allocationId;
                held.mine = eipOrigin === 'allocated' ? { allocationId, sinceMs: common.clock.now() } : undefined;
                deps.note({ eipInstanceId: allocationId, eipOrigin });
            },
        });
    }
    /** Addresses that earlier runs left may be what exhausts the quota. */
    async makeRoom(error) {
        const { record, log } = this.deps;
        if (!(0,cache_service/* isKind */.VF)('quota', error))
            return false;
        log.info('The quota of EIPs is exhausted. First releasing those that earlier runs left.');
        const before = record.releasedEips.length;
        await releaseAddresses(this.owner, this.own(), { ...this.releaseDeps(false), onLeft: () => undefined });
        return record.releasedEips.length > before;
    }
    markUsed() {
        if (this.held)
            this.held.isUsed = true;
    }
    async afterRefusal(error) {
        const { held } = this;
        if (held?.allocationId === undefined || held.isUsed)
            return;
        if (!isForEveryRun(error)) {
            await releaseAddresses(this.owner, this.own(), this.releaseDeps(false));
            return;
        }
        this.deps.log.info(`This run builds no cache by way of the EIP ${held.allocationId}. Releasing it, unless another run uses it.`);
        await releaseUnused({ ...this.own(), over: held.build }, this.releaseDeps());
    }
    async afterWait(error, cache) {
        this.end = {
            cache,
            isFinal: error instanceof wait/* CacheFailedError */.i1,
            isBuilding: error instanceof wait/* WaitTimeoutError */.Do,
        };
        if (error instanceof wait/* CacheGoneError */.U$) {
            await releaseUnused({ ...this.own(), over: this.buildFor(cache) }, this.releaseDeps());
        }
        if (error instanceof wait/* WaitTimeoutError */.Do || error instanceof wait/* CacheFailedError */.i1) {
            await releaseAddresses(this.owner, this.own(), this.releaseDeps(this.end.isFinal));
        }
    }
    async atEnd(cache) {
        const { waits, record, log } = this.deps;
        const { imageCacheId, status } = cache;
        const phase = (0,statuses/* phaseOf */.hU)(status);
        this.end = { cache, isFinal: phase === 'ready', isBuilding: phase === 'in-progress' };
        await releaseAddresses(this.owner, this.own(), this.releaseDeps(waits));
        const until = waits
            ? 'the next run of this step with eip-instance-id: auto releases it'
            : `a run of this step with eip-instance-id: auto waits for ${imageCacheId}, or finds it Ready; this one does not, as wait is false`;
        for (const { allocationId, why } of record.leftEips) {
            log.warning(`The EIP ${allocationId} is kept: ${(0,eip/* whyLeft */.em)(why)}. ${(0,eip/* billedUntil */.ZR)(until)}`);
        }
    }
    async rehearse(generation) {
        const { note, log } = this.deps;
        const over = await releasable(this.owner, this.own(), this.releaseDeps());
        note({ wouldReleaseEips: over });
        if (over.length > 0)
            log.info(`Would release EIPs that earlier runs left: ${over.join(', ')}.`);
        if (generation === undefined)
            return undefined;
        const left = await leftForBuild(this.buildOf(generation), this.common);
        log.info(left === undefined
            ? 'Would allocate an EIP for the build (200 Mbit/s, paid by traffic), and release it afterwards.'
            : `Would use the EIP ${left}, which an earlier run allocated for this cache, and release it afterwards.`);
        return left ?? '(of the EIP that would be allocated)';
    }
    buildOf(generation) {
        return { ...this.content, owner: this.owner, generation };
    }
    buildFor({ imageCacheName }) {
        return this.buildOf((0,identity/* generationOf */.gS)(imageCacheName, this.plan.query.nameOf));
    }
    own() {
        const { content, held, end } = this;
        const over = end?.isFinal ? this.buildFor(end.cache) : undefined;
        return { ...content, allocationId: held?.allocationId, build: held?.build, over };
    }
    releaseDeps(waits = true) {
        return {
            ...this.common,
            ...toldTo(this.deps),
            waits,
            stateOf: (content) => this.stateOf(content),
        };
    }
    async stateOf({ fingerprint, attempt }) {
        const { plan, deps, content, held, end } = this;
        if (fingerprint !== content.fingerprint || attempt !== content.attempt) {
            return contentState(deps.service, { fingerprint, attempt });
        }
        // The cache that the run goes on with may be of the generation after the last one that it asked for.
        const asked = held === undefined ? 0 : held.build.generation + 1;
        const known = end === undefined ? 0 : (0,identity/* generationOf */.gS)(end.cache.imageCacheName, plan.query.nameOf);
        const matches = await (0,find/* findCaches */.hY)(deps.service, plan.query, Math.max(asked, known));
        const state = stateIn(matches, end?.isFinal ? end.cache.imageCacheId : undefined);
        const isUnseen = !matches.all.some(({ imageCacheId }) => imageCacheId === end?.cache.imageCacheId);
        return end?.isBuilding && isUnseen ? { ...state, building: true } : state;
    }
}
/** About the credentials, the clock or the proxy of this run, not about what it asked for. */
const OF_THIS_RUN = /^(InvalidAccessKey|SignatureDoesNotMatch|IncompleteSignature|\w+SecurityToken|InvalidTimeStamp|NotJson|UnreadableAnswer)/i;
/**
 * Whether every run of this content meets this refusal, until somebody mends the request, the permissions or the quota.
 * After any other one, a run at the same time may be about to name the same EIP in a create that succeeds: then a
 * release would leave a build that never ends.
 */
function isForEveryRun(error) {
    // Without a status, it is not the service that has refused: there was no way to it, or no credentials.
    if (!(error instanceof cache_service/* ServiceError */._7) || error.statusCode === undefined)
        return false;
    return ['permanent', 'quota', 'not-found'].includes(error.kind) && !OF_THIS_RUN.test(error.code);
}
/** Keeps note of whether an allocation is under way, or may have been made although its answer was lost: a cancel waits for its ID. */
function noting({ eips, note, signal }) {
    return {
        ...eips,
        allocate: async (request, clientToken) => {
            signal?.throwIfAborted();
            note({ allocating: true });
            try {
                const allocationId = await eips.allocate(request, clientToken);
                note({ allocating: false });
                return allocationId;
            }
            catch (error) {
                if (!(error instanceof cache_service/* ServiceError */._7) || !error.mayHaveActed)
                    note({ allocating: false });
                throw error;
            }
        },
    };
}
function toldTo({ note, record }) {
    return {
        onReleased: (allocationId) => {
            note({ releasedEips: [...record.releasedEips, allocationId] });
        },
        onLeft: (allocationId, why) => {
            note({ leftEips: [...record.leftEips, { allocationId, why }] });
        },
    };
}


/***/ })

};
