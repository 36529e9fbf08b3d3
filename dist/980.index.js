export const id = 980;
export const ids = [980];
export const modules = {

/***/ 2980:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createEipService: () => (/* binding */ createEipService)
/* harmony export */ });
/* harmony import */ var _cache_service_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8125);
/* harmony import */ var _http_foreign_text_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8974);
/* harmony import */ var _answers_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4436);
/* harmony import */ var _call_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6120);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1078);





const VERSION = '2016-04-28';
/** The largest page, by the vendor's metadata. */
const PAGE_SIZE = 100;
const MOST_PAGES = 1_000;
/** The vendor's maximum for an address that is paid by traffic, in Mbit/s. */
const BANDWIDTH = '200';
/** An ID that no address has. */
const NO_ADDRESS = 'eip-000000000000000000000';
/** The field that each answer must have. */
const ANSWER_FIELDS = {
    AllocateEipAddress: 'AllocationId',
    DescribeEipAddresses: 'EipAddresses',
    ReleaseEipAddress: undefined,
};
/** IncorrectEipStatus, IncorrectStatus.Eip, OperationFailed.EipStatusInvalid; TaskConflict and the like are of the kind "conflict". */
const HELD = /^Incorrect\w*Status|EipStatus/i;
/** Forbidden, Forbidden.RAM, NoPermission, UnauthorizedOperation; the vendor's pages misspell one of them. */
const DENIED = /^(Forbidden|Forbbiden)(\.?(RAM|SubUser))?$|NoPermission|AccessDenied|NotAuthori[sz]ed|Unauthori[sz]ed|(Implicit|Explicit)Deny/i;
const GRANT_HINT = 'Give the RAM user or role this policy in addition to the one for image caches: {"Version":"1","Statement":[{"Effect":"Allow","Action":["vpc:AllocateEipAddress","vpc:DescribeEipAddresses","vpc:ReleaseEipAddress","vpc:TagResources"],"Resource":"*"}]}';
const QUOTA_HINT = 'The quota of EIPs in this region is exhausted: release those that nobody uses, have the quota raised in the Quota Center, set eip-instance-id to an existing EIP, or give the vSwitch a NAT gateway.';
const BALANCE_HINT = 'Top up the account, then run the step again.';
/** Hints by error code, for codes that mean something else here than in eci/hints.ts. */
const HINTS = [
    [DENIED, GRANT_HINT],
    [/^InsufficientBalance/, BALANCE_HINT],
];
/** The same by the kind of any other code. */
const HINTS_OF_KINDS = {
    quota: QUOTA_HINT,
    conflict: 'Something else is at work on the EIP: run the step again.',
    'no-stock': 'The region has no EIP left: run the step again later, set eip-instance-id to an existing EIP, or give the vSwitch a NAT gateway.',
};
/** The EIPs of one region. Every call is tried once and rejects with a ServiceError; retries are the caller's. */
function createEipService(options) {
    const { regionId, resourceGroupId } = options;
    const connection = { ...options, endpointInput: 'vpc-endpoint' };
    const group = resourceGroupId === undefined ? {} : { ResourceGroupId: resourceGroupId };
    const call = async (action, query) => {
        try {
            const operation = { action, version: VERSION, answerField: ANSWER_FIELDS[action] };
            const { fields } = await (0,_call_js__WEBPACK_IMPORTED_MODULE_1__/* .callGeneric */ .wA)(connection, {
                ...operation,
                query: { RegionId: regionId, ...query },
            });
            return fields;
        }
        catch (error) {
            throw error instanceof _cache_service_js__WEBPACK_IMPORTED_MODULE_0__/* .ServiceError */ ._7 ? hinted(error) : error;
        }
    };
    const release = async (allocationId) => {
        try {
            await call('ReleaseEipAddress', { AllocationId: allocationId });
            return 'released';
        }
        catch (error) {
            if ((0,_cache_service_js__WEBPACK_IMPORTED_MODULE_0__/* .isKind */ .VF)('not-found', error))
                return 'gone';
            if (isHeld(error))
                return 'held';
            throw error;
        }
    };
    return {
        release,
        allocate: async (request, clientToken) => {
            const answer = await call('AllocateEipAddress', {
                ...allocation(request),
                ...group,
                ClientToken: clientToken,
            });
            const allocationId = (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(answer['AllocationId']);
            if (allocationId === '')
                throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .unusableAnswer */ .Qf)('AllocateEipAddress', 'holds no AllocationId');
            return allocationId;
        },
        findByTags: async (tags) => (await describeAll(call, { ...tagQuery(tags), ...group })).filter((address) => carries(address, tags)),
        findById: async (allocationId) => {
            try {
                const shown = await describeAll(call, { AllocationId: allocationId, ...group });
                return shown.find((address) => address.allocationId === allocationId);
            }
            catch (error) {
                if ((0,_cache_service_js__WEBPACK_IMPORTED_MODULE_0__/* .isKind */ .VF)('not-found', error))
                    return undefined;
                throw error;
            }
        },
        checkMayRelease: async () => {
            try {
                await release(NO_ADDRESS);
            }
            catch (error) {
                // Only a missing permission counts; that the address does not exist is expected.
                const isFinding = error instanceof _cache_service_js__WEBPACK_IMPORTED_MODULE_0__/* .ServiceError */ ._7 && (DENIED.test(error.code) || error.kind === 'transient');
                if (isFinding)
                    throw error;
            }
        },
    };
}
function isHeld(error) {
    return error instanceof _cache_service_js__WEBPACK_IMPORTED_MODULE_0__/* .ServiceError */ ._7 && (error.kind === 'conflict' || HELD.test(error.code));
}
function allocation({ name, tags }) {
    return {
        Name: name,
        Bandwidth: BANDWIDTH,
        InstanceChargeType: 'PostPaid',
        InternetChargeType: 'PayByTraffic',
        ...tagQuery(tags),
    };
}
function tagQuery(tags) {
    const named = tags.flatMap(({ key, value }, index) => [
        [`Tag.${index + 1}.Key`, key],
        [`Tag.${index + 1}.Value`, value],
    ]);
    return Object.fromEntries(named);
}
function hinted(error) {
    const hint = HINTS.find(([pattern]) => pattern.test(error.code))?.[1] ?? HINTS_OF_KINDS[error.kind];
    if (hint === undefined)
        return error;
    const { code, kind, quota, isThrottled, mayHaveActed, statusCode, requestId } = error;
    const details = { code, kind, quota, isThrottled, mayHaveActed, statusCode, requestId };
    return new _cache_service_js__WEBPACK_IMPORTED_MODULE_0__/* .ServiceError */ ._7(error.message, { ...details, hint });
}
async function describeAll(call, filter) {
    const addresses = new Map();
    for (let page = 1; page <= MOST_PAGES; page += 1) {
        const answer = await call('DescribeEipAddresses', {
            ...filter,
            PageSize: String(PAGE_SIZE),
            PageNumber: String(page),
        });
        const shown = addressesOf(answer);
        const before = addresses.size;
        for (const address of shown)
            addresses.set(address.allocationId, address);
        // A page with nothing new is the end, whatever the count says. Without a count, so is a page that is not full.
        const total = Number(answer['TotalCount'] ?? NaN);
        const isLast = Number.isNaN(total) ? shown.length < PAGE_SIZE : addresses.size >= total;
        if (isLast || addresses.size === before)
            break;
    }
    return [...addresses.values()];
}
/** "None found" makes the caller allocate one, so only a list says so, or a count where an empty list is left out. */
function addressesOf(answer) {
    const { EipAddresses: wrapped } = answer;
    if (!(0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .isPresent */ .Wo)(wrapped) && (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .count */ .U9)(answer['TotalCount']) === 0)
        return [];
    const list = (0,_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_4__/* .isRecord */ .u4)(wrapped) ? (wrapped['EipAddress'] ?? []) : wrapped;
    if (!Array.isArray(list))
        throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .unusableAnswer */ .Qf)('DescribeEipAddresses', 'holds no list EipAddresses');
    return (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .records */ .V0)(list)
        .map(addressOf)
        .filter(({ allocationId }) => allocationId !== '');
}
function addressOf(record) {
    const { Tags: wrapped } = record;
    const tags = (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .records */ .V0)((0,_http_foreign_text_js__WEBPACK_IMPORTED_MODULE_4__/* .isRecord */ .u4)(wrapped) ? wrapped['Tag'] : wrapped);
    return {
        allocationId: (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(record['AllocationId']),
        status: (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(record['Status']),
        allocationTime: (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(record['AllocationTime']),
        tags: tags.map((tag) => ({
            key: (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(tag['Key'] ?? tag['TagKey']),
            value: (0,_answers_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq)(tag['Value'] ?? tag['TagValue']),
        })),
    };
}
/** If the service ignores the filter, another owner's address must not count as ours. */
function carries(address, tags) {
    return tags.every(({ key, value }) => address.tags.some((tag) => tag.key === key && tag.value === value));
}


/***/ })

};
