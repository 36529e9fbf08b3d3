export const id = 810;
export const ids = [810];
export const modules = {

/***/ 2599:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ Patience)
/* harmony export */ });
/* unused harmony export TRIES */
/* harmony import */ var _service_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8125);

const TRIES = 5;
/** Pauses of 1.5, 3, 6 and 12 s, each stretched by up to as much again for jitter: about 30 s in all. */
const FIRST_PAUSE_MS = 1_500;
const LONGEST_PAUSE_MS = 20_000;
/** A rate that other jobs of the account have used up is free again within minutes. */
const THROTTLED_AT_MOST_MS = 300_000;
/** How long one piece of work goes on to be tried: five times, or for five minutes where it is only throttled. */
class Patience {
    clock;
    failed = 0;
    throttled = 0;
    throttledSinceMs;
    constructor(clock) {
        this.clock = clock;
    }
    /**
     * @param label the call, for the log
     * @returns the pause before the next try, with words for the log; undefined if there is to be none
     */
    after(error, label) {
        if (!(0,_service_js__WEBPACK_IMPORTED_MODULE_0__/* .isTransient */ .dg)(error))
            return undefined;
        const { message, isThrottled } = error;
        if (isThrottled)
            return this.afterThrottling(message, label);
        this.failed += 1;
        if (this.failed >= TRIES)
            return undefined;
        return {
            pauseMs: withJitter(FIRST_PAUSE_MS * 2 ** (this.failed - 1)),
            says: `${message} Trying ${label} again (try ${this.failed + 1} of ${TRIES}).`,
        };
    }
    afterThrottling(message, label) {
        const now = this.clock.now();
        this.throttledSinceMs ??= now;
        if (now - this.throttledSinceMs >= THROTTLED_AT_MOST_MS)
            return undefined;
        const pauseMs = withJitter(Math.min(FIRST_PAUSE_MS * 2 ** this.throttled, LONGEST_PAUSE_MS));
        this.throttled += 1;
        return {
            pauseMs,
            says: `${message} Trying ${label} again (try ${this.throttled + 1}, for up to 5 minutes).`,
        };
    }
}
/** Up to as much again, so that jobs that were throttled together don't come back together. */
function withJitter(milliseconds) {
    return milliseconds * (1 + Math.random());
}


/***/ }),

/***/ 440:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ withRetries),
/* harmony export */   R: () => (/* binding */ retrying)
/* harmony export */ });
/* harmony import */ var _patience_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2599);

/**
 * The same service, with calls tried again while a failure may heal: throttling, 5xx, a dropped or timed-out
 * connection, a gateway's HTML. Anything else is thrown at once.
 *
 * Two calls are left to those who make them: a create may have been done, so it is repeated only after a look; and who
 * asks for a cache by its ID asks again anyway, at a pace of its own.
 */
function withRetries(service, deps) {
    const describe = 'DescribeImageCaches';
    return {
        create: (request, token) => service.create(request, token),
        find: (filter) => filter.imageCacheId === undefined
            ? retrying(describe, () => service.find(filter), deps)
            : service.find(filter),
        findMatching: (query) => retrying(describe, () => service.findMatching(query), deps),
        containerGroupEvents: (id) => retrying('DescribeContainerGroupEvents', () => service.containerGroupEvents(id), deps),
        delete: (id) => retrying('DeleteImageCache', () => service.delete(id), deps),
        // Only a courtesy: whoever may not call it should not wait for it either.
        usage: () => service.usage(),
    };
}
/** The call, tried again while a failure may heal. @param label the call, for the log */
async function retrying(label, call, deps) {
    const { clock, log, signal } = deps;
    const patience = new _patience_js__WEBPACK_IMPORTED_MODULE_0__/* .Patience */ .i(clock);
    for (;;) {
        try {
            return await call();
        }
        catch (error) {
            const next = patience.after(error, label);
            if (!next)
                throw error;
            log.info(next.says);
            await clock.sleep(next.pauseMs, signal);
        }
    }
}


/***/ }),

/***/ 8125:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   VF: () => (/* binding */ isKind),
/* harmony export */   _7: () => (/* binding */ ServiceError),
/* harmony export */   dg: () => (/* binding */ isTransient),
/* harmony export */   uz: () => (/* binding */ findById)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3916);

/** The cache with this ID; undefined if look-ups do not show it. */
async function findById(service, imageCacheId) {
    return (await service.find({ imageCacheId }))[0];
}
/** Whether the same call may succeed later. */
function isTransient(error) {
    return isKind('transient', error);
}
/** Whether it is a failed call of this kind. */
function isKind(kind, error) {
    return error instanceof ServiceError && error.kind === kind;
}
/** A failed call to the service. `message` holds code, text and request ID and no secret. */
class ServiceError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    code;
    kind;
    /** Set where the kind is 'quota'. */
    quota;
    /** Refused for its rate alone: worth waiting out for minutes. */
    isThrottled;
    /** Whether the service may have done what it was asked, although the answer says otherwise or never came. */
    mayHaveActed;
    statusCode;
    requestId;
    constructor(message, details) {
        super(message, { hint: details.hint });
        this.code = details.code;
        this.kind = details.kind;
        this.quota = details.quota ?? (details.kind === 'quota' ? 'unknown' : undefined);
        this.isThrottled = details.isThrottled ?? false;
        this.mayHaveActed = details.mayHaveActed ?? false;
        this.statusCode = details.statusCode;
        this.requestId = details.requestId;
    }
}


/***/ }),

/***/ 1596:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ MAX_CACHE_SIZE_GIB),
/* harmony export */   f: () => (/* binding */ MIN_CACHE_SIZE_GIB)
/* harmony export */ });
/** The sizes of cache that the service makes, in GiB (CreateImageCache, "ImageCacheSize"). */
const MIN_CACHE_SIZE_GIB = 20;
const MAX_CACHE_SIZE_GIB = 32_768;


/***/ }),

/***/ 2822:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   hU: () => (/* binding */ phaseOf),
/* harmony export */   ih: () => (/* binding */ isKnownStatus),
/* harmony export */   y5: () => (/* binding */ knownSpelling)
/* harmony export */ });
/** The statuses of DescribeImageCaches. */
const KNOWN = new Map([
    ['Preparing', 'in-progress'],
    ['Creating', 'in-progress'],
    ['Updating', 'in-progress'],
    ['Ready', 'ready'],
    ['Failed', 'failed'],
    ['UpdateFailed', 'failed'],
]);
/**
 * Documented nowhere for image caches; other resources of the vendor are listed with such a status for a while:
 * Deleting, PendingDelete, DELETE_COMPLETE, Recycled.
 */
const GONE = /^\w*(delet|remov|releas|terminat|destroy|expir|recycl|evict|eliminat|purg)\w*$/i;
/** CreateFailed, CREATE_FAILED, Error, DeleteFailed: nothing follows any more. */
const FAILED = /^\w*(fail|error|abort|cancel)\w*$/i;
function phaseOf(status) {
    const known = KNOWN.get(knownSpelling(status));
    if (known !== undefined)
        return known;
    const word = status.trim();
    if (FAILED.test(word))
        return 'failed';
    return GONE.test(word) ? 'gone' : 'in-progress';
}
/** Any other one counts as in progress, but nobody can say that a build goes on. */
function isKnownStatus(status) {
    return KNOWN.has(knownSpelling(status)) || phaseOf(status) !== 'in-progress';
}
/** `READY` as the documents spell it; any other status stays as it is. */
function knownSpelling(status) {
    const text = status.trim();
    return [...KNOWN.keys()].find((known) => known.toLowerCase() === text.toLowerCase()) ?? text;
}


/***/ }),

/***/ 4436:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A6: () => (/* binding */ eventOf),
/* harmony export */   Fs: () => (/* binding */ usageOf),
/* harmony export */   Hx: () => (/* binding */ imageCacheOf),
/* harmony export */   Qq: () => (/* binding */ text),
/* harmony export */   U9: () => (/* binding */ count),
/* harmony export */   V0: () => (/* binding */ records),
/* harmony export */   Wo: () => (/* binding */ isPresent),
/* harmony export */   ZZ: () => (/* binding */ field),
/* harmony export */   aO: () => (/* binding */ cacheId),
/* harmony export */   jO: () => (/* binding */ entries)
/* harmony export */ });
/* harmony import */ var _http_foreign_text_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8974);

/** In characters; an event's message is a line or two. */
const LONGEST_MESSAGE = 4_000;
/** A string or a number as text, anything else as the empty text. */
function text(value) {
    if (typeof value === 'string')
        return value;
    return typeof value === 'number' ? String(value) : '';
}
/** A number that is not negative, also if it came as text. */
function count(value) {
    const digits = text(value).trim();
    if (!/^\d+(\.\d+)?$/.test(digits))
        return undefined;
    return Number(digits);
}
/** The field under the first of these names that is there, each also with a small first letter. */
function field(record, ...names) {
    return names
        .flatMap((name) => [name, name.charAt(0).toLowerCase() + name.slice(1)])
        .filter((name) => Object.hasOwn(record, name))
        .map((name) => record[name])
        .find((value) => value !== undefined && value !== null);
}
/** Whether there is anything in it: a text that is not empty, a list or an object with anything in them. */
function isPresent(value) {
    if (Array.isArray(value))
        return value.length > 0;
    if ((0,_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value))
        return Object.values(value).some(isPresent);
    return value !== undefined && value !== null && value !== '';
}
/**
 * The entries of a list, which some of the vendor's products wrap: `"Images": {"Image": […]}`, where one entry may stand
 * without its list. Undefined if it is neither a list nor such an object.
 */
function entries(value) {
    if (Array.isArray(value))
        return value;
    const [inner, ...others] = (0,_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value) ? Object.values(value) : [];
    if (others.length > 0)
        return undefined;
    if (Array.isArray(inner))
        return inner;
    return (0,_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(inner) && isPresent(inner) ? [inner] : undefined;
}
/** The objects in a list; none if it is not a list. */
function records(value) {
    return (entries(value) ?? []).filter(_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4);
}
/** The service writes IDs in small letters. One in other letters is still the same cache, and callers compare IDs as they are. */
function cacheId(value) {
    const id = text(value);
    return /^imc-/i.test(id) ? id.toLowerCase() : id;
}
/** One entry of DescribeImageCaches; undefined without an ID, since it would be useless. */
function imageCacheOf(record) {
    const imageCacheId = cacheId(field(record, 'ImageCacheId'));
    if (imageCacheId === '')
        return undefined;
    return {
        imageCacheId,
        imageCacheName: text(field(record, 'ImageCacheName')),
        imageCacheSizeGiB: count(field(record, 'ImageCacheSize')),
        containerGroupId: text(field(record, 'ContainerGroupId')),
        snapshotId: text(field(record, 'SnapshotId')),
        flashSnapshotId: text(field(record, 'FlashSnapshotId')),
        status: text(field(record, 'Status')),
        progress: text(field(record, 'Progress')),
        creationTime: text(field(record, 'CreationTime')),
        lastMatchedTime: text(field(record, 'LastMatchedTime')),
        images: (entries(field(record, 'Images')) ?? []).map(text).filter(Boolean),
        tags: tagsOf(field(record, 'Tags')),
        events: records(field(record, 'Events')).map(eventOf),
    };
}
/** A list, or an object that has the keys for names. What is neither is no tag, so that it rules nothing out. */
function tagsOf(value) {
    if (entries(value) || !(0,_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(value))
        return records(value)
            .map(tagOf)
            .filter(({ key }) => key !== '');
    const texts = Object.entries(value).filter(([, content]) => text(content) !== '');
    return texts.map(([key, content]) => ({ key, value: text(content) }));
}
/** ECI's documents have Key and Value; other products, and some answers of the same API, TagKey and TagValue. */
function tagOf(record) {
    return { key: text(field(record, 'Key', 'TagKey')), value: text(field(record, 'Value', 'TagValue')) };
}
/**
 * Events of a cache are documented with capital names. Those of a container group have capitals in the SDK's
 * model and small letters in the vendor's sample ("Custom events of ECI"), with the name in the metadata.
 */
function eventOf(record) {
    const metadata = field(record, 'Metadata');
    const nameInMetadata = (0,_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(metadata) ? field(metadata, 'Name') : undefined;
    return {
        type: text(field(record, 'Type')),
        reason: text(field(record, 'Reason')),
        message: text(field(record, 'Message')).slice(0, LONGEST_MESSAGE),
        name: text(field(record, 'Name')) || text(nameInMetadata),
        lastTimestamp: text(field(record, 'LastTimestamp')),
    };
}
/** ListUsage's Attributes, whose values come as text or as numbers; undefined if either is missing. */
function usageOf(answer) {
    const given = field(answer, 'Attributes');
    const attributes = (0,_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(given) ? given : {};
    const maxImageCaches = count(field(attributes, 'MaxImageCacheCount'));
    const usedImageCaches = count(field(attributes, 'UsedImageCacheCount'));
    if (maxImageCaches === undefined || usedImageCaches === undefined)
        return undefined;
    return { maxImageCaches, usedImageCaches };
}


/***/ }),

/***/ 6120:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  T1: () => (/* binding */ call),
  wA: () => (/* binding */ callGeneric),
  NP: () => (/* binding */ loadSdk)
});

// UNUSED EXPORTS: TIME_LIMITS

// EXTERNAL MODULE: ./src/cache/service.ts
var service = __webpack_require__(8125);
// EXTERNAL MODULE: ./src/http/body.ts
var http_body = __webpack_require__(9662);
// EXTERNAL MODULE: ./src/http/foreign-text.ts
var foreign_text = __webpack_require__(8974);
// EXTERNAL MODULE: ./src/http/time-limit.ts
var time_limit = __webpack_require__(3689);
// EXTERNAL MODULE: ./src/eci/answers.ts
var answers = __webpack_require__(4436);
// EXTERNAL MODULE: ./src/eci/errors.ts + 2 modules
var errors = __webpack_require__(1078);
// EXTERNAL MODULE: ./src/report/format.ts
var format = __webpack_require__(2011);
;// CONCATENATED MODULE: ./src/eci/parameters.ts


const LONGEST_VALUE = 200;
/** Passwords, keys and tokens by their names. Client tokens and page tokens are not secret. */
const SECRET = /password|secret|token/i;
const NO_SECRET = /^(ClientToken|NextToken)$/;
/** The parameters of a request for the debug log, `Name=value` each, with neither passwords nor tokens. */
function shownParameters(parameters) {
    if (!(0,foreign_text/* isRecord */.u4)(parameters))
        return 'not sent';
    return Object.entries(parameters)
        .map(([name, value]) => `${name}=${isSecret(name) ? '***' : (0,format/* cutTo */.yd)(LONGEST_VALUE, String(value))}`)
        .join(' ');
}
function isSecret(name) {
    return SECRET.test(name) && !NO_SECRET.test(name);
}

;// CONCATENATED MODULE: ./src/eci/call.ts







/** Connecting is quick or hopeless. A slow create may have done its work, so its answer is worth waiting for. */
const TIME_LIMITS = { connectMs: 10_000, silenceMs: 60_000 };
/** No answer of the calls that we use comes close to it. */
const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;
/** Of a line in the debug log. */
const LONGEST_LINE = 4_000;
/**
 * One call, sent once; retries are the caller's.
 *
 * @param invoke calls one method of the client, which makes the request; what the method returns is not used
 * @throws ServiceError only
 */
async function call(connection, operation, invoke) {
    const failed = { ...connection, host: connection.endpoint.host, action: operation.action };
    const trace = {
        startMs: performance.now(),
        parameters: undefined,
        status: undefined,
        requestId: '',
    };
    let answer;
    try {
        const config = { ...(await credentialFields(connection, operation)), ...clientFields(connection) };
        const sdk = await loadSdk();
        const client = new sdk.SdkClient(new sdk.Config(config), async (request) => {
            trace.parameters = request.parameters;
            answer = await exchanged(request, connection, operation, failed, trace);
        });
        await invoke(client, sdk);
        if (answer === undefined)
            throw new Error(`${operation.action} sent nothing`);
        return answer;
    }
    catch (error) {
        const failure = error instanceof service/* ServiceError */._7 ? error : (0,errors/* networkFailure */.rd)(error, failed);
        trace.requestId ||= failure.requestId ?? '';
        connection.observations?.sawCode(failure.code);
        throw failure;
    }
    finally {
        writeLine(connection, operation, trace);
    }
}
/** @throws ServiceError only */
async function callGeneric(connection, generic) {
    return call(connection, generic, (client, sdk) => client.callApi(new sdk.Params({
        action: generic.action,
        version: generic.version,
        protocol: 'HTTPS',
        pathname: '/',
        method: 'POST',
        authType: connection.credentials ? 'AK' : 'Anonymous',
        style: 'RPC',
        reqBodyType: 'formData',
        bodyType: 'json',
    }), new sdk.OpenApiRequest({
        ...(generic.query && { query: sdk.OpenApiUtil.query({ ...generic.query }) }),
        ...(generic.form && { body: { ...generic.form } }),
    })));
}
async function exchanged(request, connection, operation, failed, trace) {
    const limits = connection.limits ?? TIME_LIMITS;
    const limit = (0,time_limit/* startTimeLimit */.r)(limits.connectMs + limits.silenceMs);
    try {
        const { url, headers, body } = request;
        const response = await connection.send({
            ...{ method: 'POST', url: new URL(url), headers, body },
            ...{ limits, signal: limit.signal },
        });
        trace.status = response.status;
        const bytes = await (0,http_body/* readDocument */.u0)(response, LARGEST_ANSWER_BYTES);
        if (bytes === undefined)
            throw (0,errors/* unreadableAnswer */.Cw)(response, failed);
        const fields = parsed(bytes, response, failed);
        trace.requestId = (0,answers/* text */.Qq)((0,answers/* field */.ZZ)(fields, 'RequestId'));
        const refused = (0,errors/* refusal */.x5)(response.status, fields, operation, failed);
        if (refused)
            throw refused;
        return { fields, sizeBytes: bytes.length };
    }
    finally {
        limit.cancel();
    }
}
function parsed(bytes, response, failed) {
    const body = bytes.toString('utf8');
    let answer;
    try {
        answer = JSON.parse(body);
    }
    catch {
        throw (0,errors/* notOfService */.su)(response, body, failed);
    }
    if (!(0,foreign_text/* isRecord */.u4)(answer) || (response.status >= 300 && response.status < 400)) {
        throw (0,errors/* notOfService */.su)(response, body, failed);
    }
    return answer;
}
/** Empty keys are not handed to the SDK: it would look for others in the environment. */
async function credentialFields({ credentials }, { action }) {
    if (!credentials)
        return {};
    const { accessKeyId, accessKeySecret, securityToken } = await credentials();
    if (accessKeyId !== '' && accessKeySecret !== '')
        return { accessKeyId, accessKeySecret, securityToken };
    throw new service/* ServiceError */._7(`${action} failed: there is no access key to sign it with.`, {
        code: 'NoCredentials',
        kind: 'permanent',
        hint: 'Set access-key-id and access-key-secret, or role-to-assume and oidc-provider-arn.',
    });
}
/** The endpoint is always given: the SDK's own rule yields a global host, and there is none. */
function clientFields({ endpoint, regionId, userAgent }) {
    return { endpoint: endpoint.host, protocol: endpoint.protocol.toUpperCase(), regionId, userAgent };
}
function writeLine({ log, secrets }, { action }, trace) {
    const tookMs = Math.round(performance.now() - trace.startMs);
    const outcome = `HTTP ${trace.status ?? '-'} after ${tookMs} ms, request ID ${trace.requestId || '-'}`;
    const line = `${action}: ${outcome}; ${shownParameters(trace.parameters)}`;
    log.debug((0,errors/* cleaned */.L0)(line, LONGEST_LINE, secrets));
}
let loading;
/** The SDK, once for the process: it is most of the bundle. */
function loadSdk() {
    loading ??= Promise.all(/* import() */[__webpack_require__.e(52), __webpack_require__.e(843)]).then(__webpack_require__.bind(__webpack_require__, 2843));
    return loading;
}


/***/ }),

/***/ 1078:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  L0: () => (/* binding */ cleaned),
  rd: () => (/* binding */ networkFailure),
  su: () => (/* binding */ notOfService),
  x5: () => (/* binding */ refusal),
  Cw: () => (/* binding */ unreadableAnswer),
  Qf: () => (/* binding */ unusableAnswer)
});

// EXTERNAL MODULE: ./src/cache/service.ts
var service = __webpack_require__(8125);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/http/failures.ts
var failures = __webpack_require__(9245);
// EXTERNAL MODULE: ./src/http/foreign-text.ts
var foreign_text = __webpack_require__(8974);
// EXTERNAL MODULE: ./src/http/retry.ts
var retry = __webpack_require__(8902);
// EXTERNAL MODULE: ./src/eci/answers.ts
var answers = __webpack_require__(4436);
;// CONCATENATED MODULE: ./src/eci/codes.ts
// Error codes by families. The vendor's products spell one thing in many ways (IdempotentParameterMismatch,
// IdempotenceParamNotMatch, InvalidIdempotenceParameter.Mismatch), and ECI documents only some of its codes. So a family
// is recognised by the words in a code, whatever their order and form. The examples are from the vendor's pages for ECI,
// ECS, VPC and STS, and from what its Terraform provider handles.
/** About a client token; a security token is another matter. */
const OF_TOKEN = /Idempoten|Client\.?Token|Last(Token|Request)|Token(Process|Param)/i;
/** LastTokenProcessing, OperationFailed.LastTokenProcessing, IdempotentProcessing, ClientToken.InUse */
const IN_PROGRESS = /Process(?!\w*Fail)|InProgress|Pending|Running|Executing|InUse|Locked|Busy/i;
/** IdempotentParameterMismatch, IdempotenceParamNotMatch, InvalidIdempotenceParameter.Mismatch, IdempotentParamError */
const NOT_THE_SAME = /Idempoten\w*\.?\w*Param|TokenParam|Mis\.?match|Not\.?Match|Unmatch|Inconsisten|Not\.?Consist|Differ|Not\.?(The)?Same|Conflict|Duplicat|Repeat|Used|Exist/i;
/** IdempotentFailed */
const HAS_FAILED = /Fail|Expired|Terminated/i;
/** Throttling, Throttling.User, Rejected.Throttling, RequestLimitExceeded, TooManyRequests, LimitExceeded.Qps */
const THROTTLING = /Throttl|TooManyRequest|TooFrequent|FlowControl|(Limit|Exceed|Over|Reach)\w*\.?(Qps|Rate|Flow|Frequency)|(Request|Rate|Flow|Frequency|Qps|Api|Call)\w*\.?(Limit|Exceed|TooFrequent|TooHigh)/i;
/** ServiceUnavailable, InternalError, SystemBusy, UnknownError, OperationFailed.Timeout, TryAgainLater */
const IN_TROUBLE = /Internal\w*(Error|Failure)|Overload|TryAgain|RetryLater|(^|\.)((Service|Server|System)?\.?(Temporar\w*)?(Unavailable|TooBusy|Busy)|(Internal|System|Server|Service|Unknown)\.?(Server|Service)?\.?(Error|Failure)|\w*Timed?Out)\b/i;
/** IncorrectStatus, IncorrectStatus.VSwitch, IncorrectVSwitchStatus: the vSwitch is still being created. */
const NOT_YET = /^Incorrect(?!.*ImageCache)\w*Status\b/i;
/** A nonce that a proxy sent twice is new with the next attempt. */
const NONCE_USED = /^SignatureNonceUsed\b/i;
/** OperationConflict, TaskConflict, BandwidthPackageOperation.conflict */
const CONFLICT = /(Operation|Task|Resource|Request|Status|Lock|Concurrency)\w*\.?Conflict|Conflict(ed|ing)?\.?(Operation|Task|Request)|^Conflict$|Concurrent/i;
/** OperationLocked, RequestInProgress, ResourceInOperating, ResourceInConfiguring.loadbalancer, Operation.Blocking */
const AT_WORK = /(Operation|Task|Request|Action|Resource)\w*\.?(InProgress|Processing|InOperating|InConfiguring|Locked|Busy|Blocking)/i;
/** DuplicateRequest, RepeatedRequest: the service takes it for one that it has, whatever its token. */
const SENT_TWICE = /(Duplicat|Repeat)\w*\.?Request|Request\.?(Duplicat|Repeat)/i;
/** OperationDenied.NoStock, Zone.NotOnSale, InvalidVSwitchId.IpNotEnough, EipAddressPoolIpNotEnough */
const NO_STOCK = /(No|OutOf)Stock|StockClose|SoldOut|NotOnSale|Ip(Address)?NotEnough|(Resource|Stock)\w*\.?(Insufficient|NotEnough)|(Insufficient|NotEnough)\w*\.?(Resource|Stock)/i;
/** QuotaExceeded, QuotaExceed.ImageCache, QuotaFull, LimitExceeded, ImageCacheLimitExceeded, InsufficientQuota */
const QUOTA = /Quota\w*\.?(Exceed|Full|Limit|Insufficient|Reach|NotEnough|Exhaust)|(Exceed|Over|Reach|Insufficient|NotEnough|Lack)\w*\.?Quota|(Limit|Max|Count|Number|Amount)\w*\.?(Exceed|Over|Reach)|(Exceed|Over|Reach)\w*\.?(Limit|Max)|^TooMany/i;
/** InvalidParameter.LimitExceeded is about a value, not about what the account has. */
const OF_A_VALUE = /^(Invalid|Missing|Unsupported|Malformed|Parameter)/i;
/** InvalidImageCacheId.NotFound, ImageCacheNotFound, NoSuchImageCache; the vendor documents none of them. */
const NOT_THERE = /Not\.?(Found|Exist)|NoSuch|NonExist|(Been|Already)Deleted/i;
/** What a call of ours names and somebody else may delete; some codes only say that it is a resource. */
const OF_OUR_THINGS = /ImageCache|ContainerGroup|AllocationId|^(Invalid)?(Resource|Entity|Object)(Id)?\.?Not(Found|Exists?)$/i;
/** ImageCacheName.Duplicated, Duplicate.ImageCacheName, NameConflict, InvalidName.AlreadyUsed */
const TAKEN = /Duplicat|Exist|Conflict|Repeat|Occupied|Taken|InUse|Used|Unique/i;
const OF_THE_NAME = /(?<!User|Domain|Host|Role|File|Tag|Key|Server|Account|Region|Zone|Instance)Name/i;
/** ImageCacheAlreadyExist, ResourceExists; with a create, nothing but the name can be there already. */
const EXISTS = /Exist|Duplicat/i;
const OF_ANOTHER_THING = /Tag|Label|Role|User|Rule|Policy|Group|Eip|Address|VSwitch|Vpc|Disk|Snapshot|Registry|Credential|Param|Image(?!Cache)/i;
/** The first that applies counts, so special rules stand before general ones. */
const RULES = [
    [(code) => OF_TOKEN.test(code) && IN_PROGRESS.test(code), 'conflict'],
    [(code) => OF_TOKEN.test(code) && NOT_THE_SAME.test(code), 'token-mismatch'],
    [(code) => OF_TOKEN.test(code) && HAS_FAILED.test(code), 'token-failed'],
    [(code) => NONCE_USED.test(code) || NOT_YET.test(code), 'transient'],
    [(code) => isThrottling(code) || IN_TROUBLE.test(code), 'transient'],
    [(code) => NO_STOCK.test(code), 'no-stock'],
    [(code) => QUOTA.test(code) && !OF_A_VALUE.test(code), 'quota'],
    [(code) => [CONFLICT, AT_WORK, SENT_TWICE].some((family) => family.test(code)), 'conflict'],
    [(code) => OF_OUR_THINGS.test(code) && NOT_THERE.test(code), 'not-found'],
    [isNameTaken, 'name-taken'],
];
/** How to respond to the code; undefined if it belongs to no family, and the HTTP status decides. */
function kindOfCode(code) {
    return RULES.find(([applies]) => applies(code))?.[1];
}
/** Whether the code refuses a call for its rate alone. */
function isThrottling(code) {
    return THROTTLING.test(code);
}
function isNameTaken(code) {
    if (NOT_THERE.test(code))
        return false;
    return (TAKEN.test(code) && OF_THE_NAME.test(code)) || (EXISTS.test(code) && !OF_ANOTHER_THING.test(code));
}
/** Quotas besides that of image caches which a build may exhaust. */
const OTHER_QUOTA = /cpu|\bcores?\b|memory|gpu|\beips?\b|elastic ?ip|eipaddress|\benis?\b|network ?interface|disk|essd|snapshot|container ?group|\binstances?\b|\btags?\b|security ?group|vswitch/i;
const IMAGE_CACHE_QUOTA = /image[ _-]?cache/i;
/**
 * Which quota is exhausted. Most codes say only `QuotaExceeded`, and the message names the quota ("%s quota exceeded.").
 * A text that names two quotas does not count as that of image caches, since caches are deleted because of it.
 */
function quotaOf(code, message) {
    const text = `${code} ${message}`.replace(/elastic container instance/gi, '');
    if (OTHER_QUOTA.test(text))
        return 'other';
    return IMAGE_CACHE_QUOTA.test(text) ? 'image-cache' : 'unknown';
}

;// CONCATENATED MODULE: ./src/eci/hints.ts

const LEAST_ACTIONS = ['eci:CreateImageCache', 'eci:DescribeImageCaches', 'eci:DescribeContainerGroupEvents'];
/** The actions of the least RAM policy, and the one that was refused. */
function grant({ action }) {
    const wanted = new Set(LEAST_ACTIONS);
    if (action !== undefined)
        wanted.add(`eci:${action}`);
    return `Attach a policy to the RAM user or role of these credentials that allows ${[...wanted].join(', ')} on resource acs:eci:*:*:*; also eci:DeleteImageCache if keep-latest is set, and ram:CreateServiceLinkedRole for the account's first cache.`;
}
const origin = ({ credentialsOrigin }) => credentialsOrigin ? `They came from ${credentialsOrigin}.` : 'See the log for where they came from.';
const ZONES = 'Name several vSwitches in different zones in vswitch-id, so that another zone can take over.';
const hints_QUOTA = 'Delete old image caches or set keep-latest, set elimination-strategy to LRU, or have the quota raised in the Quota Center; it may also be the vCPU quota, as the cache is built by an instance.';
const TOP_UP = 'Top up the account and settle its bills, then run the step again.';
const ACTIVATE = 'Activate Elastic Container Instance in its console with the account that the credentials belong to.';
const LATER = 'Wait a few minutes and run the step again: it uses the same client token, so there will be no second cache.';
const ONE_VPC = 'Take vswitch-id and security-group-id from one VPC, and leave zone-id out.';
const TICKET = 'Only Alibaba Cloud can lift this: open a ticket and give the request ID.';
/**
 * What a person can do about an error code: those of the vendor's page of CreateImageCache, and those that all
 * of the vendor's services share. The first entry that fits counts.
 */
const HINTS = [
    ['DryRunOperation', 'The request is valid, and nothing was created: there is nothing to do.'],
    [
        'DiskCapacityQuotaFull',
        'Have the ESSD capacity quota raised in the Quota Center, or lower image-cache-size.',
    ],
    [
        /^Incorrect(?!.*ImageCache)\w*Status\b/i,
        'The vSwitch is most likely still being created: run the step again in a minute.',
    ],
    [
        'ImageCache.IncorrectStatus',
        'The image cache is still being built or changed: wait until it is Ready or Failed.',
    ],
    [
        /^Invalid(Parameter\.)?ClientToken/,
        'The service does not accept this client token: leave client-token out, or give up to 64 ASCII characters.',
    ],
    ['InvalidVSwitchId.IpNotEnough', `The vSwitch has no free IP address left. ${ZONES}`],
    ['OperationDenied.VswZoneMisMatch', 'Leave zone-id out, or set it to the zone of the vSwitch.'],
    ['OperationDenied.SecurityGroupMisMatch', ONE_VPC],
    [
        'EipAddressPoolIpNotEnough',
        'The address pool has no free IP address: add addresses to it, or set eip-instance-id to an EIP that is free.',
    ],
    [
        'CreateServiceLinkedRole.Denied',
        'Grant ram:CreateServiceLinkedRole to the RAM user or role, or create the role AliyunServiceRoleForECI once by hand in the RAM console.',
    ],
    [
        /^Forbidden\.(SubUser|RAM)$|^NoPermission|^InvalidUser\.PassRoleForbidden$|^Forbidden$|^AccessDenied/,
        grant,
    ],
    [
        'RamRole.NotSupport',
        'Take arn-service and arn-user out of acr-registry-info, or name a RAM role that trusts eci.aliyuncs.com.',
    ],
    ['Account.Arrearage', TOP_UP],
    ['Forbidden.UserBussinessStatus', TOP_UP],
    [
        'Forbidden.UserNotRealNameAuthentication',
        'Complete the real-name verification of the account in its console.',
    ],
    [
        'SecurityRisk.3DVerification',
        'Verify the account’s credit or debit card through the link in the e-mail from Alibaba Cloud.',
    ],
    ['ServiceNotEnabled', ACTIVATE],
    ['ImageCacheNotSupport', `${ACTIVATE} If it is active, ask for image caches in a ticket.`],
    ['Forbidden.OnlyForInvitedTest', `${ACTIVATE} If it is active, ask for access in a ticket.`],
    ['Forbidden.RiskControl', TICKET],
    ['DiskVolume.NotSupport', `The account may not use this kind of disk. ${TICKET}`],
    ['InvalidParameter.CPU.Memory', `The zone has no instance of the size that builds image caches. ${ZONES}`],
    [
        /^InvalidAccessKeyId/,
        (context) => `The access key does not exist or is disabled: replace the credentials. ${origin(context)}`,
    ],
    [
        /^SignatureDoesNotMatch$|^IncompleteSignature$/,
        (context) => `The access key secret does not belong to the access key ID, or was cut off when it was copied: set both again. ${origin(context)}`,
    ],
    [
        /^InvalidSecurityToken|^MissingSecurityToken$/,
        (context) => `The security token has expired or does not belong to the access key: get new credentials right before this step, or use role-to-assume, which renews them. ${origin(context)}`,
    ],
    [
        /^InvalidTimeStamp/,
        (context) => `The clock of the runner is more than 15 minutes off, or the request waited too long: correct the clock. The credentials are not to blame. ${origin(context)}`,
    ],
    [
        /^(InvalidRegionId|InvalidZoneId|UnsupportedRegion)/,
        'Check region-id and zone-id, and that ECI is available there.',
    ],
    [
        /^Invalid(VSwitchId|SecurityGroupId|EipInstanceId|ResourceGroup\w*)\b/,
        'Check that the resource exists in this region and in the account that the credentials belong to.',
    ],
    [
        /^(Invalid(Api|Action|Version)\b|NoSuchVersion$|UnsupportedHTTPMethod$)/,
        ({ endpointInput = 'endpoint' }) => `The host does not offer this call: check the input ${endpointInput}, or leave it out.`,
    ],
];
/** Of families of codes, see codes.ts. */
const HINTS_OF_KINDS = {
    transient: LATER,
    conflict: 'Another request for the same cache is in progress: run the step again to join it, and give the workflow a `concurrency` group.',
    'token-mismatch': 'The client token was used before with other parameters: leave client-token out, or change it together with the other inputs.',
    'token-failed': 'The first request with this client token failed, and the service repeats that answer: leave client-token out, or set another value.',
    'name-taken': 'A cache with this name exists: leave image-cache-name out, or choose a name that no other content has.',
    'no-stock': ZONES,
    quota: hints_QUOTA,
    'not-found': 'The resource in the message is gone: somebody, another workflow or a clean-up job deleted it. Run the step again.',
};
/** The last resort. */
const GENERAL = [
    [
        /^(Invalid|Missing)[A-Z]|^UnsupportedParameter$/,
        'The message names the parameter: check the input that sets it.',
    ],
];
/** The error codes of AssumeRoleWithOIDC: the vendor's list of STS error codes. */
const STS_HINTS = [
    [
        'AuthenticationFail.OIDCToken.AudienceNotMatch',
        'Add the value of the input audience to the client IDs of the OIDC provider in the RAM console, and to the condition oidc:aud of the trust policy of the role.',
    ],
    [
        /^AuthenticationFail\.OIDCToken\.Issuer/,
        ({ idTokenIssuer }) => `oidc-provider-arn has to name an OIDC provider whose issuer URL is that of this server${idTokenIssuer === undefined ? '' : `: ${idTokenIssuer}`}.`,
    ],
    [
        /^AuthenticationFail\.OIDCToken\.(PublicKeyFingerprint|HttpsUrlInvalid)/,
        'Fetch the fingerprint of the OIDC provider again in the RAM console: the one stored there is not that of the issuer’s certificate.',
    ],
    [
        'AuthenticationFail.OIDCToken.Expired',
        'The ID token came too late: run the step again, and check the clock of the runner.',
    ],
    [
        /^AuthenticationFail\.OIDCToken/,
        'Check that oidc-provider-arn names the OIDC provider of this server, and that the job has `permissions: id-token: write`.',
    ],
    [
        /^(AuthenticationFail\.)?NoPermission|^AccessDenied|^Forbidden/,
        'The trust policy of role-to-assume has to name oidc-provider-arn as its Federated principal, and its conditions oidc:iss, oidc:aud and oidc:sub have to fit this repository and ref.',
    ],
    [
        /^EntityNotExists?\.Role/,
        'Check role-to-assume: acs:ram::<account ID>:role/<role name>, of a role that exists.',
    ],
    [
        /^EntityNotExist|OIDCProvider/,
        'Check oidc-provider-arn: acs:ram::<account ID>:oidc-provider/<name>, of a provider that exists in the account of the role.',
    ],
    [
        /^InvalidParameter\.RoleSessionName/,
        'role-session-name takes 2 to 64 letters, digits and the characters . @ - _',
    ],
    [
        /^InvalidParameter\.DurationSeconds/,
        'role-session-expiration has to be between 900 seconds and the longest session time that the role allows.',
    ],
    [/^InvalidParameter\.RoleArn/, 'Check role-to-assume: acs:ram::<account ID>:role/<role name>.'],
];
/** What a person can do about an error of the service, in a sentence or two; undefined for an unknown code. */
function hintFor(code, context = {}) {
    const hint = context.action === 'AssumeRoleWithOIDC' ? hintIn(STS_HINTS, code, context) : undefined;
    const kind = kindOfCode(code);
    return (hint ??
        hintIn(HINTS, code, context) ??
        (kind && HINTS_OF_KINDS[kind]) ??
        hintIn(GENERAL, code, context) ??
        hintOfStatus(context.statusCode ?? 0));
}
function hintOfStatus(statusCode) {
    if (statusCode === 409)
        return HINTS_OF_KINDS.conflict;
    return statusCode >= 500 || statusCode === 429 ? LATER : undefined;
}
function hintIn(rules, code, context) {
    const hint = rules.find(([rule]) => (typeof rule === 'string' ? rule === code : rule.test(code)))?.[1];
    return typeof hint === 'function' ? hint(context) : hint;
}

;// CONCATENATED MODULE: ./src/eci/errors.ts








const LONGEST_TEXT = 500;
const LONGEST_CODE = 100;
/**
 * With a wrong signature, the service repeats the whole request that was signed, over pages, in one of several forms:
 * `server CanonicalRequest is:…`, `server string to sign is:…`, `server StringToSign:[…]`.
 */
const SIGNED_REQUEST = /\b((server|user|client|your)('s)?\s+)?(canonical[\s_-]*request|string[\s_-]*to[\s_-]*sign|sign[\s_-]*string)\b.*/is;
const TRY_AGAIN = 'Run the step again: it uses the same client token, so there will be no second cache.';
/** Failures before the service has received anything of the request. */
const NOT_SENT = [
    'name-unknown',
    'unreachable',
    'connect-timeout',
    'certificate',
    'no-tls',
    'proxy-login',
    'proxy-refusal',
    'unsendable',
    'defect',
];
/** An error for a call that failed before or during transport. Its text quotes nothing from outside. */
function networkFailure(error, failed) {
    const { action, host, regionDoubt, endpointInput = 'endpoint' } = failed;
    if (error instanceof errors/* ActionError */.lZ)
        return noCredentials(error);
    const known = (0,failures/* networkError */.x6)(error);
    const { failure, code } = known;
    const isNoRegion = regionDoubt !== undefined && code === 'ENOTFOUND';
    const { message, hint } = (0,failures/* describeFailure */.Ic)(known, {
        host,
        namedIn: `the inputs region-id and ${endpointInput}`,
        again: TRY_AGAIN,
        plainHttp: `Check the input ${endpointInput}: its scheme, http:// or https://, has to fit its port.`,
    });
    // The total limit stops an answer that never ends, and a malformed answer may come from a gateway: both may heal.
    const mayHeal = known.isTransient || failure === 'total-timeout' || failure === 'malformed-answer';
    return new service/* ServiceError */._7(`${action} failed: ${message}.`, {
        code: code === '' ? failure : code,
        kind: mayHeal && !isNoRegion ? 'transient' : 'permanent',
        mayHaveActed: !NOT_SENT.includes(failure),
        hint: isNoRegion ? regionDoubt : hint,
    });
}
/** Getting the credentials failed: the error keeps its own words. */
function noCredentials(error) {
    return new service/* ServiceError */._7(error.message, { code: 'NoCredentials', kind: 'permanent', hint: error.hint });
}
/** The answer is not a JSON object, or it is a redirect: neither is the service's. */
function notOfService(response, body, failed) {
    const { status: statusCode, headers } = response;
    const contentType = cleaned(headers['content-type'] ?? '', LONGEST_CODE, failed.secrets);
    const form = [`HTTP ${statusCode}`, contentType].filter(Boolean).join(', ');
    return new service/* ServiceError */._7(`${failed.action} failed: the answer of ${failed.host} is not the service's (${form}).`, {
        code: 'NotJson',
        kind: kindOfPage(response, body),
        isThrottled: statusCode === 429,
        mayHaveActed: statusCode < 300 || statusCode >= 500,
        statusCode,
        hint: statusCode === 407
            ? 'The proxy requires a login: put user and password into HTTPS_PROXY.'
            : `A proxy or gateway has most likely answered in place of the service: check the input ${failed.endpointInput ?? 'endpoint'} and the proxy settings of the runner, or run the step again later.`,
    });
}
/**
 * A 2xx or 5xx page is from a gateway in trouble; any other status means that this is the wrong host. But a refusal in
 * JSON that cannot be parsed was cut off: asked again, the service repeats it.
 */
function kindOfPage({ status, headers }, body) {
    const isJson = /\bjson\b/i.test(headers['content-type'] ?? '') && body.trimStart().startsWith('{');
    return status < 300 || (status >= 400 && isJson) ? 'transient' : kindOfStatus(status);
}
/** The answer could not be read to its end: it is too large, or its Content-Encoding is unknown or broken. */
function unreadableAnswer({ status, headers }, failed) {
    const coding = headers['content-encoding'];
    const what = coding
        ? `has a Content-Encoding that cannot be decoded (${cleaned(coding, LONGEST_CODE, failed.secrets)}), or is too large`
        : "is too large to be the service's";
    return new service/* ServiceError */._7(`${failed.action} failed: the answer of ${failed.host} ${what}.`, {
        code: 'UnreadableAnswer',
        kind: coding ? 'transient' : 'permanent',
        mayHaveActed: true,
        statusCode: status,
        hint: `Check the input ${failed.endpointInput ?? 'endpoint'} and the proxy settings of the runner.`,
    });
}
/** The service's answer lacks something essential. */
function unusableAnswer(action, lack) {
    return new service/* ServiceError */._7(`${action} failed: the answer ${lack}.`, {
        code: 'UnusableAnswer',
        kind: 'transient',
        mayHaveActed: true,
        hint: TRY_AGAIN,
    });
}
/** Text from the network, fit for one line of a log: no secret, no control characters, not too long. */
function cleaned(raw, longest, secrets) {
    return (0,foreign_text/* quoteForeign */.xS)(secrets.redact(raw), longest);
}
/** Codes by which some of the vendor's products report success. */
const ALL_WELL = /^(|ok|success(ful)?|succeeded|0|20\d)$/i;
/**
 * What the service refused, undefined if it did not. A status of 4xx or 5xx is a refusal, and so is an answer with a
 * code and no data: a look-up would read it as "none", a deletion as "deleted".
 */
function refusal(statusCode, body, { answerField }, failed) {
    const error = (0,answers/* field */.ZZ)(body, 'Error');
    const answer = (0,foreign_text/* isRecord */.u4)(error) ? { ...body, ...error } : body;
    if (statusCode >= 400)
        return refused(statusCode, answer, failed);
    const result = answerField === undefined ? undefined : (0,answers/* field */.ZZ)(answer, answerField);
    const saysWell = ALL_WELL.test(codeIn(answer)) && !isFalse((0,answers/* field */.ZZ)(answer, 'Success'));
    // Words in place of the data that were asked for are no data either.
    const lacksResult = answerField !== undefined && result === undefined;
    const isExcuse = lacksResult && codeIn(answer) === '' && !ALL_WELL.test(messageIn(answer));
    return (0,answers/* isPresent */.Wo)(result) || (saysWell && !isExcuse) ? undefined : refused(statusCode, answer, failed);
}
function messageIn(answer) {
    return (0,answers/* text */.Qq)((0,answers/* field */.ZZ)(answer, 'Message', 'ErrorMessage', 'ErrMessage', 'Msg')).trim();
}
function isFalse(value) {
    return value === false || (0,answers/* text */.Qq)(value).toLowerCase() === 'false';
}
function codeIn(answer) {
    return (0,answers/* text */.Qq)((0,answers/* field */.ZZ)(answer, 'Code', 'ErrorCode', 'ErrCode')).trim();
}
function refused(statusCode, answer, failed) {
    const { action, secrets, credentialsOrigin, idTokenIssuer, endpointInput } = failed;
    const part = (longest, ...names) => cleaned((0,answers/* text */.Qq)((0,answers/* field */.ZZ)(answer, ...names)), longest, secrets);
    const code = cleaned(codeIn(answer), LONGEST_CODE, secrets);
    const requestId = part(LONGEST_CODE, 'RequestId');
    // Cut first: the repeated request holds every parameter, in its own encodings.
    const message = messageIn(answer).replace(SIGNED_REQUEST, '');
    const said = cleaned(message.trim(), LONGEST_TEXT, secrets);
    const outcome = code === '' ? `HTTP ${statusCode}` : `${code} (HTTP ${statusCode})`;
    // Some gateways put the status into the code of an answer with HTTP 200.
    const status = statusCode < 400 && /^[45]\d\d$/.test(code) ? Number(code) : statusCode;
    const kind = kindOfCode(code) ?? kindOfStatus(status);
    const isThrottled = isThrottling(code) || status === 429;
    return new service/* ServiceError */._7(`${action} failed: ${sentence([outcome, said].filter(Boolean).join(': '))}${requestId && ` Request ID: ${requestId}.`}`, {
        code: code || `HTTP${statusCode}`,
        kind,
        quota: kind === 'quota' ? quotaOf(code, message) : undefined,
        isThrottled,
        mayHaveActed: kind === 'transient' && !isThrottled,
        statusCode,
        requestId: requestId || undefined,
        hint: hintFor(code, { action, endpointInput, credentialsOrigin, idTokenIssuer, statusCode: status }) ??
            linkTo(part(LONGEST_TEXT, 'Recommend')),
    });
}
function linkTo(recommend) {
    return recommend.startsWith('https://') ? `The vendor's advice: ${recommend}` : undefined;
}
function kindOfStatus(statusCode) {
    if (statusCode === 409)
        return 'conflict';
    return (0,retry/* isTransientStatus */.Dm)(statusCode) ? 'transient' : 'permanent';
}
function sentence(words) {
    return /[.!?…]$/.test(words) ? words : `${words}.`;
}


/***/ }),

/***/ 3916:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   dz: () => (/* binding */ InputError),
/* harmony export */   lZ: () => (/* binding */ ActionError),
/* harmony export */   o9: () => (/* binding */ ActionErrors)
/* harmony export */ });
/** An error whose text is ours: `message` says what failed, `hint` what the person can do about it. */
class ActionError extends Error {
    hint;
    constructor(message, options = {}) {
        super(message, options.cause === undefined ? undefined : { cause: options.cause });
        this.name = new.target.name;
        this.hint = options.hint;
    }
}
/** Several independent failures of one phase, each reported as an error of its own. */
class ActionErrors extends ActionError {
    errors;
    constructor(errors) {
        super(errors.map((error) => error.message).join('\n'));
        this.errors = errors;
    }
}
/** One bad input. `message` says its kebab-case name, the value it got and what is allowed. */
class InputError extends ActionError {
    input;
    constructor(input, message, hint) {
        super(`Input ${input}: ${message}`, { hint });
        this.input = input;
    }
}


/***/ }),

/***/ 9662:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gb: () => (/* binding */ readErrorText),
/* harmony export */   rU: () => (/* binding */ readAtMost),
/* harmony export */   u0: () => (/* binding */ readDocument)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_util__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_1__);


/** Enough for any error text. */
const LARGEST_ERROR_BODY_BYTES = 64 * 1024;
/** The body's bytes, unchanged; undefined, and the connection closed, if they exceed the limit. */
async function readAtMost(response, limitBytes) {
    const chunks = [];
    let sizeBytes = 0;
    for await (const chunk of response.body) {
        sizeBytes += chunk.length;
        if (sizeBytes > limitBytes)
            return undefined;
        chunks.push(chunk);
    }
    return Buffer.concat(chunks);
}
const DECODERS = new Map([
    ['gzip', (0,node_util__WEBPACK_IMPORTED_MODULE_0__.promisify)(node_zlib__WEBPACK_IMPORTED_MODULE_1__.gunzip)],
    ['x-gzip', (0,node_util__WEBPACK_IMPORTED_MODULE_0__.promisify)(node_zlib__WEBPACK_IMPORTED_MODULE_1__.gunzip)],
    ['deflate', (0,node_util__WEBPACK_IMPORTED_MODULE_0__.promisify)(node_zlib__WEBPACK_IMPORTED_MODULE_1__.inflate)],
    ['br', (0,node_util__WEBPACK_IMPORTED_MODULE_0__.promisify)(node_zlib__WEBPACK_IMPORTED_MODULE_1__.brotliDecompress)],
]);
/**
 * A document without the coding that it was sent in (RFC 9110, section 8.4): some servers compress although the
 * request asks them not to. Undefined if it is larger than the limit, or its coding is broken or unknown.
 */
async function readDocument(response, limitBytes) {
    let bytes = await readAtMost(response, limitBytes);
    for (const coding of codingsOf(response)) {
        const decode = DECODERS.get(coding);
        // An answer without a body has an empty Buffer, whatever its headers say.
        if (bytes === undefined || bytes.length === 0)
            return bytes;
        bytes = await decode?.(bytes, { maxOutputLength: limitBytes }).catch(() => undefined);
    }
    return bytes;
}
/** The last one applied comes first. */
function codingsOf({ headers }) {
    const codings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
    return codings
        .map((coding) => coding.trim())
        .filter((coding) => coding !== '' && coding !== 'identity')
        .reverse()
        .slice(0, 2);
}
/** The text of an error answer; empty if it is too long to be one. */
async function readErrorText(response) {
    return (await readDocument(response, LARGEST_ERROR_BODY_BYTES))?.toString('utf8') ?? '';
}


/***/ }),

/***/ 9245:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dr: () => (/* binding */ NetworkError),
/* harmony export */   Ic: () => (/* binding */ describeFailure),
/* harmony export */   vd: () => (/* binding */ proxyRefusal),
/* harmony export */   x6: () => (/* binding */ networkError)
/* harmony export */ });
/** A request that found no answer, or an answer that could not be read. The message is for the debug log only. */
class NetworkError extends Error {
    failure;
    code;
    proxy;
    constructor(failure, message, { code = '', proxy, cause } = {}) {
        super(message, cause === undefined ? undefined : { cause });
        this.failure = failure;
        this.code = code;
        this.proxy = proxy;
    }
    /** Whether the same request may succeed a moment later. */
    get isTransient() {
        return FAILURES[this.failure].isTransient;
    }
}
const checkHost = ({ namedIn }) => `Check ${namedIn}, and that the runner can reach this host (DNS, firewall, proxy settings).`;
const tryAgain = ({ again = 'Run the step again later.' }) => again;
const FAILURES = {
    'name-unknown': {
        // A name server that fails once answers the next time.
        isTransient: true,
        happened: (host) => `the name ${host} cannot be resolved`,
        hint: checkHost,
    },
    unreachable: { isTransient: true, happened: (host) => `${host} cannot be reached`, hint: checkHost },
    'connect-timeout': {
        isTransient: true,
        happened: (host) => `no connection to ${host} within the time limit`,
        hint: checkHost,
    },
    'answer-timeout': {
        isTransient: true,
        happened: (host) => `no answer from ${host} within the time limit`,
        hint: tryAgain,
    },
    'total-timeout': {
        isTransient: false,
        happened: (host) => `${host} did not finish its answer within the time limit`,
        hint: tryAgain,
    },
    dropped: {
        isTransient: true,
        happened: (host) => `the connection to ${host} was dropped`,
        hint: tryAgain,
    },
    certificate: {
        isTransient: false,
        happened: (host) => `the certificate of ${host} is not trusted`,
        hint: ({ certificate, namedIn }) => `If your own CA signed it, or a proxy in between has a CA of its own, name its CA file in NODE_EXTRA_CA_CERTS. ${certificate ?? `Otherwise check ${namedIn} and the clock of the runner.`}`,
    },
    'no-tls': {
        isTransient: false,
        happened: (host) => `no TLS connection to ${host} is possible`,
        hint: ({ plainHttp, namedIn }) => plainHttp ?? `Check ${namedIn}: the port has to be one for HTTPS.`,
    },
    'proxy-login': {
        isTransient: false,
        happened: (host) => `the proxy on the way to ${host} requires a login, or refuses the one it got`,
        hint: () => 'Check user and password in HTTPS_PROXY (HTTP_PROXY for http://): http://user:password@host:port, with @, :, / and % in them percent-encoded.',
    },
    'proxy-refusal': {
        isTransient: false,
        happened: (host) => `the proxy does not let the runner through to ${host}`,
        hint: () => 'Have the proxy allow the host and its port, or name the host in NO_PROXY if the runner can reach it directly.',
    },
    'malformed-answer': {
        isTransient: false,
        happened: (host) => `the answer of ${host} is not valid HTTP`,
        hint: ({ namedIn }) => `The server, or a proxy in front of it, breaks the rules of HTTP: report it to whoever runs it. Check ${namedIn}, too.`,
    },
    'headers-too-large': {
        isTransient: false,
        happened: (host) => `the answer of ${host} has more than 256 KiB of headers`,
        hint: ({ namedIn }) => `Report it to whoever runs the server. Check ${namedIn}, too.`,
    },
    'body-too-large': {
        isTransient: false,
        happened: (host) => `the answer of ${host} is too large`,
        hint: ({ namedIn }) => `Check ${namedIn} and the proxy settings of the runner.`,
    },
    unsendable: {
        isTransient: false,
        happened: () => 'the request cannot be sent: a value in it has a character that no HTTP header may hold',
        hint: () => 'Check keys, tokens and passwords for line breaks and other stray characters.',
    },
    cancelled: { isTransient: false, happened: () => 'the run was cancelled', hint: tryAgain },
    defect: {
        // An error of the language, not of the network: the next try would fail in the same way.
        isTransient: false,
        happened: () => 'the request could not be made or its answer could not be read',
        hint: () => 'This is most likely a bug in the action: please report it, with the inputs but without secrets.',
    },
};
/** The failure in words; one set of sentences for registries, ECI, STS and the runner's ID token. */
function describeFailure(error, peer) {
    const { happened, hint } = FAILURES[error.failure];
    const code = error.code === '' ? '' : ` (${error.code})`;
    if (error.proxy === undefined)
        return { message: `${happened(peer.host)}${code}`, hint: hint(peer) };
    return {
        message: `on the way to ${peer.host}, the proxy failed: ${happened(error.proxy)}${code}`,
        hint: hint({ host: error.proxy, namedIn: 'HTTPS_PROXY (HTTP_PROXY for http://)' }),
    };
}
/** By the code of an error: Node's ("Common system errors", "Node.js error codes"), OpenSSL's, the HTTP parser's. */
const CODES = [
    [/^HPE_HEADER_OVERFLOW$/, 'headers-too-large'],
    // What the parser says of an answer that ended too early.
    [/^HPE_INVALID_EOF_STATE$/, 'dropped'],
    [/^HPE_/, 'malformed-answer'],
    [/^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/, 'dropped'],
    [/^(ENOTFOUND|EAI_\w+)$/, 'name-unknown'],
    [/^ETIMEDOUT$/, 'connect-timeout'],
    // "X509 certificate error codes" in Node's documentation of tls.
    [/CERT|UNABLE_TO_|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|^CRL_/, 'certificate'],
    [/^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/, 'no-tls'],
    [/^(ERR_INVALID_CHAR|ERR_UNESCAPED_CHARACTERS)$/, 'unsendable'],
    [/^E[A-Z]+\d*$/, 'unreachable'],
];
/** Any error of a socket, request or stream as a NetworkError. */
function networkError(error, proxy) {
    if (error instanceof NetworkError)
        return error;
    const { message, code } = firstOf(error);
    const known = code === '' ? undefined : CODES.find(([pattern]) => pattern.test(code))?.[1];
    return new NetworkError(known ?? 'defect', message, { code, proxy, cause: error });
}
/** Where a host has several addresses, Node gives one error that holds one for each. */
function firstOf(error) {
    const { message, code, errors } = (error ?? {});
    if (message === '' && Array.isArray(errors))
        return firstOf(errors[0]);
    return { message: typeof message === 'string' ? message : String(error), code: wordIn(code) };
}
/** Only what looks like a code: anybody may put text into such a field. */
function wordIn(value) {
    return typeof value === 'string' && /^[A-Za-z][\w.]{1,60}$/.test(value) ? value : '';
}
/** The status by which a proxy refuses to make a tunnel, or answers a request in place of the host. */
function proxyRefusal(status) {
    const message = `the proxy answers HTTP ${status}`;
    const code = `EPROXY${status}`;
    if (status === 407)
        return new NetworkError('proxy-login', message, { code });
    // 408 and 429 are the proxy's own troubles, and so is any 5xx.
    const isRefusal = status >= 300 && status < 500 && status !== 408 && status !== 429;
    return new NetworkError(isRefusal ? 'proxy-refusal' : 'unreachable', message, { code });
}


/***/ }),

/***/ 8974:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AA: () => (/* binding */ isWebPage),
/* harmony export */   Dd: () => (/* binding */ describeWebPage),
/* harmony export */   u4: () => (/* binding */ isRecord),
/* harmony export */   ut: () => (/* binding */ describeErrorBody),
/* harmony export */   xS: () => (/* binding */ quoteForeign)
/* harmony export */ });
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5260);

/** Longest piece of a stranger's text that a message repeats, in characters. */
const LONGEST_QUOTE = 300;
const LONGEST_TITLE = 80;
/** Text from the network in a form that a line of a log can hold: cut, on one line, without control characters. */
function quoteForeign(text, longest = LONGEST_QUOTE) {
    if (text.length <= longest)
        return (0,_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g)(text);
    // Not in the middle of a surrogate pair.
    const end = /[\uD800-\uDBFF]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
    return `${(0,_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g)(text.slice(0, end))}…`;
}
/** Whether an answer is a page for people where a document for programs was expected. */
function isWebPage(body) {
    return /^\uFEFF?\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|script)\b/is.test(body.slice(0, 2_000));
}
/**
 * What the body of an error answer says, e.g. `MANIFEST_UNKNOWN: manifest unknown`, cut and escaped. Registries send a
 * list of errors (OCI distribution specification, "Error Codes"), token services OAuth's fields (RFC 6749, section
 * 5.2), others what they like. Of a web page only the title is repeated. Empty for an empty body.
 */
function describeErrorBody(body) {
    if (isWebPage(body))
        return describeWebPage(body);
    return quoteForeign(messagesIn(body) ?? body.trim());
}
/** `a web page titled "Sign in"` */
function describeWebPage(page) {
    const [, title = ''] = /<title[^>]{0,200}>([^<]{1,500})/i.exec(page.slice(0, 20_000)) ?? [];
    const shown = quoteForeign(title.trim().replace(/\s+/g, ' '), LONGEST_TITLE);
    return shown === '' ? 'a web page' : `a web page titled "${shown}"`;
}
function messagesIn(body) {
    let document;
    try {
        document = JSON.parse(body);
    }
    catch {
        return undefined;
    }
    if (!isRecord(document))
        return undefined;
    const errors = Array.isArray(document['errors']) ? document['errors'].slice(0, 10) : [document];
    const messages = errors.filter(isRecord).map(messageIn).filter(Boolean);
    return messages.length > 0 ? messages.join('; ') : undefined;
}
/** The first field of each pair that is there: a code, and words about it. */
const FIELDS = [
    ['code', 'Code', 'error'],
    ['message', 'Message', 'error_description', 'details', 'detail'],
];
function messageIn(error) {
    const texts = FIELDS.map((names) => names
        .map((name) => error[name])
        .filter((value) => typeof value === 'string')
        .find((text) => text !== ''));
    return texts.filter((text) => text !== undefined).join(': ');
}
/** True for a JSON object: not null, not a list. */
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}


/***/ }),

/***/ 8902:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dm: () => (/* binding */ isTransientStatus),
/* harmony export */   VY: () => (/* binding */ WaitingBudget),
/* harmony export */   W9: () => (/* binding */ assertNotTransient),
/* harmony export */   fh: () => (/* binding */ Retries),
/* harmony export */   vO: () => (/* binding */ TransientStatusError)
/* harmony export */ });
/* unused harmony exports retryAfterMs, withRetries */
/* harmony import */ var _report_format_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2011);
/* harmony import */ var _body_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9662);
/* harmony import */ var _failures_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9245);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5260);
/* harmony import */ var _foreign_text_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8974);





/** An answer after which another attempt may succeed: 408, 429 or 5xx. */
class TransientStatusError extends Error {
    status;
    retryAfterMs;
    detail;
    constructor(status, 
    /** The pause that Retry-After asks for, in milliseconds; undefined if it asks for none. */
    retryAfterMs, 
    /** What the answer says, escaped. */
    detail) {
        super(`HTTP ${status}${detail === '' ? '' : ` (${detail})`}`);
        this.status = status;
        this.retryAfterMs = retryAfterMs;
        this.detail = detail;
    }
}
/** Whether the status means a problem that may be over a moment later. */
function isTransientStatus(status) {
    return status === 408 || status === 429 || status >= 500;
}
/**
 * @param mayQuote whether the error may repeat what the answer says
 * @throws TransientStatusError where the status of the answer is a transient one
 */
async function assertNotTransient(response, { mayQuote = true } = {}) {
    const { status, headers } = response;
    if (!isTransientStatus(status))
        return;
    const text = await (0,_body_js__WEBPACK_IMPORTED_MODULE_0__/* .readErrorText */ .Gb)(response);
    const detail = mayQuote ? (0,_foreign_text_js__WEBPACK_IMPORTED_MODULE_2__/* .describeErrorBody */ .ut)(text) : '';
    throw new TransientStatusError(status, retryAfterMs(headers['retry-after'], Date.now()), detail);
}
const ONE_DAY_MS = 24 * 60 * 60_000;
/**
 * Milliseconds that a Retry-After asks us to wait: seconds or a date (RFC 9110, section 10.2.3), a day at most.
 * Undefined if there is none or it cannot be read.
 *
 * @param nowMs the wall clock, since the header's date is one of it
 */
function retryAfterMs(header, nowMs) {
    const text = header?.trim() ?? '';
    if (text === '')
        return undefined;
    const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
    return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), ONE_DAY_MS);
}
/** How long we wait for one host in all where it asks us to come back later. */
const LONGEST_WAIT_MS = 5 * 60_000;
/**
 * The time that we have for hosts which ask us to come back later. Requests that wait at the same time use the same
 * time.
 */
class WaitingBudget {
    clock;
    hosts = new Map();
    constructor(clock) {
        this.clock = clock;
    }
    /** Takes a pause out of the host's budget; false if it does not fit. */
    take(host, pauseMs) {
        const nowMs = this.clock.now();
        const { usedMs, untilMs } = this.hosts.get(host) ?? { usedMs: 0, untilMs: nowMs };
        const endMs = nowMs + pauseMs;
        const addedMs = Math.max(0, endMs - Math.max(nowMs, untilMs));
        if (usedMs + addedMs > LONGEST_WAIT_MS)
            return false;
        this.hosts.set(host, { usedMs: usedMs + addedMs, untilMs: Math.max(untilMs, endMs) });
        return true;
    }
}
const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Decides, after each failed attempt of one piece of work, whether there is another one, and waits for its time. */
class Retries {
    host;
    what;
    tools;
    /** Attempts that have failed. */
    failed = 0;
    /** Those of them that count against the limit: a host that names a pause is asked until the budget is used up. */
    counted = 0;
    /** @param what for the log: what is asked for */
    constructor(host, what, tools) {
        this.host = host;
        this.what = what;
        this.tools = tools;
    }
    /**
     * Waits until it is time for the next attempt: the pause that the host asked for, or a growing one of our own,
     * whichever is longer.
     *
     * @returns false at once where there is to be no other attempt
     */
    async pauseAfter(error) {
        const { clock, log, signal, budget } = this.tools;
        const askedMs = error instanceof TransientStatusError ? error.retryAfterMs : undefined;
        this.failed += 1;
        if (askedMs === undefined)
            this.counted += 1;
        if (!isTransient(error) || signal?.aborted || this.counted >= TRIES)
            return false;
        const ownMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.failed - 1), LONGEST_PAUSE_MS);
        // Up to half as much again, so that requests that failed together don't come back together.
        const pauseMs = Math.max(askedMs ?? 0, ownMs) + (ownMs * Math.random()) / 2;
        if (askedMs !== undefined && !budget.take(this.host, pauseMs))
            return false;
        const reason = error instanceof Error ? (0,_printable_js__WEBPACK_IMPORTED_MODULE_3__/* .printable */ .g)(error.message) : '';
        log.info(`${this.host}, ${this.what}: ${reason}; attempt ${this.failed + 1} in ${(0,_report_format_js__WEBPACK_IMPORTED_MODULE_4__/* .formatDuration */ .a3)(pauseMs)}`);
        await clock.sleep(pauseMs, signal);
        return true;
    }
}
/** Runs the attempt until it succeeds or there is to be no other; throws the error of the last one. */
async function withRetries(attempt, retries) {
    for (;;) {
        try {
            return await attempt();
        }
        catch (error) {
            if (!(await retries.pauseAfter(error)))
                throw error;
        }
    }
}
/** Whether the same request may succeed a moment later. */
function isTransient(error) {
    return error instanceof TransientStatusError || (error instanceof _failures_js__WEBPACK_IMPORTED_MODULE_1__/* .NetworkError */ .Dr && error.isTransient);
}


/***/ }),

/***/ 3689:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ startTimeLimit)
/* harmony export */ });
/* harmony import */ var _failures_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9245);

/** @param outer aborts the work too, e.g. when the run is cancelled */
function startTimeLimit(milliseconds, outer) {
    const controller = new AbortController();
    const timer = setTimeout(() => {
        const message = `not finished within ${milliseconds / 1000} s`;
        controller.abort(new _failures_js__WEBPACK_IMPORTED_MODULE_0__/* .NetworkError */ .Dr('total-timeout', message, { code: 'ETIMEDOUT' }));
    }, milliseconds);
    return {
        signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
        hasRunOut: () => controller.signal.aborted,
        cancel: () => {
            clearTimeout(timer);
        },
    };
}


/***/ }),

/***/ 3152:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ publicAcrHost),
/* harmony export */   n: () => (/* binding */ isAcrHost)
/* harmony export */ });
// Standard domains of Alibaba Cloud Container Registry (ACR).
// Personal Edition, also since 2024-09 with a domain per instance:
// https://www.alibabacloud.com/help/en/acr/user-guide/individual-edition-instance-independent-domain-name-capacity-limit
// The -intl hosts are those of Personal Edition on the international site.
// Groups: what stands before the network, the network where it is a private one, what stands after it.
const ACR_DOMAINS = [
    // Personal Edition, shared: registry-vpc.cn-hangzhou.aliyuncs.com
    /^(registry(?:-intl)?)(-vpc|-internal)?(\.[a-z0-9-]+\.aliyuncs\.com)$/,
    // Enterprise Edition: acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com
    /^([a-z0-9-]+-registry)(-vpc|-internal)?(\.[a-z0-9-]+\.cr\.aliyuncs\.com)$/,
    // Personal Edition, own domain: crpi-0a1b2c-vpc.cn-hangzhou.personal.cr.aliyuncs.com
    /^(crpi-[a-z0-9]+)(-vpc|-internal)?(\.[a-z0-9-]+\.personal\.cr\.aliyuncs\.com)$/,
];
function matchAcr(host) {
    for (const pattern of ACR_DOMAINS) {
        const match = pattern.exec(host.toLowerCase());
        if (match)
            return match;
    }
    return undefined;
}
/** Whether the host is a standard domain of ACR, public or private. A custom domain is not. */
function isAcrHost(host) {
    return matchAcr(host) !== undefined;
}
/** The public name of an ACR host that only a VPC reaches; undefined for every other host. */
function publicAcrHost(host) {
    const [, before = '', network, after = ''] = matchAcr(host) ?? [];
    return network === undefined ? undefined : `${before}${after}`;
}


/***/ }),

/***/ 7866:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ quote)
/* harmony export */ });
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5260);

/** Longer texts are cut: an error that nobody can read to its end helps nobody. */
const LONGEST_QUOTE = 300;
/**
 * The text in double quotes, for errors: control characters escaped, so that no line of it can pass for a
 * line of ours, and cut where it is very long.
 */
function quote(text) {
    return (0,_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g)(JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text));
}


/***/ }),

/***/ 4719:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EV: () => (/* binding */ isRegistryHost),
/* harmony export */   F2: () => (/* binding */ parseReference),
/* harmony export */   FH: () => (/* binding */ formatReference),
/* harmony export */   jc: () => (/* binding */ formatSuffix),
/* harmony export */   mQ: () => (/* binding */ splitReference),
/* harmony export */   qH: () => (/* binding */ tagProblem),
/* harmony export */   rQ: () => (/* binding */ canonicalHost)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3916);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7866);
// Image references as Docker, containerd and Kubernetes read them. The grammar is the one at the head of
// https://github.com/distribution/reference/blob/main/reference.go, the short names are those of its
// normalize.go. Stricter on purpose in one thing: a first component with capitals and neither '.' nor ':'
// ("MyOrg/app") is a host name to Docker, but almost always a mistake, so it is refused.



const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_BEFORE_2015 = 'index.docker.io';
const LONGEST_REPOSITORY = 255;
const LONGEST_TAG = 128;
const HIGHEST_PORT = 65_535;
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
// The two algorithms that the OCI image specification registers (descriptor.md, "Registered algorithms").
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
// Docker reads it as an image ID, never as a repository.
const IMAGE_ID = /^[0-9a-f]{64}$/;
/**
 * Reads an image reference, short names included.
 * @throws ActionError that quotes the text and says what is wrong with it
 */
function parseReference(text) {
    const { name, tag, digest } = splitReference(text);
    const { registry, repository } = expandName(name);
    const found = textFault(text) ??
        hostFault(registry) ??
        repositoryFault(repository, text, name) ??
        tagFault(tag) ??
        digestFault(digest);
    if (found)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(text)} is not an image reference: ${found.why}`, found);
    return {
        registry,
        repository,
        ...(tag === undefined ? {} : { tag }),
        ...(digest === undefined ? {} : { digest }),
    };
}
/** The reference in full: registry/repository[:tag][@digest]. */
function formatReference(reference) {
    return `${reference.registry}/${reference.repository}${formatSuffix(reference)}`;
}
/** [:tag][@digest] */
function formatSuffix({ tag, digest }) {
    return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
/** Whether the first of several path components names a registry, and not a namespace on Docker Hub. */
function isRegistryHost(firstComponent) {
    return firstComponent === 'localhost' || /[.:]/.test(firstComponent);
}
/** Host names ignore case, and Docker Hub has two of them. */
function canonicalHost(host) {
    const lower = host.toLowerCase();
    return lower === DOCKER_HUB_BEFORE_2015 ? DOCKER_HUB : lower;
}
/** What is wrong with an image tag, as the end of a sentence; undefined if nothing is. */
function tagProblem(tag) {
    if (tag === '')
        return 'the tag is empty';
    const alien = /[^\w.-]/u.exec(tag)?.[0];
    if (alien !== undefined)
        return `a tag cannot contain ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(alien)}`;
    if (!/^\w/.test(tag))
        return `a tag cannot start with ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(tag.charAt(0))}`;
    if (tag.length > LONGEST_TAG)
        return `the tag has ${tag.length} characters, and ${LONGEST_TAG} are allowed`;
    return undefined;
}
/** Splits at the separators, without checking the parts. */
function splitReference(text) {
    const at = text.indexOf('@');
    const tagged = at < 0 ? text : text.slice(0, at);
    // A colon before the last slash belongs to the port, or to an IPv6 host.
    const colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
    return {
        name: colon < 0 ? tagged : tagged.slice(0, colon),
        tag: colon < 0 ? undefined : tagged.slice(colon + 1),
        digest: at < 0 ? undefined : text.slice(at + 1),
    };
}
function expandName(name) {
    const slash = name.indexOf('/');
    const first = name.slice(0, Math.max(slash, 0));
    const named = isRegistryHost(first);
    const registry = named ? canonicalHost(first) : DOCKER_HUB;
    const path = named ? name.slice(slash + 1) : name;
    const official = registry === DOCKER_HUB && path !== '' && !path.includes('/');
    return { registry, repository: official ? `library/${path}` : path };
}
function textFault(text) {
    if (text === '')
        return { why: 'it is empty' };
    const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
    if (scheme !== undefined) {
        return {
            why: `it starts with ${scheme}`,
            hint: `Leave ${scheme} out: a reference starts with its host.`,
        };
    }
    if (/\s/.test(text)) {
        return { why: 'it contains white space', hint: 'Put every reference on a line of its own.' };
    }
    if (/^\[[^\]/]*\](?::\d*)?$/.test(text))
        return { why: 'it names a registry and no repository' };
    if (IMAGE_ID.test(text)) {
        return {
            why: 'Docker reads 64 hexadecimal digits as an image ID',
            hint: 'Name the repository that the image was pushed to.',
        };
    }
    return undefined;
}
function hostFault(registry) {
    const parts = /^(\[[^\]]*\]|[^:[\]]*)(?::([^:]*))?$/.exec(registry);
    if (!parts) {
        return {
            why: `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(registry)} is not a registry host`,
            hint: 'Put an IPv6 host into brackets: [::1]:5000.',
        };
    }
    const [, host = '', port] = parts;
    // A URL takes a last label of digits for an IPv4 address, and xn-- for Punycode (WHATWG URL, "Host parsing").
    const valid = host.startsWith('[')
        ? isBracketedIPv6(host)
        : host.split('.').every((l) => DOMAIN_LABEL.test(l)) && URL.canParse(`https://${host}`);
    if (!valid)
        return { why: `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(host)} is not a registry host` };
    if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= HIGHEST_PORT)) {
        return { why: `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(port)} is not a port`, hint: SLASH_IN_TAG };
    }
    return undefined;
}
const SLASH_IN_TAG = 'If the text after the colon was meant as the tag: tags have no "/"; docker/metadata-action writes "-" in its place.';
// The grammar leaves out zones (fe80::1%eth0) and IPv4 in IPv6 (::ffff:192.0.2.1); isIPv6 would let them in.
function isBracketedIPv6(host) {
    const address = host.slice(1, -1);
    return /^[0-9a-f:]+$/i.test(address) && (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIPv6)(address);
}
function repositoryFault(repository, text, name) {
    if (repository === '')
        return { why: 'the repository is missing' };
    if (repository.length > LONGEST_REPOSITORY) {
        return {
            why: `the repository has ${repository.length} characters, and ${LONGEST_REPOSITORY} are allowed`,
        };
    }
    const bad = repository.split('/').find((component) => !PATH_COMPONENT.test(component));
    if (bad === undefined)
        return undefined;
    if (bad === '')
        return { why: 'a part between slashes is empty', hint: EMPTY_PART };
    if (PATH_COMPONENT.test(bad.toLowerCase())) {
        const lower = `${name.toLowerCase()}${text.slice(name.length)}`;
        return {
            why: `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(bad)} has capitals, and repositories are lower-case`,
            hint: `Write ${lower}. (github.repository keeps its owner's capitals; docker/metadata-action lowers them.)`,
        };
    }
    return {
        why: `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(bad)} is not part of a repository name`,
        hint: bad.includes(':')
            ? SLASH_IN_TAG
            : 'Allowed are lower-case letters and digits, with single ".", "_" or "__" or any number of "-" between them.',
    };
}
const EMPTY_PART = 'If it contains an expression of the workflow, the expression may have come out empty.';
function tagFault(tag) {
    const why = tag === undefined ? undefined : tagProblem(tag);
    return why === undefined ? undefined : { why, hint: tag === '' ? EMPTY_PART : undefined };
}
function digestFault(digest) {
    if (digest === undefined || DIGEST.test(digest))
        return undefined;
    return {
        why: `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(digest)} is not a digest`,
        hint: 'A digest is sha256: and 64, or sha512: and 128 lower-case hexadecimal digits.',
    };
}


/***/ }),

/***/ 8867:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  d2: () => (/* binding */ MOST_IMAGES),
  Qs: () => (/* binding */ lookUpPlace),
  Be: () => (/* binding */ resolveImages),
  sK: () => (/* binding */ withImagesAsWritten)
});

// EXTERNAL MODULE: ./src/errors.ts
var src_errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/images/acr.ts
var acr = __webpack_require__(3152);
// EXTERNAL MODULE: ./src/images/reference.ts
var images_reference = __webpack_require__(4719);
// EXTERNAL MODULE: ./src/images/quote.ts
var quote = __webpack_require__(7866);
;// CONCATENATED MODULE: ./src/images/registry-map.ts



/**
 * Applies the longest mapping whose left or right side is a prefix of the image; undefined if there is none. An image
 * under the left side is cached under the right one. An image that is already written under the right side is cached as
 * it is, and looked up under the left one.
 * @param written the reference as the workflow has it, tag filled in
 * @throws InputError for `registry-map` where a mapping makes no image reference
 */
function mapImage(written, mappings) {
    const reference = (0,images_reference/* parseReference */.F2)(written);
    const name = `${reference.registry}/${reference.repository}`;
    const match = longest([...matches(name, mappings, 'pushed'), ...matches(name, mappings, 'pulled')]);
    if (match === undefined)
        return undefined;
    const { mapping, side, length } = match;
    const other = withoutEndSlash(side === 'pushed' ? mapping.pulled : mapping.pushed);
    const moved = `${other}${name.slice(length)}${(0,images_reference/* formatSuffix */.jc)(reference)}`;
    const movedReference = parseMoved(moved, written, mapping);
    return side === 'pushed'
        ? { cachedReference: moved, inspect: reference }
        : { cachedReference: written, inspect: movedReference };
}
function matches(name, mappings, side) {
    return mappings.flatMap((mapping) => {
        const prefix = canonicalPrefix(mapping[side]);
        return `${name}/`.startsWith(`${prefix}/`) ? [{ mapping, side, length: prefix.length }] : [];
    });
}
/** The first of the longest: of two equal ones the earlier line counts, and left before right. */
function longest(found) {
    return found.reduce((best, match) => (best === undefined || match.length > best.length ? match : best), undefined);
}
/** host[/path] read as references are: a first part that can be no host is a namespace on Docker Hub. */
function canonicalPrefix(prefix) {
    const [first = '', ...path] = withoutEndSlash(prefix).split('/');
    return ((0,images_reference/* isRegistryHost */.EV)(first) ? [(0,images_reference/* canonicalHost */.rQ)(first), ...path] : ['docker.io', first, ...path]).join('/');
}
function withoutEndSlash(prefix) {
    return prefix.endsWith('/') ? withoutEndSlash(prefix.slice(0, -1)) : prefix;
}
function parseMoved(moved, written, { pushed, pulled }) {
    try {
        return (0,images_reference/* parseReference */.F2)(moved);
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        const line = (0,quote/* quote */.h)(`${pushed}=${pulled}`);
        throw new src_errors/* InputError */.dz('registry-map', `${line} does not fit ${(0,quote/* quote */.h)(written)}: ${error.message}`, error.hint);
    }
}

// EXTERNAL MODULE: ./src/images/template.ts
var template = __webpack_require__(4758);
;// CONCATENATED MODULE: ./src/images/resolve.ts





// "Up to 20 images" per cache, as the vendor's page for image caches has it.
const MOST_IMAGES = 20;
/**
 * The images of the release, in the order of `entries`, each once.
 * @param entries the input `images`; where it is empty, the image that the event names
 * @throws ActionErrors with one InputError for each bad entry, and one for what is wrong with all of them
 * @throws InputError for `images` where there is none, or more than a cache can hold
 */
function resolveImages(entries, options) {
    assertNoMetadata(entries);
    const { context, registryMap } = options;
    const written = entries.length > 0 ? entries : [imageOfEvent(context)];
    const tag = once(() => (0,template/* renderTag */.v)(options.imageTag, context));
    const images = new Map();
    // A set: `tag` fails with the same error for every entry that needs it.
    const errors = new Set();
    for (const entry of written) {
        try {
            const image = resolveImage(entry.trim(), tag, registryMap);
            if (!images.has(image.cachedReference))
                images.set(image.cachedReference, image);
        }
        catch (error) {
            errors.add(asInputError(error));
        }
    }
    if (errors.size > 0)
        throw new src_errors/* ActionErrors */.o9([...errors]);
    if (images.size > MOST_IMAGES) {
        const hint = 'Split the release over several caches: run this action once for each.';
        throw new src_errors/* InputError */.dz('images', `${images.size} images; a cache holds at most ${MOST_IMAGES}`, hint);
    }
    return [...images.values()];
}
/**
 * Images, and after them those of manifests, each text once. A manifest's text is cached as it is: the registry map and
 * ACR's public hosts only decide where it is looked up. Without a tag it stands for `latest`.
 *
 * @throws InputError for `registry-map` where a mapping makes no image reference
 */
function withImagesAsWritten(images, texts, registryMap) {
    const known = new Set(images.map(({ cachedReference }) => cachedReference));
    const added = [...new Set(texts)].filter((text) => !known.has(text));
    return [
        ...images,
        ...added.map((text) => ({ cachedReference: text, inspect: lookUpPlace(text, registryMap) })),
    ];
}
/** Where an image that a manifest names is looked up. */
function lookUpPlace(text, registryMap) {
    const { tag, digest } = (0,images_reference/* parseReference */.F2)(text);
    const whole = tag === undefined && digest === undefined ? `${text}:latest` : text;
    return mapImage(whole, registryMap)?.inspect ?? reachable((0,images_reference/* parseReference */.F2)(whole));
}
/** The other outputs of docker/metadata-action beside `tags`: JSON, and lines `org.opencontainers.image.title=app`. */
const METADATA = [
    { what: 'the output json', isIt: (entry) => /^(?:\{|\[\s*(?:"|$))/.test(entry) },
    { what: 'the output labels or annotations', isIt: (entry) => /^[\w:,-]*\w\.[\w.-]+=/.test(entry) },
];
/** One error in place of one for each line. @throws InputError */
function assertNoMetadata(entries) {
    const mistake = METADATA.find(({ isIt }) => entries.some((entry) => isIt(entry.trim())));
    if (mistake === undefined)
        return;
    throw new src_errors/* InputError */.dz('images', `got what looks like ${mistake.what} of docker/metadata-action; allowed are image references`, 'Use its output tags: ${{ steps.<id of that step>.outputs.tags }}.');
}
function resolveImage(entry, tag, registryMap) {
    const parsed = (0,images_reference/* parseReference */.F2)(entry);
    const bare = parsed.tag === undefined && parsed.digest === undefined;
    const written = bare ? `${entry}:${tag()}` : entry;
    return (mapImage(written, registryMap) ?? {
        cachedReference: written,
        inspect: reachable((0,images_reference/* parseReference */.F2)(written)),
    });
}
/** A runner outside the VPC reaches only the public name of an ACR host. */
function reachable(reference) {
    return { ...reference, registry: (0,acr/* publicAcrHost */.a)(reference.registry) ?? reference.registry };
}
function imageOfEvent({ packageReference, eventName, tag }) {
    if (packageReference !== undefined)
        return packageReference;
    const named = tag.known ? `the ${eventName} event names no image` : tag.problem;
    throw new src_errors/* InputError */.dz('images', `required, because ${named}, and manifests is not set`, 'List what the workflow pushed, e.g. ghcr.io/owner/app, or the tags output of docker/metadata-action; or give the rendered manifests in the input manifests.');
}
function asInputError(error) {
    if (error instanceof src_errors/* InputError */.dz)
        return error;
    if (error instanceof src_errors/* ActionError */.lZ)
        return new src_errors/* InputError */.dz('images', error.message, error.hint);
    throw error;
}
/** Does the work at the first call; every further call returns or throws the same. */
function once(work) {
    let outcome;
    return () => {
        outcome ??= attempt(work);
        if ('error' in outcome)
            throw outcome.error;
        return outcome.value;
    };
}
function attempt(work) {
    try {
        return { value: work() };
    }
    catch (error) {
        return { error };
    }
}


/***/ }),

/***/ 4758:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ checkTemplate),
/* harmony export */   v: () => (/* binding */ renderTag)
/* harmony export */ });
/* harmony import */ var semver_functions_parse_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6353);
/* harmony import */ var semver_functions_parse_js__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(semver_functions_parse_js__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3916);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7866);
/* harmony import */ var _reference_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4719);




const PLACEHOLDER = /\{\{[^{}]*\}\}/g;
const fromTag = (fill) => ({ tag }, placeholder, template) => {
    if (tag.known)
        return fill(tag.name, placeholder);
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .InputError */ .dz('images', `an entry without a tag takes it from image-tag ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(template)}, but ${tag.problem}`, tag.hint);
};
const FILLERS = new Map([
    ['tag', fromTag((tag) => tag)],
    // Only where a digit follows: the v of "vanilla" is no prefix.
    ['version', fromTag((tag) => tag.replace(/^v(?=\d)/, ''))],
    ['major', fromTag((tag, placeholder) => String(semver(tag, placeholder).major))],
    ['minor', fromTag((tag, placeholder) => String(semver(tag, placeholder).minor))],
    ['patch', fromTag((tag, placeholder) => String(semver(tag, placeholder).patch))],
    ['sha', ({ sha }) => sha],
    ['short-sha', ({ sha }) => sha.slice(0, 7)],
]);
const ALLOWED = [...FILLERS.keys()].map((name) => `{{${name}}}`).join(', ');
/**
 * Checks what can be checked without a pushed tag: placeholders, braces, and characters that no image tag has.
 * @throws InputError for `image-tag`
 */
function checkTemplate(template) {
    for (const [placeholder] of template.matchAll(PLACEHOLDER))
        fillerOf(placeholder, template);
    // Every placeholder yields characters of its own: one that fits anywhere stands for them.
    const outline = template.replace(PLACEHOLDER, 'x');
    if (/[{}]/.test(outline))
        throw templateError(template, 'has braces that do not pair up');
    const problem = (0,_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .tagProblem */ .qH)(outline);
    if (problem !== undefined)
        throw templateError(template, `makes no image tag: ${problem}`);
}
/**
 * The image tag that the template makes.
 * @throws InputError for `image-tag` where the template or what it makes is wrong, and for `images` where it
 *   needs the pushed tag and there is none
 */
function renderTag(template, source) {
    checkTemplate(template);
    const rendered = template.replace(PLACEHOLDER, (placeholder) => fillerOf(placeholder, template)(source, placeholder, template));
    const problem = (0,_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .tagProblem */ .qH)(rendered);
    if (problem === undefined)
        return rendered;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .InputError */ .dz('image-tag', `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(template)} makes ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(rendered)}: ${problem}`, sanitizedHint(rendered));
}
function fillerOf(placeholder, template) {
    const filler = FILLERS.get(placeholder.slice(2, -2).trim());
    if (filler)
        return filler;
    throw templateError(template, `has the unknown placeholder ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(placeholder)}`);
}
function semver(tag, placeholder) {
    const version = semver_functions_parse_js__WEBPACK_IMPORTED_MODULE_0___default()(tag);
    if (version)
        return version;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .InputError */ .dz('image-tag', `${placeholder} needs a semantic version, and the pushed tag is ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(tag)}`, 'Use {{tag}} or {{version}}, or write the images with their tag, e.g. the tags output of docker/metadata-action.');
}
/** docker/metadata-action turns a git tag that is not a valid image tag into one. */
function sanitizedHint(rendered) {
    const sanitized = rendered.replace(/[^a-zA-Z0-9._-]+/g, '-');
    const fits = (0,_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .tagProblem */ .qH)(sanitized) === undefined;
    return fits
        ? `docker/metadata-action would have pushed ${sanitized}: give images its full tags output.`
        : 'Write the images with the tag that was pushed, e.g. the tags output of docker/metadata-action.';
}
function templateError(template, problem) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .InputError */ .dz('image-tag', `${(0,_quote_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(template)} ${problem}`, `Placeholders are ${ALLOWED}.`);
}


/***/ }),

/***/ 2810:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

;// CONCATENATED MODULE: ./src/cache/observations.ts
/** How much of a value the debug log shows of a record's field. */
const LONGEST_VALUE = 40;
const MOST_FIELDS = 40;
/**
 * What the service did in this run that its documents leave open: collected on the way, and written to the debug log
 * at the end.
 */
class Observations {
    codes = new Map();
    tokens = new Map();
    notes = [];
    firstRecord;
    pages = 0;
    replayed = false;
    /** An error code that a call was answered with, or that it ended in. */
    sawCode(code) {
        this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    }
    /** A record as it came; only the first one counts. */
    sawRecord(record) {
        this.firstRecord ??= Object.entries(record)
            .slice(0, MOST_FIELDS)
            .map(([name, value]) => `${name}=${cut(JSON.stringify(value))}`)
            .join(' ');
    }
    /** A further page of a look-up. */
    followedPage() {
        this.pages += 1;
    }
    /** The ID that a create was answered with: the same one twice means that the service remembers the token. */
    sawCreated(imageCacheId, clientToken) {
        if (this.tokens.get(clientToken) === imageCacheId)
            this.replayed = true;
        this.tokens.set(clientToken, imageCacheId);
    }
    /** Anything else, e.g. `first seen by tag after 3 s`. */
    note(line) {
        this.notes.push(line);
    }
    /** Lines for the debug log. Text of the service is in them as it came. */
    lines() {
        const codes = [...this.codes].map(([code, times]) => `${code} (${times}×)`).join(', ');
        return [
            `codes: ${codes || 'none'}`,
            `further pages: ${this.pages}`,
            `client token answered with the same ID again: ${this.replayed ? 'yes' : 'not seen'}`,
            `first record: ${this.firstRecord ?? 'none seen'}`,
            ...this.notes,
        ].map((line) => `Seen of the service: ${line}`);
    }
}
function cut(value) {
    return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}

;// CONCATENATED MODULE: ./src/cache/observe.ts
/** The same service; it notes when each index first showed what was created, and until when it did not. */
function observing(service, observations, clock) {
    let created;
    const missed = new Map();
    const seen = new Set();
    const concerns = (filter, index) => (index !== 'ID' || filter.imageCacheId === created?.id) &&
        (index !== 'name' || filter.imageCacheName === created?.name);
    return {
        ...service,
        create: async (request, clientToken) => {
            const answer = await service.create(request, clientToken);
            created = { id: answer.imageCacheId, name: request.imageCacheName, atMs: clock.now() };
            seen.clear();
            missed.clear();
            return answer;
        },
        find: async (filter) => {
            const caches = await service.find(filter);
            const index = indexOf(filter);
            if (!created || seen.has(index) || !concerns(filter, index))
                return caches;
            const { id, atMs } = created;
            const after = `${((clock.now() - atMs) / 1000).toFixed(1)} s`;
            if (caches.some(({ imageCacheId }) => imageCacheId === id)) {
                seen.add(index);
                observations.note(`${id} seen by ${index} ${after} after the create, missed until ${missed.get(index) ?? 'never'}`);
            }
            else
                missed.set(index, after);
            return caches;
        },
    };
}
function indexOf(filter) {
    if (filter.imageCacheId !== undefined)
        return 'ID';
    return filter.imageCacheName === undefined ? 'tag' : 'name';
}

// EXTERNAL MODULE: ./src/cache/retry.ts
var retry = __webpack_require__(440);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./src/clock.ts

/** A clock that runs `speed` times as fast as the wall clock: 1 in production, more in tests. */
function clockWithSpeed(speed) {
    const start = performance.now();
    return {
        now: () => (performance.now() - start) * speed,
        sleep: async (milliseconds, signal) => {
            try {
                await (0,promises_.setTimeout)(milliseconds / speed, undefined, signal ? { signal } : {});
            }
            catch (error) {
                // Node wraps the reason in an AbortError of its own.
                throw signal?.aborted ? signal.reason : error;
            }
        },
    };
}

// EXTERNAL MODULE: ./src/images/quote.ts
var quote = __webpack_require__(7866);
// EXTERNAL MODULE: ./src/images/reference.ts
var images_reference = __webpack_require__(4719);
;// CONCATENATED MODULE: ./src/context/read.ts
const TAG_PREFIX = 'refs/tags/';
const COMMIT = /^[0-9a-f]{40}$/;
/** The text at the end of the path, or '' where there is none: no shape of a payload makes it throw. */
function readText(value, ...path) {
    const found = read(value, ...path);
    return typeof found === 'string' ? found : '';
}
/** Whatever is at the end of the path; undefined if the path breaks off. */
function read(value, ...path) {
    let current = value;
    for (const key of path) {
        if (typeof current !== 'object' || current === null)
            return undefined;
        current = current[key];
    }
    return current;
}
/** A full SHA-1 commit ID, as a part of a reading; empty if the text is not one. */
function readCommit(text) {
    return COMMIT.test(text) ? { sha: text } : {};
}
/** The tag that a full ref names, slashes and all; undefined for any other ref. */
function tagOfRef(ref) {
    return ref.startsWith(TAG_PREFIX) && ref.length > TAG_PREFIX.length
        ? ref.slice(TAG_PREFIX.length)
        : undefined;
}
function pushed(name) {
    return { tag: { known: true, name }, ref: `${TAG_PREFIX}${name}` };
}
function notPushed(problem, hint) {
    return { tag: { known: false, problem, hint } };
}
/** The event says that nothing was released by this repository: the run must not go on. */
function refused(problem, hint) {
    return { tag: { known: false, problem, hint, refused: true } };
}

;// CONCATENATED MODULE: ./src/context/package.ts



const IMAGE_PACKAGES = new Set(['container', 'docker']);
/** Gitea and Forgejo say `created`. */
const ACTIONS = new Set(['published', 'updated', 'created']);
/** registry_package, and package, which has the same shape under another key. */
function readPackage({ eventName, payload }) {
    const details = read(payload, eventName);
    const own = read(payload, 'package');
    const parts = details === undefined || readText(own, 'version') !== '' ? partsOfGitea(own) : partsOf(details);
    const action = readText(payload, 'action');
    const seen = `the ${eventName} event (${(0,quote/* quote */.h)(action)}) of package ${(0,quote/* quote */.h)(parts.name)}`;
    if (!ACTIONS.has(action))
        return notPushed(`${seen} publishes nothing`, HINT);
    if (!parts.isImage) {
        return notPushed(`${seen} is about a package of type ${(0,quote/* quote */.h)(parts.type)}, not a container image`, HINT);
    }
    if (parts.image === undefined)
        return notPushed(`${seen} names no image with a tag`, parts.untaggedHint);
    return {
        tag: { known: true, name: parts.image.tag },
        packageReference: parts.image.reference,
        ...readCommit(parts.commit),
    };
}
/** GitHub's payload. The host in `package_url` is the Enterprise Server's own where there is one. */
function partsOf(details) {
    const version = read(details, 'package_version');
    const type = readText(details, 'package_type');
    return {
        name: readText(details, 'name'),
        type,
        // GitHub's own sample of an image has package_type "npm"; fields that only an image has decide as well.
        isImage: isImageType(type) || read(version, 'container_metadata', 'tag') !== undefined,
        image: readImage(version),
        commit: readText(version, 'target_oid'),
        untaggedHint: UNTAGGED_HINT,
    };
}
/**
 * The payload of Gitea and Forgejo (modules/structs/package.go), under `package` for either event. Their registry is
 * at the host of the server. The version of an image without a tag is its digest.
 */
function partsOfGitea(details) {
    const [type = '', name = '', version = ''] = ['type', 'name', 'version'].map((field) => readText(details, field));
    const url = readText(details, 'html_url');
    const host = URL.canParse(url) ? new URL(url).host : '';
    const reference = `${host}/${readText(details, 'owner', 'login')}/${name}`.toLowerCase() + `:${version}`;
    const isTagged = host !== '' && !version.includes(':') && isReference(reference);
    return {
        name,
        type,
        isImage: isImageType(type),
        image: isTagged ? { reference, tag: version } : undefined,
        commit: '',
        untaggedHint: GITEA_UNTAGGED_HINT,
    };
}
function isImageType(type) {
    return IMAGE_PACKAGES.has(type.toLowerCase());
}
const HINT = 'List the images in the input images with their tag, or run on the registry_package event of a container image.';
// https://github.com/github/docs/issues/22091: one event for each manifest of a multi-platform image.
const UNTAGGED_HINT = 'Pushing a multi-platform image raises one event without a tag for each platform, and one with it: skip the others ' +
    "with if: github.event.registry_package.package_version.container_metadata.tag.name != ''. Or list the input images " +
    'with their tag.';
const GITEA_UNTAGGED_HINT = 'Pushing an image raises one event for each manifest, named by its digest, and one for its tag: skip the others with ' +
    "if: ${{ !startsWith(github.event.package.version, 'sha256:') }}. Or list the input images with their tag.";
/** An untagged version's package_url ends in a bare colon; GitHub keeps the capitals of the owner in it. */
function readImage(version) {
    const parts = (0,images_reference/* splitReference */.mQ)(readText(version, 'package_url'));
    const name = parts.name.toLowerCase();
    const tag = (parts.tag ?? '') || readText(version, 'container_metadata', 'tag', 'name');
    const reference = `${name}:${tag}`;
    return name.includes('/') && isReference(reference) ? { reference, tag } : undefined;
}
/** The payload came over the network: only a valid reference counts as an image. */
function isReference(text) {
    try {
        (0,images_reference/* parseReference */.F2)(text);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./src/context/workflow-run.ts


// GitHub's payload calls a tag `head_branch` too, and does not say which of the two it is: so the name decides.
const THREE_PARTS = /^(?:.*[-/@_])?v?\d+\.\d+\.\d+(?:\D.*)?$/;
const WHOLE_VERSION = /^(?:v\d+|v?\d+(?:\.\d+)+)$/;
// Branches that end in a version of something else: dependabot/npm_and_yarn/semver-7.5.4, fix/1.2.3-crash.
const BRANCH_FOLDER = /^(?:dependabot|renovate|feature|feat|fix|bugfix|hotfix|chore)\//;
const workflow_run_HINT = 'Write the images with their tag, or run this action in the workflow that the tag push or the release starts.';
const FAILED_HINT = "Run on workflow_run: types: [completed], and give the job if: github.event.workflow_run.conclusion == 'success'.";
const FOREIGN_HINT = 'Give the job if: github.event.workflow_run.head_repository.full_name == github.repository. A fork can name its branches as it likes, and run its own code.';
/** workflow_run: the tag of the run that pushed the images, where a tag push or a release started that run. */
function readWorkflowRun(event) {
    const { payload } = event;
    const run = read(payload, 'workflow_run');
    const startedBy = readText(run, 'event');
    const ref = refInPath(readText(run, 'path'));
    const name = readText(run, 'head_branch') || (tagOfRef(ref) ?? '');
    const seen = `the workflow_run event is about a run that ${(0,quote/* quote */.h)(startedBy)} started on ${(0,quote/* quote */.h)(name)}`;
    const conclusion = readText(run, 'conclusion');
    if (conclusion !== 'success') {
        const how = conclusion === '' ? 'has not ended' : `ended with the conclusion ${(0,quote/* quote */.h)(conclusion)}`;
        return refused(`${seen}, and that run ${how}, so it released nothing`, FAILED_HINT);
    }
    const foreign = foreignRepository(event, ref);
    if (foreign !== undefined)
        return refused(`${seen} in ${foreign}, not in this repository`, FOREIGN_HINT);
    const commit = readCommit(readText(run, 'head_sha'));
    if (name === '')
        return { ...notPushed(`${seen}, which is not a tag`, workflow_run_HINT), ...commit };
    const branch = { ref: `refs/heads/${name}`, ...commit };
    if (ref.startsWith('refs/heads/'))
        return { ...notPushed(`${seen}, which is a branch`, workflow_run_HINT), ...branch };
    if (startedBy === 'release')
        return { ...pushed(name), ...commit };
    if (startedBy !== 'push' && startedBy !== 'create') {
        return { ...notPushed(`${seen}, and only push, create and release push a tag`, workflow_run_HINT), ...branch };
    }
    if (tagOfRef(ref) === name)
        return { ...pushed(name), ...commit };
    if (name === readText(payload, 'repository', 'default_branch') || !isVersion(name)) {
        return { ...notPushed(`${seen}, which does not look like a version tag`, workflow_run_HINT), ...branch };
    }
    return { ...pushed(name), ...commit };
}
/**
 * The full ref at the end of `path`; empty if there is none. Gitea leaves head_branch empty for a tag, and has it
 * there: `release.yml@refs/tags/v1.2.3`.
 */
function refInPath(path) {
    return /@(refs\/(?:tags|heads|pull)\/.+)$/s.exec(path)?.[1] ?? '';
}
/**
 * The repository of the run, in words, where it is not the workflow's own; undefined if it is. GitHub's
 * `head_repository` is null once a fork is deleted. Gitea never sends the field: there, a fork's own runs stay in the
 * fork, and the full ref in `path` shows that it is Gitea's payload.
 */
function foreignRepository({ payload, repository }, refOfPath) {
    const head = read(payload, 'workflow_run', 'head_repository');
    if (head === undefined && refOfPath !== '')
        return undefined;
    const name = readText(head, 'full_name');
    if (name === '')
        return 'a repository that is not known';
    return name.toLowerCase() === repository.toLowerCase() ? undefined : `the repository ${(0,quote/* quote */.h)(name)}`;
}
/** Whether a name is a version, so a tag and not a branch: v1, 1.2, 1.2.3-rc.1, app-v1.2.3, app/v1.2.3. */
function isVersion(name) {
    return WHOLE_VERSION.test(name) || (THREE_PARTS.test(name) && !BRANCH_FOLDER.test(name));
}

;// CONCATENATED MODULE: ./src/context.ts




// Payloads: https://docs.github.com/en/webhooks/webhook-events-and-payloads
// Refs: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
// A called workflow (workflow_call) has its caller's event, so it needs no entry.
const READERS = new Map([
    ['push', readPush],
    ['create', readCreate],
    ['delete', readDelete],
    ['release', readRelease],
    ['registry_package', readPackage],
    ['package', readPackage],
    ['workflow_run', readWorkflowRun],
]);
const context_HINT = 'Write the images with their tag (e.g. the tags output of docker/metadata-action), set image-tag to a template that ' +
    'needs no pushed tag (e.g. sha-{{short-sha}}), or run this action on a tag push.';
const GONE_HINT = 'Nothing was released: leave this kind of event out of the workflow, or skip the job with an if.';
/**
 * Release actions after which the tag exists, unless the release is a draft. Gitea and Forgejo say `updated`, also when a
 * draft is published.
 */
const RELEASE_ACTIONS = new Set([
    'created',
    'edited',
    'prereleased',
    'published',
    'released',
    'updated',
]);
/** Finds the pushed tag in the workflow's event. Never throws, whatever the payload looks like. */
function readReleaseContext(event) {
    const reading = (READERS.get(event.eventName) ?? readRef)(event);
    return {
        eventName: event.eventName,
        repository: event.repository,
        owner: ownerOf(event),
        ref: reading.ref ?? event.ref,
        sha: reading.sha ?? event.sha,
        tag: reading.tag,
        packageReference: reading.packageReference,
        runId: event.runId,
        runAttempt: event.runAttempt,
    };
}
/**
 * The server's host, and the repository's ID on it: a name can change hands, and another server that uses the same
 * account can have a repository of the same name. Runners of Gitea, Forgejo and act set no ID, so the name is used.
 */
function ownerOf({ serverUrl, repository, repositoryId }) {
    const host = URL.canParse(serverUrl) ? new URL(serverUrl).host : serverUrl;
    return `${host.toLowerCase()}/${repositoryId || repository.toLowerCase()}`;
}
/** Every event without a reader of its own, workflow_dispatch among them: the ref that it runs on decides. */
function readRef({ eventName, ref }) {
    const tag = tagOfRef(ref);
    if (tag !== undefined)
        return pushed(tag);
    return notPushed(`the ${eventName} event runs on ${describeRef(ref)}, which is not a tag`, context_HINT);
}
function describeRef(ref) {
    if (ref === '')
        return 'no ref';
    if (ref.startsWith('refs/heads/'))
        return `the branch ${(0,quote/* quote */.h)(ref.slice('refs/heads/'.length))}`;
    if (ref.startsWith('refs/pull/'))
        return `the pull request ${(0,quote/* quote */.h)(ref)}`;
    return (0,quote/* quote */.h)(ref);
}
/** Git's null ID, which the push event has after a ref was deleted; it is longer in repositories with SHA-256. */
const NO_COMMIT = /^0{40,64}$/;
function readPush(event) {
    const { payload } = event;
    // Gitea and Forgejo have no field `deleted`.
    if (read(payload, 'deleted') !== true && !NO_COMMIT.test(readText(payload, 'after')))
        return readRef(event);
    // The runner's ref is the default branch then; the payload's is what was deleted.
    const ref = readText(payload, 'ref');
    return notPushed(`the push event deleted ${(0,quote/* quote */.h)(ref || event.ref)}`, GONE_HINT);
}
/** GitHub's `ref` is the short name; that of Gitea and Forgejo is the full ref. */
function readCreate(event) {
    const ref = readText(event.payload, 'ref');
    const type = readText(event.payload, 'ref_type');
    if (ref === '' || type === '')
        return readRef(event);
    if (type === 'tag' && !ref.startsWith('refs/heads/'))
        return pushed(tagOfRef(ref) ?? ref);
    const made = type === 'tag' || type === 'branch' ? 'branch' : (0,quote/* quote */.h)(type);
    return notPushed(`the create event made the ${made} ${(0,quote/* quote */.h)(ref.replace(/^refs\/heads\//, ''))}`, context_HINT);
}
function readDelete({ payload }) {
    const type = readText(payload, 'ref_type') === 'tag' ? 'tag' : 'branch';
    const name = readText(payload, 'ref').replace(/^refs\/(?:heads|tags)\//, '');
    return notPushed(`the delete event deleted the ${type} ${(0,quote/* quote */.h)(name)}`, GONE_HINT);
}
/** The state of the release decides: no action on a draft releases anything. */
function readRelease(event) {
    const action = readText(event.payload, 'action');
    const name = readText(event.payload, 'release', 'tag_name');
    const seen = `the release event (${(0,quote/* quote */.h)(action)}, tag ${(0,quote/* quote */.h)(name)})`;
    if (read(event.payload, 'release', 'draft') === true) {
        return notPushed(`${seen} is about a draft, which has no tag before it is published`, DRAFT_HINT);
    }
    if (!RELEASE_ACTIONS.has(action))
        return notPushed(`${seen} releases nothing`, GONE_HINT);
    return name === '' ? readRef(event) : pushed(name);
}
const DRAFT_HINT = 'Run on release: types: [published], or write the images with their tag.';

;// CONCATENATED MODULE: ./src/context/server.ts
/**
 * Which server it is, by the variables that each runner sets. Forgejo's runner sets Gitea's variables beside its own,
 * and all forks of act set ACT, so the order matters. Read from the sources of forgejo/runner
 * (internal/app/run/runner.go), gitea/act_runner (the same file) and nektos/act (pkg/runner/run_context.go).
 */
function serverKind(env) {
    const isSet = (name) => (env[name] ?? '').trim() !== '';
    if (isSet('FORGEJO_ACTIONS') || isSet('FORGEJO_ACTIONS_RUNNER_VERSION'))
        return 'forgejo';
    if (isSet('GITEA_ACTIONS') || isSet('GITEA_ACTIONS_RUNNER_VERSION'))
        return 'gitea';
    // Both serve their API under v1; Enterprise Server has v3.
    if (/\/api\/v1\/?$/.test(env['GITHUB_API_URL'] ?? ''))
        return 'gitea';
    if (isSet('ACT'))
        return 'act';
    return isHostedByGitHub(serverUrl(env)) ? 'github' : 'enterprise-server';
}
/** Whether the runner is GitHub's own, which takes commands of several lines and masks with `::` in them. */
function hasGitHubRunner(kind) {
    return kind === 'github' || kind === 'enterprise-server';
}
/** How to get an ID token on this server if the runner offers none. */
function idTokenAdvice(kind) {
    switch (kind) {
        case 'github':
        case 'enterprise-server':
            return 'Add "permissions: id-token: write" to the job. A workflow that a pull request from a fork started never gets a token.';
        case 'forgejo':
            return 'Add "enable-openid-connect: true" to the job: Forgejo hands out ID tokens from version 15 on. With an older one, set access-key-id and access-key-secret.';
        case 'gitea':
            return 'Most versions of Gitea have no ID tokens for jobs; one that has them asks for "permissions: id-token: write". Otherwise set access-key-id and access-key-secret.';
        case 'act':
            return 'act has no ID tokens: set access-key-id and access-key-secret.';
    }
}
/** What to do when the ID token service of the server keeps failing. */
function retryAdvice(kind) {
    return kind === 'github'
        ? 'Run the job again. If it happens again, see the status of GitHub Actions.'
        : 'Run the job again. If it happens again, ask the administrators of the server.';
}
/**
 * The issuer in the server's ID tokens, as the OIDC provider in RAM has to have it; undefined if there is none, or
 * it is not known. GitHub and Enterprise Server: docs.github.com, "OpenID Connect reference"; Forgejo: its document
 * under `/api/actions/.well-known/openid-configuration`.
 */
function idTokenIssuer(env) {
    const url = serverUrl(env);
    switch (serverKind(env)) {
        case 'github': {
            const [, tenant] = /^https:\/\/([^./]+)\.ghe\.com$/.exec(url) ?? [];
            return tenant === undefined
                ? 'https://token.actions.githubusercontent.com'
                : `https://token.actions.${tenant}.ghe.com`;
        }
        case 'enterprise-server':
            return `${url}/_services/token`;
        case 'forgejo':
            return `${url}/api/actions`;
        case 'gitea':
        case 'act':
            return undefined;
    }
}
function serverUrl(env) {
    const url = env['GITHUB_SERVER_URL']?.trim() ?? '';
    return (url === '' ? 'https://github.com' : url).replace(/\/+$/, '').toLowerCase();
}
/** github.com, and GitHub Enterprise Cloud with data residency. */
function isHostedByGitHub(url) {
    return /^https:\/\/(?:github\.com|[^./]+\.ghe\.com)$/.test(url);
}

// EXTERNAL MODULE: ./src/cache/service.ts
var service = __webpack_require__(8125);
// EXTERNAL MODULE: ./src/eci/answers.ts
var answers = __webpack_require__(4436);
// EXTERNAL MODULE: ./src/eci/call.ts + 1 modules
var call = __webpack_require__(6120);
// EXTERNAL MODULE: ./src/eci/errors.ts + 2 modules
var errors = __webpack_require__(1078);
// EXTERNAL MODULE: ./src/http/foreign-text.ts
var foreign_text = __webpack_require__(8974);
;// CONCATENATED MODULE: ./src/eci/look-up.ts




/** The limit of one look-up: far more than the largest account has, and still quick to read. */
const MOST_PAGES = 2_000;
const MOST_BYTES = 256 * 1024 * 1024;
/** In a row. A service that ignores the token answers with the first page for ever, each time under a new token. */
const MOST_PAGES_WITHOUT_NEWS = 20;
/**
 * Reads the pages of DescribeImageCaches to the end; the largest page is not documented, so none is asked for.
 *
 * The end is a NextToken that is missing, empty or 0, or one that leads to nothing new: a service that names the same
 * token for every page, or another token for the same page, is followed for as long as there are other records.
 *
 * @throws ServiceError if the pages never end, or an answer holds no list
 */
async function readPages(readPage, { wants, isUnique, observations }) {
    const found = new Map();
    const seen = { ids: new Set(), tokens: new Set(), bytes: 0 };
    let token;
    let pagesWithoutNews = 0;
    for (let pages = 1;; pages += 1) {
        const { fields, sizeBytes } = await readPage(token);
        seen.bytes += sizeBytes;
        const before = seen.ids.size;
        for (const cache of cachesIn(fields, observations)) {
            seen.ids.add(cache.imageCacheId);
            if (wants(cache))
                found.set(cache.imageCacheId, cache);
        }
        const next = nextTokenIn(fields);
        if (next === undefined || (isUnique && found.size > 0))
            return [...found.values()];
        const isRepeated = seen.tokens.has(next);
        pagesWithoutNews = seen.ids.size === before ? pagesWithoutNews + 1 : 0;
        if (isRepeated && next === token && pagesWithoutNews > 0)
            return [...found.values()];
        if (isRepeated && next !== token)
            throw endless('leads back to a page that was read');
        if (pagesWithoutNews > MOST_PAGES_WITHOUT_NEWS)
            return [...found.values()];
        if (pages >= MOST_PAGES || seen.bytes >= MOST_BYTES) {
            throw endless(`does not end within ${pages} pages and ${Math.round(seen.bytes / 2 ** 20)} MiB`);
        }
        seen.tokens.add(next);
        observations?.followedPage();
        token = next;
    }
}
function nextTokenIn(fields) {
    const token = (0,answers/* text */.Qq)((0,answers/* field */.ZZ)(fields, 'NextToken')).trim();
    return /^(0|null)?$/i.test(token) ? undefined : token;
}
function cachesIn(fields, observations) {
    const records = recordsIn(fields);
    for (const record of records)
        observations?.sawRecord(record);
    const caches = records.flatMap((record) => (0,answers/* imageCacheOf */.Hx)(record) ?? []);
    if (caches.length > 0 || records.length === 0)
        return caches;
    throw (0,errors/* unusableAnswer */.Qf)('DescribeImageCaches', 'holds records without an ImageCacheId');
}
/**
 * "None found" makes the caller create one, so only the service itself may say so: with a list, or with a request ID
 * and no list, and nothing else in which caches could stand.
 */
function recordsIn(fields) {
    const value = (0,answers/* field */.ZZ)(fields, 'ImageCaches');
    const list = (0,answers/* entries */.jO)(value);
    if (list)
        return list.filter(foreign_text/* isRecord */.u4);
    const hasOthers = Object.values(fields).some((other) => typeof other === 'object' && other !== null);
    if (value === undefined && (0,answers/* isPresent */.Wo)((0,answers/* field */.ZZ)(fields, 'RequestId')) && !hasOthers)
        return [];
    throw (0,errors/* unusableAnswer */.Qf)('DescribeImageCaches', 'holds no list ImageCaches');
}
function endless(what) {
    return new service/* ServiceError */._7(`DescribeImageCaches failed: the list of image caches ${what}.`, {
        code: 'EndlessPages',
        kind: 'permanent',
        hint: 'The service keeps naming a next page: report it to Alibaba Cloud, with the region. Nothing was created.',
    });
}

;// CONCATENATED MODULE: ./src/eci/model.ts
/**
 * Makes a function that does nothing at run time: a field that the model does not have is an error of the compiler, also
 * in a spread, whose unknown fields the compiler would otherwise accept.
 */
function fieldsOf() {
    return (given) => given;
}

;// CONCATENATED MODULE: ./src/eci/request.ts

const ofRequest = fieldsOf();
const ofCredential = fieldsOf();
const ofAcr = fieldsOf();
const ofTag = fieldsOf();
/**
 * The fields of the SDK's CreateImageCacheRequest. Most have the same name and form in both; the others are listed here.
 * The SDK leaves out what is undefined, turns its own names into the API's, and writes lists as Name.1, Name.2 and so on.
 */
function createFields(request, clientToken) {
    const { images, imageCacheSizeGiB, vSwitchIds, registryCredentials, acrRegistryInfos, plainHttpRegistries, insecureRegistries, tags, ...same } = request;
    return ofRequest({
        ...same,
        clientToken,
        image: nonEmpty(images),
        imageCacheSize: imageCacheSizeGiB,
        vSwitchId: joined(vSwitchIds),
        imageRegistryCredential: nonEmpty(registryCredentials.map(({ username, ...same }) => ofCredential({ ...same, userName: username }))),
        acrRegistryInfo: nonEmpty(acrRegistryInfos.map(({ domains, ...same }) => ofAcr({ ...same, domain: nonEmpty(domains) }))),
        plainHttpRegistry: joined(plainHttpRegistries),
        insecureRegistry: joined(insecureRegistries),
        tag: nonEmpty(tags.map((tag) => ofTag({ ...tag }))),
    });
}
function nonEmpty(list) {
    return list.length > 0 ? list : undefined;
}
/** The parameters that hold several values in one text take commas (the vendor's page). */
function joined(list) {
    return list.length > 0 ? list.join(',') : undefined;
}

;// CONCATENATED MODULE: ./src/eci/client.ts







const CREATE = { action: 'CreateImageCache', answerField: 'ImageCacheId' };
const DESCRIBE = { action: 'DescribeImageCaches', answerField: 'ImageCaches' };
const DELETE = { action: 'DeleteImageCache', answerField: undefined };
const EVENTS = { action: 'DescribeContainerGroupEvents', answerField: 'Data' };
const USAGE = { action: 'ListUsage', answerField: 'Attributes' };
/**
 * The image cache service of one region. Every call is sent once and rejects with a ServiceError; retries are the
 * caller's. The SDK is loaded with the first call.
 */
function createEciService(options) {
    const { regionId, resourceGroupId, observations } = options;
    const describe = (fields, wants) => readPages((nextToken) => describePage(options, { regionId, resourceGroupId, ...fields, nextToken }), {
        wants,
        isUnique: fields.imageCacheId !== undefined,
        observations,
    });
    return {
        create: async (request, clientToken) => {
            const { fields } = await (0,call/* call */.T1)(options, CREATE, (client, sdk) => client.createImageCache(new sdk.CreateImageCacheRequest(createFields(request, clientToken))));
            const created = createdOf(fields);
            observations?.sawCreated(created.imageCacheId, clientToken);
            return created;
        },
        find: async (filter) => {
            const { imageCacheId, imageCacheName, tag } = filter;
            const fields = ofDescribe({ imageCacheId, imageCacheName, tag: tag && [{ ...tag }] });
            try {
                return await describe(fields, (cache) => fits(cache, filter));
            }
            catch (error) {
                // Some of the vendor's products refuse a look-up that finds nothing.
                if ((0,service/* isKind */.VF)('not-found', error))
                    return [];
                throw error;
            }
        },
        findMatching: async ({ images, fullMatch }) => {
            const fields = ofDescribe({ matchImage: images, imageFullMatch: fullMatch });
            return describe(fields, () => true);
        },
        containerGroupEvents: (containerGroupId) => containerGroupEvents(options, containerGroupId),
        delete: async (imageCacheId) => {
            await (0,call/* call */.T1)(options, DELETE, (client, sdk) => client.deleteImageCache(new sdk.DeleteImageCacheRequest({ regionId, imageCacheId })));
        },
        usage: async () => {
            const { fields } = await (0,call/* call */.T1)(options, USAGE, (client, sdk) => client.listUsage(new sdk.ListUsageRequest({ regionId })));
            return (0,answers/* usageOf */.Fs)(fields);
        },
    };
}
const ofDescribe = fieldsOf();
function describePage(options, fields) {
    return (0,call/* call */.T1)(options, DESCRIBE, (client, sdk) => client.describeImageCaches(new sdk.DescribeImageCachesRequest(fields)));
}
async function containerGroupEvents(options, containerGroupId) {
    const { regionId, resourceGroupId } = options;
    const { fields } = await (0,call/* call */.T1)(options, EVENTS, (client, sdk) => client.describeContainerGroupEvents(new sdk.DescribeContainerGroupEventsRequest({
        regionId,
        resourceGroupId,
        // A JSON list in one text, not a list of parameters.
        containerGroupIds: JSON.stringify([containerGroupId]),
    })));
    const instances = (0,answers/* records */.V0)((0,answers/* field */.ZZ)(fields, 'Data')).filter((instance) => {
        const id = (0,answers/* text */.Qq)((0,answers/* field */.ZZ)(instance, 'ContainerGroupId'));
        return id === '' || id === containerGroupId;
    });
    if (instances.length === 0)
        return undefined;
    return instances.flatMap((instance) => (0,answers/* records */.V0)((0,answers/* field */.ZZ)(instance, 'Events'))).map(answers/* eventOf */.A6);
}
/** Without an ID, the cache may still exist: asked again with the same token, the service names it. */
function createdOf(fields) {
    const imageCacheId = (0,answers/* cacheId */.aO)((0,answers/* field */.ZZ)(fields, 'ImageCacheId'));
    if (imageCacheId === '')
        throw (0,errors/* unusableAnswer */.Qf)('CreateImageCache', 'holds no ImageCacheId');
    return {
        imageCacheId,
        containerGroupId: (0,answers/* text */.Qq)((0,answers/* field */.ZZ)(fields, 'ContainerGroupId')),
        requestId: (0,answers/* text */.Qq)((0,answers/* field */.ZZ)(fields, 'RequestId')),
    };
}
/** A filter that the service ignored must not make another's cache ours. */
function fits(cache, { imageCacheId, imageCacheName, tag }) {
    return ((imageCacheId === undefined || (0,answers/* cacheId */.aO)(imageCacheId) === cache.imageCacheId) &&
        (imageCacheName ?? cache.imageCacheName) === cache.imageCacheName &&
        (!tag || cache.tags.some(({ key, value }) => key === tag.key && value === tag.value)));
}

;// CONCATENATED MODULE: ./src/eci/credentials.ts





/** The given keys, unchanged for the whole run. */
function staticProvider(credentials) {
    const { accessKeyId, accessKeySecret, securityToken } = credentials;
    return () => Promise.resolve({ accessKeyId, accessKeySecret, securityToken });
}
const ACTION = 'AssumeRoleWithOIDC';
const RENEW_BEFORE_MS = 5 * 60_000;
/**
 * Credentials of a RAM role, in exchange for the runner's ID token. They are kept in memory only and renewed 5 minutes
 * before they expire. However many calls ask at once, one request is made. A permanent refusal is remembered.
 */
function oidcProvider(options) {
    const now = options.now ?? (() => performance.now());
    let session;
    let renewal;
    let refusal;
    const renewed = () => {
        renewal ??= assumeRole(options, now).finally(() => {
            renewal = undefined;
        });
        return renewal;
    };
    return async () => {
        if (session && now() < session.renewAtMs)
            return session.credentials;
        if (refusal)
            throw refusal;
        try {
            session = await renewed();
        }
        catch (error) {
            if (!session && error instanceof Error && !(0,service/* isTransient */.dg)(error))
                refusal = error;
            // What is still valid serves this request; the next one tries again.
            if (!session || now() >= session.expiresAtMs)
                throw error;
            options.log.debug('The credentials could not be renewed yet; those at hand are still valid.');
        }
        return session.credentials;
    };
}
/** The parameters go into the body, so that the token stands in no URL. */
async function assumeRole(options, now) {
    const { credentials, secrets } = options;
    const idToken = await options.getIdToken(credentials.audience);
    secrets.add(idToken);
    const atMs = now();
    const { fields } = await (0,call/* callGeneric */.wA)({ ...options, credentials: undefined }, {
        action: ACTION,
        version: '2015-04-01',
        answerField: 'Credentials',
        form: {
            RoleArn: credentials.roleToAssume,
            OIDCProviderArn: credentials.oidcProviderArn,
            OIDCToken: idToken,
            RoleSessionName: credentials.roleSessionName,
            DurationSeconds: credentials.roleSessionExpirationSeconds,
        },
    });
    return sessionOf(fields, { atMs, seconds: credentials.roleSessionExpirationSeconds, secrets });
}
/** Masks the new keys before anything else is done with them. */
function sessionOf(answer, asked) {
    const found = (0,foreign_text/* isRecord */.u4)(answer['Credentials']) ? answer['Credentials'] : {};
    const accessKeyId = (0,answers/* text */.Qq)(found['AccessKeyId']);
    const accessKeySecret = (0,answers/* text */.Qq)(found['AccessKeySecret']);
    const securityToken = (0,answers/* text */.Qq)(found['SecurityToken']);
    asked.secrets.add(accessKeySecret);
    asked.secrets.add(securityToken);
    if (accessKeyId === '' || accessKeySecret === '' || securityToken === '') {
        throw (0,errors/* unusableAnswer */.Qf)(ACTION, 'holds no complete credentials');
    }
    const lifetimeMs = lifetimeOf((0,answers/* text */.Qq)(found['Expiration']), asked.seconds);
    const expiresAtMs = asked.atMs + lifetimeMs;
    return {
        credentials: { accessKeyId, accessKeySecret, securityToken },
        expiresAtMs,
        renewAtMs: expiresAtMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2),
    };
}
/** The shorter of what was asked for and what was given: a runner's clock may be slow, and is not trusted. */
function lifetimeOf(expiration, askedSeconds) {
    const givenMs = Date.parse(expiration) - Date.now();
    return Math.min(askedSeconds * 1_000, Number.isNaN(givenMs) ? Infinity : givenMs);
}

;// CONCATENATED MODULE: ./src/eci/events.ts
/**
 * The first that fits counts, so special rules stand before general ones: an image that does not fit was not pulled
 * either. Reasons are those of the vendor's page "Custom events of ECI"; messages are
 * containerd's and the kubelet's, and the vendor's.
 */
const RULES = [
    {
        kind: 'too-small',
        reason: /NoSpace|DiskFull|DiskPressure|SizeNotEnough|SpaceNotEnough|SpaceInsufficient/i,
        message: /no space left|disk quota exceeded|ENOSPC|too small|(not enough|insufficient|out of) (disk |storage )?(space|storage)|(size|space|capacity)( of [\w ]+)? is (not enough|insufficient)|exceeds? (the )?([\w ]+ )?(image ?cache|disk|cache) (size|capacity)|larger than (the )?(image ?cache|cache|disk)/i,
        hint: 'Raise image-cache-size, or size-margin-percent if the size is computed.',
    },
    {
        kind: 'quota',
        reason: /^DiskCapacityQuotaFull$/,
        message: /disk capacity quota/i,
        hint: 'Have the ESSD capacity quota raised in the Quota Center, or lower image-cache-size.',
    },
    {
        kind: 'quota',
        reason: /^Quota(Full|Exceeded)/,
        message: /quota (is full|is exceeded|exceeded)/i,
        hint: 'Delete old image caches or set keep-latest, set elimination-strategy to LRU, or have the quota raised; it may be the vCPU quota.',
    },
    {
        kind: 'balance',
        reason: /^(InsufficientBalance|Account\.?Arrearage)/,
        message: /not have enough balance|overdue|outstanding payment/i,
        hint: 'Top up the account, then run the step again.',
    },
    {
        kind: 'no-stock',
        reason: /^(NoStock|StockClose|ResourceInsufficient|InvalidVSwitchId\.IpNotEnough|Zone\.?NotOnSale)/,
        message: /out of stock|current zone closed|not enough ip/i,
        hint: 'Name several vSwitches in different zones in vswitch-id, so that another zone can take over.',
    },
    {
        kind: 'not-pulled',
        message: /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i,
        hint: 'The registry speaks plain HTTP: name its host in plain-http-registry.',
    },
    {
        kind: 'not-pulled',
        message: /x509|certificate (signed by unknown|has expired|is not trusted|is valid for)|tls: failed to verify/i,
        hint: 'The certificate of the registry is not trusted: name its host in insecure-registry.',
    },
    {
        kind: 'not-pulled',
        message: /unauthori[sz]ed|authentication required|access denied|access forbidden|requested access|insufficient_scope|\b40[13]\b|no basic auth/i,
        hint: 'The registry refused the login: check image-registry-credentials or acr-registry-info, and the access list of the registry. The service does not get the logins of earlier steps.',
    },
    {
        kind: 'not-pulled',
        message: /manifest unknown|manifest for .* not found|name unknown|repository does not exist|image not found|failed to resolve reference .* not found/i,
        hint: 'The registry does not have the image under this name: push it before this step, and check image-tag and registry-map.',
    },
    {
        kind: 'not-pulled',
        message: /toomanyrequests|rate limit|\b429\b/i,
        hint: 'The registry limits pulls: give a login for it in image-registry-credentials, or pull from a mirror.',
    },
    {
        kind: 'not-pulled',
        reason: /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|FailedPull\w*|PullImage\w*Failed|RegistryUnavailable|InspectFailed)$/,
        message: /(failed|fail|unable|cannot|could not) to pull|pull(ing)? images? .*(failed|timed? ?out)|ErrImagePull|ImagePullBackOff|i\/o timeout|dial tcp|no such host|TLS handshake timeout|context deadline exceeded|connection (refused|reset|timed out)/i,
        hint: 'The instance that builds the cache has to reach the registry: give the vSwitch a NAT gateway, set eip-instance-id, or name the images by the VPC host of the registry; also check its access list, image-registry-credentials, and plain-http-registry or insecure-registry for a registry of your own.',
    },
];
/** The reason that the event gives for a failed build; undefined if it gives none. */
function diagnoseEvent(event) {
    const message = event.type === 'Normal' ? '' : event.message;
    const rule = RULES.find((candidate) => (candidate.reason?.test(event.reason) ?? false) || candidate.message.test(message));
    return rule && { kind: rule.kind, hint: rule.hint };
}

;// CONCATENATED MODULE: ./src/eci/head-start.ts


/**
 * Gets ready for the first call while others wait for the registries: credentials, and code, which keeps the
 * process busy for a moment. A failure that may heal is left to the first call, which retries.
 *
 * @param load loads the code
 * @throws ServiceError if there will be no credentials
 */
async function headStart(credentials, load) {
    const keys = credentials();
    // Requests that were made in this turn leave before the process is kept busy.
    const code = (0,promises_.setImmediate)().then(load);
    const [got] = await Promise.allSettled([keys, code]);
    if (got.status === 'rejected' && !(0,service/* isTransient */.dg)(got.reason))
        throw got.reason;
}

// EXTERNAL MODULE: ./src/errors.ts
var src_errors = __webpack_require__(3916);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./node_modules/@actions/github/lib/context.js
var context = __webpack_require__(7157);
;// CONCATENATED MODULE: ./src/event.ts


// This file is not among the package's exports: those load octokit, a sixth of the time to our first request, and
// this action does not call GitHub's API.


/** GitHub sends no payload over 25 MB ("Webhook events and payloads"); a far larger file is not an event. */
const LARGEST_PAYLOAD_BYTES = 64 * 2 ** 20;
const event_HINT = 'The runner sets GITHUB_EVENT_PATH, GITHUB_REPOSITORY and similar variables for every step. Run this action as a step of a workflow.';
/**
 * The event that started the workflow, as the runner hands it over in its default variables and the file of
 * GITHUB_EVENT_PATH.
 *
 * @param warn gets a message if the file is missing, since the details in it are unknown then
 * @throws ActionError if the repository is not known, or there is a file that cannot be read as an event
 */
function eventOfRunner(warn) {
    // The library that reads the payload looks at this environment, too.
    const variable = (name) => process.env[name]?.trim() ?? '';
    const repository = variable('GITHUB_REPOSITORY');
    if (!/^[^/\s]+\/[^/\s]+$/.test(repository)) {
        const got = repository === '' ? 'is not set' : 'is not of the form owner/name';
        throw new src_errors/* ActionError */.lZ(`The workflow's repository is not known: GITHUB_REPOSITORY ${got}.`, {
            hint: event_HINT,
        });
    }
    return {
        eventName: variable('GITHUB_EVENT_NAME'),
        payload: payloadIn(variable('GITHUB_EVENT_PATH'), warn),
        ref: variable('GITHUB_REF'),
        sha: variable('GITHUB_SHA'),
        repository,
        repositoryId: variable('GITHUB_REPOSITORY_ID'),
        serverUrl: variable('GITHUB_SERVER_URL') || 'https://github.com',
        runId: wordOr('0', variable('GITHUB_RUN_ID')),
        // Not every server counts attempts. Without a number, each run is an attempt of its own.
        runAttempt: wordOr((0,external_node_crypto_.randomBytes)(4).toString('hex'), variable('GITHUB_RUN_ID') === '' ? '' : variable('GITHUB_RUN_ATTEMPT')),
    };
}
/** Both become part of a name: anything but letters and digits counts as missing. */
function wordOr(otherwise, text) {
    return /^[A-Za-z0-9]{1,32}$/.test(text) ? text : otherwise;
}
function payloadIn(file, warn) {
    const text = file === '' ? '' : readPayload(file);
    if (text.trim() === '') {
        const what = file === '' ? 'GITHUB_EVENT_PATH is not set' : `${file} (GITHUB_EVENT_PATH) is missing or empty`;
        warn(`${what}, so the event's details are unknown and only the runner's variables are used.`);
        return {};
    }
    try {
        return new context/* Context */.o().payload;
    }
    catch {
        // The parser's message quotes the file, which may hold anything.
        throw unreadable(file, 'it is not JSON');
    }
}
/** The text of the file; empty if there is none. */
function readPayload(file) {
    try {
        const { size } = (0,external_node_fs_.statSync)(file);
        if (size > LARGEST_PAYLOAD_BYTES)
            throw unreadable(file, `it has ${size} bytes, more than any event has`);
        return (0,external_node_fs_.readFileSync)(file, 'utf8');
    }
    catch (error) {
        if (error instanceof src_errors/* ActionError */.lZ)
            throw error;
        const { code } = error;
        if (code === 'ENOENT' || code === 'ENOTDIR')
            return '';
        throw unreadable(file, code ?? String(error));
    }
}
function unreadable(file, why) {
    return new src_errors/* ActionError */.lZ(`The workflow's event in ${file} (GITHUB_EVENT_PATH) cannot be read: ${why}.`, {
        hint: event_HINT,
    });
}

;// CONCATENATED MODULE: ./src/http/certificates.ts
/**
 * Certificates are always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says: with it, logins and signed requests
 * would go to any server that answers. It is removed from the environment, so that Node prints no wrong warning.
 */
function keepCertificatesChecked(env, log) {
    if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0')
        return;
    Reflect.deleteProperty(env, 'NODE_TLS_REJECT_UNAUTHORIZED');
    log.warning('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are checked. For a registry with a self-signed certificate, name its host in insecure-registry; for a CA of your own, name its file in NODE_EXTRA_CA_CERTS.');
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./src/http/no-proxy.ts

/**
 * Reads NO_PROXY: entries between commas or blanks, each `*`, a domain (which includes what is below it), `.domain` or
 * `*.domain` (what is below it only), an IP address, or a network in CIDR notation. A port may follow a domain or an
 * address (that of IPv6 in brackets), and limits the entry to that port.
 */
function parseNoProxy(text) {
    const entries = text.split(/[\s,]+/).filter(Boolean);
    const rules = entries.map(parseEntry);
    const known = rules.filter((rule) => rule !== undefined);
    return {
        includes: (url) => {
            const target = targetOf(url);
            return isLoopback(target.host) || known.some((matches) => matches(target));
        },
        notUnderstood: entries.filter((_, index) => rules[index] === undefined),
    };
}
/** Whether what is sent to this host stays on the machine. Only an IP address can be one of 127.0.0.0/8. */
function isLoopback(host) {
    const name = withoutBrackets(host.toLowerCase()).replace(/\.$/, '');
    if (name === 'localhost' || name.endsWith('.localhost') || name === '::1')
        return true;
    return (0,external_node_net_.isIPv4)(name) && name.startsWith('127.');
}
function targetOf(url) {
    const host = withoutBrackets(url.hostname.toLowerCase()).replace(/\.$/, '');
    return { host, port: url.port || (url.protocol === 'https:' ? '443' : '80'), family: familyOf(host) };
}
function parseEntry(entry) {
    if (entry === '*')
        return () => true;
    if (entry.includes('/'))
        return parseNetwork(entry);
    const [, name = '', port] = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry) ?? ['', entry];
    const matchesName = parseName(name.toLowerCase());
    if (matchesName === undefined)
        return undefined;
    return (target) => (port === undefined || Number(port) === Number(target.port)) && matchesName(target);
}
function parseNetwork(entry) {
    const [, address = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
    const network = withoutBrackets(address);
    const family = familyOf(network);
    if (family === undefined || Number(length) > (family === 'ipv4' ? 32 : 128))
        return undefined;
    const list = new external_node_net_.BlockList();
    list.addSubnet(network, Number(length), family);
    return (target) => target.family !== undefined && list.check(target.host, target.family);
}
function parseName(name) {
    const family = familyOf(withoutBrackets(name));
    if (family !== undefined) {
        const list = new external_node_net_.BlockList();
        list.addAddress(withoutBrackets(name), family);
        return (target) => target.family !== undefined && list.check(target.host, target.family);
    }
    const [, below = '', written = ''] = /^(\*?\.)?(.+?)\.?$/.exec(name) ?? [];
    const domain = domainOf(written);
    if (domain === undefined)
        return undefined;
    return ({ host }) => host.endsWith(`.${domain}`) || (below === '' && host === domain);
}
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;
/** As a URL spells it: in ASCII. Undefined if it is no name of a host. */
function domainOf(written) {
    if (/[^\p{L}\p{N}\p{M}._-]/u.test(written) || !URL.canParse(`http://${written}`))
        return undefined;
    const { hostname } = new URL(`http://${written}`);
    return hostname.split('.').every((label) => LABEL.test(label)) ? hostname : undefined;
}
function familyOf(host) {
    return { 4: 'ipv4', 6: 'ipv6' }[(0,external_node_net_.isIP)(host)];
}
function withoutBrackets(host) {
    return host.replace(/^\[|\]$/g, '');
}

;// CONCATENATED MODULE: ./src/http/proxies.ts



/** No proxies at all. */
const WITHOUT_PROXIES = () => undefined;
/**
 * Reads the proxies of the environment, masks their passwords, and says in the log what goes through which.
 * Loopback hosts are always reached without one.
 *
 * @throws ActionErrors with one error for each address that cannot be used
 */
function readProxies(variables, { secrets, log }) {
    for (const address of variables.addresses)
        maskLogin(address, secrets);
    const [https, http] = parseAll([variables.https, variables.http]);
    if (!https && !http)
        return WITHOUT_PROXIES;
    const noProxy = parseNoProxy(variables.noProxy?.value ?? '');
    log.info(describeProxies(https, http, variables.noProxy));
    for (const entry of noProxy.notUnderstood)
        log.warning(notUnderstood(variables.noProxy?.name ?? '', entry));
    return (url) => {
        const address = url.protocol === 'https:' ? https : http;
        return address === undefined || noProxy.includes(url) ? undefined : address.proxy;
    };
}
/** Masks the password in every form in which it can show, also where the address is malformed. */
function maskLogin(address, secrets) {
    const text = withScheme(address);
    // Up to the last @: a password that somebody forgot to encode may hold one, or a slash.
    const [, user = '', password = ''] = /^[^:]+:\/\/([^:]*):(.*)@/s.exec(text) ?? [];
    secrets.addLogin(user, password);
    secrets.addLogin(decoded(user) ?? user, decoded(password) ?? password);
    if (URL.canParse(text))
        secrets.add(new URL(text).password);
}
function parseAll(variables) {
    const errors = [];
    const addresses = variables.map((variable) => {
        if (!variable)
            return undefined;
        const proxy = parseAddress(variable.value);
        if (typeof proxy !== 'string')
            return { variable, proxy };
        errors.push(malformed(variable.name, proxy));
        return undefined;
    });
    if (errors.length > 0)
        throw new src_errors/* ActionErrors */.o9(errors);
    return addresses;
}
function withScheme(text) {
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}
/** The proxy, or why there is none. No part of the value is in the text. */
function parseAddress(value) {
    const text = withScheme(value);
    if (!/^https?:/i.test(text))
        return 'its scheme is neither http:// nor https://';
    if (!URL.canParse(text))
        return 'it is not a URL';
    const { protocol, hostname, port, host, username, password } = new URL(text);
    const [user, secret] = [decoded(username), decoded(password)];
    if (user === undefined || secret === undefined)
        return 'its user or password has a % that encodes nothing';
    const isTls = protocol === 'https:';
    return {
        protocol: isTls ? 'https:' : 'http:',
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port: Number(port) || (isTls ? 443 : 80),
        host,
        authorization: user === '' && secret === ''
            ? undefined
            : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
    };
}
function malformed(name, fault) {
    return new src_errors/* ActionError */.lZ(`The environment variable ${name} is not a proxy address: ${fault}.`, {
        hint: 'Write http://host:port or http://user:password@host:port, with @, :, / and % in user and password percent-encoded (%40, %3A, %2F, %25). Without a proxy, leave it unset.',
    });
}
/** Undefined if a % is not followed by what it should be. */
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return undefined;
    }
}
function notUnderstood(name, entry) {
    return `${name} has an entry that is not understood, and has no effect: "${(0,foreign_text/* quoteForeign */.xS)(entry)}". Allowed are host names, .domain, *.domain, IP addresses and networks such as 10.0.0.0/8, separated by commas; a port may follow a host (host:443).`;
}
function describeProxies(https, http, noProxy) {
    const route = (scheme, address) => `${scheme} ${address ? `through ${address.proxy.host} (${address.variable.name})` : 'directly'}`;
    const exceptions = noProxy ? `, except for the hosts that ${noProxy.name} lists` : '';
    return `Proxy: ${route('https://', https)}, ${route('http://', http)}${exceptions}.`;
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
var external_node_http_default = /*#__PURE__*/__webpack_require__.n(external_node_http_);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
var external_node_https_default = /*#__PURE__*/__webpack_require__.n(external_node_https_);
// EXTERNAL MODULE: ./src/http/failures.ts
var failures = __webpack_require__(9245);
;// CONCATENATED MODULE: ./src/http/agents.ts




/**
 * How long one address of a host may take to connect before the next one is tried, where a host has several. Node's
 * own 250 ms is less than a handshake between continents. Four addresses fit into our limit of 10 s.
 */
const CONNECT_OPTIONS = { autoSelectFamilyAttemptTimeout: 2_500 };
/** A registry behind an identity proxy may send 20 KB of them; Node's own limit is 16 KiB. */
const LARGEST_HEADERS_BYTES = 256 * 1024;
/**
 * TLS goes through a tunnel. For plain HTTP, proxies expect to be asked for the URL itself (RFC 9112, section 3.2.2), and
 * many let tunnels lead to port 443 only.
 */
function createAgents(proxyFor) {
    const agents = new Map();
    const kept = (key, create) => {
        const agent = agents.get(key) ?? create();
        agents.set(key, agent);
        return agent;
    };
    return {
        routeTo(url, acceptAnyCertificate) {
            const proxy = proxyFor(url);
            if (url.protocol === 'http:') {
                const isTls = proxy?.protocol === 'https:';
                const create = () => isTls ? new (external_node_https_default()).Agent(optionsFor()) : new (external_node_http_default()).Agent(optionsFor());
                return { agent: kept(isTls ? 'tls proxy' : 'plain', create), proxy };
            }
            const options = optionsFor(acceptAnyCertificate);
            const create = () => (proxy ? new TunnelAgent(proxy, options) : new (external_node_https_default()).Agent(options));
            return { agent: kept(`${proxy?.host ?? ''} ${acceptAnyCertificate}`, create), proxy: undefined };
        },
        close() {
            for (const agent of agents.values())
                agent.destroy();
            agents.clear();
        },
    };
}
/** Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says, except where the user named the host. */
function optionsFor(acceptAnyCertificate = false) {
    return { keepAlive: true, rejectUnauthorized: !acceptAnyCertificate, ...CONNECT_OPTIONS };
}
/** TLS to a host through a tunnel that a proxy makes (RFC 9110, section 9.3.6). */
class TunnelAgent extends (external_node_https_default()).Agent {
    proxy;
    constructor(proxy, options) {
        super(options);
        this.proxy = proxy;
    }
    /** Node calls it for each new connection, and takes the socket from the callback where none is returned. */
    createConnection(options, onSocket) {
        openTunnel(this.proxy, options).then((socket) => {
            onSocket(null, super.createConnection({ ...options, socket }) ?? undefined);
        }, (error) => {
            onSocket(error);
        });
        return undefined;
    }
}
/** A slower proxy is useless: the request that waits for the tunnel has given up by then. */
const TUNNEL_LIMIT_MS = 10_000;
function openTunnel(proxy, { host = '', port = 443 }) {
    const target = `${(0,external_node_net_.isIP)(host) === 6 ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
        const request = requestTo(proxy, {
            method: 'CONNECT',
            path: target,
            headers: { host: target },
            agent: false,
        });
        const timer = setTimeout(() => request.destroy(), TUNNEL_LIMIT_MS);
        request.once('close', () => {
            clearTimeout(timer);
        });
        request.once('connect', ({ statusCode = 0 }, socket) => {
            clearTimeout(timer);
            if (statusCode === 200) {
                resolve(socket);
                return;
            }
            socket.destroy();
            reject((0,failures/* proxyRefusal */.vd)(statusCode));
        });
        // An answer that does not know what CONNECT means comes as one to an ordinary request.
        request.once('response', (response) => {
            response.destroy();
            reject((0,failures/* proxyRefusal */.vd)(response.statusCode ?? 0));
        });
        request.on('error', (error) => {
            reject((0,failures/* networkError */.x6)(error, proxy.host));
        });
        request.end();
    });
}
/** A request to the proxy itself, whatever it is about. */
function requestTo(proxy, options) {
    const { protocol, hostname, port, authorization } = proxy;
    const { request } = protocol === 'https:' ? (external_node_https_default()) : (external_node_http_default());
    return request({
        ...CONNECT_OPTIONS,
        ...options,
        protocol,
        hostname,
        port,
        maxHeaderSize: LARGEST_HEADERS_BYTES,
        rejectUnauthorized: true,
        // The name in TLS is the proxy's own, not that of the header. An address has none (RFC 6066, section 3).
        ...{ servername: (0,external_node_net_.isIP)(hostname) === 0 ? hostname : '' },
        headers: {
            ...options.headers,
            ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
        },
    });
}

;// CONCATENATED MODULE: ./src/http/send.ts





const DEFAULT_LIMITS = { connectMs: 10_000, silenceMs: 30_000 };
/** Connections are shared by all that is sent with it. Close it at the end. */
function createNetwork({ proxyFor = WITHOUT_PROXIES, limits } = {}) {
    const agents = createAgents(proxyFor);
    return {
        send: (request) => {
            const route = agents.routeTo(request.url, request.acceptAnyCertificate ?? false);
            const all = { ...DEFAULT_LIMITS, ...limits, ...request.limits };
            return exchange(request, route, all).catch((error) => Promise.reject((0,failures/* networkError */.x6)(error)));
        },
        close: () => {
            agents.close();
        },
    };
}
function exchange(request, route, limits) {
    return new Promise((resolve, reject) => {
        if (request.signal?.aborted)
            throw reasonOf(request.signal);
        const wire = send_open(request, route);
        let isConnected = false;
        // An agent that still waits for a tunnel has no socket to destroy, so the promise must not wait for it.
        const fail = (error) => {
            stopWatching();
            wire.destroy();
            reject(error);
        };
        const stopWatching = watchHead(wire, request.signal, limits, fail, () => (isConnected = true));
        wire.on('error', (error) => {
            fail((0,failures/* networkError */.x6)(error, isConnected ? undefined : route.proxy?.host));
        });
        wire.on('response', (message) => {
            if (route.proxy && message.statusCode === 407) {
                fail((0,failures/* proxyRefusal */.vd)(407));
                return;
            }
            stopWatching();
            resolve(responseOf(message, request, limits));
        });
        wire.end(request.body);
    });
}
function send_open({ method, url, headers }, { agent, proxy }) {
    if (proxy) {
        const path = `${url.origin}${url.pathname}${url.search}`;
        return requestTo(proxy, { agent, method, path, headers: { ...headers, host: url.host } });
    }
    const { request } = url.protocol === 'https:' ? (external_node_https_default()) : (external_node_http_default());
    return request(url, { method, headers, agent, maxHeaderSize: LARGEST_HEADERS_BYTES });
}
/** Time limits and the signal, until the answer's head is there. Returns how to stop watching. */
function watchHead(wire, signal, limits, fail, onConnected) {
    let timer = limit('connect-timeout', limits.connectMs, fail);
    const connected = () => {
        onConnected();
        clearTimeout(timer);
        if (!wire.destroyed)
            timer = limit('answer-timeout', limits.silenceMs, fail);
    };
    wire.once('socket', (socket) => {
        const event = pendingEventOf(socket);
        if (event === undefined)
            connected();
        else
            socket.once(event, connected);
    });
    const forget = onAbort(signal, fail);
    return () => {
        clearTimeout(timer);
        forget();
    };
}
/** The event after which a new connection can carry a request; undefined for a reused connection. */
function pendingEventOf(socket) {
    const { encrypted, secureConnecting } = socket;
    if (encrypted)
        return secureConnecting === false ? undefined : 'secureConnect';
    return socket.connecting ? 'connect' : undefined;
}
function responseOf(message, request, limits) {
    const forget = onAbort(request.signal, (reason) => message.destroy(reason));
    message.once('close', forget);
    // Without a listener, hanging up on a body that nobody reads would be an uncaught error.
    message.on('error', () => undefined);
    return {
        status: message.statusCode ?? 0,
        headers: message.headers,
        url: request.url,
        body: bodyOf(message, limits.silenceMs),
        hangUp: () => message.destroy(),
    };
}
/** The limit runs only while we wait for a chunk: a slow reader is not a silent server. */
async function* bodyOf(message, silenceMs) {
    const chunks = message.iterator();
    try {
        for (;;) {
            const timer = limit('answer-timeout', silenceMs, (error) => message.destroy(error));
            const next = await nextOf(chunks).finally(() => {
                clearTimeout(timer);
            });
            if (next.done === true)
                return;
            yield next.value;
        }
    }
    finally {
        await chunks.return?.();
    }
}
async function nextOf(chunks) {
    try {
        return await chunks.next();
    }
    catch (error) {
        throw (0,failures/* networkError */.x6)(error);
    }
}
function limit(failure, milliseconds, fail) {
    return setTimeout(() => {
        fail(new failures/* NetworkError */.Dr(failure, `${failure} after ${milliseconds / 1000} s`, { code: 'ETIMEDOUT' }));
    }, milliseconds);
}
/** Calls back once when the signal aborts; returns how to forget about it. */
function onAbort(signal, callback) {
    if (signal === undefined)
        return () => undefined;
    const listener = () => {
        callback(reasonOf(signal));
    };
    if (signal.aborted)
        listener();
    else
        signal.addEventListener('abort', listener, { once: true });
    return () => {
        signal.removeEventListener('abort', listener);
    };
}
function reasonOf(signal) {
    const reason = signal.reason;
    return reason instanceof failures/* NetworkError */.Dr ? reason : new failures/* NetworkError */.Dr('cancelled', 'cancelled');
}

// EXTERNAL MODULE: ./src/http/body.ts
var http_body = __webpack_require__(9662);
// EXTERNAL MODULE: ./src/report/format.ts
var format = __webpack_require__(2011);
// EXTERNAL MODULE: ./src/printable.ts
var printable = __webpack_require__(5260);
;// CONCATENATED MODULE: ./src/http/request-log.ts



const LONGEST_URL = 500;
/**
 * Writes a line to the debug log for each request, once its answer has been read or given up: method, address, status,
 * bytes of the body and time. Neither headers nor bodies are shown.
 *
 * @param shown the address as far as it may be shown: a signed URL is a secret while it lasts
 */
function withRequestLog(send, log, shown = wholeUrl) {
    return async (request) => {
        const startMs = performance.now();
        const write = (outcome) => {
            const tookMs = Math.round(performance.now() - startMs);
            log.debug(`${request.method} ${(0,format/* cutTo */.yd)(LONGEST_URL, shown(request.url))}: ${outcome} after ${tookMs} ms`);
        };
        try {
            const response = await send(request);
            return counted(response, (bytes) => {
                write(`HTTP ${response.status}, ${bytes} bytes`);
            });
        }
        catch (error) {
            write(outcomeOf(error));
            throw error;
        }
    };
}
function wholeUrl(url) {
    return `${url.origin}${url.pathname}${url.search}`;
}
function outcomeOf(error) {
    if (!(error instanceof failures/* NetworkError */.Dr))
        return String(error);
    return (0,printable/* printable */.g)(`${error.failure}: ${error.message}`);
}
/** The same answer; `onEnd` is called once with how much of its body came. */
function counted(response, onEnd) {
    let bytes = 0;
    let ended = false;
    const end = () => {
        if (!ended)
            onEnd(bytes);
        ended = true;
    };
    async function* body() {
        try {
            for await (const chunk of response.body) {
                bytes += chunk.length;
                yield chunk;
            }
        }
        finally {
            end();
        }
    }
    return {
        ...response,
        body: body(),
        hangUp: () => {
            end();
            response.hangUp();
        },
    };
}

// EXTERNAL MODULE: ./src/http/retry.ts
var http_retry = __webpack_require__(8902);
;// CONCATENATED MODULE: ./src/id-token.ts







const REFUSED = "The runner's token service did not hand out the job's OIDC token for role-to-assume";
const LARGEST_ANSWER_BYTES = 64 * 1024;
/**
 * The runner's OIDC token for the audience, masked. Asked once: whoever calls it retries what is transient.
 *
 * @throws ServiceError if the job may not have a token, or the service does not hand it out; transient where asking
 *   again may help
 */
async function runnerIdToken(audience, { env, send, secrets, log }) {
    const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
    const requestToken = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
    if (!URL.canParse(address) || requestToken === '') {
        throw failure('permanent', 'The job may not ask for an OIDC token.', idTokenAdvice(serverKind(env)));
    }
    secrets.add(requestToken);
    const url = new URL(address);
    url.searchParams.set('audience', audience);
    const headers = { authorization: `Bearer ${requestToken}`, accept: 'application/json' };
    // Its path names the job and its run.
    const logged = withRequestLog(send, log, ({ origin }) => `${origin}/…`);
    const again = retryAdvice(serverKind(env));
    try {
        const token = await tokenIn(await logged({ method: 'GET', url, headers }), again);
        secrets.add(token);
        return token;
    }
    catch (error) {
        throw error instanceof failures/* NetworkError */.Dr ? unreachable(error, url.host, again) : error;
    }
}
async function tokenIn(response, again) {
    const { status } = response;
    const text = (await (0,http_body/* readDocument */.u0)(response, LARGEST_ANSWER_BYTES))?.toString('utf8') ?? '';
    response.hangUp();
    if (status !== 200) {
        throw failure((0,http_retry/* isTransientStatus */.Dm)(status) ? 'transient' : 'permanent', `${REFUSED} (HTTP ${status}).`, again);
    }
    const value = valueIn(text);
    if (value !== undefined)
        return value;
    const what = (0,foreign_text/* isWebPage */.AA)(text)
        ? 'a web page'
        : text.trim() === ''
            ? 'an empty answer'
            : 'an answer without a token';
    throw failure('transient', `${REFUSED}: it sent ${what}.`, again);
}
function valueIn(text) {
    try {
        const document = JSON.parse(text);
        const value = (0,foreign_text/* isRecord */.u4)(document) ? document['value'] : undefined;
        return typeof value === 'string' && value !== '' ? value : undefined;
    }
    catch {
        return undefined;
    }
}
function unreachable(error, host, again) {
    const { message, hint } = (0,failures/* describeFailure */.Ic)(error, {
        host,
        namedIn: 'ACTIONS_ID_TOKEN_REQUEST_URL, which the runner sets',
        again,
    });
    return failure(error.isTransient ? 'transient' : 'permanent', `${REFUSED}: ${message}.`, hint);
}
function failure(kind, message, hint) {
    return new service/* ServiceError */._7(message, { code: 'NoIdToken', kind, hint });
}

// EXTERNAL MODULE: ./src/images/resolve.ts + 1 modules
var resolve = __webpack_require__(8867);
// EXTERNAL MODULE: ./src/images/template.ts
var template = __webpack_require__(4758);
;// CONCATENATED MODULE: ./src/images/platform.ts


const PART = /^[a-z0-9][a-z0-9_.-]*$/;
/** `os/architecture[/variant]`, as `docker buildx` writes it. */
function formatPlatform({ os, architecture, variant }) {
    return [os, architecture, variant].filter(Boolean).join('/');
}
/**
 * Reads `os/architecture[/variant]`. Capitals are lowered: the image index specification takes its names
 * from Go's GOOS and GOARCH, which have none.
 * @throws ActionError that quotes the text
 */
function parsePlatform(text) {
    const parts = text.toLowerCase().split('/');
    const [os, architecture, variant] = parts;
    if (os === undefined ||
        architecture === undefined ||
        parts.length > 3 ||
        !parts.every((p) => PART.test(p))) {
        throw new src_errors/* ActionError */.lZ(`${(0,quote/* quote */.h)(text)} is not a platform`, {
            hint: 'Write os/architecture or os/architecture/variant, e.g. linux/amd64 or linux/arm64/v8.',
        });
    }
    return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

;// CONCATENATED MODULE: ./src/inputs/refuse.ts


/** Throws the error for a value that is not allowed. `allowed` is a clause: "allowed is true or false". */
function refuse(got, allowed, hint) {
    throw new src_errors/* ActionError */.lZ(`got ${(0,quote/* quote */.h)(got)}; ${allowed}`, { hint });
}
/**
 * Maps every item, and throws one ActionError that names all the bad ones, so that a list with three
 * mistakes takes one run to fix, not three.
 */
function mapAll(items, map) {
    const results = [];
    const problems = [];
    items.forEach((item, index) => {
        try {
            results.push(map(item, index));
        }
        catch (error) {
            if (!(error instanceof src_errors/* ActionError */.lZ))
                throw error;
            problems.push(error);
        }
    });
    if (problems.length > 0)
        throw refuse_joined(problems);
    return results;
}
/** One error with the text of all. */
function refuse_joined(problems) {
    const hints = new Set(problems.flatMap(({ hint }) => hint ?? []));
    return new src_errors/* ActionError */.lZ(problems.map(({ message }) => message).join('; '), {
        hint: hints.size === 0 ? undefined : [...hints].join(' '),
    });
}

;// CONCATENATED MODULE: ./src/inputs/entries.ts



/**
 * Checks every entry against the rules.
 * @throws ActionError that names every bad entry and every mistake in it, and quotes only values
 *   that a rule's parser quotes
 */
function checkEntries(list, rules) {
    const allowed = `The keys of an entry are ${Object.keys(rules).join(', ')}.`;
    if (list.problem !== undefined) {
        throw new src_errors/* ActionError */.lZ(list.problem.message, {
            hint: list.problem.hint ?? `Write a YAML list. ${allowed}`,
        });
    }
    return mapAll(list.entries, (entry, index) => {
        const { checked, problems } = checkEntry(entry, rules);
        if (problems.length === 0)
            return checked;
        const name = checked[firstKey(rules)][0];
        const label = name === undefined ? `entry ${index + 1}` : `entry ${index + 1} (${name})`;
        throw new src_errors/* ActionError */.lZ(`${label}: ${problems.join(', ')}`, { hint: allowed });
    });
}
function firstKey(rules) {
    return Object.keys(rules)[0];
}
function checkEntry(entry, rules) {
    const problems = entry === undefined ? ['is not a mapping of keys to values'] : unknownKeys(entry, rules);
    const keys = Object.keys(rules);
    const checked = keys.map((key) => {
        try {
            return [key, entry === undefined ? [] : checkField(key, entry.get(key), rules[key])];
        }
        catch (error) {
            if (!(error instanceof src_errors/* ActionError */.lZ))
                throw error;
            problems.push(error.message);
            return [key, []];
        }
    });
    return { checked: Object.fromEntries(checked), problems };
}
function checkField(key, field, rule) {
    if (field?.fault !== undefined)
        throw new src_errors/* ActionError */.lZ(`${key} ${field.fault}`);
    if (field?.isList === true && rule.many !== true)
        throw new src_errors/* ActionError */.lZ(`${key} must be one text, not a list`);
    const texts = (field?.texts ?? [])
        .flatMap((text) => (rule.many === true ? text.split(',') : [text]))
        .map((text) => (rule.parse === undefined ? text : text.trim()))
        .filter((text) => text !== '');
    if (texts.length > 0)
        return texts.map((text) => parseText(key, text, rule));
    if (rule.required !== true)
        return [];
    throw new src_errors/* ActionError */.lZ(`${key} is ${field === undefined ? 'missing' : 'empty'}`);
}
function parseText(key, text, { parse }) {
    try {
        return parse === undefined ? text : parse(text);
    }
    catch (error) {
        if (!(error instanceof src_errors/* ActionError */.lZ))
            throw error;
        const hint = error.hint === undefined ? '' : ` (${error.hint.replace(/\.$/, '')})`;
        throw new src_errors/* ActionError */.lZ(`${key} ${error.message}${hint}`);
    }
}
function unknownKeys(entry, rules) {
    return [...entry]
        .filter(([key]) => !Object.hasOwn(rules, key))
        .map(([key, field]) => {
        const meant = Object.entries(rules).find(([right, rule]) => isNearly(key, right, rule));
        const advice = meant === undefined ? '' : ` (it is called ${meant[0]})`;
        return `${nameUnknown(key, field)} is not known${advice}`;
    });
}
function isNearly(key, right, { alsoKnownAs = [] }) {
    const bare = (text) => text.toLowerCase().replace(/[^a-z]/g, '');
    return bare(key) === bare(right) || alsoKnownAs.includes(bare(key));
}
/** A piece of a password that was pasted without quotes can stand where a key is expected: say where only. */
function nameUnknown(key, field) {
    const looksLikeKey = /^[a-z][a-z_-]{0,31}$/i.test(key) && field.texts.some((text) => text !== '');
    return looksLikeKey ? `the key ${(0,quote/* quote */.h)(key)}` : `the key on line ${field.line}`;
}

;// CONCATENATED MODULE: ./src/inputs/lists.ts


/** The lines that say something, without `#` comments; a `#` inside a word is part of the word. */
function parseLines(text) {
    return text
        .split(/\r\n|\r|\n/)
        .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
        .filter((line) => line !== '');
}
/** The entries of a list that takes newlines or commas, and `#` comments. */
function parseList(text) {
    return parseLines(text)
        .flatMap((line) => line.split(','))
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
}
/** A parser of a list: it checks every entry and drops duplicates. */
function listOf(parseEntry, atMost = Infinity) {
    return (text) => {
        const entries = [...new Set(mapAll(parseList(text), parseEntry))];
        if (entries.length > atMost)
            throw new src_errors/* ActionError */.lZ(`got ${entries.length} entries; at most ${atMost} are allowed`);
        return entries;
    };
}

;// CONCATENATED MODULE: ./src/inputs/hosts.ts





const HOST_AND_PORT = /^([^:[\]]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/i;
// Host names must not have underscores, but those of containers and compose files do, and DNS allows them.
const hosts_LABEL = /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/i;
/** A component of a repository name, OCI distribution specification, "Pulling manifests". */
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HIGHEST_PORT = 65_535;
/** `host[:port]` in lower case; an IPv6 address stands in brackets. */
function parseHost(text) {
    const extra = EXTRAS.find(({ pattern }) => pattern.test(text));
    return extra === undefined && isHost(text)
        ? text.toLowerCase()
        : refuseHost(text, 'allowed is host[:port]', extra?.hint);
}
/** What people write around a host. */
const EXTRAS = [
    { pattern: /^[a-z]*:?\/\//i, hint: 'Leave out the scheme.' },
    { pattern: /@/, hint: 'Leave out user and password.' },
    { pattern: /[/?#]/, hint: 'Leave out everything after the host and its port.' },
];
/** The address of a service: host[:port], with a scheme before it unless it is https. */
function parseEndpoint(text) {
    const [, scheme = 'https', host = ''] = /^(?:(https?):\/\/)?(.*)$/is.exec(text) ?? [];
    if (!isHost(host)) {
        refuseHost(text, 'allowed is host[:port], with or without http:// or https:// before it', 'Leave out path, query, user and password, and a slash at the end.');
    }
    return { protocol: scheme.toLowerCase() === 'http' ? 'http' : 'https', host: host.toLowerCase() };
}
/** Whether what is sent to this host[:port] stays on the machine. */
function hosts_isLoopback(host) {
    return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);
}
/** The entries `pushed=pulled` of registry-map, each side host[:port][/path]. */
function parseRegistryMap(text) {
    const mappings = mapAll(parseList(text), parseMapping);
    const pushed = mappings.map((mapping) => mapping.pushed);
    const twice = pushed.find((side, index) => pushed.indexOf(side) !== index);
    if (twice === undefined)
        return mappings;
    throw new src_errors/* ActionError */.lZ(`${(0,quote/* quote */.h)(twice)} is mapped twice`, { hint: 'Keep one of its entries.' });
}
function parseMapping(entry) {
    const sides = entry.split('=').map((side) => side.trim().replace(/\/$/, ''));
    const [pushed = '', pulled = ''] = sides;
    if (sides.length === 2 && isLocation(pushed) && isLocation(pulled))
        return { pushed, pulled };
    return refuseHost(entry, 'allowed is pushed-host[/path]=pulled-host[/path]', 'Leave out schemes, tags and digests; paths are lower-case.');
}
function isLocation(text) {
    const [host = '', ...path] = text.split('/');
    return isHost(host) && path.every((component) => PATH_COMPONENT.test(component));
}
function isHost(text) {
    const [, host, port = '1'] = HOST_AND_PORT.exec(text) ?? [];
    if (host === undefined || Number(port) < 1 || Number(port) > HIGHEST_PORT)
        return false;
    // A URL takes a last label of digits for an IPv4 address, and xn-- for Punycode (WHATWG URL, "Host parsing").
    return host.startsWith('[')
        ? (0,external_node_net_.isIPv6)(host.slice(1, -1))
        : host.split('.').every((label) => hosts_LABEL.test(label)) && URL.canParse(`https://${host}`);
}
/** Refuses a text in which somebody may have put user:password@ before the host. */
function refuseHost(text, allowed, hint) {
    const shown = text.includes('@') ? `…@${text.slice(text.lastIndexOf('@') + 1)}` : text;
    throw new src_errors/* ActionError */.lZ(`got ${(0,quote/* quote */.h)(shown)}; ${allowed}`, { hint });
}

;// CONCATENATED MODULE: ./src/inputs/regions.ts


const REGION_ID = {
    pattern: /^[a-z]{2,}(-[a-z0-9]+)+$/,
    allowed: 'a region ID reads like cn-hangzhou or ap-southeast-1',
    hint: 'Give the ID of a region, not the name of its city or the ID of a zone.',
};
/** Where the vendor's command line reads a region from, in its order. */
const VARIABLES = [
    'ALIBABA_CLOUD_REGION_ID',
    'ALIBABACLOUD_REGION_ID',
    'ALICLOUD_REGION_ID',
    'REGION_ID',
    'REGION',
];
/**
 * Where the vendor's metadata of 2026-04-21 (github.com/aliyun/aliyun-openapi-meta, en-US/products.json)
 * has an endpoint of the service, without the two regions that it calls closed.
 */
const REGIONS = new Set([
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-southeast-1',
    'ap-southeast-3',
    'ap-southeast-5',
    'ap-southeast-6',
    'ap-southeast-7',
    'cn-beijing',
    'cn-beijing-finance-1',
    'cn-chengdu',
    'cn-fuzhou',
    'cn-guangzhou',
    'cn-hangzhou',
    'cn-hangzhou-finance',
    'cn-heyuan',
    'cn-hongkong',
    'cn-huhehaote',
    'cn-nanjing',
    'cn-qingdao',
    'cn-shanghai',
    'cn-shanghai-finance-1',
    'cn-shenzhen',
    'cn-shenzhen-finance-1',
    'cn-wuhan-lr',
    'cn-wulanchabu',
    'cn-zhangjiakou',
    'cn-zhengzhou-jva',
    'eu-central-1',
    'eu-west-1',
    'me-central-1',
    'me-east-1',
    'us-east-1',
    'us-west-1',
]);
/** Hosts of the same metadata that the rule `<service>.<region>.aliyuncs.com` does not yield. */
const OTHER_HOSTS = new Map([
    ['eci.cn-shanghai-finance-1', 'eci.cn-shanghai-finance.aliyuncs.com'],
    ['eci.cn-shenzhen-finance-1', 'eci.cn-shenzhen-finance.aliyuncs.com'],
    // No STS of their own: the global one.
    ['sts.ap-southeast-6', 'sts.aliyuncs.com'],
    ['sts.cn-hangzhou-finance', 'sts.aliyuncs.com'],
    ['sts.cn-shenzhen-finance-1', 'sts.aliyuncs.com'],
    ['sts.cn-zhengzhou-jva', 'sts.aliyuncs.com'],
    // The vendor's SDK has the global VPC host for these.
    ['vpc.cn-hangzhou-finance', 'vpc.aliyuncs.com'],
    ['vpc.cn-shanghai-finance-1', 'vpc.aliyuncs.com'],
    ['vpc.cn-shenzhen-finance-1', 'vpc.aliyuncs.com'],
]);
/**
 * Why a region with a valid form is doubtful; undefined if it is a known one. New regions appear, so one that is not in
 * the table is not an error by itself.
 */
function doubtOfRegion(regionId) {
    if (REGIONS.has(regionId))
        return undefined;
    const meant = nearestRegion(regionId);
    const question = meant === undefined ? '' : ` Did you mean ${meant}?`;
    return `${regionId} is not among the regions that are known to have ECI.${question}`;
}
/** With more wrong letters than this, it is another word. */
const MOST_SLIPS = 2;
/** The known region that was most likely meant; undefined if none is near, or several are equally near. */
function nearestRegion(text) {
    const written = text.toLowerCase().replace(/[\s_]+/g, '-');
    const near = [...REGIONS]
        .map((region) => ({
        region,
        slips: Math.min(distance(written, region), distance(written, region.replace(/^cn-/, ''))),
    }))
        .sort((a, b) => a.slips - b.slips);
    const [best, second] = near;
    if (!best || best.slips > MOST_SLIPS || best.slips === second?.slips)
        return undefined;
    return best.region;
}
/** Letters that were added, left out, mistaken or swapped with their neighbour ("optimal string alignment"). */
function distance(a, b) {
    const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
    const at = (i, j) => rows[i]?.[j] ?? Infinity;
    for (let j = 1; j <= b.length; j += 1)
        (rows[0] ?? []).push(j);
    for (let i = 1; i <= a.length; i += 1) {
        for (let j = 1; j <= b.length; j += 1) {
            const isSame = a[i - 1] === b[j - 1];
            const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
            (rows[i] ?? []).push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (isSame ? 0 : 1), isSwapped ? at(i - 2, j - 2) + 1 : Infinity));
        }
    }
    return at(a.length, b.length);
}
/** cn-hangzhou-b, ap-southeast-1a: the ID of a region with a letter after it. */
function regionOfZone(text) {
    return /^(.+-.+)-[a-z]$/.exec(text)?.[1] ?? /^(.+-.*\d)[a-z]$/.exec(text)?.[1];
}
/** The public host of a service in a region; for a region that is not in the table by the usual rule. */
function regionalHost(service, regionId) {
    const name = `${service}.${regionId}`;
    return OTHER_HOSTS.get(name) ?? `${name}.aliyuncs.com`;
}
/** The region as it was given, not checked; empty if it was not. */
function regionText(reader) {
    const variable = VARIABLES.find((name) => reader.variable(name) !== '');
    return reader.text('region-id') || (variable === undefined ? '' : reader.variable(variable));
}
/** The region from the input, else from the environment. */
function readRegion(reader) {
    return reader.attempt('region-id', () => {
        if (reader.text('region-id') !== '')
            return parseRegion(reader.text('region-id'));
        const variable = VARIABLES.find((name) => reader.variable(name) !== '');
        if (variable !== undefined)
            return parseRegion(reader.variable(variable), variable);
        throw new src_errors/* ActionError */.lZ('is required and was not given', {
            hint: `Set region-id, e.g. cn-hangzhou, or one of the variables ${VARIABLES.join(', ')}.`,
        });
    });
}
/**
 * @param variable where the text came from, if not from an input
 * @throws ActionError if it cannot be the ID of a region
 */
function parseRegion(text, variable) {
    const got = `got ${(0,quote/* quote */.h)(text)}${variable === undefined ? '' : ` from the environment variable ${variable}`}`;
    const region = regionOfZone(text);
    if (region !== undefined && REGION_ID.pattern.test(text)) {
        throw new src_errors/* ActionError */.lZ(`${got}; this is a zone of the region ${region}`, {
            hint: `Set region-id to ${region}. To build the cache in this zone, set zone-id to ${text}.`,
        });
    }
    if (REGION_ID.pattern.test(text))
        return text;
    const meant = nearestRegion(text);
    const question = meant === undefined ? REGION_ID.hint : `Did you mean ${meant}?`;
    throw new src_errors/* ActionError */.lZ(`${got}; ${REGION_ID.allowed}`, {
        hint: variable === undefined ? question : `${question} Set the input region-id.`,
    });
}

;// CONCATENATED MODULE: ./src/inputs/values.ts

/** The forms of YAML 1.2's core schema, https://yaml.org/spec/1.2.2/#1032-tag-resolution */
const BOOLEANS = new Map([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
]);
function parseBoolean(text) {
    return BOOLEANS.get(text) ?? refuse(text, 'allowed is true or false');
}
/** The largest value of the API's 32-bit integers. */
const LARGEST_INT32 = 2 ** 31 - 1;
/** A parser of whole decimal numbers: no sign, point, exponent or unit. */
function integer(range) {
    return number('whole number', range, wholeNumber);
}
/** A parser of decimal numbers such as 7 or 2.5: no sign, exponent or unit. */
function decimal(range) {
    return number('number', range, (text) => (/^\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : NaN));
}
/** The number in decimal digits, NaN where it is written in any other way. */
function wholeNumber(text) {
    return /^\d{1,15}$/.test(text) ? Number(text) : NaN;
}
/** What to do about a number with a unit. */
function unitHint(text) {
    return /^[\d.]+\s*[a-z%]+$/i.test(text) ? 'Write the plain number, without a unit.' : undefined;
}
function number(what, range, read) {
    const { from, over, to, unit } = range;
    const bounds = over === undefined ? `from ${from ?? 0} to ${to}` : `over ${over}, at most ${to}`;
    const allowed = `allowed is a ${what}${unit === undefined ? '' : ` of ${unit}`} ${bounds}`;
    return (text) => {
        const value = read(text);
        const inside = value >= (from ?? 0) && value > (over ?? -1) && value <= to;
        return inside ? value : refuse(text, allowed, unitHint(text));
    };
}
/** A parser that takes a text as it is where it has the shape. */
function shaped({ pattern, allowed, hint }) {
    return (text) => (pattern.test(text) ? text : refuse(text, allowed, hint));
}
/** An ID of the cloud with its prefix: "sg-" for a security group. */
function idOf(thing, prefix) {
    return {
        // The vendor does not say which characters follow, so only what no ID can hold is refused.
        pattern: new RegExp(`^${prefix}[A-Za-z0-9_-]+$`),
        allowed: `the ID of ${thing} starts with ${prefix} and holds letters, digits, '-' and '_'`,
    };
}
const EIP_ID = {
    ...idOf('an EIP', 'eip-'),
    allowed: "allowed is auto, or the ID of an EIP, which starts with eip- and holds letters, digits, '-' and '_'",
};
const ZONE_ID = {
    pattern: /^[A-Za-z0-9_-]+$/,
    allowed: 'a zone ID holds letters, digits, - and _, e.g. cn-hangzhou-g',
    hint: 'One zone is allowed. Leave zone-id out to let the vSwitches decide.',
};
/** The vendor states no rule; this one is inside every rule seen for names of this kind. */
const CACHE_NAME = {
    pattern: /^[a-z0-9][a-z0-9-]{0,126}[a-z0-9]$/,
    allowed: "allowed are 2 to 128 lower-case letters, digits and '-', with no '-' at either end",
    hint: 'Leave image-cache-name out to have a name made from repository, tag and content.',
};
/** "The token can only contain ASCII characters and cannot exceed 64 characters", CreateImageCache. */
const CLIENT_TOKEN = {
    pattern: /^[\x20-\x7e]{1,64}$/,
    allowed: 'allowed are 1 to 64 printable ASCII characters',
};
/** RoleArn of AssumeRoleWithOIDC. */
const ROLE_ARN = {
    pattern: /^acs:ram::[^:\s]*:role\/\S+$/,
    allowed: 'the ARN of a RAM role reads acs:ram::<account ID>:role/<role name>',
    hint: 'Copy the ARN from the RAM console: Identities, Roles, the role.',
};
/** OIDCProviderArn of AssumeRoleWithOIDC. */
const OIDC_PROVIDER_ARN = {
    pattern: /^acs:ram::[^:\s]*:oidc-provider\/\S+$/,
    allowed: 'the ARN of an OIDC identity provider reads acs:ram::<account ID>:oidc-provider/<provider name>',
    hint: 'Copy the ARN from the RAM console: Integrations, SSO, Role-based SSO, OIDC.',
};
/** RoleSessionName of AssumeRoleWithOIDC. */
const ROLE_SESSION_NAME = {
    pattern: /^[A-Za-z0-9.@_-]{2,64}$/,
    allowed: "allowed are 2 to 64 letters, digits, '.', '@', '-' and '_'",
};
/** The one strategy that the service knows; written in any case. */
function parseEliminationStrategy(text) {
    return text.toUpperCase() === 'LRU'
        ? 'LRU'
        : refuse(text, 'allowed is LRU', 'Leave elimination-strategy out to keep the cache until it is deleted.');
}

;// CONCATENATED MODULE: ./src/inputs/acr-registry-info.ts




const acr_registry_info_RULES = {
    'instance-id': {
        required: true,
        parse: shaped({ pattern: /^[\w-]+$/, allowed: 'the ID of an instance reads like cri-nwj395hgf6f3' }),
        alsoKnownAs: ['id', 'instance'],
    },
    'instance-name': { alsoKnownAs: ['name'] },
    'region-id': { parse: (text) => parseRegion(text), alsoKnownAs: ['region'] },
    domains: { many: true, parse: parseHost, alsoKnownAs: ['domain'] },
    'arn-service': {},
    'arn-user': {},
};
/** Checks the list of Container Registry Enterprise Edition instances. @throws ActionError */
function checkAcrRegistryInfos(list) {
    return checkEntries(list, acr_registry_info_RULES).map(toInfo);
}
function toInfo(entry) {
    const [instanceId = ''] = entry['instance-id'];
    const [instanceName] = entry['instance-name'];
    const [regionId] = entry['region-id'];
    const [arnService] = entry['arn-service'];
    const [arnUser] = entry['arn-user'];
    return {
        instanceId,
        domains: entry.domains,
        ...(instanceName === undefined ? {} : { instanceName }),
        ...(regionId === undefined ? {} : { regionId }),
        ...(arnService === undefined ? {} : { arnService }),
        ...(arnUser === undefined ? {} : { arnUser }),
    };
}

;// CONCATENATED MODULE: ./src/inputs/credentials.ts


const KEY_INPUTS = {
    from: 'inputs',
    id: 'access-key-id',
    secret: 'access-key-secret',
    token: 'security-token',
};
/** What the vendor's configure-aliyun-credentials-action exports, and the vendor's tools read. */
const KEY_VARIABLES = [
    {
        from: 'environment variables',
        id: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
        secret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
        token: 'ALIBABA_CLOUD_SECURITY_TOKEN',
    },
    {
        from: 'environment variables',
        id: 'ALIBABACLOUD_ACCESS_KEY_ID',
        secret: 'ALIBABACLOUD_ACCESS_KEY_SECRET',
        token: 'ALIBABACLOUD_SECURITY_TOKEN',
    },
    {
        from: 'environment variables',
        id: 'ALICLOUD_ACCESS_KEY',
        secret: 'ALICLOUD_SECRET_KEY',
        token: 'ALICLOUD_SECURITY_TOKEN',
    },
];
const ROLE_INPUTS = ['role-to-assume', 'oidc-provider-arn'];
const EMPTY_SECRET_HINT = 'A secret that does not exist, or that this run cannot see (a pull request from a fork), is an empty string.';
const NO_CREDENTIALS_HINT = 'Set access-key-id and access-key-secret; or role-to-assume and oidc-provider-arn; or the variables ' +
    'ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, e.g. with aliyun/configure-aliyun-credentials-action.';
/** Masks every access key secret and security token that is set, used or not. An access key's ID is no secret. */
function maskKeys(reader, secrets) {
    for (const input of [KEY_INPUTS.secret, KEY_INPUTS.token])
        secrets.add(reader.text(input), input);
    for (const variable of KEY_VARIABLES.flatMap(({ secret, token }) => [secret, token])) {
        secrets.add(reader.variable(variable), variable);
    }
}
/** The credentials: from inputs, else a role to assume, else environment variables. Records what is wrong. */
function readCredentials(reader) {
    const oidc = readOidc(reader);
    return reader.attempt('access-key-id', () => {
        const keyInputs = [KEY_INPUTS.id, KEY_INPUTS.secret, KEY_INPUTS.token].filter((name) => reader.text(name) !== '');
        const roleInputs = ROLE_INPUTS.filter((name) => reader.text(name) !== '');
        if (keyInputs.length > 0 && roleInputs.length > 0)
            throw ambiguous(keyInputs, roleInputs);
        if (keyInputs.length > 0)
            return keysFromInputs(reader);
        if (roleInputs.length > 0)
            return whole(reader, oidc);
        return keysFromVariables(reader);
    });
}
/** Read even where no role is to be assumed: a bad input is always an error. */
function readOidc(reader) {
    const seconds = integer({ from: 900, to: 43_200, unit: 'seconds' });
    return {
        kind: 'oidc',
        roleToAssume: reader.optional('role-to-assume', shaped(ROLE_ARN)) ?? '',
        oidcProviderArn: reader.optional('oidc-provider-arn', shaped(OIDC_PROVIDER_ARN)) ?? '',
        audience: reader.text('audience'),
        roleSessionName: reader.parse('role-session-name', shaped(ROLE_SESSION_NAME)),
        roleSessionExpirationSeconds: reader.parse('role-session-expiration', seconds),
    };
}
function ambiguous(keyInputs, roleInputs) {
    return new src_errors/* InputError */.dz('role-to-assume', `${inWords(roleInputs)} cannot be used together with ${inWords(keyInputs)}`, 'Set the role or the access key, not both.');
}
/** The role, where both of its halves were given. */
function whole(reader, oidc) {
    const missing = ROLE_INPUTS.find((name) => reader.text(name) === '');
    if (missing === undefined)
        return oidc;
    const given = ROLE_INPUTS.find((name) => name !== missing) ?? '';
    throw new src_errors/* InputError */.dz(missing, `is missing, and ${given} is set`, 'Set both: the ARN of the RAM role, and the ARN of the OIDC identity provider that the role trusts.');
}
function keysFromInputs(reader) {
    const found = keys(KEY_INPUTS, (name) => reader.text(name));
    if (found !== undefined)
        return found;
    throw new src_errors/* InputError */.dz(KEY_INPUTS.token, `is set without ${KEY_INPUTS.id} and ${KEY_INPUTS.secret}`, `A security token belongs to the key that it was issued with: set all three. ${EMPTY_SECRET_HINT}`);
}
function keysFromVariables(reader) {
    for (const names of KEY_VARIABLES) {
        const found = keys(names, (name) => reader.variable(name));
        if (found !== undefined)
            return found;
    }
    throw new src_errors/* InputError */.dz(KEY_INPUTS.id, 'no credentials were given, neither as inputs nor in the environment', NO_CREDENTIALS_HINT);
}
/** The key under these names; undefined if neither half of it is set. @throws InputError if one is */
function keys(names, read) {
    const [accessKeyId, accessKeySecret, token] = [read(names.id), read(names.secret), read(names.token)];
    if (accessKeyId === '' && accessKeySecret === '')
        return undefined;
    if (accessKeyId === '')
        throw half(names, 'id', 'secret');
    if (accessKeySecret === '')
        throw half(names, 'secret', 'id');
    const used = token === '' ? [names.id, names.secret] : [names.id, names.secret, names.token];
    return {
        kind: 'static',
        accessKeyId,
        accessKeySecret,
        securityToken: token === '' ? undefined : token,
        origin: `the ${names.from} ${inWords(used)}`,
    };
}
function half(names, missing, given) {
    const message = names.from === 'inputs'
        ? `is missing, and ${names[given]} is set`
        : `the environment variable ${names[missing]} is missing, and ${names[given]} is set`;
    return new src_errors/* InputError */.dz(KEY_INPUTS[missing], message, EMPTY_SECRET_HINT);
}
/** "a", "a and b", "a, b and c". */
function inWords(names) {
    return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./src/inputs/patterns.ts

/** The patterns of the input manifests: newlines or commas separate them, except commas in braces, as in k8s/{web,api}.yaml. */
function parsePatterns(text) {
    return parseLines(text)
        .flatMap((line) => line.split(/,(?![^{}]*\})/))
        .map((pattern) => pattern.trim())
        .filter((pattern) => pattern !== '');
}

;// CONCATENATED MODULE: ./src/inputs/manifests.ts






/**
 * Reads the files that the input names; undefined if it is not set. What reads them is loaded only then, since the
 * YAML library comes with it.
 */
async function readManifestFiles(reader) {
    const patterns = reader.parse('manifests', parsePatterns);
    if (patterns.length === 0)
        return undefined;
    const { readManifests, tooManyImages } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(6), __webpack_require__.e(65)]).then(__webpack_require__.bind(__webpack_require__, 446));
    const workspace = reader.variable('GITHUB_WORKSPACE');
    const problem = await problemOf(workspace);
    const content = problem ? nothing(problem) : await readManifests(patterns, workspace);
    return { content, tooMany: (others) => tooManyImages(content, others, resolve/* MOST_IMAGES */.d2) };
}
/** The images to cache: those of `images`, then those of the manifests, each text once. */
function unite(reader, { content, tooMany }, listedImages, registryMap) {
    const releaseImages = reader.attempt('manifests', () => {
        if (content.errors.length > 0)
            throw new src_errors/* ActionErrors */.o9(content.errors);
        const all = (0,resolve/* withImagesAsWritten */.sK)(listedImages, content.images, registryMap);
        if (all.length > resolve/* MOST_IMAGES */.d2)
            throw tooMany(listedImages.map(({ cachedReference }) => cachedReference));
        if (all.length === 0)
            throw noImage();
        return all;
    });
    return {
        releaseImages,
        manifests: { content, listedImages, tempFolder: reader.variable('RUNNER_TEMP') || (0,external_node_os_.tmpdir)() },
    };
}
async function problemOf(workspace) {
    const where = 'its files are looked for below GITHUB_WORKSPACE';
    if (workspace === '') {
        return new src_errors/* InputError */.dz('manifests', `${where}, which is not set`, 'Run this step in a job of a workflow: the runner sets it.');
    }
    const isFolder = await (0,external_node_fs_promises_.stat)(workspace).then((found) => found.isDirectory(), () => false);
    if (isFolder)
        return undefined;
    return new src_errors/* InputError */.dz('manifests', `${where}, and ${(0,quote/* quote */.h)(workspace)} is not a folder that can be read`, 'Check the repository out in this job, or fetch the rendered manifests, before this step.');
}
function nothing(error) {
    return { files: [], images: [], pods: [], messages: [], errors: [error] };
}
function noImage() {
    return new src_errors/* InputError */.dz('manifests', 'no pod in these files names an image, and images is not set', 'Give the files with Deployments, Jobs and the like as they will be applied, or list the images in the input images.');
}

;// CONCATENATED MODULE: ./src/inputs/defaults.ts
/**
 * Every input with its default, in the order of action.yml; '' where it has none.
 * A test holds this table and action.yml together. The table is needed in addition to action.yml, since
 * the runner sets the default only for absent inputs: an input that is set to an empty string arrives empty.
 */
const DEFAULTS = {
    images: '',
    manifests: '',
    'image-tag': '{{tag}}',
    'registry-map': '',
    platform: 'linux/amd64',
    'region-id': '',
    'zone-id': '',
    'security-group-id': '',
    'vswitch-id': '',
    'eip-instance-id': '',
    'resource-group-id': '',
    annotations: '',
    'image-cache-name': '',
    'image-cache-size': 'auto',
    'size-margin-percent': '10',
    'retention-days': '',
    'elimination-strategy': '',
    'auto-match-image-cache': 'true',
    flash: '',
    'standard-copy-count': '',
    'flash-copy-count': '',
    'image-registry-credentials': '',
    'acr-registry-info': '',
    'plain-http-registry': '',
    'insecure-registry': '',
    tags: '',
    'client-token': '',
    'access-key-id': '',
    'access-key-secret': '',
    'security-token': '',
    'role-to-assume': '',
    'oidc-provider-arn': '',
    audience: 'sts.aliyuncs.com',
    'role-session-name': 'warm-eci-image-cache',
    'role-session-expiration': '3600',
    wait: 'true',
    'wait-timeout-minutes': '60',
    reuse: 'true',
    'keep-latest': '',
    'dry-run': 'false',
    summary: 'true',
    endpoint: '',
    'sts-endpoint': '',
    'vpc-endpoint': '',
};
const INPUT_NAMES = Object.keys(DEFAULTS);

;// CONCATENATED MODULE: ./src/inputs/reader.ts


/**
 * Reads inputs and collects what is wrong with them, so that one run reports it all.
 * If reading an input fails, its value is `undefined`, whatever the type says: call `finish` before any value is used.
 */
class Reader {
    source;
    errors = [];
    gatheredWarnings = [];
    constructor(source) {
        this.source = source;
    }
    /** The input without the white space around it, or its default where it is unset or empty. */
    text(input) {
        return this.variable(environmentName(input)) || DEFAULTS[input];
    }
    /** The environment variable without the white space around it; empty if it is unset. */
    variable(name) {
        return this.source.env[name]?.trim() ?? '';
    }
    /** Parses the input, also where it is empty. */
    parse(input, parse) {
        return this.attempt(input, () => parse(this.text(input)));
    }
    /** Parses the input where it is set. */
    optional(input, parse) {
        return this.text(input) === '' ? undefined : this.parse(input, parse);
    }
    /** Parses an input that must be set; a list with nothing but comments and commas is not. */
    required(input, parse, hint) {
        return this.attempt(input, () => {
            const text = this.text(input);
            const missing = new src_errors/* ActionError */.lZ('is required and was not given', { hint });
            if (text === '')
                throw missing;
            const value = parse(text);
            if (Array.isArray(value) && value.length === 0)
                throw missing;
            return value;
        });
    }
    /** Runs `read`, and records the ActionErrors that it throws for this input, unless they name another one. */
    attempt(input, read) {
        try {
            return read();
        }
        catch (error) {
            if (!(error instanceof src_errors/* ActionError */.lZ))
                throw error;
            const errors = error instanceof src_errors/* ActionErrors */.o9 ? error.errors : [error];
            this.errors.push(...errors.map((single) => asInputError(input, single)));
            return undefined;
        }
    }
    /** Whether nothing is wrong with the input so far. */
    isGood(input) {
        return this.errors.every((error) => error.input !== input);
    }
    warn(message) {
        this.gatheredWarnings.push(message);
    }
    /** The warnings so far. @throws ActionErrors with an InputError for each input that was wrong */
    finish() {
        if (this.errors.length > 0)
            throw new src_errors/* ActionErrors */.o9(this.errors);
        return this.gatheredWarnings;
    }
}
function asInputError(input, error) {
    return error instanceof src_errors/* InputError */.dz ? error : new src_errors/* InputError */.dz(input, error.message, error.hint);
}
/** The variable in which the runner hands an input over, as @actions/core's getInput has it. */
function environmentName(input) {
    return `INPUT_${input.toUpperCase()}`;
}

;// CONCATENATED MODULE: ./src/inputs/registry-credentials.ts



/** ImageRegistryCredential.N takes 10. */
const MOST_CREDENTIALS = 10;
const registry_credentials_RULES = {
    server: {
        required: true,
        parse: parseServer,
        alsoKnownAs: ['registry', 'host', 'hostname', 'url', 'address'],
    },
    username: { required: true, alsoKnownAs: ['user', 'login'] },
    password: { required: true, alsoKnownAs: ['pass', 'passwd', 'token', 'secret'] },
};
/** Keys whose values may be shown; any other value may be a password under a wrong name. */
const OPEN_KEYS = ['server', 'username'];
/** Neither in a host, nor in what people write around one: behind it, a broken line may go on to the password. */
const NOT_OF_A_HOST = /[^\w.:/@[\]?#-].*$/s;
/** A host. The error quotes only the part of the text that could be a host. */
function parseServer(text) {
    const cutOff = NOT_OF_A_HOST.exec(text)?.[0] ?? '';
    // What stands before an @ is a user and a password, and a password holds any character.
    return parseHost(cutOff.includes('@') ? '@…' : text.replace(NOT_OF_A_HOST, '…'));
}
/**
 * Checks the list of logins. Masks the passwords before anything else, whatever else is wrong.
 * @throws ActionError without any value but that of `server`
 */
function checkRegistryCredentials(list, secrets) {
    for (const entry of list.entries)
        maskPasswords(entry, secrets);
    const entries = checkEntries(list, registry_credentials_RULES);
    if (entries.length > MOST_CREDENTIALS) {
        throw new src_errors/* ActionError */.lZ(`got ${entries.length} entries; at most ${MOST_CREDENTIALS} are allowed`);
    }
    return entries.map(({ server: [server = ''], username: [username = ''], password: [password = ''] }) => ({
        server,
        username,
        password,
    }));
}
function maskPasswords(entry, secrets) {
    const username = entry?.get('username')?.texts[0] ?? '';
    for (const [key, { texts }] of entry ?? []) {
        if (OPEN_KEYS.includes(key))
            continue;
        for (const password of texts)
            secrets.addLogin(username, password, 'image-registry-credentials');
    }
}

// EXTERNAL MODULE: ./src/cache/sizes.ts
var sizes = __webpack_require__(1596);
;// CONCATENATED MODULE: ./src/inputs/size.ts



/**
 * `auto`, or a size in GiB. A size below the smallest cache is raised to it, with a warning: the service
 * would raise it silently.
 */
function parseCacheSize(text, warn) {
    if (text.toLowerCase() === 'auto')
        return 'auto';
    const sizeGiB = wholeNumber(text);
    if (!(sizeGiB >= 1 && sizeGiB <= sizes/* MAX_CACHE_SIZE_GIB */.R)) {
        refuse(text, `allowed is auto, or a whole number of GiB from ${sizes/* MIN_CACHE_SIZE_GIB */.f} to ${sizes/* MAX_CACHE_SIZE_GIB */.R}`, unitHint(text));
    }
    if (sizeGiB >= sizes/* MIN_CACHE_SIZE_GIB */.f)
        return sizeGiB;
    warn(`image-cache-size: ${sizeGiB} GiB is raised to ${sizes/* MIN_CACHE_SIZE_GIB */.f} GiB, the smallest cache that the service makes.`);
    return sizes/* MIN_CACHE_SIZE_GIB */.f;
}

;// CONCATENATED MODULE: ./src/inputs/tags.ts




/** The service takes 20 tags, and up to six of them are ours (cache/identity.ts). */
const MOST_TAGS = 14;
const LONGEST = 128;
/** Our own tags, by which a cache is found again. */
const OWN_PREFIX = 'warm-image-cache-';
/** What the service demands of a tag, and what keeps ours apart. */
const tags_RULES = [
    { breaks: ({ key }) => key === '', says: 'the key is empty' },
    { breaks: ({ key }) => key.length > LONGEST, says: `a key has at most ${LONGEST} characters` },
    { breaks: ({ value }) => value.length > LONGEST, says: `a value has at most ${LONGEST} characters` },
    { breaks: ({ key }) => /^(aliyun|acs:)/i.test(key), says: 'a key must not start with aliyun or acs:' },
    { breaks: ({ key }) => /https?:\/\//i.test(key), says: 'a key must not contain http:// or https://' },
    {
        breaks: ({ key }) => key.toLowerCase().startsWith(OWN_PREFIX),
        says: `keys that start with ${OWN_PREFIX} belong to this action`,
    },
];
/**
 * Lines `key=value`. A value may hold '=' and commas; a line in which every part between commas holds
 * a '=' is several tags.
 */
function parseTags(text) {
    const tags = mapAll(parseLines(text).flatMap(splitLine), parseTag);
    const keys = tags.map(({ key }) => key);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined)
        throw new src_errors/* ActionError */.lZ(`the key ${(0,quote/* quote */.h)(twice)} is there twice`);
    if (tags.length > MOST_TAGS) {
        throw new src_errors/* ActionError */.lZ(`got ${tags.length} tags; at most ${MOST_TAGS} are allowed`, {
            hint: 'The service takes 20 tags, and this action adds up to six of its own.',
        });
    }
    return tags;
}
function splitLine(line) {
    const parts = line.split(',').filter((part) => part.trim() !== '');
    return parts.every((part) => part.includes('=')) ? parts : [line];
}
function parseTag(text) {
    const equals = text.indexOf('=');
    if (equals < 0)
        refuse(text, 'a tag reads key=value');
    const tag = { key: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() };
    const broken = tags_RULES.find((rule) => rule.breaks(tag));
    return broken === undefined ? tag : refuse(text.trim(), broken.says);
}

;// CONCATENATED MODULE: ./src/inputs.ts















/** VSwitchId: "You can specify up to 10 vSwitch IDs." */
const MOST_VSWITCHES = 10;
/** Stands in for an image-tag that is wrong itself, so that `images` is checked all the same. */
const ANY_TAG = 'latest';
/**
 * Reads and checks every input. Masks every secret among them before anything else is done with it.
 * @param context what the event says of the release: it decides whether `images` may be empty or lack tags
 * @throws ActionErrors with an InputError for each bad input, and for each bad entry of `images`
 */
async function readInputs(source, context, secrets) {
    const reader = new Reader(source);
    maskKeys(reader, secrets);
    const readYamlList = await yamlReader(reader);
    const manifestFiles = await readManifestFiles(reader);
    const inputs = {
        ...readImages(reader, context, manifestFiles),
        ...readPlace(reader),
        ...readCache(reader),
        ...readRegistries(reader, readYamlList, secrets),
        ...readBehaviour(reader),
        credentials: readCredentials(reader),
        clockSpeed: clockSpeed(reader),
    };
    // Only checked here: summaryWanted reads it, which works where other inputs are wrong.
    reader.parse('summary', parseBoolean);
    const warnings = reader.finish();
    return { ...inputs, warnings: [...warnings, ...doubts(inputs)] };
}
/** Whether the summary is wanted; can be told where the other inputs are wrong. */
function summaryWanted(source) {
    return new Reader(source).text('summary').toLowerCase() !== 'false';
}
/** What to cache. */
function readImages(reader, context, manifestFiles) {
    const images = reader.parse('images', parseList);
    const imageTag = reader.parse('image-tag', parseTemplate);
    const registryMap = reader.parse('registry-map', parseRegistryMap);
    const goodMap = reader.isGood('registry-map') ? registryMap : [];
    const listed = reader.attempt('images', () => manifestFiles && images.length === 0
        ? []
        : (0,resolve/* resolveImages */.Be)(images, {
            imageTag: reader.isGood('image-tag') ? imageTag : ANY_TAG,
            registryMap: goodMap,
            context,
        }));
    const all = manifestFiles
        ? unite(reader, manifestFiles, reader.isGood('images') ? listed : [], goodMap)
        : { releaseImages: listed, manifests: undefined };
    return { images, imageTag, registryMap, ...all, platform: reader.parse('platform', parsePlatform) };
}
/** Where to build the cache, and whom to ask. */
function readPlace(reader) {
    return {
        regionId: readRegion(reader),
        zoneId: reader.optional('zone-id', shaped(ZONE_ID)),
        securityGroupId: reader.required('security-group-id', shaped(idOf('a security group', 'sg-')), 'Give a security group of the VPC in which the cache is to be built, e.g. sg-uf66jeqopgqa9hdn.'),
        vSwitchIds: reader.required('vswitch-id', listOf(shaped(idOf('a vSwitch', 'vsw-')), MOST_VSWITCHES), 'Give one vSwitch or several of different zones, e.g. vsw-uf6h3rbwbm90urjwa.'),
        ...readEip(reader),
        resourceGroupId: reader.optional('resource-group-id', shaped(idOf('a resource group', 'rg-'))),
        endpoint: readEndpoint(reader, 'endpoint', 'eci'),
        stsEndpoint: readEndpoint(reader, 'sts-endpoint', 'sts'),
        vpcEndpoint: readEndpoint(reader, 'vpc-endpoint', 'vpc'),
    };
}
/** The EIP of the build: `auto`, or one that is there. */
function readEip(reader) {
    const temporaryEip = reader.text('eip-instance-id').toLowerCase() === 'auto';
    const eipInstanceId = temporaryEip ? undefined : reader.optional('eip-instance-id', shaped(EIP_ID));
    return { temporaryEip, eipInstanceId };
}
/** What kind of cache to make. */
function readCache(reader) {
    const copies = integer({ from: 1, to: LARGEST_INT32 });
    return {
        imageCacheName: reader.optional('image-cache-name', shaped(CACHE_NAME)),
        imageCacheSizeGiB: reader.parse('image-cache-size', (text) => parseCacheSize(text, (warning) => {
            reader.warn(warning);
        })),
        sizeMarginPercent: reader.parse('size-margin-percent', decimal({ from: 0, to: 400, unit: 'percent' })),
        retentionDays: reader.optional('retention-days', integer({ from: 1, to: 65_536, unit: 'days' })),
        eliminationStrategy: reader.optional('elimination-strategy', parseEliminationStrategy),
        autoMatchImageCache: reader.parse('auto-match-image-cache', parseBoolean),
        flash: reader.optional('flash', parseBoolean),
        standardCopyCount: reader.optional('standard-copy-count', copies),
        flashCopyCount: reader.optional('flash-copy-count', copies),
        tags: reader.parse('tags', parseTags),
        annotations: reader.optional('annotations', (text) => text),
        clientToken: reader.optional('client-token', shaped(CLIENT_TOKEN)),
    };
}
/** The YAML library is large, and most runs have no input in YAML: it is loaded for those that have. */
async function yamlReader(reader) {
    const inYaml = ['image-registry-credentials', 'acr-registry-info'];
    if (inYaml.every((input) => reader.text(input) === ''))
        return () => ({ entries: [], problem: undefined });
    const { readYamlList } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(950)]).then(__webpack_require__.bind(__webpack_require__, 8950));
    return readYamlList;
}
/** How the service gets at the images. */
function readRegistries(reader, readYamlList, secrets) {
    return {
        registryCredentials: reader.parse('image-registry-credentials', (text) => checkRegistryCredentials(readYamlList(text), secrets)),
        acrRegistryInfos: reader.parse('acr-registry-info', (text) => checkAcrRegistryInfos(readYamlList(text))),
        plainHttpRegistries: reader.parse('plain-http-registry', listOf(parseHost)),
        insecureRegistries: reader.parse('insecure-registry', listOf(parseHost)),
    };
}
/** How this step behaves. */
function readBehaviour(reader) {
    return {
        wait: reader.parse('wait', parseBoolean),
        waitTimeoutMinutes: reader.parse('wait-timeout-minutes', decimal({ over: 0, to: 1440, unit: 'minutes' })),
        reuse: reader.parse('reuse', parseBoolean),
        keepLatest: reader.optional('keep-latest', integer({ from: 1, to: LARGEST_INT32 })),
        dryRun: reader.parse('dry-run', parseBoolean),
    };
}
function parseTemplate(text) {
    (0,template/* checkTemplate */.B)(text);
    return text;
}
/** The endpoint that was given, else the public one of the region. */
function readEndpoint(reader, input, service) {
    return (reader.optional(input, parseEndpoint) ?? {
        protocol: 'https',
        // A bad region has an error of its own, and nobody comes to use this.
        host: regionalHost(service, regionText(reader)),
    });
}
/** For tests only: how much faster than the wall clock waits pass. */
function clockSpeed(reader) {
    const speed = Number(reader.variable('ECI_CACHE_CLOCK_SPEED'));
    return Number.isFinite(speed) && speed >= 1 ? speed : 1;
}
/** What is allowed and yet hardly meant. */
function doubts(inputs) {
    const { regionId, platform, flash, flashCopyCount, keepLatest, wait, endpoint, stsEndpoint } = inputs;
    const { temporaryEip, vpcEndpoint } = inputs;
    const regionDoubt = doubtOfRegion(regionId);
    const isOpen = ({ protocol, host }) => protocol === 'http' && !hosts_isLoopback(host);
    const warnings = [
        [
            formatPlatform(platform) !== 'linux/amd64',
            `platform: ${formatPlatform(platform)} is looked up, but the request for a cache has no architecture, and the service most likely pulls linux/amd64. The cache may hold another image than the one that was measured.`,
        ],
        [regionDoubt !== undefined, `region-id: ${regionDoubt ?? ''} The run goes on with it.`],
        [
            flashCopyCount !== undefined && flash !== true,
            'flash-copy-count: has no effect, since flash is not true.',
        ],
        [
            // Without wait nothing is deleted.
            keepLatest === 1 && wait,
            'keep-latest: 1 takes the cache from the release that is running before this one has replaced it, unless an instance was matched with it within the last 24 hours. Set 2 or more.',
        ],
        [
            isOpen(endpoint),
            `endpoint: requests to http://${endpoint.host} are not encrypted, and registry passwords are in them.`,
        ],
        [
            isOpen(stsEndpoint),
            `sts-endpoint: requests to http://${stsEndpoint.host} are not encrypted, and credentials are in the answers.`,
        ],
        [
            temporaryEip && isOpen(vpcEndpoint),
            `vpc-endpoint: requests to http://${vpcEndpoint.host} are not encrypted.`,
        ],
    ];
    return warnings.filter(([applies]) => applies).map(([, warning]) => warning);
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
var external_node_path_default = /*#__PURE__*/__webpack_require__.n(external_node_path_);
;// CONCATENATED MODULE: ./src/inputs/runner.ts



/** Reads the environment. An empty variable is an unset one. */
function readRunner({ env }, platform = process.platform) {
    const variable = (name) => env[name]?.trim() ?? '';
    // Lower case first, as @actions/http-client and curl have it.
    const either = (name) => [name.toLowerCase(), name]
        .map((spelling) => ({ name: spelling, value: variable(spelling) }))
        .find(({ value }) => value !== '');
    const folder = variable('DOCKER_CONFIG');
    // Docker's own choice; Node's homedir() looks at these variables too, but at those of this process only.
    const homeFolder = () => variable(platform === 'win32' ? 'USERPROFILE' : 'HOME') || homeOfUser();
    const dockerFolder = folder || inside(homeFolder(), '.docker');
    return {
        proxies: {
            https: either('HTTPS_PROXY'),
            http: either('HTTP_PROXY'),
            noProxy: either('NO_PROXY'),
            addresses: ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].map(variable).filter(Boolean),
        },
        dockerConfig: dockerFolder === undefined
            ? undefined
            : {
                path: external_node_path_default().join(dockerFolder, 'config.json'),
                shownAs: folder === '' ? '~/.docker/config.json' : '$DOCKER_CONFIG/config.json',
                helperEnvironment: withoutInputs(env),
            },
        containersAuth: containersAuthFiles(variable('REGISTRY_AUTH_FILE'), variable('XDG_RUNTIME_DIR')),
        server: serverKind(env),
    };
}
/** containers-auth.json(5): the file of the variable, else the one in the folder of the session. */
function containersAuthFiles(file, runtimeFolder) {
    const ofSession = {
        path: external_node_path_default().join(runtimeFolder, 'containers', 'auth.json'),
        shownAs: '$XDG_RUNTIME_DIR/containers/auth.json',
    };
    return [
        ...(file === '' ? [] : [{ path: file, shownAs: '$REGISTRY_AUTH_FILE' }]),
        ...(runtimeFolder === '' ? [] : [ofSession]),
    ];
}
/** The home folder in the list of users; undefined for a user ID that is not in it, as in many containers. */
function homeOfUser() {
    try {
        return (0,external_node_os_.homedir)() || undefined;
    }
    catch {
        return undefined;
    }
}
function inside(folder, name) {
    return folder === undefined ? undefined : external_node_path_default().join(folder, name);
}
/** A helper has its own settings in the environment; it does not get the inputs of this step. */
function withoutInputs(env) {
    return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}

// EXTERNAL MODULE: ./src/process.ts
var src_process = __webpack_require__(4006);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
;// CONCATENATED MODULE: ./src/registry/credential-helper.ts


/** Why a helper gave no answer: words that follow its name. They quote nothing that it printed. */
class HelperError extends Error {
}
const credential_helper_LARGEST_ANSWER_BYTES = 64 * 1024;
/**
 * Asks `docker-credential-NAME get` for the login to a server, by the protocol of docker-credential-helpers
 * (https://github.com/docker/docker-credential-helpers, "Development"): the server's name on stdin, JSON with
 * ServerURL, Username and Secret on stdout. No shell is in between.
 *
 * @returns undefined if the helper has none
 * @throws HelperError
 */
async function askHelper(name, server, options) {
    // The name becomes part of a program's: it must not lead to another folder.
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(name))
        throw new HelperError('has a name that no helper has');
    const { error, stdout } = await runHelper(`docker-credential-${name}`, server, options);
    if (!error)
        return loginOf(stdout);
    if (stdout.includes('credentials not found in native keychain'))
        return undefined;
    throw new HelperError(faultOf(error, options));
}
function runHelper(program, server, { environment, timeLimitMs }) {
    return new Promise((resolve) => {
        const child = (0,external_node_child_process_.execFile)(program, ['get'], {
            env: environment,
            // Windows looks for programs in the current folder first, and ours is what the job checked out.
            cwd: external_node_path_default().dirname(process.execPath),
            timeout: timeLimitMs,
            killSignal: 'SIGKILL',
            maxBuffer: credential_helper_LARGEST_ANSWER_BYTES,
            windowsHide: true,
        }, (error, stdout) => {
            resolve({ error: error, stdout });
        });
        // A helper that ends without reading it is reported by its exit code.
        child.stdin?.on('error', () => undefined);
        child.stdin?.end(server);
    });
}
function faultOf({ code, killed }, { timeLimitMs }) {
    if (code === 'ENOENT')
        return 'is not on PATH';
    if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
        return 'printed more than a login';
    if (killed)
        return `did not end within ${timeLimitMs / 1000} s`;
    return typeof code === 'number' ? `ended with exit code ${code}` : 'could not be run';
}
function loginOf(stdout) {
    const { Username: username, Secret: secret } = parse(stdout);
    if (typeof username !== 'string' || typeof secret !== 'string') {
        throw new HelperError('gave an answer without Username and Secret');
    }
    if (secret === '')
        return undefined;
    return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}
function parse(stdout) {
    try {
        return (JSON.parse(stdout) ?? {});
    }
    catch {
        throw new HelperError('gave an answer that is not JSON');
    }
}

;// CONCATENATED MODULE: ./src/registry/hosts.ts
/** Docker Hub's names: in references, as API host, and as `docker login` writes it into its config. */
const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_API = 'registry-1.docker.io';
const DOCKER_HUB_NAMES = new Set([DOCKER_HUB, DOCKER_HUB_API, 'index.docker.io', 'registry.hub.docker.com']);
/** The name under which registries are compared: host[:port] in lower case, `docker.io` for Docker Hub. */
function registryName(server) {
    const host = server
        .trim()
        .toLowerCase()
        .replace(/^https?:\/\//, '')
        .replace(/\/.*$/s, '')
        .replace(/:443$/, '');
    return DOCKER_HUB_NAMES.has(host) ? DOCKER_HUB : host;
}
/**
 * Whether two server names mean the same registry, e.g. `https://index.docker.io/v1/` (a key of the
 * Docker config) and `docker.io` (what an image reference names). Scheme and path do not count.
 */
function sameRegistry(a, b) {
    return registryName(a) === registryName(b);
}
/**
 * Plain HTTP is for listed hosts only. Docker also tries it for loopback hosts; ECI could never pull from
 * one, so the exception would only help tests, and hide what the list is for.
 */
function trustRules(options) {
    const plainHttp = new Set(options.plainHttpRegistries.map((host) => hostFor('http:', host)));
    const insecure = new Set(options.insecureRegistries.map((host) => hostFor('https:', host)));
    const isPlainHttp = (host) => plainHttp.has(hostFor('http:', host));
    return {
        mayVisit: ({ protocol, host }) => protocol === 'https:' || (protocol === 'http:' && isPlainHttp(host)),
        allowsAnyCertificate: (url) => insecure.has(hostFor('https:', url.host)),
        baseUrl: (registry) => {
            const host = registryName(registry) === DOCKER_HUB ? DOCKER_HUB_API : registry;
            return new URL(`${isPlainHttp(host) ? 'http' : 'https'}://${host}`);
        },
    };
}
/** The host as a URL spells it: lower case, without the scheme's own port. */
function hostFor(protocol, host) {
    const bare = host.replace(/^https?:\/\//, '');
    return URL.canParse(`${protocol}//${bare}`) ? new URL(`${protocol}//${bare}`).host : undefined;
}

;// CONCATENATED MODULE: ./src/registry/docker-config.ts




/** What `docker login` calls Docker Hub. */
const docker_config_DOCKER_HUB = 'https://index.docker.io/v1/';
const HELPER_LIMIT_MS = 10_000;
const NO_LOGINS = { auths: new Map(), credHelpers: new Map(), credsStore: undefined };
/**
 * The logins that earlier steps of the job left in the Docker config, or in the files of Podman and Buildah. A file is
 * read when the first registry asks for a login. What cannot be read or run is a warning, once, and no login. In each
 * file the order is Docker's: the helper of the registry, else the helper of all, else what the file itself holds
 * (https://docs.docker.com/reference/cli/docker/login/#credential-stores, and containers-auth.json(5)).
 */
function dockerLogins(options) {
    const { file, otherFiles = [] } = options;
    const files = [
        ...(file ? [file] : []),
        ...otherFiles.map((other) => ({ helperEnvironment: file?.helperEnvironment ?? {}, ...other })),
    ];
    const lookIns = files.map((one) => loginsIn(one, options));
    return async (host) => {
        for (const lookIn of lookIns) {
            const login = await lookIn(host);
            if (login)
                return login;
        }
        return undefined;
    };
}
function loginsIn(file, options) {
    let config;
    const faultyHelpers = new Set();
    const fromHelper = async (name, host) => {
        const { secrets, log, helperTimeLimitMs = HELPER_LIMIT_MS } = options;
        const server = sameRegistry(host, docker_config_DOCKER_HUB) ? docker_config_DOCKER_HUB : host;
        try {
            const login = await askHelper(name, server, {
                environment: file.helperEnvironment,
                timeLimitMs: helperTimeLimitMs,
            });
            docker_config_maskLogin(login, secrets);
            return login;
        }
        catch (error) {
            if (!(error instanceof HelperError))
                throw error;
            if (!faultyHelpers.has(name))
                log.warning(helperWarning(file, name, host, error));
            faultyHelpers.add(name);
            return undefined;
        }
    };
    return async (host) => {
        config ??= readConfig(file, options);
        const { auths, credHelpers, credsStore } = await config;
        const [ownHelper] = valuesFor(credHelpers, host);
        const helper = ownHelper ?? credsStore;
        if (helper !== undefined)
            return fromHelper(helper, host);
        return valuesFor(auths, host).find((login) => login !== undefined);
    };
}
/** The values under the names of one registry, the one that Docker would use first. */
function valuesFor(byServer, host) {
    const same = [...byServer].filter(([server]) => sameRegistry(server, host));
    const exact = same.filter(([server]) => server === host || server === docker_config_DOCKER_HUB);
    return [...exact, ...same].map(([, value]) => value);
}
function helperWarning(file, name, host, error) {
    // The name is from the file, and may be anything.
    const shown = name.replace(/[^\w.-]/g, '?').slice(0, 64);
    return `${file.shownAs} names the credential helper docker-credential-${shown} for ${host}, but it ${error.message}. Going on without a login; if one is needed, give it in image-registry-credentials, or fix the helper.`;
}
async function readConfig(file, { secrets, log }) {
    const warn = (fault, lost = 'its logins') => {
        log.warning(`${file.shownAs} ${fault}. Going on without ${lost}; if a registry needs one, log in again in an earlier step.`);
    };
    try {
        const document = JSON.parse((await (0,external_node_fs_promises_.readFile)(file.path, 'utf8')).replace(/^\uFEFF/, ''));
        log.debug(`Registry logins are looked for in ${file.shownAs}, too.`);
        if (!(0,foreign_text/* isRecord */.u4)(document))
            throw new ConfigError('is not a JSON object');
        return configIn(document, secrets, warn);
    }
    catch (error) {
        const { code } = error;
        if (code === 'ENOENT' || code === 'ENOTDIR')
            return NO_LOGINS;
        // A parser's message quotes the file, so none of it is shown.
        warn(error instanceof ConfigError ? error.message : `cannot be read (${code ?? 'not JSON'})`);
        return NO_LOGINS;
    }
}
/** What is wrong with a file or an entry: words that follow the file's name. */
class ConfigError extends Error {
}
/** The usable parts of the file; each unusable part is a warning. */
function configIn({ auths, credHelpers, credsStore }, secrets, warn) {
    const entries = (value, name, read) => {
        if (value === undefined || value === null)
            return new Map();
        if (!(0,foreign_text/* isRecord */.u4)(value)) {
            warn(`has ${name} that are not an object`);
            return new Map();
        }
        const usable = Object.entries(value).flatMap(([server, entry]) => {
            try {
                return [[server, read(entry)]];
            }
            catch (error) {
                if (!(error instanceof ConfigError))
                    throw error;
                // Somebody may have put a login before the host.
                const host = (0,foreign_text/* quoteForeign */.xS)(registryName(server.replace(/^.*@/s, '')), 100);
                warn(`has an entry in ${name} for ${host} ${error.message}`, 'this login');
                return [];
            }
        });
        return new Map(usable);
    };
    const store = credsStore ?? '';
    if (typeof store !== 'string')
        warn('has a credsStore that is not a text');
    const helpers = entries(credHelpers, 'credHelpers', (name) => {
        if (typeof name === 'string')
            return name;
        throw new ConfigError('that is not a text');
    });
    return {
        auths: entries(auths, 'auths', (entry) => docker_config_loginOf(entry, secrets)),
        credHelpers: new Map([...helpers].filter(([, name]) => name !== '')),
        credsStore: typeof store === 'string' && store !== '' ? store : undefined,
    };
}
/** An entry of auths. @throws ConfigError where it is not an object, or `auth` is not the base64 of user:password */
function docker_config_loginOf(entry, secrets) {
    if (!(0,foreign_text/* isRecord */.u4)(entry))
        throw new ConfigError('that is not an object');
    const field = (name) => (typeof entry[name] === 'string' ? entry[name] : '');
    secrets.add(field('auth'));
    secrets.add(field('registrytoken'));
    const login = oneOf(field('identitytoken'), field('auth'), {
        username: field('username'),
        password: field('password'),
    });
    docker_config_maskLogin(login, secrets);
    return login;
}
function oneOf(identityToken, auth, plain) {
    if (identityToken !== '')
        return { identityToken };
    if (auth === '')
        return plain.username !== '' && plain.password !== '' ? plain : undefined;
    // Docker takes NUL characters off the end of the password.
    const [, username, password] = /^([^:]+):(.*?)\0*$/s.exec(Buffer.from(auth, 'base64').toString('utf8')) ?? [];
    if (username === undefined || password === undefined) {
        throw new ConfigError('whose auth is not the base64 of user:password');
    }
    return password === '' ? undefined : { username, password };
}
function docker_config_maskLogin(login, secrets) {
    if (!login)
        return;
    if ('identityToken' in login)
        secrets.add(login.identityToken);
    else
        secrets.addLogin(login.username, login.password);
}

;// CONCATENATED MODULE: ./src/registry/logins.ts


/**
 * The logins for looking: from image-registry-credentials, else from the Docker config. Of the credentials the one
 * for the host itself counts first, then one for a host under which images that are looked up there are cached:
 * what ECI pulls with from the VPC host opens the public one, too.
 */
function loginsFor({ credentials, images, fromFiles, files }) {
    const dockerConfigHosts = new Set();
    const given = (host) => {
        const cachedUnder = images
            .filter(({ inspect }) => sameRegistry(inspect.registry, host))
            .map(({ cachedReference }) => (0,images_reference/* parseReference */.F2)(cachedReference).registry);
        const found = [host, ...cachedUnder]
            .map((name) => credentials.find(({ server }) => sameRegistry(server, name)))
            .find((credential) => credential !== undefined);
        return found && { username: found.username, password: found.password };
    };
    return {
        places: ['image-registry-credentials', ...files],
        dockerConfigHosts,
        async credentialsFor(host) {
            const credential = given(host);
            if (credential)
                return credential;
            const login = await fromFiles(host);
            if (login)
                dockerConfigHosts.add(host);
            return login;
        },
    };
}

;// CONCATENATED MODULE: ./src/registry/challenge.ts
/** Longer headers are cut: a real challenge has a few hundred characters. */
const LONGEST_HEADER = 8192;
// RFC 9110, sections 5.6.2 (token), 5.6.4 (quoted-string), 11.2 (token68), 11.6.1 (WWW-Authenticate).
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** Not in the grammar, but sent: a realm without quotes, which as an address is no token. */
const UNQUOTED = /[^\s,"]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const SPACES = /[ \t]*/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const SEPARATORS = /[ \t,]*/y;
/**
 * The challenges of a WWW-Authenticate header, in order; several headers arrive joined by commas. Never
 * throws: an unreadable part ends the list; the challenges before it count.
 */
function parseChallenges(header) {
    const scanner = new Scanner(header.slice(0, LONGEST_HEADER));
    const challenges = [];
    for (;;) {
        scanner.take(SEPARATORS);
        const scheme = scanner.take(TOKEN);
        if (scheme === undefined)
            return challenges;
        challenges.push({ scheme: scheme.toLowerCase(), parameters: parseParameters(scanner) });
    }
}
/** Everything up to the next scheme: a token that no "=" follows. */
function parseParameters(scanner) {
    const parameters = new Map();
    scanner.take(SPACES);
    // A token68 stands alone where parameters could be (e.g. Negotiate's); nothing here uses it.
    if (scanner.take(TOKEN68) !== undefined)
        return parameters;
    for (;;) {
        const start = scanner.position;
        scanner.take(SEPARATORS);
        const name = scanner.take(TOKEN);
        const value = name !== undefined && scanner.take(EQUALS) !== undefined ? takeValue(scanner) : undefined;
        if (name === undefined || value === undefined) {
            scanner.position = start;
            return parameters;
        }
        if (!parameters.has(name.toLowerCase()))
            parameters.set(name.toLowerCase(), value);
    }
}
function takeValue(scanner) {
    const quoted = scanner.take(QUOTED);
    return quoted === undefined ? scanner.take(UNQUOTED) : quoted.slice(1, -1).replace(/\\(.)/gs, '$1');
}
/** Reads a text from left to right by sticky patterns, each at most once over every character. */
class Scanner {
    text;
    position = 0;
    constructor(text) {
        this.text = text;
    }
    /** The match at the position, which moves behind it; undefined if there is none. */
    take(pattern) {
        pattern.lastIndex = this.position;
        const match = pattern.exec(this.text);
        if (match === null)
            return undefined;
        this.position = pattern.lastIndex;
        return match[0];
    }
}

// EXTERNAL MODULE: ./src/images/acr.ts
var acr = __webpack_require__(3152);
// EXTERNAL MODULE: ./src/registry/types.ts
var types = __webpack_require__(234);
;// CONCATENATED MODULE: ./src/registry/failures.ts






const VPC_HINT = 'This host can only be reached from a VPC. To look the image up at the public host, set registry-map to "public-host=vpc-host".';
const MAYBE_VPC_HINT = 'If the host can only be reached from a VPC, set registry-map to "public-host=vpc-host" to look the image up at a public host.';
function peerOf(host) {
    return {
        host,
        namedIn: 'the host name in the image reference',
        again: 'Run the job again. If it happens again, check the status of the registry.',
        certificate: 'If it is self-signed, name the host in insecure-registry.',
        plainHttp: 'If the registry serves plain HTTP, name its host in plain-http-registry.',
    };
}
/** A failure of the host, which affects all images there. */
function failureOfHost(reason, message, options = {}) {
    return new types/* RegistryError */.g(reason, message, { ...options, shared: message });
}
/**
 * The failure of a request to `host` in words for the user; a RegistryError stays as it is, and so does an error of the
 * language.
 *
 * @param tries attempts in all
 */
function failures_unreachable(host, error, tries) {
    const counted = tries > 1 ? ` (${tries} tries)` : '';
    if (error instanceof http_retry/* TransientStatusError */.vO) {
        return failureOfHost('unreachable', `registry ${host} answers ${error.message}${counted}`, {
            hint: hintForStatus(error),
            cause: error,
        });
    }
    if (!(error instanceof failures/* NetworkError */.Dr) || error.failure === 'defect')
        return error;
    const { message, hint } = (0,failures/* describeFailure */.Ic)(error, peerOf(host));
    if (ANSWERED.has(error.failure))
        return failureOfHost('bad-answer', message, { hint, cause: error });
    return failureOfHost('unreachable', `registry ${host} cannot be reached: ${message}${counted}`, {
        hint: NOT_CONNECTED.has(error.failure) && error.proxy === undefined ? withVpc(host, hint) : hint,
        cause: error,
    });
}
/** The host answered, but its answer is the problem. */
const ANSWERED = new Set(['malformed-answer', 'headers-too-large', 'body-too-large']);
const NOT_CONNECTED = new Set(['name-unknown', 'unreachable', 'connect-timeout']);
function withVpc(host, hint) {
    return (0,acr/* publicAcrHost */.a)(host.replace(/:\d+$/, '')) === undefined ? `${hint} ${MAYBE_VPC_HINT}` : VPC_HINT;
}
function hintForStatus({ status, retryAfterMs = 0 }) {
    if (status !== 429)
        return 'Try again later.';
    const pause = retryAfterMs > 0 ? ` It asks for a pause of ${Math.ceil(retryAfterMs / 1000)} s.` : '';
    return `The registry limits the number of requests: log in, or try again later.${pause}`;
}
/**
 * An answer with an unusable status. If the registry redirected to another host, its words are not repeated: it may be
 * any service that the runner reaches.
 */
async function unexpectedStatus(answer) {
    const { status, asked, url, mayQuote } = answer;
    const reason = status === 404 ? 'not-found' : 'bad-answer';
    if (url.origin !== asked.origin) {
        return failureOfHost(reason, `${asked.host} redirects to ${url.origin}, which answers HTTP ${status}`, {
            hint: 'Check what the registry redirects to, or run the job again.',
        });
    }
    const detail = mayQuote ? (0,foreign_text/* describeErrorBody */.ut)(await (0,http_body/* readErrorText */.Gb)(answer)) : '';
    return failureOfHost(reason, `${url.host} answers HTTP ${status}${detail && `: ${detail}`}`, {
        hint: status === 404
            ? undefined
            : 'Check the host name in the image reference, and any proxy between the runner and the registry.',
    });
}
/**
 * A registry, or its token service, requires a login that we do not have, or refuses the one that we have.
 *
 * @param places where a login was looked for; undefined if one was found
 */
function unauthorized(host, repository, { status, detail }, places) {
    const said = `HTTP ${status}${detail === '' ? '' : `: ${detail}`}`;
    const messageFor = (what) => places === undefined
        ? `registry ${host} does not let the login that was found for it read ${what} (${said})`
        : `registry ${host} requires a login for ${what}, and none was found (${said})`;
    const looked = places?.length ? ` A login was looked for in ${places.join(', ')}.` : '';
    const hint = places === undefined
        ? 'Check its password and its permission to pull.'
        : `Log in before this step (docker/login-action), or set image-registry-credentials.${looked}`;
    return new types/* RegistryError */.g('unauthorized', messageFor(repository), {
        shared: messageFor('them'),
        hint: `${hint} Docker Hub and others answer the same for a repository that does not exist: check its name.`,
    });
}

;// CONCATENATED MODULE: ./src/registry/tokens.ts




const LARGEST_TOKEN_ANSWER_BYTES = 64 * 1024;
/**
 * A token is masked in the log. If it were a common word, much of the log would be masked, and the runner would drop
 * outputs that contain it. Real ones have hundreds of characters, and servers refuse headers of more than a few KiB.
 */
const SHORTEST_TOKEN = 8;
const LONGEST_TOKEN = 16 * 1024;
/** What a header can hold (RFC 6750, section 2.1, and more): a token is sent on as it is. */
const SENDABLE = /^[\x21-\x7e]+$/;
/**
 * A token to pull from one repository, as distribution's "Token Authentication" and "OAuth2 Token
 * Authentication" describe it. The scope is ours: a challenge that asks for more would give us more
 * rights than a look-up needs. Throws RegistryError.
 */
async function requestToken(wish, transport) {
    const realm = realmOf(wish, transport);
    const service = wish.challenge.parameters.get('service');
    const scope = `repository:${wish.repository}:pull`;
    const fields = { ...(service === undefined ? {} : { service }), scope };
    const { login } = wish;
    const request = login !== undefined && 'identityToken' in login
        ? refreshRequest(realm, fields, login.identityToken, transport)
        : tokenRequest(realm, fields, login);
    const label = `token for ${wish.repository}`;
    const isForeign = realm.origin !== transport.trust.baseUrl(wish.host).origin;
    return await transport.fetch({ ...request, label, staysOnOrigin: true, isForeign }, (answer) => tokenOf(answer, wish));
}
/**
 * Where the challenge sends us for a token, which may be a path in the registry itself. Another host is normal
 * (auth.docker.io); one without TLS is only taken where the user listed it, whether or not there is a login to lose:
 * its tokens could be anybody's.
 */
function realmOf({ host, challenge }, { trust }) {
    const realm = challenge.parameters.get('realm') ?? '';
    const base = trust.baseUrl(host);
    if (realm === '' || !URL.canParse(realm, base.href)) {
        throw new types/* RegistryError */.g('bad-answer', `registry ${host} names no valid token service: ${(0,foreign_text/* quoteForeign */.xS)(realm)}`);
    }
    const url = new URL(realm, base);
    url.username = '';
    url.password = '';
    if (trust.mayVisit(url))
        return url;
    const named = (0,foreign_text/* quoteForeign */.xS)(`${url.protocol}//${url.host}`);
    throw failureOfHost('bad-answer', `registry ${host} asks for its login to be sent to ${named}, which is not HTTPS`, {
        hint: 'Nothing was sent. If that token service is meant to be used without TLS, name its host in plain-http-registry.',
    });
}
function tokenRequest(realm, fields, login) {
    const url = new URL(realm);
    for (const [name, value] of Object.entries(fields))
        url.searchParams.set(name, value);
    return { url, headers: login === undefined ? {} : { authorization: basicAuthorization(login) ?? '' } };
}
function refreshRequest(realm, fields, identityToken, transport) {
    const form = {
        ...fields,
        grant_type: 'refresh_token',
        client_id: transport.clientId,
        refresh_token: identityToken,
    };
    return {
        method: 'POST',
        url: realm,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
    };
}
/** The Basic scheme's header for a name and password (RFC 7617); undefined for an identity token. */
function basicAuthorization(login) {
    if ('identityToken' in login)
        return undefined;
    return `Basic ${Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64')}`;
}
async function tokenOf(answer, wish) {
    const { status, mayQuote } = answer;
    const { host, repository, login } = wish;
    if (status === 200) {
        const text = (await (0,http_body/* readDocument */.u0)(answer, LARGEST_TOKEN_ANSWER_BYTES))?.toString('utf8') ?? '';
        const token = tokens_tokenIn(text);
        if (token !== undefined)
            return token;
        const page = mayQuote ? (0,foreign_text/* describeWebPage */.Dd)(text) : 'a web page';
        const what = (0,foreign_text/* isWebPage */.AA)(text) ? `with ${page}` : 'without a usable token';
        throw failureOfHost('bad-answer', `the token service of registry ${host} answers ${what}`, {
            hint: TOKEN_SERVICE_HINT,
        });
    }
    const text = await (0,http_body/* readErrorText */.Gb)(answer);
    const detail = mayQuote ? (0,foreign_text/* describeErrorBody */.ut)(text) : '';
    // 400 is what OAuth 2 answers to a refresh token that is not or no longer good (RFC 6749, section 5.2).
    if (status === 401 || status === 403 || (status === 400 && login !== undefined)) {
        throw unauthorized(host, repository, { status, detail }, login === undefined ? wish.places : undefined);
    }
    throw failureOfHost('bad-answer', `the token service of registry ${host} answers HTTP ${status}${detail && `: ${detail}`}`, { hint: TOKEN_SERVICE_HINT });
}
const TOKEN_SERVICE_HINT = 'Check the host name in the image reference, and whether a proxy or a login page answers in place of the token service.';
/** `token` and `access_token` are the same thing under two names; some services send only one. */
function tokens_tokenIn(text) {
    try {
        const document = JSON.parse(text);
        if (!(0,foreign_text/* isRecord */.u4)(document))
            return undefined;
        return [document['token'], document['access_token']].find(isUsable);
    }
    catch {
        return undefined;
    }
}
function isUsable(token) {
    if (typeof token !== 'string' || token.length < SHORTEST_TOKEN || token.length > LONGEST_TOKEN)
        return false;
    return SENDABLE.test(token);
}

;// CONCATENATED MODULE: ./src/registry/authorization.ts



const BASIC = { scheme: 'basic', parameters: new Map() };
/**
 * What one registry host asks for as authorization, and what it has been given: one challenge is learnt for the host,
 * and one token fetched for each repository.
 */
class HostAuthorization {
    host;
    transport;
    options;
    challenge;
    login;
    wasLoginTried = false;
    /** The refusal of the login by the token service, where we went on without it. */
    loginRefusal;
    hasWarned = false;
    accepted = new Set();
    /** Headers that were given to us without the login, as it was refused. */
    anonymous = new Set();
    /** By repository: the header that is being fetched or was, and the one that was. */
    headers = new Map();
    issued = new Map();
    constructor(host, transport, options) {
        this.host = host;
        this.transport = transport;
        this.options = options;
    }
    /** Remembers the challenge in a 401 to a request without authorization. */
    learn(wwwAuthenticate) {
        this.challenge = usableChallenge(parseChallenges(wwwAuthenticate));
    }
    /**
     * The Authorization header for requests to the repository; undefined if the host has not asked for
     * one, or if we have nothing that it would accept. Throws RegistryError.
     *
     * @param rejected the header that the host no longer takes; a new token is fetched in its place
     */
    async headerFor(repository, rejected) {
        const { challenge } = this;
        if (challenge === undefined)
            return undefined;
        this.wasLoginTried = true;
        if (challenge.scheme === 'basic') {
            const login = await this.findLogin();
            return login && basicAuthorization(login);
        }
        // Another request may have been refused too, and have renewed the token already.
        if (rejected !== undefined && this.issued.get(repository) === rejected) {
            this.issued.delete(repository);
            this.headers.delete(repository);
        }
        const header = this.headers.get(repository) ?? this.fetchToken(challenge, repository);
        this.headers.set(repository, header);
        return await header;
    }
    /** Whether there is a login that the host has not been asked to take. */
    async hasUntriedLogin() {
        return !this.wasLoginTried && (await this.hasLogin());
    }
    async hasLogin() {
        return (await this.findLogin()) !== undefined;
    }
    /** Asks the host for its challenge; without one, the login is sent by the Basic scheme. */
    async discover() {
        this.wasLoginTried = true;
        const url = new URL('/v2/', this.transport.trust.baseUrl(this.host));
        const asked = await this.transport.fetch({ label: 'how to log in', url, headers: {} }, ({ status, url: answered, headers }) => Promise.resolve(status === 401 && answered.origin === url.origin ? headers['www-authenticate'] : ''));
        this.challenge ??= usableChallenge(parseChallenges(asked ?? '')) ?? BASIC;
    }
    /** Remembers that the host accepted this header: if it refuses it later, the header has expired. */
    accept(header) {
        this.accepted.add(header);
        if (!this.anonymous.has(header) || this.hasWarned)
            return;
        this.hasWarned = true;
        this.options.log.warning(`Registry ${this.host} refuses the login that was found for it, so it was read without a login. Renew or remove the login: if ECI gets it too, its pull may fail.`);
    }
    hasAccepted(header) {
        return this.accepted.has(header);
    }
    findLogin() {
        return (this.login ??= this.options.credentialsFor(this.host));
    }
    async fetchToken(challenge, repository) {
        const login = await this.findLogin();
        const places = this.options.loginPlaces ?? [];
        const request = (chosen) => requestToken({ host: this.host, repository, challenge, login: chosen, places }, this.transport);
        try {
            return this.issue(repository, await request(login));
        }
        catch (error) {
            if (!login || !(error instanceof types/* RegistryError */.g) || error.reason !== 'unauthorized')
                throw error;
            // A public image needs no login, not even one that has expired.
            const token = await request(undefined).catch(() => Promise.reject(error));
            this.loginRefusal = error;
            const header = this.issue(repository, token);
            this.anonymous.add(header);
            return header;
        }
    }
    issue(repository, token) {
        this.options.onSecret?.(token);
        const header = `Bearer ${token}`;
        this.issued.set(repository, header);
        return header;
    }
}
/** Bearer where it is offered: a token for one repository gives away less than a password. */
function usableChallenge(challenges) {
    return ['bearer', 'basic']
        .map((wanted) => challenges.find(({ scheme }) => scheme === wanted))
        .find((challenge) => challenge !== undefined);
}

;// CONCATENATED MODULE: ./src/registry/access.ts





/** Without authorization first; then with what the host's challenge asks for. */
function createAccess(transport, options) {
    const hosts = new Map();
    const hostOf = (registry, key, credentials) => {
        const host = hosts.get(key) ?? {
            authorization: new HostAuthorization(registry, transport, credentials),
            probe: undefined,
        };
        hosts.set(key, host);
        return host;
    };
    const nobody = { ...options, credentialsFor: () => Promise.resolve(undefined) };
    /** A registry may redirect to another one that hands out tokens to everybody. Our login is not for it. */
    const elsewhere = async (request, { challenge, at }, read) => {
        const [, repository = request.repository] = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(at.pathname) ?? [];
        const { authorization } = hostOf(at.host, `redirected ${at.origin}`, nobody);
        authorization.learn(challenge);
        const authorized = await authorization.headerFor(repository);
        const headers = {
            ...request.headers,
            ...(authorized === undefined ? {} : { authorization: authorized }),
        };
        const { label, limitMs } = request;
        const redirectedFrom = urlOf(request, transport);
        return await transport.fetch({ label, url: at, headers, limitMs, redirectedFrom }, async (answer) => {
            if (answer.status === 401 || answer.status === 403)
                throw redirectedTo(request, at, answer.status);
            return await read(answer);
        });
    };
    return {
        fetch: async (request, read) => {
            const host = hostOf(request.registry, request.registry, options);
            const attempt = attemptsOf(request, host.authorization, transport, read);
            const outcome = await authorized(host, request.repository, attempt);
            if ('value' in outcome)
                return outcome.value;
            if ('at' in outcome) {
                return await elsewhere(request, outcome, read).catch((error) => {
                    const isRefused = error instanceof types/* RegistryError */.g && error.reason === 'unauthorized';
                    throw isRefused ? redirectedTo(request, outcome.at, 401) : error;
                });
            }
            const { authorization } = host;
            if (authorization.loginRefusal)
                throw authorization.loginRefusal;
            const places = (await authorization.hasLogin()) ? undefined : (options.loginPlaces ?? []);
            throw unauthorized(request.registry, request.repository, outcome.refusal, places);
        },
    };
}
function urlOf({ registry, repository, path }, { trust }) {
    return new URL(`/v2/${repository}/${path}`, trust.baseUrl(registry));
}
function redirectedTo({ registry }, { origin }, status) {
    return new types/* RegistryError */.g('unauthorized', `registry ${registry} redirects to ${origin}, which requires a login (HTTP ${status})`, {
        hint: 'The login for the registry is not sent there. Name that registry in the image reference instead.',
    });
}
async function authorized(host, repository, attempt) {
    const { authorization } = host;
    let header;
    let outcome;
    if (host.probe === undefined) {
        // The first request to a host goes alone, or every parallel one would earn a 401 of its own.
        outcome = await probe(host, attempt);
    }
    else {
        await host.probe;
        header = await authorization.headerFor(repository);
        outcome = await attempt(header);
    }
    // At most: without authorization, with a token that turns out to have expired, with a new one.
    for (let renewals = 0; renewals < 2 && 'refusal' in outcome; renewals++) {
        const rejected = header;
        const mayHeal = rejected === undefined || authorization.hasAccepted(rejected);
        if (outcome.refusal.status !== 401 || !mayHeal)
            break;
        header = await authorization.headerFor(repository, rejected);
        if (header === undefined || header === rejected)
            break;
        outcome = await attempt(header);
    }
    if (!('refusal' in outcome) || !(await authorization.hasUntriedLogin()))
        return outcome;
    // Some answer 403 or 404 to whoever has no login, or 401 without a challenge.
    await authorization.discover();
    return await attempt(await authorization.headerFor(repository));
}
function probe(host, attempt) {
    let headArrived = () => undefined;
    const head = new Promise((resolve) => {
        headArrived = resolve;
    });
    const outcome = attempt(undefined, () => {
        headArrived();
    });
    host.probe = Promise.race([head, outcome.then(() => undefined)]);
    // The failure is handled where the probe is awaited. If nothing awaits it, it must not be an unhandled rejection.
    host.probe.catch(() => undefined);
    return outcome;
}
function attemptsOf(request, authorization, transport, read) {
    const { label, limitMs } = request;
    const url = urlOf(request, transport);
    return (header, onHead) => {
        const headers = { ...request.headers, ...(header === undefined ? {} : { authorization: header }) };
        return transport.fetch({ label, url, headers, limitMs }, async (answer) => {
            const { status } = answer;
            const challenge = answer.headers['www-authenticate'] ?? '';
            // The 401 or 403 of another host, behind a redirect, is not the registry's.
            const isOwn = answer.url.origin === url.origin;
            if (!isOwn && status === 401 && /\bbearer\b/i.test(challenge))
                return { challenge, at: answer.url };
            const isRefusal = isOwn && (status === 401 || status === 403);
            if (isRefusal && status === 401 && header === undefined)
                authorization.learn(challenge);
            if (!isRefusal && header !== undefined)
                authorization.accept(header);
            onHead?.();
            const isHidden = isOwn && status === 404 && header === undefined && (await authorization.hasUntriedLogin());
            return isRefusal || isHidden ? { refusal: await refusalOf(answer) } : { value: await read(answer) };
        });
    };
}
async function refusalOf(answer) {
    return { status: answer.status, detail: (0,foreign_text/* describeErrorBody */.ut)(await (0,http_body/* readErrorText */.Gb)(answer)) };
}

;// CONCATENATED MODULE: ./src/registry/blobs.ts




/** A stream may take its time, but not for ever: a minute, and a second for every MiB; an hour at most. */
const STREAM_BASE_MS = 60_000;
const STREAM_BYTES_PER_MS = 1024 * 1.024;
const LONGEST_STREAM_MS = 3_600_000;
const blobs_HINT = 'Run the job again. If it happens again, push the image again, or set image-cache-size.';
/** Of one layer. */
const MOST_FOREIGN_URLS = 3;
/** The hosts of foreign layers: a manifest could name any number of hosts, and make us contact them all. */
class ForeignHosts {
    static MOST = 4;
    hosts = new Set();
    /** Whether this host is one of the few that a run asks. */
    admits({ host }) {
        if (this.hosts.size < ForeignHosts.MOST)
            this.hosts.add(host);
        return this.hosts.has(host);
    }
}
/** Reads layers of the image's repository. */
function createBlobReader(image, tools) {
    const ask = async (layer, request, read) => {
        try {
            return await askEverywhere(image, tools, layer, request, read);
        }
        catch (error) {
            throw error instanceof types/* RegistryError */.g ? error.within(labelOf(layer)) : error;
        }
    };
    return {
        range: (layer, start, end) => ask(layer, { headers: { range: `bytes=${start}-${end}` } }, (answer) => readRange(answer, layer, start, end)),
        stream: (layer) => streamOf(layer, ask, tools),
    };
}
function labelOf({ digest }) {
    return `layer ${digest}`;
}
/**
 * In the order in which containerd asks: foreign layers (OCI image specification, descriptor `urls`) at their own
 * places first, without our login, and everything in the registry.
 */
async function askEverywhere({ registry, repository }, { access, transport, foreignHosts }, layer, request, read) {
    const label = labelOf(layer);
    const places = layer.urls
        .filter((url) => URL.canParse(url))
        .map((url) => new URL(url))
        .filter((url) => transport.trust.mayVisit(url));
    for (const url of places.slice(0, MOST_FOREIGN_URLS)) {
        if (!foreignHosts.admits(url))
            continue;
        try {
            // The connection cannot be used for anything else.
            const headers = { ...request.headers, connection: 'close' };
            return await transport.fetch({ ...request, label, url, headers, isForeign: true }, read);
        }
        catch (error) {
            if (!(error instanceof types/* RegistryError */.g))
                throw error;
        }
    }
    return await access.fetch({ ...request, label, registry, repository, path: `blobs/${layer.digest}` }, read);
}
/** Serving ranges is only a SHOULD (OCI distribution specification, "Pulling blobs"), and proxies get them wrong. */
async function readRange(answer, { sizeBytes }, start, end) {
    if (isRefusal(answer))
        throw await unexpectedStatus(answer);
    const range = answer.headers['content-range'] ?? '';
    const expected = `bytes ${start}-${end}/`;
    const isRange = range === `${expected}${sizeBytes}` || range === `${expected}*`;
    if (answer.status !== 206 || !isRange)
        return undefined;
    const bytes = await (0,http_body/* readAtMost */.rU)(answer, end - start + 1);
    return bytes?.length === end - start + 1 ? bytes : undefined;
}
/** These statuses are about the layer as a whole; another 4xx may be about the range. */
function isRefusal({ status }) {
    return [401, 403, 404, 410, 451].includes(status);
}
/** Goes on where the body was cut off. A server that fell silent has had its time already. */
async function* streamOf(layer, ask, { transport, throwIfAborted }) {
    let retries;
    let sentBytes = 0;
    let servesRanges = true;
    for (;;) {
        const answer = await blobs_open(layer, servesRanges ? sentBytes : 0, ask);
        const startByte = firstByteOf(answer, layer);
        try {
            // What it sent is not what was asked for, so it is asked for everything once.
            if (startByte === undefined || startByte > sentBytes) {
                servesRanges = false;
                continue;
            }
            for await (const chunk of bytesAfter(sentBytes, startByte, answer, layer)) {
                sentBytes += chunk.length;
                yield chunk;
            }
            return;
        }
        catch (error) {
            // Other requests may use its slot during the pause.
            answer.hangUp();
            throwIfAborted();
            if (sentBytes === layer.sizeBytes)
                return;
            const { host } = answer.asked;
            retries ??= transport.retriesOf(host, labelOf(layer));
            const isCut = error instanceof failures/* NetworkError */.Dr && error.failure === 'dropped';
            if (isCut && (await retries.pauseAfter(error)))
                continue;
            const failure = failures_unreachable(host, error, Math.max(retries.failed, 1));
            throw failure instanceof types/* RegistryError */.g ? failure.within(labelOf(layer)) : failure;
        }
        finally {
            answer.hangUp();
        }
    }
}
/** Resolves when the body can be read; the request counts as under way, and its time runs, until it is hung up on. */
function blobs_open(layer, fromByte, ask) {
    return new Promise((resolve, reject) => {
        const limitMs = Math.min(STREAM_BASE_MS + layer.sizeBytes / STREAM_BYTES_PER_MS, LONGEST_STREAM_MS);
        const headers = fromByte === 0 ? {} : { range: `bytes=${fromByte}-` };
        const hold = async (answer) => {
            const isOdd = firstByteOf(answer, layer) === undefined;
            if (isRefusal(answer) || (isOdd && fromByte === 0))
                throw await notTheLayer(answer);
            await new Promise((release) => {
                resolve({ ...answer, hangUp: release });
            });
        };
        ask(layer, { headers, limitMs }, hold).catch(reject);
    });
}
/** Where in the layer the body begins; undefined if it is not part of the layer. */
function firstByteOf({ status, headers }, { sizeBytes }) {
    if (status === 200)
        return 0;
    if (status !== 206)
        return undefined;
    const [, start] = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
    if (start !== undefined)
        return Number(start);
    return headers['content-length'] === String(sizeBytes) ? 0 : undefined;
}
async function notTheLayer(answer) {
    const { reason, message } = await unexpectedStatus(answer);
    return new types/* RegistryError */.g(reason, message, { hint: blobs_HINT });
}
/** The layer's bytes behind the first `sentBytes`, of a body that begins at `startByte`. */
async function* bytesAfter(sentBytes, startByte, answer, layer) {
    let position = startByte;
    for await (const chunk of answer.body) {
        const known = Math.min(Math.max(sentBytes - position, 0), chunk.length);
        position += chunk.length;
        if (position > layer.sizeBytes)
            break;
        if (known < chunk.length)
            yield chunk.subarray(known);
    }
    if (position === layer.sizeBytes)
        return;
    const got = position > layer.sizeBytes ? 'more' : `${position}`;
    throw new types/* RegistryError */.g('bad-answer', `the manifest says ${layer.sizeBytes} bytes, the registry sends ${got}`, { hint: blobs_HINT });
}

;// CONCATENATED MODULE: ./src/registry/layer-types.ts

/** Names for things that have the config of an image and are none, by the type of their layers. */
const KNOWN_LAYERS = new Map([
    ['application/vnd.dev.cosign.simplesigning.v1+json', 'a cosign signature'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', 'a sigstore bundle'],
    ['application/vnd.dsse.envelope.v1+json', 'an attestation'],
    ['application/vnd.in-toto+json', 'an attestation'],
    ['text/spdx', 'a bill of materials'],
    ['text/spdx+json', 'a bill of materials'],
    ['application/spdx+json', 'a bill of materials'],
    ['application/vnd.cyclonedx+json', 'a bill of materials'],
    ['application/vnd.syft+json', 'a bill of materials'],
]);
/**
 * What a manifest's layers are where none of them is a file system; undefined for an image. Signatures, attestations
 * and the like are stored with the config type of an image, under tags such as `sha256-….sig` (sigstore/cosign,
 * specs/SIGNATURE_SPEC.md).
 */
function whatIsNoImage(layers) {
    const [first] = layers;
    if (first === undefined || layers.some(isFileSystemLayer))
        return undefined;
    return KNOWN_LAYERS.get(first.mediaType) ?? `layers of type ${(0,foreign_text/* quoteForeign */.xS)(first.mediaType)}`;
}
/**
 * Whether a layer may be unpacked into a file system: by its media type, OCI's and Docker's own or another one that
 * says tar; a type that says nothing does not speak against it.
 */
function isFileSystemLayer({ mediaType }) {
    return (/^application\/vnd\.(oci\.image\.layer|docker\.image\.rootfs)\./.test(mediaType) ||
        /(^|[^a-z])(g?tar|tgz)([^a-z]|$)/.test(mediaType) ||
        ['', 'application/octet-stream', 'application/gzip', 'application/x-gzip', 'application/zstd'].includes(mediaType));
}

;// CONCATENATED MODULE: ./src/registry/manifest.ts





const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
/** Media types of manifests and indexes, Docker's and OCI's: what a request accepts. */
const MANIFEST_TYPES = [
    OCI_INDEX,
    'application/vnd.oci.image.manifest.v1+json',
    DOCKER_INDEX,
    'application/vnd.docker.distribution.manifest.v2+json',
];
/** Those of them that lead to others. */
const INDEX_TYPES = new Set([OCI_INDEX, DOCKER_INDEX]);
/**
 * Media types that the config of an image has. Docker's engine also takes the last three and the empty
 * one from registries of its early days (moby, `distribution/registry.go`, "image types").
 */
const IMAGE_CONFIG_TYPES = new Set([
    'application/vnd.oci.image.config.v1+json',
    'application/vnd.docker.container.image.v1+json',
    'application/octet-stream',
    'application/json',
    'text/html',
    '',
]);
/** What a person knows an artifact as, by the media type of its config. */
const KNOWN_ARTIFACTS = new Map([
    ['application/vnd.cncf.helm.config.v1+json', 'a Helm chart'],
    ['application/vnd.docker.plugin.v1+json', 'a Docker plugin'],
    ['application/vnd.wasm.config.v1+json', 'a WebAssembly module'],
]);
/** The config of a build cache that BuildKit exports, as a manifest or as an index (BuildKit, "Cache storage backends"). */
const BUILD_CACHE_CONFIG = 'application/vnd.buildkit.cacheconfig.v0';
/** Throws RegistryError if the digest is not of an algorithm that the OCI image specification registers. */
function digestOf(bytes, algorithm) {
    return `${algorithm}:${(0,external_node_crypto_.createHash)(algorithm).update(bytes).digest('hex')}`;
}
/** sha256 or sha512 with all its hexadecimal digits; anything else must not reach a URL's path. */
function isDigest(text) {
    return typeof text === 'string' && /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}
/**
 * The digest of a manifest's bytes, checked against every digest that names it: the one asked for and the
 * one in the answer's header. Throws RegistryError at the first that differs.
 */
function verifiedDigest(bytes, claims) {
    for (const claim of claims) {
        if (!isDigest(claim))
            throw badAnswer(`the digest ${(0,foreign_text/* quoteForeign */.xS)(claim)} is neither sha256 nor sha512`);
        const actual = digestOf(bytes, algorithmOf(claim));
        if (actual !== claim)
            throw badAnswer(`the manifest's bytes have the digest ${actual}, not ${claim}`);
    }
    return claims[0] ?? digestOf(bytes, 'sha256');
}
function algorithmOf(digest) {
    return digest.slice(0, digest.indexOf(':'));
}
/** Reads an index or an image manifest. Throws RegistryError, whatever the bytes are. */
function parseManifest(bytes, contentType) {
    const document = parseJson(bytes);
    const isIndex = Array.isArray(document['manifests']);
    const isManifest = Array.isArray(document['layers']);
    // One content that reads as two kinds is how CVE-2021-41190 showed one image and ran another.
    if (isIndex && isManifest)
        throw badAnswer('the manifest claims to be an index as well');
    assertImage(document, contentType);
    if (isIndex)
        return parseIndex(list(document['manifests']));
    if (isManifest)
        return parseImageManifest(document);
    if ((0,foreign_text/* isRecord */.u4)(document['config'])) {
        throw notAnImage(`the image manifest has a config and no layers: "layers" is ${document['layers'] === undefined ? 'missing' : 'not a list'}`, 'Build and push the image again. If it happens again, report it to the authors of the tool that builds it.');
    }
    throw notAnImage('what is stored there is neither an image manifest nor an index');
}
/**
 * @param host host[:port] that sent the bytes
 * @throws RegistryError if they are a page for people
 */
function assertNoWebPage(bytes, host) {
    const text = bytes.toString('utf8');
    if (!(0,foreign_text/* isWebPage */.AA)(text))
        return;
    throw failureOfHost('bad-answer', `${host} answers with ${(0,foreign_text/* describeWebPage */.Dd)(text)} instead of a manifest`, {
        hint: 'A proxy or a login portal most likely answers in place of the registry, or the host in the image reference is that of a web site. Check the host name and the proxy settings of the runner.',
    });
}
function parseJson(bytes) {
    try {
        const document = JSON.parse(bytes.toString('utf8'));
        if ((0,foreign_text/* isRecord */.u4)(document))
            return document;
    }
    catch {
        // Reported below: the parser's own message would repeat the content.
    }
    throw badAnswer('the manifest is not a JSON object');
}
/** Docker's first manifest format, which containerd no longer pulls. */
function isSchema1(contentType) {
    return contentType.startsWith('application/vnd.docker.distribution.manifest.v1+');
}
function assertImage(document, contentType) {
    if (document['schemaVersion'] === 1 || isSchema1(contentType)) {
        throw notAnImage('the registry answers with the old schema 1 format, although it was asked for the current ones', 'Build and push the image again with a current version of docker. If that does not help, the registry converts it: update the registry.');
    }
    const config = (0,foreign_text/* isRecord */.u4)(document['config']) ? document['config'] : undefined;
    const configType = textOf(config?.['mediaType']);
    const artifactType = textOf(document['artifactType']);
    if (configType === BUILD_CACHE_CONFIG)
        throw buildCache();
    if (artifactType === '' && IMAGE_CONFIG_TYPES.has(configType))
        return;
    const kind = KNOWN_ARTIFACTS.get(configType) ?? `an artifact of type ${(0,foreign_text/* quoteForeign */.xS)(artifactType || configType)}`;
    throw notAnImage(`what is stored there is ${kind}, not a container image`, 'List only container images in the input images.');
}
function buildCache() {
    return notAnImage('what is stored there is a build cache of BuildKit (cache-to), not a container image', 'In the input images, give the tag of the image itself, not the one in cache-to.');
}
/** Linux mounts no more of them over one another (fs/overlayfs, OVL_MAX_STACK), and each may cost a request. */
const MOST_LAYERS = 500;
function parseImageManifest(document) {
    const config = parseDescriptor(document['config'], 'config');
    const layers = list(document['layers']);
    if (layers.length > MOST_LAYERS) {
        throw badAnswer(`the manifest names ${layers.length} layers, and no image can have over ${MOST_LAYERS}`);
    }
    const descriptors = layers.map((layer) => parseDescriptor(layer, 'layer'));
    const strange = whatIsNoImage(descriptors);
    if (strange !== undefined) {
        throw notAnImage(`what is stored there is ${strange}, not a container image: none of its layers is a file system`, 'List only container images in the input images.');
    }
    return {
        kind: 'manifest',
        configDigest: config.digest,
        configSizeBytes: config.sizeBytes,
        layers: descriptors,
    };
}
function parseDescriptor(value, role) {
    if (!(0,foreign_text/* isRecord */.u4)(value))
        throw badAnswer(`the manifest's ${role} is not a descriptor`);
    const { digest, size } = value;
    if (!isDigest(digest))
        throw badAnswer(`the manifest's ${role} has no valid digest`);
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
        throw badAnswer(`the manifest's ${role} ${digest} has no valid size`);
    }
    return {
        digest,
        mediaType: textOf(value['mediaType']),
        sizeBytes: size,
        annotations: strings(value['annotations']),
        urls: list(value['urls']).filter((url) => typeof url === 'string'),
    };
}
function parseIndex(manifests) {
    const entries = manifests.map(manifest_parseEntry);
    if (entries.some(({ mediaType }) => mediaType === BUILD_CACHE_CONFIG))
        throw buildCache();
    return { kind: 'index', entries };
}
function manifest_parseEntry(value) {
    if (!(0,foreign_text/* isRecord */.u4)(value) || !isDigest(value['digest']))
        throw badAnswer('an entry of the index has no valid digest');
    return {
        digest: value['digest'],
        mediaType: textOf(value['mediaType']),
        platform: manifest_parsePlatform(value['platform']),
        artifactType: textOf(value['artifactType']),
    };
}
/** An index entry's `platform`, or the fields of the same names in an image's config. */
function manifest_parsePlatform(value) {
    if (!(0,foreign_text/* isRecord */.u4)(value))
        return undefined;
    const { os, architecture, variant } = value;
    if (typeof os !== 'string' || typeof architecture !== 'string')
        return undefined;
    const named = { os: (0,foreign_text/* quoteForeign */.xS)(os), architecture: (0,foreign_text/* quoteForeign */.xS)(architecture) };
    return typeof variant === 'string' && variant !== '' ? { ...named, variant: (0,foreign_text/* quoteForeign */.xS)(variant) } : named;
}
function list(value) {
    return Array.isArray(value) ? value : [];
}
function strings(value) {
    if (!(0,foreign_text/* isRecord */.u4)(value))
        return {};
    const texts = Object.entries(value).filter((entry) => typeof entry[1] === 'string');
    return Object.fromEntries(texts);
}
function textOf(value) {
    return typeof value === 'string' ? value : '';
}
function notAnImage(message, hint) {
    return new types/* RegistryError */.g('not-an-image', message, { hint });
}
function badAnswer(message) {
    return new types/* RegistryError */.g('bad-answer', message);
}

;// CONCATENATED MODULE: ./src/registry/platform-choice.ts

/** Names that `uname` and older builders use, as containerd normalises them. */
const ARCHITECTURES = new Map([
    ['x86_64', 'amd64'],
    ['x86-64', 'amd64'],
    ['aarch64', 'arm64'],
    ['armhf', 'arm'],
    ['i386', '386'],
]);
/** The variant that an architecture has where none is named, as containerd normalises it. */
const DEFAULT_VARIANTS = new Map([
    ['amd64', 'v1'],
    ['arm64', 'v8'],
    ['arm', 'v7'],
]);
/**
 * The entries for the platform asked for, best first. Where no variant is asked for and the default one is not
 * there, the lowest variant is next best: every newer processor runs it. Entries without a platform (the OCI image
 * index makes it optional) are not among them.
 */
function entriesFor(entries, asked) {
    const wanted = normalise(asked);
    const candidates = entries.filter(({ platform }) => {
        if (platform === undefined || isAttestation(platform))
            return false;
        const { os, architecture } = normalise(platform);
        return os === wanted.os && architecture === wanted.architecture;
    });
    const exact = candidates.filter((entry) => variantOf(entry) === wanted.variant);
    if (exact.length > 0 || asked.variant !== undefined)
        return exact;
    return [...candidates].sort((a, b) => (variantOf(a) ?? '').localeCompare(variantOf(b) ?? '', 'en', { numeric: true }));
}
/** The platforms in an index, for an error message; attestations left out. */
function listPlatforms(entries) {
    const names = entries
        .map(({ platform }) => platform)
        .filter((platform) => platform !== undefined)
        .filter((platform) => !isAttestation(platform))
        .map(formatPlatform);
    return [...new Set(names)].join(', ') || 'none';
}
/** Whether an image has the platform asked for. */
function isFor(asked, platform) {
    return entriesFor([{ platform }], asked).length > 0;
}
/** BuildKit stores attestations as index entries for the platform unknown/unknown. */
function isAttestation(platform) {
    return platform?.os === 'unknown' && platform.architecture === 'unknown';
}
function normalise(platform) {
    const named = platform.architecture.toLowerCase();
    const architecture = ARCHITECTURES.get(named) ?? named;
    const variant = platform.variant?.toLowerCase().replace(/^(?=\d)/, 'v') ?? DEFAULT_VARIANTS.get(architecture);
    return { os: platform.os.toLowerCase(), architecture, ...(variant === undefined ? {} : { variant }) };
}
function variantOf({ platform }) {
    return platform === undefined ? undefined : normalise(platform).variant;
}

;// CONCATENATED MODULE: ./src/registry/find-image.ts





/** Indexes within indexes are allowed, and some builders make them; deeper ones are a loop or a trap. */
const DEEPEST_INDEX = 5;
/** For one image. */
const MOST_MANIFESTS = 20;
const LARGEST_CONFIG_BYTES = 1024 * 1024;
/**
 * The image manifest for the requested platform: `top` itself, or one to which it leads. Without an index, only the
 * config names the platform. It is not read, since that would be one more request for every image: the input `platform`
 * decides.
 *
 * @throws RegistryError
 */
async function findImage(top, surroundings) {
    const walk = new Walk(surroundings);
    const found = await walk.within(top, undefined, 0, true);
    if (found)
        return found;
    throw walk.noImage();
}
class Walk {
    surroundings;
    manifests = 0;
    seen = [];
    notAnImage;
    constructor(surroundings) {
        this.surroundings = surroundings;
    }
    /**
     * @param entry the index entry that led here
     * @param isOnly whether no index on the way here had another choice
     */
    async within({ digest, document }, entry, depth, isOnly) {
        const { asked, onDigest } = this.surroundings;
        if (document.kind === 'manifest') {
            if (entry === undefined)
                onDigest(digest);
            const isChecked = entry?.platform !== undefined || isOnly;
            const platform = isChecked ? entry?.platform : await this.platformOf(document);
            return isChecked || isFor(asked, platform) ? { digest, document, platform } : undefined;
        }
        if (depth === DEEPEST_INDEX)
            throw find_image_endless(`leads to another index ${DEEPEST_INDEX} times over`);
        const images = document.entries.filter(({ artifactType, platform }) => artifactType === '' && !isAttestation(platform));
        this.seen.push(...images);
        const unnamed = images.filter(({ platform }) => platform === undefined);
        for (const next of [...entriesFor(images, asked), ...unnamed]) {
            const isNextOnly = isOnly && images.length === 1;
            const found = await this.follow(next, digest, depth + 1, isNextOnly);
            if (found)
                return found;
        }
        return undefined;
    }
    /** What an entry leads to; undefined if that is no image for the platform. */
    async follow(entry, index, depth, isOnly) {
        const { image, read, onDigest } = this.surroundings;
        this.manifests += 1;
        if (this.manifests > MOST_MANIFESTS)
            throw find_image_endless(`leads to more than ${MOST_MANIFESTS} manifests`);
        if (!INDEX_TYPES.has(entry.mediaType) && (entry.platform !== undefined || isOnly))
            onDigest(entry.digest);
        try {
            return await this.within(await read(image, entry.digest), entry, depth, isOnly);
        }
        catch (error) {
            if (!(error instanceof types/* RegistryError */.g))
                throw error;
            if (error.reason === 'not-found')
                throw childIsGone(entry, index);
            if (error.reason !== 'not-an-image')
                throw error;
            // Something that stands beside an image, without an artifact type that says so.
            this.notAnImage ??= error;
            return undefined;
        }
    }
    /** By the image's config. */
    async platformOf({ configDigest }) {
        const { image, access } = this.surroundings;
        const { registry, repository } = image;
        const path = `blobs/${configDigest}`;
        return await access.fetch({ label: `config ${configDigest}`, registry, repository, path }, async (answer) => {
            const bytes = answer.status === 200 ? await (0,http_body/* readDocument */.u0)(answer, LARGEST_CONFIG_BYTES) : undefined;
            return bytes && platformIn(bytes.toString('utf8'));
        });
    }
    noImage() {
        const { asked } = this.surroundings;
        const present = listPlatforms(this.seen);
        const isNamed = entriesFor(this.seen, asked).length > 0;
        if (this.notAnImage && (isNamed || present === 'none'))
            return this.notAnImage;
        return new types/* RegistryError */.g('no-platform', `there is no manifest for the platform ${formatPlatform(asked)}; there are: ${present}`, { hint: 'Build the image for that platform too, or set the input platform to one that is there.' });
    }
}
function platformIn(config) {
    try {
        return manifest_parsePlatform(JSON.parse(config));
    }
    catch {
        return undefined;
    }
}
function find_image_endless(what) {
    return new types/* RegistryError */.g('bad-answer', `its index ${what}`);
}
function childIsGone({ digest, platform }, index) {
    const named = platform === undefined ? '' : ` for ${formatPlatform(platform)}`;
    return new types/* RegistryError */.g('not-found', `the index ${index} names the manifest ${digest}${named}, and the registry no longer has it`, {
        hint: 'It was deleted, most likely by a clean-up of untagged images. Build and push the image again, and have the clean-up keep what an index names.',
    });
}

;// CONCATENATED MODULE: ./src/registry/manifest-reader.ts





/** Twice what 500 layers with annotations take. What is larger could fill the memory once it is parsed. */
const LARGEST_MANIFEST_BYTES = 512 * 1024;
/** What is asked for by digest is read once, since two tags often lead to one manifest. */
function createManifestReader(access) {
    const byDigest = new Map();
    return async (image, reference) => {
        const { registry, repository } = image;
        const read = () => access.fetch({
            label: `manifest ${reference} of ${repository}`,
            registry,
            repository,
            path: `manifests/${reference}`,
            headers: { accept: MANIFEST_TYPES.join(', ') },
        }, (answer) => readManifest(answer, reference));
        // A tag is no digest: it may be moved at any moment.
        if (!reference.includes(':'))
            return await read();
        const key = `${registry}/${repository}@${reference}`;
        const manifest = byDigest.get(key) ?? read();
        byDigest.set(key, manifest);
        return await manifest;
    };
}
async function readManifest(answer, reference) {
    if (answer.status === 404) {
        throw new types/* RegistryError */.g('not-found', `there is no manifest ${(0,foreign_text/* quoteForeign */.xS)(reference)}`);
    }
    if (answer.status !== 200)
        throw await unexpectedStatus(answer);
    const bytes = await (0,http_body/* readDocument */.u0)(answer, LARGEST_MANIFEST_BYTES);
    if (bytes === undefined) {
        throw new types/* RegistryError */.g('bad-answer', `the manifest ${reference} is larger than 512 KiB, or sent in a coding that cannot be read`);
    }
    assertNoWebPage(bytes, answer.url.host);
    const contentType = answer.headers['content-type'] ?? '';
    // The digest of a signed schema 1 manifest leaves its signatures out, so it would only seem wrong.
    const digest = verifiedDigest(bytes, isSchema1(contentType) ? [] : claimsOf(answer, reference));
    return { digest, document: parseManifest(bytes, contentType) };
}
/** The header is optional, and some registries send it twice or without its algorithm: then the bytes count. */
function claimsOf({ headers }, reference) {
    const header = String(headers['docker-content-digest'] ?? '').trim();
    return [...(reference.includes(':') ? [reference] : []), ...(isDigest(header) ? [header] : [])];
}

// EXTERNAL MODULE: ./node_modules/semver/functions/valid.js
var valid = __webpack_require__(8780);
var valid_default = /*#__PURE__*/__webpack_require__.n(valid);
;// CONCATENATED MODULE: ./src/registry/near-tags.ts

/** How many tags an error names at most. */
const near_tags_MOST_TAGS = 5;
/**
 * The tags that a person may have meant, nearest first, at most five: the same version written differently
 * (`v1.2.3` and `1.2.3`), then tags that begin alike, then those that differ by a typo.
 */
function nearTags(asked, present) {
    const wanted = bare(asked);
    const effort = { cells: MOST_CELLS };
    const nearest = [];
    for (const tag of new Set(present)) {
        const near = { tag, distance: near_tags_distance(wanted, bare(tag), effort) };
        const last = nearest.at(-1);
        if (near.distance === Infinity || (nearest.length === near_tags_MOST_TAGS && last && !isNearer(near, last)))
            continue;
        nearest.push(near);
        nearest.sort((a, b) => (isNearer(a, b) ? -1 : 1)).splice(near_tags_MOST_TAGS);
    }
    return nearest.map(({ tag }) => tag);
}
const byVersion = new Intl.Collator('en', { numeric: true });
/** Of equally near ones, the newest comes first. */
function isNearer(a, b) {
    return a.distance < b.distance || (a.distance === b.distance && byVersion.compare(a.tag, b.tag) > 0);
}
/**
 * Which template would have named a tag that is there: `{{version}}` where the pushed tag has a "v" that
 * the image's tag lacks, `{{tag}}` the other way round. Undefined if neither is the case.
 */
function templateHint(asked, present) {
    if (valid_default()(asked) === null)
        return undefined;
    if (asked.startsWith('v') && present.includes(asked.slice(1)))
        return "set image-tag: '{{version}}'";
    if (!asked.startsWith('v') && present.includes(`v${asked}`))
        return "set image-tag: '{{tag}}'";
    return undefined;
}
/** How many cells of the tables for edit distances are filled for one error: some hundredths of a second. */
const MOST_CELLS = 1_000_000;
function near_tags_distance(a, b, effort) {
    if (a === b)
        return 0;
    if (b.startsWith(a) || a.startsWith(b))
        return 1;
    // Beyond a third of the letters, two tags have nothing to do with each other.
    const most = Math.max(1, Math.floor(a.length / 3));
    const cells = a.length * b.length;
    if (Math.abs(a.length - b.length) > most || cells > effort.cells)
        return Infinity;
    effort.cells -= cells;
    const edits = editDistance(a, b, most);
    return edits <= most ? 1 + edits : Infinity;
}
/** Lower case without a leading "v" before a digit. */
function bare(tag) {
    return tag.toLowerCase().replace(/^v(?=\d)/, '');
}
/** Levenshtein's distance: letters to add, drop or change; Infinity if it is more than `most`. */
function editDistance(a, b, most) {
    let previous = Uint8Array.from({ length: b.length + 1 }, (_, column) => column);
    let current = new Uint8Array(b.length + 1);
    for (let row = 1; row <= a.length; row++) {
        const letter = a.charCodeAt(row - 1);
        let least = (current[0] = row);
        for (let column = 1; column <= b.length; column++) {
            const changed = (previous[column - 1] ?? 0) + (letter === b.charCodeAt(column - 1) ? 0 : 1);
            const dropped = (previous[column] ?? 0) + 1;
            const added = (current[column - 1] ?? 0) + 1;
            let cell = changed < dropped ? changed : dropped;
            if (added < cell)
                cell = added;
            current[column] = cell;
            if (cell < least)
                least = cell;
        }
        if (least > most)
            return Infinity;
        [previous, current] = [current, previous];
    }
    return previous[b.length] ?? 0;
}

;// CONCATENATED MODULE: ./src/registry/tags.ts




/** Pauses before a tag that is not there is asked for again: 20 s in all. */
const PAUSES_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 5_000];
/** And 40 s more where the list of tags has it. */
const MORE_PAUSES_MS = [10_000, 10_000, 20_000];
/**
 * What a tag names. Some registries answer 404 for a few seconds after a push, so a tag that is not there is asked for
 * again, longer where the list of tags has it.
 *
 * @throws RegistryError
 */
async function readPushedTag(image, tag, tools) {
    const name = `${image.registry}/${image.repository}`;
    const early = await readAfter([0, ...PAUSES_MS], tools, () => {
        tools.log.info(`There is no tag ${tag} in ${name} yet. Asking again for up to 20 s, as it may just have been pushed.`);
    });
    if (early)
        return early.value;
    const tags = await listTags(image, tools.access);
    if (tags === 'no-repository' || !tags.includes(tag))
        throw missingTag(name, tag, tags);
    const late = await readAfter(MORE_PAUSES_MS, tools, () => {
        tools.log.info(`The registry lists the tag ${tag} of ${name}, but does not serve it yet. Waiting up to 40 s.`);
    });
    if (late)
        return late.value;
    throw new types/* RegistryError */.g('not-found', `the registry lists the tag ${tag} of ${name}, but does not serve its manifest`, {
        hint: 'Run the job again in a few minutes. If it happens again, push the image again, or report it to the operator of the registry.',
    });
}
/** Reads after each pause; undefined if the tag is not there in the end. */
async function readAfter(pausesMs, { read, clock, signal }, onPause) {
    let isFirstPause = true;
    for (const pauseMs of pausesMs) {
        if (pauseMs > 0) {
            if (isFirstPause)
                onPause();
            isFirstPause = false;
            await clock.sleep(pauseMs, signal);
        }
        try {
            return { value: await read() };
        }
        catch (error) {
            if (!(error instanceof types/* RegistryError */.g) || error.reason !== 'not-found')
                throw error;
        }
    }
    return undefined;
}
/** The error for a tag that is not there, with the tags of the repository that may have been meant. */
function missingTag(name, tag, tags) {
    if (tags === 'no-repository') {
        return new types/* RegistryError */.g('not-found', `there is no repository ${name}`, {
            hint: 'Check its name, and that the image is pushed before this step.',
        });
    }
    const near = nearTags(tag, tags);
    const others = near.length > 0 ? `; similar tags are ${near.join(', ')}` : '';
    const template = templateHint(tag, tags);
    return new types/* RegistryError */.g('not-found', `there is no tag ${tag} in ${name}${others}`, {
        hint: template
            ? `The same version is there, written differently: ${template}.`
            : 'Check that the image is pushed before this step, under this tag.',
    });
}
const TAGS_ON_A_PAGE = 1000;
const tags_MOST_PAGES = 3;
const LARGEST_PAGE_BYTES = 2 * 1024 * 1024;
/** Of registries that send more on a page than they were asked for. */
const tags_MOST_TAGS = 10_000;
/** The grammar of a tag (OCI distribution specification, "Pulling manifests"): anything else is not shown. */
const TAG = /^\w[\w.-]{0,127}$/;
/** Up to three pages of tags; none if the registry does not list them. */
async function listTags(image, access) {
    const pages = [];
    let query = `n=${TAGS_ON_A_PAGE}`;
    try {
        while (pages.length < tags_MOST_PAGES && query !== undefined) {
            const { registry, repository } = image;
            const path = `tags/list?${query}`;
            const request = { label: `tags of ${repository}`, registry, repository, path };
            const page = await access.fetch(request, readPage);
            pages.push(page.tags);
            query = page.next;
        }
    }
    catch (error) {
        if (!(error instanceof types/* RegistryError */.g))
            throw error;
        if (error.reason === 'not-found')
            return 'no-repository';
    }
    return pages.flat().slice(0, tags_MOST_TAGS);
}
async function readPage(answer) {
    if (answer.status === 404)
        throw new types/* RegistryError */.g('not-found', 'there is no such repository');
    const body = answer.status === 200 ? await (0,http_body/* readDocument */.u0)(answer, LARGEST_PAGE_BYTES) : undefined;
    return { tags: tagsIn(body?.toString('utf8') ?? ''), next: nextQuery(answer.headers['link']) };
}
function tagsIn(body) {
    try {
        const document = JSON.parse(body);
        const tags = (0,foreign_text/* isRecord */.u4)(document) ? document['tags'] : undefined;
        if (!Array.isArray(tags))
            return [];
        return tags.slice(0, tags_MOST_TAGS).filter((tag) => typeof tag === 'string' && TAG.test(tag));
    }
    catch {
        return [];
    }
}
/** Of `Link: </v2/NAME/tags/list?n=1000&last=x>; rel="next"` only the query counts: host and path are ours. */
function nextQuery(link) {
    return /<[^<>?]*\?([^<>#\s]{1,2000})[^<>]*>[^,]*;\s*rel="?next"?/i.exec(String(link ?? ''))?.[1];
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
;// CONCATENATED MODULE: ./src/http/redirects.ts

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;
/** A longer body costs more than a new connection. */
const LARGEST_REDIRECT_BODY_BYTES = 64 * 1024;
/**
 * Sends the request, and again to where its answers redirect it.
 *
 * @param next the request that follows a redirect from the one to the target: decides where a request may go, and
 *   what it may carry there. Throws where it may not go there. The target is undefined if it is not a URL.
 */
async function followRedirects(request, send, next) {
    let current = request;
    let response = await send(current);
    for (let hop = 1; REDIRECTS.has(response.status) && hop <= MOST_REDIRECTS; hop++) {
        const { location = '' } = response.headers;
        await (0,http_body/* readAtMost */.rU)(response, LARGEST_REDIRECT_BODY_BYTES);
        const isUrl = location !== '' && URL.canParse(location, current.url.href);
        current = next(current, isUrl ? new URL(location, current.url) : undefined);
        response = await send(current);
    }
    return response;
}
/** Whether the answer is one redirect too many. */
function isRedirect({ status }) {
    return REDIRECTS.has(status);
}

// EXTERNAL MODULE: ./src/http/time-limit.ts
var time_limit = __webpack_require__(3689);
;// CONCATENATED MODULE: ./src/registry/transport.ts









const REQUEST_LIMIT_MS = 60_000;
const DEFAULT_CONCURRENCY = 16;
function createTransport(options) {
    const { clock, log, signal, send, userAgent } = options;
    const trust = trustRules(options);
    const limitConcurrency = (0,p_limit/* default */.A)(options.concurrency ?? DEFAULT_CONCURRENCY);
    const budget = new http_retry/* WaitingBudget */.VY(clock);
    // After one request ran into its time limit, its host is not asked again: otherwise every layer would wait for it.
    const silentHosts = new Map();
    const retriesOf = (host, label) => new http_retry/* Retries */.fh(host, label, { clock, log, signal, budget });
    async function fetch(request, read) {
        const { host } = request.url;
        if (silentHosts.has(host))
            throw silentHosts.get(host);
        const retries = retriesOf(host, request.label);
        // The time starts here, so that waiting for a place among the concurrent requests does not count.
        let leftMs = request.limitMs ?? options.requestLimitMs ?? REQUEST_LIMIT_MS;
        let lastStatus;
        for (;;) {
            const startMs = performance.now();
            const limit = (0,time_limit/* startTimeLimit */.r)(Math.max(leftMs, 0), signal);
            try {
                return await finished(await answerTo(request, limit.signal), read);
            }
            catch (error) {
                signal?.throwIfAborted();
                leftMs -= performance.now() - startMs;
                if (error instanceof http_retry/* TransientStatusError */.vO)
                    lastStatus = error;
                if (await retries.pauseAfter(error))
                    continue;
                const isSilent = limit.hasRunOut() && lastStatus === undefined;
                const failure = failures_unreachable(host, limit.hasRunOut() ? (lastStatus ?? error) : error, retries.failed);
                if (isSilent)
                    silentHosts.set(host, failure);
                throw failure;
            }
            finally {
                limit.cancel();
            }
        }
    }
    const answerTo = async (request, ends) => {
        const { method = 'GET', url, body } = request;
        const headers = { 'accept-encoding': 'identity', ...request.headers, 'user-agent': userAgent };
        const shown = (address) => address === url && !request.redirectedFrom ? address.href : `${address.origin}/… (redirected)`;
        const logged = withRequestLog(trusting(send, trust), log, shown);
        const next = (from, target) => redirected(from, target, request, trust);
        const response = await followRedirects({ method, url, headers, body, signal: ends }, logged, next);
        const asked = request.redirectedFrom ?? url;
        const mayQuote = !request.isForeign && response.url.origin === asked.origin;
        if (!isRedirect(response))
            return { ...response, asked, mayQuote };
        response.hangUp();
        throw new types/* RegistryError */.g('bad-answer', `${url.host} redirects more than ${MOST_REDIRECTS} times`);
    };
    return {
        trust,
        clientId: userAgent.split('/')[0] ?? userAgent,
        fetch: (request, read) => limitConcurrency(() => fetch(request, read)),
        retriesOf,
    };
}
async function finished(answer, read) {
    try {
        await (0,http_retry/* assertNotTransient */.W9)(answer, answer);
        return await read(answer);
    }
    finally {
        answer.hangUp();
    }
}
function trusting(send, trust) {
    return (request) => send({ ...request, acceptAnyCertificate: trust.allowsAnyCertificate(request.url) });
}
/**
 * The request that a redirect asks for. Authorization does not follow to another origin: it is not that origin's
 * business, and OSS answers 400 to it beside a signed URL.
 *
 * @throws RegistryError if the target is no URL, is plain HTTP to a host that the user did not list, or a login
 *   would go to another origin
 */
function redirected(from, target, { method, staysOnOrigin = false }, trust) {
    const { host, origin } = from.url;
    if (target === undefined) {
        throw new types/* RegistryError */.g('bad-answer', `${host} redirects to something that is not a URL`);
    }
    // Without path and query: a signed URL is a secret while it lasts.
    const shown = (0,foreign_text/* quoteForeign */.xS)(`${target.protocol}//${target.host}`);
    if (!trust.mayVisit(target)) {
        throw failureOfHost('bad-answer', `${host} redirects to ${shown}, which is not HTTPS`, {
            hint: 'If that host is meant to be used without TLS, name it in plain-http-registry.',
        });
    }
    if (method === 'POST' || (staysOnOrigin && target.origin !== origin)) {
        throw new types/* RegistryError */.g('bad-answer', `${host} redirects a request for a token to ${shown}; it is not sent on`);
    }
    target.username = '';
    target.password = '';
    const headers = target.origin === origin ? from.headers : withoutAuthorization(from.headers);
    return { ...from, url: target, headers };
}
function withoutAuthorization(headers) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));
}

;// CONCATENATED MODULE: ./src/registry/registry.ts









/** What Docker reads where a reference names neither tag nor digest. */
const DEFAULT_TAG = 'latest';
/** A client of OCI registries that looks and never writes. */
function createRegistry(options) {
    const transport = createTransport(options);
    const access = createAccess(transport, options);
    const read = createManifestReader(access);
    const foreignHosts = new ForeignHosts();
    const throwIfAborted = () => {
        options.signal?.throwIfAborted();
    };
    return {
        async inspect(image, asked, onDigest = () => undefined) {
            try {
                const top = await readTop(image.inspect, read, access, options);
                const found = await findImage(top, { image: image.inspect, asked, read, access, onDigest });
                const { configDigest, configSizeBytes, layers } = found.document;
                const { digest, platform } = found;
                const blobs = createBlobReader(image.inspect, { access, transport, foreignHosts, throwIfAborted });
                return { ok: true, image: { image, digest, platform, configDigest, configSizeBytes, layers }, blobs };
            }
            catch (error) {
                throwIfAborted();
                if (!(error instanceof src_errors/* ActionError */.lZ))
                    throw error;
                return {
                    ok: false,
                    image,
                    error: error instanceof types/* RegistryError */.g ? error.within(nameOf(image)) : error,
                };
            }
        },
    };
}
/** A digest wins over the tag beside it, as it does for `docker pull`. */
async function readTop(image, read, access, options) {
    if (image.digest !== undefined)
        return await read(image, image.digest);
    const tag = image.tag ?? DEFAULT_TAG;
    return await readPushedTag(image, tag, { read: () => read(image, tag), access, ...options });
}
/** For errors: the image as the user knows it, and where it was looked for if that is elsewhere. */
function nameOf({ cachedReference, inspect }) {
    const looked = (0,images_reference/* formatReference */.FH)(inspect);
    return looked.endsWith(cachedReference)
        ? `Image ${cachedReference}`
        : `Image ${cachedReference} (looked up as ${looked})`;
}

// EXTERNAL MODULE: ./src/report/console.ts
var console = __webpack_require__(9475);
// EXTERNAL MODULE: ./src/report/ending.ts
var ending = __webpack_require__(2303);
// EXTERNAL MODULE: ./src/report/commands.ts
var commands = __webpack_require__(4506);
;// CONCATENATED MODULE: ./src/report/mask.ts


const SHORTEST_PART = 3;
/**
 * Makes a form of a secret known to the runner. The runners of act's family take the last `::` of a line for the end
 * of the command, and print a line whose command they do not know: so there, the parts around it are masked. Of these
 * runners Forgejo's does not undo the escape of `%`, so a part with one is masked in both spellings.
 */
function maskFor(kind, print = (line) => void process.stdout.write(line)) {
    if (hasGitHubRunner(kind))
        return commands/* setSecret */.Pq;
    return (form) => {
        const parts = form.split(/:{2,}/).map((part) => part.replace(/^:+/, ''));
        for (const part of parts.filter((text) => text.trim().length >= SHORTEST_PART)) {
            const spellings = new Set([
                part.replaceAll('%', '%25').replaceAll('\r', '%0D'),
                part.replaceAll('\r', ''),
            ]);
            for (const spelling of spellings)
                print(`::add-mask::${spelling}\n`);
        }
    };
}

// EXTERNAL MODULE: ./src/report/command-file.ts
var command_file = __webpack_require__(8178);
// EXTERNAL MODULE: ./src/report/record.ts
var report_record = __webpack_require__(1117);
// EXTERNAL MODULE: ./src/report/storage.ts
var storage = __webpack_require__(4991);
;// CONCATENATED MODULE: ./src/report/outputs.ts






/** Where each output of action.yml comes from. Lists and objects are written as JSON. */
const OUTPUTS = {
    'image-cache-id': (record) => record.imageCacheId,
    'image-cache-name': (record) => record.imageCacheName,
    'image-cache-size': (record) => record.imageCacheSizeGiB,
    'container-group-id': (record) => record.containerGroupId,
    'request-id': (record) => record.requestId,
    status: (record) => record.status,
    result: (record) => record.result,
    'snapshot-id': (record) => record.snapshotId,
    // Not set before the images are known: an empty list would say that there are none.
    images: ({ images }) => (images.length > 0 ? images.map(({ reference }) => reference) : undefined),
    digests: ({ images }) => (images.length > 0 ? digestsOf(images) : undefined),
    'deleted-image-cache-ids': (record) => record.deleted,
    'annotated-manifests': (record) => record.annotatedManifests,
    match: (record) => record.match?.verdict,
    'extra-ephemeral-storage-gib': storage/* extraStorageGiB */.cn,
    'eip-instance-id': (record) => record.eipInstanceId,
};
const OUTPUT_NAMES = Object.keys(OUTPUTS);
/**
 * Hands the outputs to the runner as they become known, so that a later failure loses none. No secret is in them, and
 * no control character: parts of them come from registries and the service.
 *
 * @param write hands an output to the runner; replaced in tests
 */
function outputWriter({ env, secrets, log, write = commands/* setOutput */.uH, }) {
    const written = new Map();
    const warnedOf = new Set();
    const update = (name, record, safe) => {
        const text = outputs_textOf(OUTPUTS[name](safe));
        // The runner appends each one to a file: what did not change is not written again.
        if (text === (written.get(name) ?? ''))
            return;
        const origins = [...secrets.originsIn(outputs_textOf(OUTPUTS[name](record)))];
        if (origins.length > 0 && !warnedOf.has(name)) {
            warnedOf.add(name);
            log.warning(incomplete(name, origins));
        }
        (0,command_file/* writeCommandFile */.b)('GITHUB_OUTPUT', env, () => {
            write(name, text);
        });
        written.set(name, text);
    };
    return (record) => {
        const safe = (0,report_record/* mapTexts */.zO)(record, (text) => (0,printable/* printable */.g)(secrets.hide(text)));
        let problem;
        for (const name of OUTPUT_NAMES) {
            try {
                update(name, record, safe);
            }
            catch (error) {
                if (!(error instanceof src_errors/* ActionError */.lZ))
                    throw error;
                problem ??= error;
            }
        }
        return problem;
    };
}
/** The runner drops an output with a secret in it between jobs, and says so only at the end of the job's log. */
function incomplete(name, origins) {
    const holders = origins.map((origin) => origin || 'a login of this job').join(', ');
    return `The output ${name} contains a secret (the value of ${holders}): it is written with *** in its place, since GitHub does not pass an output with a secret to other jobs. Choose a secret that is not part of a name.`;
}
function outputs_textOf(value) {
    return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
}
function digestsOf(images) {
    return Object.fromEntries(images.flatMap(({ reference, digest }) => (digest ? [[reference, digest]] : [])));
}

;// CONCATENATED MODULE: ./src/report/secret-forms.ts
/** In which other texts a secret travels. How those are escaped in turn is the pattern's business. */
/** Fewer bytes in hexadecimal are in every digest by accident. */
const SHORTEST_HEX_BYTES = 8;
/** A shorter piece of base64 is in every text by accident. */
const SHORTEST_CORE = 6;
/** The secret and what encodes its bytes: base64 with padding and without, inside of a longer base64, hexadecimal. */
function textsOf(secret) {
    const bytes = Buffer.from(secret);
    const hex = bytes.length >= SHORTEST_HEX_BYTES ? bytes.toString('hex') : '';
    const cores = [0, 1, 2].map((offset) => base64Core(bytes, offset));
    const base64 = [bytes.toString('base64'), ...cores].flatMap((text) => [text, text.replace(/=+$/, '')]);
    const all = [secret, ...base64, ...base64.map(urlSafe), hex, hex.toUpperCase()];
    return new Set(all.filter((text) => text !== ''));
}
/** What the base64 of any longer text has where the secret begins at a byte number ≡ offset (mod 3) of it. */
function base64Core(bytes, offset) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString('base64')
        .replace(/=+$/, '');
    // A character that also holds bits of a neighbour differs from text to text.
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    return end - start >= SHORTEST_CORE ? encoded.slice(start, end) : '';
}
function urlSafe(text) {
    return text.replaceAll('+', '-').replaceAll('/', '_');
}
/**
 * The forms that the runner masks, also in what other steps print: it knows literal texts only, so these are the usual
 * ones and not every mixture.
 */
function formsOf(secret) {
    // Half a surrogate pair cannot be percent-encoded; UTF-8 has a substitute for it.
    const whole = Buffer.from(secret).toString();
    const percent = encodeURIComponent(whole);
    const encoded = [
        percent,
        // RFC 3986 also reserves these, and the SDK's signer encodes them.
        percent.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
        // As a URL's parser leaves it: only what must be encoded is.
        encodeURI(whole),
        // As a form is sent.
        new URLSearchParams({ '': whole }).toString().slice(1),
    ];
    const spaced = [...encoded, ...encoded.map((form) => form.replaceAll('%20', '+'))];
    const once = [
        ...spaced,
        ...spaced.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    ];
    const json = JSON.stringify(secret).slice(1, -1);
    const jsons = [
        json,
        withoutHtml(json),
        ascii(json),
        ascii(withoutHtml(json)),
        upperCaseHex(ascii(withoutHtml(json))),
    ];
    return new Set([
        ...textsOf(secret),
        ...once,
        ...once.map(encodeURIComponent),
        ...jsons,
        ...jsons.map((form) => JSON.stringify(form).slice(1, -1)),
        html(secret, { '"': '&quot;', "'": '&#39;' }),
        html(secret, { '"': '&#34;', "'": '&#39;' }),
        html(secret, { '"': '&quot;', "'": '&#x27;' }),
        html(secret, { '"': '&quot;', "'": '&apos;' }),
        html(secret, {}),
    ]);
}
/** JSON as Go writes it by default. */
function withoutHtml(json) {
    return json.replace(/[&<>]/g, unicodeEscape);
}
/** JSON as Python writes it by default. */
function ascii(json) {
    return json.replace(/[^\0-\x7f]/g, unicodeEscape);
}
function upperCaseHex(json) {
    return json.replace(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`);
}
function unicodeEscape(unit) {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
function html(text, quotes) {
    const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', ...quotes };
    return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

;// CONCATENATED MODULE: ./src/report/secret-escapes.ts
/**
 * How servers escape a character: percent-encoded any number of times, in JSON, in JSON inside of JSON, in HTML, and
 * in mixtures of these. A letter or digit stands for itself everywhere.
 */
/** One character of a secret, in whatever way it may be escaped. */
class Step {
    character;
    /** Of a regular expression. */
    source;
    sticky;
    anywhere;
    constructor(character, afterSlash) {
        this.character = character;
        this.source = sourceOf(character, afterSlash);
    }
    /** Where it ends that begins at this place; undefined if it does not begin there. */
    endAt(text, from) {
        if (this.source === this.character)
            return text.startsWith(this.character, from) ? from + 1 : undefined;
        this.sticky ??= new RegExp(this.source, 'y');
        this.sticky.lastIndex = from;
        return this.sticky.test(text) ? this.sticky.lastIndex : undefined;
    }
    /** Where the next one begins, from this place on; -1 for nowhere. */
    nextIn(text, from) {
        if (this.source === this.character)
            return text.indexOf(this.character, from);
        this.anywhere ??= new RegExp(this.source, 'g');
        this.anywhere.lastIndex = from;
        return this.anywhere.exec(text)?.index ?? -1;
    }
}
const PLAIN = /^[A-Za-z0-9_]$/;
const CHARACTER = /\\+|[\ud800-\udbff][\udc00-\udfff]|[^]/g;
const BACKSLASHES = /^\\+$/;
/** Escapes nest a few times at most; a limit keeps the search short. */
const NESTED = '{0,3}';
const PERCENT = `%(?:25)${NESTED}`;
const SLASHES = '\\\\{1,8}';
const AMPERSAND = `(?:&(?:amp;)${NESTED}|${SLASHES}u0026|${PERCENT}26)`;
const SHORT_ESCAPES = {
    '\n': 'n',
    '\r': 'r',
    '\t': 't',
    '\b': 'b',
    '\f': 'f',
};
const known = new Map();
/** The steps by which a text is found. A run of backslashes is one step, since each escape doubles it. */
function* stepsOf(text) {
    let afterSlash = false;
    for (const [character] of text.matchAll(CHARACTER)) {
        yield stepOf(character, afterSlash);
        afterSlash = BACKSLASHES.test(character);
    }
}
function firstStep(text) {
    const [character = ''] = /^(?:\\+|[\ud800-\udbff][\udc00-\udfff]|[^])/.exec(text) ?? [];
    return stepOf(character, false);
}
/** The longest piece that no escape takes apart. */
function longestWord(text) {
    const words = text.match(/[A-Za-z0-9_]+/g) ?? [];
    return words.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}
function stepOf(character, afterSlash) {
    const key = afterSlash ? `\\${character}` : character;
    const step = known.get(key) ?? new Step(character, afterSlash);
    known.set(key, step);
    return step;
}
function sourceOf(character, afterSlash) {
    if (PLAIN.test(character))
        return character;
    if (BACKSLASHES.test(character))
        return backslashes(character.length);
    // What a backslash before it may belong to is settled where one stands in the secret itself.
    const own = `${afterSlash ? '' : '\\\\{0,8}'}${literal(character)}`;
    return [own, ...percents(character), ...unicodes(character), entity(character), ...others(character)].join('|');
}
function backslashes(count) {
    const one = [...percents('\\'), ...unicodes('\\'), entity('\\')].join('|');
    return `\\\\{${count},${count * 8 + 8}}|(?:${one}){${count}}`;
}
/** Any character as a regular expression has it, half a surrogate pair among them. */
function literal(text) {
    return units(text)
        .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
        .join('');
}
/** As UTF-8, and as Latin-1 where it is in there. */
function percents(character) {
    const utf8 = [...Buffer.from(character)];
    const code = character.codePointAt(0) ?? 0;
    return (code >= 0x80 && code <= 0xff ? [utf8, [code]] : [utf8]).map((bytes) => bytes.map((byte) => `${PERCENT}${anyCase(byte, 2)}`).join(''));
}
function unicodes(character) {
    const long = units(character).map((unit) => `${SLASHES}u${anyCase(unit, 4)}`);
    const [unit = 0, ...more] = units(character);
    return more.length === 0 && unit <= 0xff
        ? [long.join(''), `${SLASHES}x${anyCase(unit, 2)}`]
        : [long.join('')];
}
/** By number, or by any name: what else is in a secret decides. */
function entity(character) {
    const code = character.codePointAt(0) ?? 0;
    const number = `#(?:0{0,4}${code}|[xX]0{0,4}${anyCase(code, 1)})`;
    return `${AMPERSAND}(?:${number}|[A-Za-z][A-Za-z0-9]{1,31});`;
}
function others(character) {
    if (character === ' ')
        return ['\\+', `${PERCENT}2[bB]`];
    const short = SHORT_ESCAPES[character];
    if (short !== undefined)
        return [`${SLASHES}${short}`];
    // UTF-8 that was read as Latin-1.
    return character > '\x7f' ? [literal(Buffer.from(character).toString('latin1'))] : [];
}
function units(text) {
    return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}
function anyCase(number, digits) {
    return number
        .toString(16)
        .padStart(digits, '0')
        .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

;// CONCATENATED MODULE: ./src/report/secret-pattern.ts

/** So many characters of a secret give it away, wherever they stand. */
const TELLING_PIECE = 20;
/** Fewer are in every text by accident, unless it was cut right behind them. */
const SHORTEST_PIECE = 8;
const SHORTEST_BEFORE_CUT = 4;
/** No piece that is too short to be found by itself takes more room than this when it is escaped. */
const WIDEST_PIECE = 240;
/** How a text shows that it was cut. */
const CUT = /…|\.{3}/g;
/** What is left of an escape that was cut in its middle. */
const BROKEN_ESCAPE = /^(?:%[0-9A-Fa-f]{0,5}|\\{1,8}(?:u[0-9A-Fa-f]{0,3})?|&[#\w;]{0,12})?$/;
/** Finds a text, and pieces that give it away, in whatever way its characters are escaped. */
class SecretPattern {
    text;
    whole;
    start;
    end;
    constructor(text) {
        this.text = text;
        this.whole = new Search(text);
        const length = Math.min(TELLING_PIECE, Math.max(SHORTEST_PIECE, Math.ceil(text.length / 2)));
        if (length < text.length) {
            this.start = new Search(text.slice(0, length));
            this.end = new Search(text.slice(-length));
        }
    }
    isIn(text) {
        return this.whole.mayBeIn(text) && text.search(this.whole.pattern) >= 0;
    }
    /** The text with asterisks in its place. */
    hide(text) {
        return this.whole.replaceIn(text);
    }
    /** The text with asterisks for pieces of it that give it away: half of it, or its start before a cut. */
    hidePieces(text) {
        const clean = this.hideStarts(text);
        return this.hideBeforeCuts(this.end?.replaceIn(clean) ?? clean);
    }
    hideStarts(text) {
        if (!this.start?.mayBeIn(text))
            return text;
        let clean = '';
        let done = 0;
        for (const { index } of text.matchAll(this.start.pattern)) {
            if (index < done)
                continue;
            clean += `${text.slice(done, index)}***`;
            done = this.walk(text, index).end;
        }
        return clean + text.slice(done);
    }
    hideBeforeCuts(text) {
        const isCut = text.includes('…') || text.includes('...');
        const places = isCut ? [...text.matchAll(CUT)].map(({ index }) => index) : [];
        const cuts = places.map((at) => ({ at, shortest: SHORTEST_BEFORE_CUT }));
        let clean = text;
        // From the end, so that the places before it stay where they are.
        for (const { at, shortest } of [...cuts, { at: text.length, shortest: SHORTEST_PIECE }].reverse()) {
            const start = this.startBefore(clean, at, shortest);
            if (start !== undefined)
                clean = `${clean.slice(0, start)}***${clean.slice(at)}`;
        }
        return clean;
    }
    /** Where a start of the secret begins that reaches to the cut. */
    startBefore(text, cut, shortest) {
        const before = text.slice(Math.max(0, cut - WIDEST_PIECE), cut);
        const first = firstStep(this.text);
        const last = before.length - shortest;
        for (let at = first.nextIn(before, 0); at >= 0 && at <= last; at = first.nextIn(before, at + 1)) {
            const { end, count } = this.walk(before, at);
            if (count >= shortest && BROKEN_ESCAPE.test(before.slice(end)))
                return cut - before.length + at;
        }
        return undefined;
    }
    /** How much of the secret, from its start, stands at this place. */
    walk(text, from) {
        let end = from;
        let count = 0;
        for (const step of stepsOf(this.text)) {
            const next = step.endAt(text, end);
            if (next === undefined)
                break;
            end = next;
            count += 1;
        }
        return { end, count };
    }
}
/** A regular expression that is made, and used, only where the longest word of what it finds is there. */
class Search {
    text;
    word;
    made;
    constructor(text) {
        this.text = text;
        this.word = longestWord(text);
    }
    get pattern() {
        this.made ??= new RegExp([...stepsOf(this.text)].map(({ source }) => `(?:${source})`).join(''), 'g');
        return this.made;
    }
    mayBeIn(text) {
        return text.includes(this.word);
    }
    replaceIn(text) {
        return this.mayBeIn(text) ? text.replace(this.pattern, '***') : text;
    }
}

;// CONCATENATED MODULE: ./src/report/secrets.ts


/** Masking shorter ones would blot out half the log and protect nothing. */
const SHORTEST_SECRET = 3;
/** Every secret of this run, in every form in which it can show. */
class Secrets {
    mask;
    /** Text → how it is found, and which input or variable it is from. */
    found = new Map();
    masked = new Set();
    sorted;
    /** @param mask makes a form known to the runner */
    constructor(mask) {
        this.mask = mask;
    }
    /**
     * Masks a password, key or token. Call it before the value is used for anything.
     *
     * @param origin the input or variable that holds it, for a warning
     */
    add(secret, origin = '') {
        if (secret === undefined || secret.trim().length < SHORTEST_SECRET)
            return;
        for (const form of formsOf(secret))
            this.tellRunner(form);
        // What is shown line by line, and what the runner masks so, is a secret line by line.
        const parts = [secret, ...secret.split(/\r?\n/)].filter((part) => part.trim().length >= SHORTEST_SECRET);
        for (const text of parts.flatMap((part) => [...textsOf(part)]))
            this.find(text, origin);
    }
    /** Masks a password, and the base64 of `username:password` that HTTP's Basic scheme sends. */
    addLogin(username, password, origin = '') {
        this.add(password, origin);
        if (password === '')
            return;
        const basic = Buffer.from(`${username}:${password}`);
        for (const text of [basic.toString('base64'), basic.toString('base64url')]) {
            for (const form of [text, text.replace(/=+$/, ''), encodeURIComponent(text)]) {
                this.tellRunner(form);
                this.find(form, origin);
            }
        }
    }
    /** The text without any secret in it, nor a piece of one that gives it away. */
    redact(text) {
        return this.longestFirst().reduce((rest, pattern) => pattern.hidePieces(rest), this.hide(text));
    }
    /** The text without any whole secret, for text that other code processes: a piece may be there by accident. */
    hide(text) {
        return this.longestFirst().reduce((rest, pattern) => pattern.hide(rest), text);
    }
    /** The inputs and variables whose secrets are in the text; empty if none is, and `''` for one of unknown origin. */
    originsIn(text) {
        const inside = [...this.found.values()].filter(({ pattern }) => pattern.isIn(text));
        return new Set(inside.map(({ origin }) => origin));
    }
    find(text, origin) {
        if (this.found.has(text))
            return;
        this.found.set(text, { pattern: new SecretPattern(text), origin });
        this.sorted = undefined;
    }
    /** A text that contains another has to go first, or its rest would stay. */
    longestFirst() {
        this.sorted ??= [...this.found].sort(([a], [b]) => b.length - a.length).map(([, { pattern }]) => pattern);
        return this.sorted;
    }
    /** The runner masks line by line: a secret of several lines needs a mask for each. */
    tellRunner(form) {
        for (const line of form.split(/\r?\n/)) {
            if (line.trim().length < SHORTEST_SECRET || this.masked.has(line))
                continue;
            this.masked.add(line);
            this.mask(line);
        }
    }
}

;// CONCATENATED MODULE: ./src/report/write-summary.ts

/** The summary is rendered by code that is not needed before the end of the run. */
function loadSummary() {
    return __webpack_require__.e(/* import() */ 174).then(__webpack_require__.bind(__webpack_require__, 4174));
}
/** Adds the record to the job summary. One that cannot be loaded or written is a warning. */
async function writeSummary(reporting) {
    const { env, log } = reporting;
    if (!env['GITHUB_STEP_SUMMARY']) {
        log.debug('This runner takes no job summary: GITHUB_STEP_SUMMARY is not set.');
        return;
    }
    try {
        const { addSummary } = await loadSummary();
        addSummary(reporting);
    }
    catch (error) {
        const why = error instanceof src_errors/* ActionError */.lZ ? error.message : String(error);
        log.warning(`The job summary cannot be written. ${why}`);
    }
}

;// CONCATENATED MODULE: ./src/steps/inspection-errors.ts

/** One error for each cause: where several images fail for the same one, the error lists them. */
function groupedByCause(failures) {
    const groups = new Map();
    for (const failure of failures) {
        const { error, image } = failure;
        const cause = error instanceof types/* RegistryError */.g ? error.shared : undefined;
        const key = JSON.stringify([cause ?? image.cachedReference, error.hint]);
        groups.set(key, [...(groups.get(key) ?? []), failure]);
    }
    return [...groups.values()].map(errorOf);
}
function errorOf([first, ...others]) {
    if (first === undefined)
        throw new TypeError('a group of no failures');
    const { error } = first;
    if (others.length === 0 || !(error instanceof types/* RegistryError */.g) || error.shared === undefined)
        return error;
    const { reason, shared, hint } = error;
    const names = [first, ...others].map(({ image }) => image.cachedReference);
    const last = names.pop() ?? '';
    return new types/* RegistryError */.g(reason, `Images ${names.join(', ')} and ${last}: ${shared}`, {
        hint,
        cause: error,
    });
}

;// CONCATENATED MODULE: ./src/steps/pull-access.ts



/**
 * A registry that wanted a login for the look-up wants one from ECI as well, and ECI has only what the inputs give,
 * and password-free access to the account's own ACR. Where it would have neither, the pull fails a quarter of an
 * hour from now.
 *
 * @param loggedInHosts hosts that were looked at with a login that ECI does not get
 * @returns one warning for each registry host that ECI would pull from with nothing
 */
function pullAccessWarnings(images, inputs, loggedInHosts) {
    const lockedOut = images
        .filter(({ inspect }) => [...loggedInHosts].some((host) => sameRegistry(host, inspect.registry)))
        .map(({ cachedReference }) => (0,images_reference/* parseReference */.F2)(cachedReference).registry)
        .filter((host) => !canPull(host, inputs));
    return [...new Set(lockedOut)].map((host) => `${host}: the images were looked up with a login from the Docker config, which ECI does not get. Unless they are public, ECI cannot pull them, and building the cache fails. Set image-registry-credentials for ${host}, or acr-registry-info if it is a custom domain of Container Registry Enterprise Edition.`);
}
function canPull(host, { registryCredentials, acrRegistryInfos }) {
    return ((0,acr/* isAcrHost */.n)(host) ||
        registryCredentials.some(({ server }) => sameRegistry(server, host)) ||
        // Without domains an instance stands for all of its own, and which these are is not known here.
        acrRegistryInfos.some(({ domains }) => domains.length === 0 || domains.some((domain) => sameRegistry(domain, host))));
}

;// CONCATENATED MODULE: ./src/steps/inspect.ts






/** The image could not be read, which does not prove that it is wrong. Every other reason does. */
const INCONCLUSIVE = new Set(['unauthorized', 'unreachable', 'bad-answer']);
/**
 * Looks every image up. With `image-cache-size: auto` each has to be readable; with an explicit size one that
 * nobody could read is a warning, but one that is known not to exist is still an error.
 *
 * @param onDigests called at most once, while manifests are still being read, with the digests that the images are
 *   likely to have
 * @param isOfEvent whether the only image comes from the event, not from the inputs
 * @returns undefined if the event named something else than an image, e.g. a signature: then there is nothing to do
 * @throws ActionErrors, one for each cause for which images cannot be cached
 */
async function inspectImages(inputs, { registry, log, note, dockerConfigHosts = new Set() }, onDigests = () => undefined, isOfEvent = false) {
    const images = inputs.releaseImages;
    note({ images: images.map(({ cachedReference }) => unreadRow(cachedReference, inputs.platform)) });
    const noteDigest = whenAllAreKnown(images, onDigests);
    const results = await Promise.all(images.map((image) => registry.inspect(image, inputs.platform, (digest) => {
        noteDigest(image, digest);
    })));
    const rows = results.map((result) => rowOf(result, inputs.platform));
    note({ images: rows });
    for (const line of tableOf(rows))
        log.info(line);
    const failures = results.filter((result) => !result.ok);
    const [failure] = failures;
    if (isOfEvent && results.length === 1 && failure && isNoImage(failure)) {
        note({ nothingToCache: failure.error.message });
        return undefined;
    }
    const fatal = failures.filter(({ error }) => inputs.imageCacheSizeGiB === 'auto' || !isInconclusive(error));
    if (fatal.length > 0)
        throw new src_errors/* ActionErrors */.o9(groupedByCause(fatal));
    for (const { image, error } of failures) {
        log.warning(`${(0,format/* sentence */.em)(error.message)} The size is explicit, so the run goes on. Without the digest, only the commit identifies the content of ${image.cachedReference}. ${error.hint ?? ''}`.trim());
    }
    for (const warning of pullAccessWarnings(images, inputs, dockerConfigHosts))
        log.warning(warning);
    return {
        pinned: rows.map(({ reference, digest }) => ({ cachedReference: reference, digest })),
        read: results.filter((result) => result.ok),
        unread: failures.map(({ image }) => image),
    };
}
/** Collects digests, and reports all of them once the last one is there. */
function whenAllAreKnown(images, tell) {
    const digests = new Map();
    return (image, digest) => {
        // What an index calls a manifest may be another index, which then leads to another digest.
        if (digests.size === images.length)
            return;
        digests.set(image, digest);
        if (digests.size < images.length)
            return;
        tell(images.map((one) => ({ cachedReference: one.cachedReference, digest: digests.get(one) })));
    };
}
/** A tag of a digest is where signatures and the like of an image are listed (OCI distribution specification, "Referrers Tag Schema"). */
const TAG_OF_DIGEST = /^sha256-[0-9a-f]{64}/;
function isNoImage({ image, error }) {
    if (!(error instanceof types/* RegistryError */.g))
        return false;
    const isList = error.reason === 'no-platform' && TAG_OF_DIGEST.test(image.inspect.tag ?? '');
    return error.reason === 'not-an-image' || isList;
}
function isInconclusive(error) {
    return error instanceof types/* RegistryError */.g && INCONCLUSIVE.has(error.reason);
}
function unreadRow(reference, platform) {
    return {
        reference,
        platform: formatPlatform(platform),
        digest: undefined,
        compressedSizeBytes: undefined,
    };
}
function rowOf(result, platform) {
    if (!result.ok)
        return unreadRow(result.image.cachedReference, platform);
    const { image, digest, layers, configDigest, configSizeBytes } = result.image;
    const blobs = new Map(layers.map((layer) => [layer.digest, layer.sizeBytes]));
    blobs.set(configDigest, configSizeBytes);
    return {
        reference: image.cachedReference,
        platform: formatPlatform(result.image.platform ?? platform),
        digest,
        compressedSizeBytes: [...blobs.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0),
    };
}
function tableOf(rows) {
    return (0,format/* alignedTable */.nP)([
        ['image', 'platform', 'digest', 'compressed'],
        ...rows.map(({ reference, platform, digest, compressedSizeBytes }) => [
            reference,
            platform,
            digest ? (0,format/* shortDigest */.VK)(digest) : 'not known',
            compressedSizeBytes === undefined ? '' : (0,format/* formatBytes */.z3)(compressedSizeBytes),
        ]),
    ]);
}

;// CONCATENATED MODULE: ./src/steps/both.ts

/**
 * Two pieces of work at once. Both are waited for, so that if both fail, both failures are reported.
 *
 * @returns what the first one resolves with
 * @throws the error of the one that fails; where both do, ActionErrors with the first one's before the second one's
 */
async function both(first, second) {
    const ends = await Promise.allSettled([first, second]);
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (failures.length === 2 && failures.every((failure) => failure instanceof src_errors/* ActionError */.lZ)) {
        throw new src_errors/* ActionErrors */.o9(failures);
    }
    // A cancel or a bug in this action is thrown alone.
    const [failure] = failures.filter((one) => !(one instanceof src_errors/* ActionError */.lZ)).concat(failures);
    if (failure !== undefined)
        throw failure;
    return first;
}

;// CONCATENATED MODULE: ./src/run.ts



const loadSteps = () => __webpack_require__.e(/* import() */ 728).then(__webpack_require__.bind(__webpack_require__, 8728));
/**
 * The whole story: which images, do they exist, is there a cache of them, else make one, wait for it, tidy up.
 * The record is filled in on the way, and the outputs with it, so that they hold what is known when it rejects.
 *
 * @throws ActionError, or ActionErrors for several independent failures
 */
async function run(inputs, context, given) {
    let deps = given;
    const phase = (title, work) => (0,report_record/* inPhase */.xe)(title, deps, work);
    let begun;
    const beginLookUp = (images) => {
        begun = loadSteps()
            .then((steps) => steps.beginLookUp(steps.planOf(inputs, context, images), deps))
            // What fails here fails below again, and is reported there.
            .catch(() => undefined);
    };
    const { manifests } = inputs;
    if (manifests) {
        await phase('Read the manifests', async () => (await loadSteps()).logManifests(inputs, manifests, context, deps));
    }
    const inspection = await phase('Look the images up in their registry', () => both(inspectImages(inputs, deps, beginLookUp, inputs.images.length === 0 && manifests === undefined), deps.headStart(loadSteps)));
    if (inspection === undefined)
        return;
    const steps = await loadSteps();
    steps.warnOfMovingTags(inputs, context, deps);
    const plan = steps.planOf(inputs, context, inspection.pinned);
    const buildEip = await steps.buildEip(inputs, plan, deps);
    deps = { ...deps, buildEip };
    const seen = await phase('Look for a cache that holds them', async () => steps.lookUp(plan, deps, await begun));
    if (inputs.dryRun) {
        await phase('Dry run', () => steps.rehearse(inputs, plan, inspection, seen.matches, deps));
        steps.logStorage(deps);
        return;
    }
    const { usable } = seen.matches;
    const obtained = usable
        ? steps.useExisting(usable, deps)
        : await phase('Create the image cache', () => steps.createCache(inputs, plan, inspection, seen, deps));
    steps.announce(obtained, deps);
    steps.logStorage(deps);
    const early = obtained.result === 'reused' ? seen.answers : undefined;
    if (!inputs.wait) {
        const cache = await steps.settleAtOnce(obtained, plan, deps);
        await buildEip?.atEnd(cache);
        await steps.handOver(cache, plan, inputs, context, deps, early);
        deps.log.info(`Not waiting for ${cache.imageCacheId} (${cache.status}): wait is false.`);
        return;
    }
    const ready = obtained.result === 'reused'
        ? obtained.cache
        : await phase('Wait until it is Ready', () => steps.settle(obtained, plan, inputs, deps));
    deps.note({ snapshotId: ready.snapshotId || ready.flashSnapshotId });
    if (buildEip)
        await phase('Release the EIP', () => buildEip.atEnd(ready));
    await steps.handOver(ready, plan, inputs, context, deps, early);
    const { keepLatest } = inputs;
    if (keepLatest === undefined)
        return;
    await phase('Remove old caches', () => steps.removeOldCaches(plan, keepLatest, ready.imageCacheId, deps));
}

;// CONCATENATED MODULE: ./src/version.ts
/** Equal to package.json's; a test holds the two together. */
const VERSION = '0.1.0';
/** Names us to registries and to the service, so that their operators know who is calling. */
const USER_AGENT = `warm-eci-image-cache/${VERSION}`;

;// CONCATENATED MODULE: ./src/main.ts


































/**
 * Wires inputs, clients and reports together. Never rejects.
 *
 * @param signal aborts with a Cancelled as its reason
 * @returns the process's exit code: 0 only when what was asked for holds
 */
async function main(env, signal) {
    const runner = readRunner({ env });
    const severalLines = hasGitHubRunner(runner.server);
    const secrets = new Secrets(maskFor(runner.server));
    const log = (0,console/* runnerLog */.t1)(secrets, { severalLines });
    const writeOutputs = outputWriter({ env, secrets, log });
    const reporting = { secrets, log, severalLines, ...(0,report_record/* startRecord */.qt)(writeOutputs) };
    let exitCode = 0;
    try {
        await (0,src_process/* untilCancelled */.c8)(work(env, runner, reporting, signal), signal, reporting.record);
        const problem = writeOutputs(reporting.record);
        if (problem)
            throw problem;
        (0,ending/* reportSuccess */.gY)(reporting);
    }
    catch (error) {
        const problem = writeOutputs(reporting.record);
        const isOfOutputs = problem !== undefined && error instanceof src_errors/* ActionError */.lZ && error.message === problem.message;
        exitCode = (0,ending/* reportFailure */.xV)(isOfOutputs ? (0,ending/* outputFailure */.sm)(problem, reporting.record) : error, reporting);
        if (problem && !isOfOutputs)
            log.warning(problem.message);
    }
    if (summaryWanted({ env }))
        await writeSummary({ ...reporting, env });
    return exitCode;
}
async function work(env, runner, reporting, signal) {
    const { log, note, secrets } = reporting;
    keepCertificatesChecked(env, log);
    const network = createNetwork({ proxyFor: readProxies(runner.proxies, { secrets, log }) });
    const { send } = network;
    const context = releaseContext(log);
    const inputs = await readInputs({ env }, context, secrets);
    note({ regionId: inputs.regionId });
    for (const warning of inputs.warnings)
        log.warning(warning);
    const clock = clockWithSpeed(inputs.clockSpeed);
    const logins = loginsOf(runner, inputs, reporting);
    const registry = createRegistry({
        send,
        credentialsFor: (host) => logins.credentialsFor(host),
        loginPlaces: logins.places,
        plainHttpRegistries: inputs.plainHttpRegistries,
        insecureRegistries: inputs.insecureRegistries,
        userAgent: USER_AGENT,
        clock,
        log,
        signal,
        onSecret: (secret) => {
            secrets.add(secret);
        },
    });
    const { credentials, service, eips, observations } = vendorOf(inputs, reporting, clock, { env, send });
    try {
        await run(inputs, context, {
            ...reporting,
            registry,
            service: (0,retry/* withRetries */.L)(observing(service, observations, clock), { clock, log, signal }),
            headStart: (load) => headStart(credentials, () => Promise.all([(0,call/* loadSdk */.NP)(), load(), loadSummary()])),
            explainEvent: diagnoseEvent,
            eips,
            clock,
            signal,
            dockerConfigHosts: logins.dockerConfigHosts,
        });
    }
    finally {
        for (const line of observations.lines())
            log.debug(line);
        network.close();
    }
}
/** @throws ActionError if the event says that this repository released nothing */
function releaseContext(log) {
    const event = eventOfRunner((message) => {
        log.warning(message);
    });
    const context = readReleaseContext(event);
    const { tag } = context;
    if (!tag.known && tag.refused)
        throw new src_errors/* ActionError */.lZ((0,format/* sentence */.em)(`Not a release: ${tag.problem}`), { hint: tag.hint });
    return context;
}
function vendorOf(inputs, { secrets, log }, clock, { env, send }) {
    const { regionId, resourceGroupId, endpoint, vpcEndpoint } = inputs;
    const observations = new Observations();
    const calls = {
        ...{ regionId, regionDoubt: doubtOfRegion(regionId), userAgent: USER_AGENT },
        ...{ send, secrets, log, observations },
    };
    const credentials = credentialsOf(inputs, calls, clock, env);
    const credentialsOrigin = inputs.credentials.kind === 'static' ? inputs.credentials.origin : undefined;
    const signed = { ...calls, resourceGroupId, credentials, credentialsOrigin };
    const service = createEciService({ ...signed, endpoint });
    const eips = async () => (await __webpack_require__.e(/* import() */ 980).then(__webpack_require__.bind(__webpack_require__, 2980))).createEipService({ ...signed, endpoint: vpcEndpoint });
    return { credentials, service, eips, observations };
}
function loginsOf({ dockerConfig, containersAuth }, { registryCredentials, releaseImages }, { secrets, log }) {
    if (!dockerConfig) {
        log.debug('This user has no home folder, and DOCKER_CONFIG is not set: no Docker config is read.');
    }
    const files = [...(dockerConfig ? [dockerConfig] : []), ...containersAuth];
    return loginsFor({
        credentials: registryCredentials,
        images: releaseImages,
        fromFiles: dockerLogins({ file: dockerConfig, otherFiles: containersAuth, secrets, log }),
        files: files.map(({ shownAs }) => shownAs),
    });
}
function credentialsOf({ credentials, stsEndpoint }, calls, clock, env) {
    if (credentials.kind === 'static') {
        calls.log.info(`Credentials: ${credentials.origin}.`);
        return staticProvider(credentials);
    }
    calls.log.info(`Credentials: the runner's OIDC token, for the role ${credentials.roleToAssume}.`);
    const now = () => clock.now();
    return oidcProvider({
        ...calls,
        endpoint: stsEndpoint,
        endpointInput: 'sts-endpoint',
        idTokenIssuer: idTokenIssuer(env),
        credentials,
        getIdToken: (audience) => runnerIdToken(audience, { env, ...calls }),
        now,
    });
}


/***/ }),

/***/ 5260:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ printable)
/* harmony export */ });
/** Controls, line and paragraph separators, invisible marks such as those that reorder text, and half characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/**
 * The text on one line, with every character spelled out that could start a workflow command, move a cursor, or hide
 * or reorder others.
 */
function printable(text) {
    return text.replace(UNPRINTABLE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}


/***/ }),

/***/ 234:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ RegistryError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3916);

/** A registry's failure. `message` holds no secret, and remote text only bounded and escaped. */
class RegistryError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    reason;
    /** The message as it reads for several images; undefined if the cause lies with one image. */
    shared;
    constructor(reason, message, options = {}) {
        super(message, options);
        this.reason = reason;
        this.shared = options.shared;
    }
    /** The same failure, with words in front that name what was being read. */
    within(subject) {
        const { reason, message, hint, shared } = this;
        return new RegistryError(reason, `${subject}: ${message}`, { hint, shared, cause: this });
    }
}


/***/ }),

/***/ 8178:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ writeCommandFile)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3916);


const REASONS = {
    ENOSPC: 'no space is left on its disk',
    EDQUOT: 'the disk quota of the user is used up',
    EROFS: 'its disk is read-only',
    EACCES: 'the user of this step has no permission to write it',
    EPERM: 'the user of this step has no permission to write it',
    EISDIR: 'it is a folder',
    EIO: 'its disk reports an error',
    ENOENT: 'it is gone',
};
const GONE_HINT = 'The runner makes this file before the step starts: find what removes it, e.g. an earlier step that empties RUNNER_TEMP. Then run this step again.';
const FULL_HINT = 'Make room for it on the runner, then run this step again.';
/**
 * Writes to the file from which the runner reads outputs or the summary. After a failure, the partial entry is removed:
 * it would spoil the entries before it.
 *
 * @param variable names the file
 * @throws ActionError that says which file, and why
 */
function writeCommandFile(variable, env, write) {
    const file = env[variable] ?? '';
    const sizeBytes = sizeOf(file);
    try {
        if (file !== '' && !(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(file))
            throw Object.assign(new Error('gone'), { code: 'ENOENT' });
        write();
    }
    catch (error) {
        restore(file, sizeBytes);
        const { code = '' } = error;
        const reason = REASONS[code] ?? (code || String(error));
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${file} (${variable}) cannot be written: ${reason}.`, {
            hint: code === 'ENOENT' ? GONE_HINT : FULL_HINT,
            cause: error,
        });
    }
}
function sizeOf(file) {
    try {
        const stats = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(file);
        return stats.isFile() ? stats.size : undefined;
    }
    catch {
        return undefined;
    }
}
function restore(file, sizeBytes) {
    try {
        if (sizeBytes !== undefined)
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.truncateSync)(file, sizeBytes);
    }
    catch {
        // The error that is reported anyway says more.
    }
}


/***/ }),

/***/ 4506:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N4: () => (/* binding */ endGroup),
/* harmony export */   Os: () => (/* binding */ group),
/* harmony export */   Pq: () => (/* binding */ setSecret),
/* harmony export */   Yz: () => (/* binding */ debug),
/* harmony export */   pq: () => (/* binding */ info),
/* harmony export */   uH: () => (/* binding */ setOutput),
/* harmony export */   w7: () => (/* binding */ annotation)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9635);
/* harmony import */ var _node_modules_actions_core_lib_file_command_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2902);
/**
 * The runner's commands, from files of @actions/core. Its entry is not used: it loads an HTTP client (undici, a megabyte
 * of code) and a way to start programs, which would take most of the time to our first request.
 */



function info(line) {
    process.stdout.write(`${line}${node_os__WEBPACK_IMPORTED_MODULE_0__.EOL}`);
}
/** Shown where step debugging is on. */
function debug(line) {
    (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('debug', line);
}
/** An annotation, whose line breaks are escaped. */
function annotation(kind, message) {
    (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)(kind, message);
}
function setSecret(secret) {
    (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('add-mask', secret);
}
/** Runs the work inside a foldable group. */
async function group(title, work) {
    (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('group', title);
    try {
        return await work();
    }
    finally {
        endGroup();
    }
}
function endGroup() {
    (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('endgroup');
}
/** Uses the runner's file, or a command on runners without one. Throws if the file cannot be written. */
function setOutput(name, value) {
    if (process.env['GITHUB_OUTPUT']) {
        (0,_node_modules_actions_core_lib_file_command_js__WEBPACK_IMPORTED_MODULE_2__/* .issueFileCommand */ .n)('OUTPUT', (0,_node_modules_actions_core_lib_file_command_js__WEBPACK_IMPORTED_MODULE_2__/* .prepareKeyValueMessage */ .v)(name, value));
        return;
    }
    info('');
    (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issueCommand */ .L)('set-output', { name }, value);
}


/***/ }),

/***/ 9475:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   VP: () => (/* binding */ defuse),
/* harmony export */   fz: () => (/* binding */ annotate),
/* harmony export */   t1: () => (/* binding */ runnerLog)
/* harmony export */ });
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5260);
/* harmony import */ var _commands_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4506);


/** Between the parts of an error that has to stay on one line. */
const SEPARATOR = ' | ';
/** Prints an error, a warning or a notice; its parts are on a line each where the runner can show that. */
function annotate(kind, parts, { severalLines }) {
    if (severalLines)
        (0,_commands_js__WEBPACK_IMPORTED_MODULE_0__/* .annotation */ .w7)(kind, parts.join('\n'));
    else
        (0,_commands_js__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq)(`::${kind}::${parts.join(SEPARATOR)}`);
}
/** The runner's log. Whatever is written here carries no secret and no command of somebody else's. */
function runnerLog(secrets, annotating) {
    const clean = (text) => defuse(secrets.redact(text));
    return {
        info: (line) => {
            (0,_commands_js__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq)(clean(line));
        },
        debug: (line) => {
            (0,_commands_js__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz)(clean(line));
        },
        warning: (message) => {
            annotate('warning', [clean(message)], annotating);
        },
        notice: (message) => {
            annotate('notice', [clean(message)], annotating);
        },
        group: (title, work) => (0,_commands_js__WEBPACK_IMPORTED_MODULE_0__/* .group */ .Os)(clean(title), work),
    };
}
/**
 * Takes the teeth out of text that came from elsewhere: control characters are spelled out, so that one call is
 * one line, and what the runner would read as a workflow command at the start of a line (`::`) or anywhere in
 * it (`##[`) is broken by a backslash.
 */
function defuse(text) {
    return (0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(text)
        .replace(/^(\s*):(?=:)/, '$1\\:')
        .replaceAll('##[', '#\\#[');
}


/***/ }),

/***/ 1704:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ZR: () => (/* binding */ billedUntil),
/* harmony export */   em: () => (/* binding */ whyLeft),
/* harmony export */   m6: () => (/* binding */ eipFacts),
/* harmony export */   zd: () => (/* binding */ keptAfterFailure)
/* harmony export */ });
/* unused harmony export keptEips */
const REASONS = {
    building: 'a cache of this content is still being built',
    held: 'the instance that built the cache still holds it',
    young: 'another run may be about to use it',
    failed: 'it could not be released',
};
/** Why an EIP is left, as a clause. */
function whyLeft(why) {
    return REASONS[why];
}
/** What an EIP that is kept costs. @param until what ends it, as a clause */
function billedUntil(until, it = 'It') {
    return `${it} is billed by the hour and for traffic until ${until}.`;
}
/** EIPs for the build that still exist, as far as this run knows. */
function keptEips({ eipInstanceId, releasedEips, leftEips }) {
    const known = [eipInstanceId ?? '', ...leftEips.map(({ allocationId }) => allocationId)];
    return [...new Set(known)].filter((id) => id !== '' && !releasedEips.includes(id));
}
/** What a run that has failed says of them; empty if there are none. */
function keptAfterFailure(record) {
    const { allocating } = record;
    const kept = keptEips(record);
    if (kept.length === 0 && !allocating)
        return '';
    const which = kept.length === 0
        ? 'An EIP was just requested, and its ID is not known.'
        : kept.map((id) => `The EIP ${id} is kept${becauseOf(id, record)}.`).join(' ');
    const until = 'a run of this step with eip-instance-id: auto releases it';
    const others = record.leftEips.some(({ why }) => why === 'building')
        ? ', one that is waiting for the cache already or the next one'
        : '';
    return `${which} ${billedUntil(until + others, kept.length === 0 ? 'If it was allocated, it' : 'It')}`;
}
/** Why it is left, if that is known, to go on with after "is kept". */
function becauseOf(id, { leftEips }) {
    const why = leftEips.find(({ allocationId }) => allocationId === id)?.why;
    return why === undefined ? '' : `: ${whyLeft(why)}`;
}
/** What happened to each EIP of the build and of earlier runs: its ID, and a few words. */
function eipFacts(record) {
    const { eipInstanceId, eipOrigin, releasedEips } = record;
    const own = eipInstanceId === undefined ? [] : [eipInstanceId];
    return [...new Set([...own, ...releasedEips, ...keptEips(record)])].map((id) => {
        const origin = eipOrigin === 'found' ? 'allocated before' : 'allocated';
        const end = releasedEips.includes(id) ? 'released' : `kept${becauseOf(id, record)}`;
        return [id, id === eipInstanceId ? `${origin}, ${end}` : end];
    });
}


/***/ }),

/***/ 2303:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fM: () => (/* binding */ lastLine),
/* harmony export */   gY: () => (/* binding */ reportSuccess),
/* harmony export */   sm: () => (/* binding */ outputFailure),
/* harmony export */   xV: () => (/* binding */ reportFailure)
/* harmony export */ });
/* unused harmony export lastLineOfFailure */
/* harmony import */ var _cache_statuses_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2822);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3916);
/* harmony import */ var _process_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4006);
/* harmony import */ var _commands_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4506);
/* harmony import */ var _console_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9475);
/* harmony import */ var _eip_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1704);
/* harmony import */ var _format_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2011);







const WORDS = {
    created: 'created',
    reused: 'reused, nothing was created',
    joined: 'joined, it was already being built',
    'dry-run': 'dry run, nothing was created',
};
/** The last line of a run that did what was asked: which cache, how it came about, and how long it took. */
function lastLine(record) {
    const { result, status, deleted, nothingToCache } = record;
    if (nothingToCache !== undefined)
        return `Nothing to cache: ${(0,_format_js__WEBPACK_IMPORTED_MODULE_6__/* .sentence */ .em)(nothingToCache)}`;
    const took = `It took ${(0,_format_js__WEBPACK_IMPORTED_MODULE_6__/* .formatDuration */ .a3)(elapsed(record))}.`;
    if (result === 'dry-run')
        return `Dry run: nothing was created or deleted. ${prospect(record)}${took}`;
    const how = result ? ` (${WORDS[result]})` : '';
    const gone = deleted.length > 0 ? ` Old caches deleted: ${deleted.length}.` : '';
    return `Image cache ${nameOf(record)} is ${status ?? ''}${how}. ${took}${gone}`;
}
/** The last line of a run that failed: how long it took, and what there is now. */
function lastLineOfFailure(record) {
    const { imageCacheId, status } = record;
    const failed = `Failed after ${(0,_format_js__WEBPACK_IMPORTED_MODULE_6__/* .formatDuration */ .a3)(elapsed(record))}.`;
    if (imageCacheId === undefined)
        return failed;
    return `${failed} Image cache ${nameOf(record)}${status ? ` is ${status}` : ' was requested'}.`;
}
/** What a real run would do, as far as a dry run came. */
function prospect(record) {
    const { imageCacheId, imageCacheName, imageCacheSizeGiB } = record;
    if (imageCacheId !== undefined)
        return `It would use ${nameOf(record)}. `;
    if (imageCacheName === undefined || imageCacheSizeGiB === undefined)
        return '';
    return `It would create ${imageCacheName} (${imageCacheSizeGiB} GiB). `;
}
/** `imc-1 (shop-v1, 20 GiB)`, whatever parts of it are known. */
function nameOf({ imageCacheId, imageCacheName, imageCacheSizeGiB }) {
    const details = [imageCacheName, imageCacheSizeGiB === undefined ? '' : `${imageCacheSizeGiB} GiB`];
    const known = details.filter(Boolean).join(', ');
    return known ? `${imageCacheId ?? ''} (${known})` : (imageCacheId ?? '');
}
/** Milliseconds from the start of the run to the end of its last phase. */
function elapsed({ phases }) {
    return phases.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
}
/** The error for outputs that cannot be written: it stands in for them, as far as one line can. */
function outputFailure(problem, record) {
    const { imageCacheId, status } = record;
    const cache = imageCacheId === undefined
        ? 'No cache was created.'
        : `Image cache ${nameOf(record)} ${status ? `is ${status}` : 'was requested'}.`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${problem.message} ${cache}`, { hint: problem.hint, cause: problem });
}
function reportSuccess({ record, secrets, severalLines = true, }) {
    const line = (0,_console_js__WEBPACK_IMPORTED_MODULE_4__/* .defuse */ .VP)(secrets.redact(lastLine(record)));
    if (record.nothingToCache === undefined)
        (0,_commands_js__WEBPACK_IMPORTED_MODULE_3__/* .info */ .pq)(line);
    else
        (0,_console_js__WEBPACK_IMPORTED_MODULE_4__/* .annotate */ .fz)('notice', [line], { severalLines });
}
/**
 * Prints one error for each failure, with its next step, and names the cache where there is one.
 *
 * @returns the exit code
 */
function reportFailure(error, reporting) {
    const { record, note, secrets } = reporting;
    const clean = (text) => (0,_console_js__WEBPACK_IMPORTED_MODULE_4__/* .defuse */ .VP)(secrets.redact(text));
    note({ failures: withKeptEip(failuresOf(error, record), record) });
    // A cancel cuts a phase short: end its group, so that the errors are not folded away.
    if (record.phases.some(({ open }) => open))
        (0,_commands_js__WEBPACK_IMPORTED_MODULE_3__/* .endGroup */ .N4)();
    for (const { message, hint } of record.failures) {
        (0,_console_js__WEBPACK_IMPORTED_MODULE_4__/* .annotate */ .fz)('error', [message, hint].flatMap((text) => (text ? [clean(text)] : [])), reporting);
    }
    if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ || error instanceof _process_js__WEBPACK_IMPORTED_MODULE_2__/* .Cancelled */ .cJ)) {
        for (const line of stackOf(error))
            (0,_commands_js__WEBPACK_IMPORTED_MODULE_3__/* .debug */ .Yz)(clean(line));
    }
    if (record.phases.length > 0)
        (0,_commands_js__WEBPACK_IMPORTED_MODULE_3__/* .info */ .pq)(clean(lastLineOfFailure(record)));
    return error instanceof _process_js__WEBPACK_IMPORTED_MODULE_2__/* .Cancelled */ .cJ ? error.exitCode : 1;
}
function failuresOf(error, record) {
    if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionErrors */ .o9)
        return error.errors.flatMap((one) => failuresOf(one, record));
    if (error instanceof _process_js__WEBPACK_IMPORTED_MODULE_2__/* .Cancelled */ .cJ)
        return [cancelled(error, record)];
    if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ)
        return [{ message: error.message, hint: error.hint }];
    return [
        {
            message: `Unexpected failure: ${error instanceof Error ? error.message : String(error)}`,
            hint: 'This is a bug in the action. Run the job again with debug logging, and report what it shows.',
        },
    ];
}
/** The last failure also names what is still paid for after this run. */
function withKeptEip(failures, record) {
    const kept = (0,_eip_js__WEBPACK_IMPORTED_MODULE_5__/* .keptAfterFailure */ .zd)(record);
    return failures.map(({ message, hint }, index) => ({
        message: kept !== '' && index === failures.length - 1 ? `${message} ${kept}` : message,
        hint,
    }));
}
function cancelled({ signalName }, { imageCacheId, status, creating }) {
    const message = `Cancelled (${signalName}).`;
    if (imageCacheId !== undefined && (0,_cache_statuses_js__WEBPACK_IMPORTED_MODULE_0__/* .phaseOf */ .hU)(status ?? '') === 'in-progress') {
        return {
            message: `${message} Image cache ${imageCacheId} was left alone and keeps building.`,
            hint: 'Run this step again: it joins the cache and waits for it.',
        };
    }
    if (creating) {
        return {
            message: `${message} A cache was just requested, and its ID is not known yet.`,
            hint: 'Run this step again: it finds the cache if it was created.',
        };
    }
    return { message: `${message} No cache was being made.`, hint: undefined };
}
function stackOf(error) {
    return error instanceof Error && error.stack ? error.stack.split('\n') : [];
}


/***/ }),

/***/ 2011:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   VK: () => (/* binding */ shortDigest),
/* harmony export */   a3: () => (/* binding */ formatDuration),
/* harmony export */   em: () => (/* binding */ sentence),
/* harmony export */   nP: () => (/* binding */ alignedTable),
/* harmony export */   yd: () => (/* binding */ cutTo),
/* harmony export */   z3: () => (/* binding */ formatBytes)
/* harmony export */ });
/** Binary units, smallest first, each with its bytes and the decimals that are worth showing. */
const UNITS = [
    ['KiB', 2 ** 10, 1],
    ['MiB', 2 ** 20, 1],
    ['GiB', 2 ** 30, 2],
];
/** `1 h 02 min`, `3 min 19 s`, `12 s`, `0.4 s`. */
function formatDuration(milliseconds) {
    if (milliseconds < 10_000)
        return `${(milliseconds / 1000).toFixed(1)} s`;
    const seconds = Math.round(milliseconds / 1000);
    const two = (n) => String(n).padStart(2, '0');
    if (seconds < 60)
        return `${seconds} s`;
    if (seconds < 3600)
        return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
    return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}
/** Bytes as a person reads them, in the binary unit of fit: `1.23 GiB`, `45.6 MiB`, `9.5 KiB`, `789 B`. */
function formatBytes(sizeBytes) {
    if (Math.round(sizeBytes) < 2 ** 10)
        return `${Math.round(sizeBytes)} B`;
    // By what would be shown, so that nothing reads 1024.0 KiB.
    const [unit, factor, decimals] = UNITS.find(([, bytes, places]) => Number((sizeBytes / bytes).toFixed(places)) < 1024) ?? UNITS[2];
    return `${(sizeBytes / factor).toFixed(decimals)} ${unit}`;
}
/** The text with a full stop, so that another sentence may follow. */
function sentence(text) {
    return /[.!?…]$/.test(text) ? text : `${text}.`;
}
/** The text, or as much of it as fits, with an ellipsis where it was cut. */
function cutTo(longest, text) {
    return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
/** The start of a digest, long enough to be unique: `sha256:0123456789ab`. */
function shortDigest(digest) {
    const [algorithm = '', hex = ''] = digest.split(':', 2);
    return `${algorithm}:${hex.slice(0, 12)}`;
}
/** Lines of a table with its columns aligned, the first row being the heads. */
function alignedTable(rows) {
    const widths = (rows[0] ?? []).map((_, column) => rows.reduce((widest, row) => Math.max(widest, (row[column] ?? '').length), 0));
    return rows.map((row) => row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd());
}


/***/ }),

/***/ 1117:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   qt: () => (/* binding */ startRecord),
/* harmony export */   xe: () => (/* binding */ inPhase),
/* harmony export */   zO: () => (/* binding */ mapTexts)
/* harmony export */ });
/* unused harmony export emptyRecord */
function emptyRecord() {
    return {
        regionId: '',
        creating: false,
        sizeExplanation: [],
        images: [],
        pods: [],
        manifestNotes: [],
        movingTags: [],
        otherContent: [],
        failedBefore: [],
        surplus: [],
        keptInUse: [],
        deleted: [],
        allocating: false,
        releasedEips: [],
        leftEips: [],
        failures: [],
        phases: [],
    };
}
/** The record with each of its texts changed. */
function mapTexts(record, change) {
    return JSON.parse(JSON.stringify(record), (_key, value) => typeof value === 'string' ? change(value) : value);
}
/**
 * A record to read, and the one way to write into it.
 *
 * @param writeOutputs returns what is wrong where an output is not written
 */
function startRecord(writeOutputs) {
    const record = emptyRecord();
    const note = (facts) => {
        Object.assign(record, facts);
        const problem = writeOutputs(record);
        if (!problem || (facts.creating !== true && facts.allocating !== true))
            return;
        Object.assign(record, { creating: false, allocating: false });
        throw problem;
    };
    note({});
    return { record, note };
}
/** Runs one phase of the story in a group of the log, and notes how long it took. */
async function inPhase(title, { record, log, clock }, work) {
    let end;
    // Noted at its start, so that a run that is cut short in the middle of it shows it.
    record.phases.push({
        title,
        startMs: clock.now(),
        get endMs() {
            return end ?? clock.now();
        },
        get open() {
            return end === undefined;
        },
    });
    try {
        return await log.group(title, work);
    }
    finally {
        end = clock.now();
    }
}


/***/ }),

/***/ 4991:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BT: () => (/* binding */ storageHint),
/* harmony export */   LY: () => (/* binding */ sizeMeaning),
/* harmony export */   cn: () => (/* binding */ extraStorageGiB)
/* harmony export */ });
/** The temporary storage of an instance that asks for no more, by the vendor's overview of image caches. */
const DEFAULT_STORAGE_GIB = 30;
/** What an instance has to ask for beyond its default, so that the cache can be matched automatically; undefined without a size. */
function extraStorageGiB({ imageCacheSizeGiB, }) {
    return imageCacheSizeGiB === undefined ? undefined : Math.max(0, imageCacheSizeGiB - DEFAULT_STORAGE_GIB);
}
/** For a cache over the default. */
function storageHint(record) {
    const extra = extraStorageGiB(record) ?? 0;
    return `The cache has ${record.imageCacheSizeGiB ?? 0} GiB. Automatic matching considers only caches that fit the temporary storage of the instance, which is ${DEFAULT_STORAGE_GIB} GiB unless it asks for more: --EphemeralStorage ${extra}, or the annotation k8s.aliyun.com/eci-extra-ephemeral-storage: ${extra}Gi. An instance that names the cache by its ID needs neither.`;
}
/** What the size means for the bill, and for matching. */
function sizeMeaning(record) {
    const { imageCacheSizeGiB } = record;
    if (imageCacheSizeGiB === undefined)
        return '';
    const bill = `While it runs, every instance that starts from the cache is billed for a disk of the cache's size, ${imageCacheSizeGiB} GiB. Each GiB too many costs all of them; one too few fails the release. According to the vendor's billing page, 40 GiB for 3 hours cost USD 0.06, and building that cache costs USD 0.011.`;
    const matching = extraStorageGiB(record) === 0
        ? `Automatic matching considers only caches that fit the temporary storage of the instance, ${DEFAULT_STORAGE_GIB} GiB unless it asks for more; this cache fits.`
        : storageHint(record);
    return `${bill} ${matching}`;
}


/***/ })

};
