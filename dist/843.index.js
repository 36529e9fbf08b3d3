export const id = 843;
export const ids = [843];
export const modules = {

/***/ 2843:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Config: () => (/* reexport safe */ _alicloud_openapi_client__WEBPACK_IMPORTED_MODULE_1__.Config),
/* harmony export */   CreateImageCacheRequest: () => (/* reexport safe */ _alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0__.CreateImageCacheRequest),
/* harmony export */   DeleteImageCacheRequest: () => (/* reexport safe */ _alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0__.DeleteImageCacheRequest),
/* harmony export */   DescribeContainerGroupEventsRequest: () => (/* reexport safe */ _alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0__.DescribeContainerGroupEventsRequest),
/* harmony export */   DescribeImageCachesRequest: () => (/* reexport safe */ _alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0__.DescribeImageCachesRequest),
/* harmony export */   EciClient: () => (/* binding */ EciClient),
/* harmony export */   ListUsageRequest: () => (/* reexport safe */ _alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0__.ListUsageRequest),
/* harmony export */   OpenApiClient: () => (/* binding */ OpenApiClient),
/* harmony export */   OpenApiRequest: () => (/* reexport safe */ _alicloud_openapi_client__WEBPACK_IMPORTED_MODULE_1__.OpenApiRequest),
/* harmony export */   Params: () => (/* reexport safe */ _alicloud_openapi_client__WEBPACK_IMPORTED_MODULE_1__.Params)
/* harmony export */ });
/* harmony import */ var _alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2052);
/* harmony import */ var _alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(_alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _alicloud_openapi_client__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4119);
/* harmony import */ var _alicloud_openapi_client__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(_alicloud_openapi_client__WEBPACK_IMPORTED_MODULE_1__);
/**
 * The vendor's SDK, and the only file that imports it. Load it through loadSdk() in rpc.ts: it is large, and
 * not needed before the first call. It is loaded while the registries are asked (head-start.ts).
 */


const EciClient = unwrap((_alicloud_eci20180808__WEBPACK_IMPORTED_MODULE_0___default()));
const OpenApiClient = unwrap((_alicloud_openapi_client__WEBPACK_IMPORTED_MODULE_1___default()));

/**
 * The SDK is CommonJS with `exports.default`. In Node, its default import is the module object, which holds the
 * class as `default`; in the bundle it is the class itself. The types know the latter only.
 */
function unwrap(imported) {
    return imported.default ?? imported;
}


/***/ })

};
