export const id = 950;
export const ids = [950];
export const modules = {

/***/ 8950:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readYamlList: () => (/* binding */ readYamlList)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3916);
/* harmony import */ var _manifests_yaml_depth_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1295);



/** What the parser's error codes mean; a code that is not here gets a position only. */
const SYNTAX_ERRORS = new Map([
    ['BAD_INDENT', 'the indentation does not fit'],
    ['BAD_SCALAR_START', 'the value starts with a character that YAML reserves'],
    ['BLOCK_AS_IMPLICIT_KEY', 'the value holds a colon'],
    ['DUPLICATE_KEY', 'the key is there twice'],
    ['MISSING_CHAR', 'a quote, bracket, colon or comma is missing'],
    ['MULTIPLE_DOCS', 'a second document starts'],
    ['TAB_AS_INDENT', 'a tab cannot indent'],
]);
/** An entry is a mapping whose values are texts or lists of them. */
const DEEPEST = 20;
const QUOTE_HINT = 'Put values with special characters into single quotes.';
/**
 * Reads a list of mappings in YAML, or a single mapping. Every value is the text that was written: 0123,
 * 1e5 and yes are passwords like any other. Never throws, and shows no part of the source.
 */
function readYamlList(text) {
    if ((0,_manifests_yaml_depth_js__WEBPACK_IMPORTED_MODULE_2__/* .isNestedDeeper */ .F)(DEEPEST, [...new yaml__WEBPACK_IMPORTED_MODULE_0__/* .Parser */ .iX().parse(text)])) {
        return { entries: [], problem: new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`is nested more than ${DEEPEST} levels deep`) };
    }
    const lines = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
    // The failsafe schema knows texts only; pretty errors would quote the source, passwords included.
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
    const { contents } = document;
    const items = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(contents) ? contents.items : (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(contents) ? [contents] : [];
    return {
        entries: items.map((item) => toEntry(item, lines)),
        problem: syntaxProblem(document, lines) ?? shapeProblem(document),
    };
}
function syntaxProblem({ errors }, lines) {
    const [first] = errors;
    if (first === undefined)
        return undefined;
    const { line, col } = lines.linePos(first.pos[0]);
    const meaning = SYNTAX_ERRORS.get(first.code);
    const where = `is not valid YAML at line ${line}, column ${col}`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(meaning === undefined ? where : `${where}: ${meaning}`, { hint: QUOTE_HINT });
}
function shapeProblem({ contents }) {
    // Nothing but comments is an empty list.
    const isEmpty = contents === null || ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(contents) && contents.value === '');
    return isEmpty || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(contents) || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(contents)
        ? undefined
        : new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('is not a list of entries');
}
function toEntry(item, lines) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(item))
        return undefined;
    return new Map(item.items.map(({ key, value }) => {
        const line = lines.linePos(key.range?.[0] ?? 0).line;
        return [(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(key) ? String(key.value) : '', toField(value, line)];
    }));
}
function toField(value, line) {
    const isList = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(value);
    const nodes = isList ? value.items : [value];
    const fault = nodes.map(faultOf).find((found) => found !== undefined);
    return { line, texts: nodes.map(textOf), isList, fault };
}
/**
 * The text of a scalar. A block scalar ends in a line break, which is never meant to be in a password; an
 * escape can make half of a surrogate pair, which UTF-8 cannot encode.
 */
function textOf(node) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node) || typeof node.value !== 'string')
        return '';
    return node.value.replace(/[\r\n]+$/, '').replace(/\p{Surrogate}/gu, '\uFFFD');
}
/** A password such as &abc or !abc loses its first word to YAML without an error. */
function faultOf(node) {
    if (node === null)
        return undefined;
    if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(node))
        return 'starts with a character that means something else in YAML; put the value into quotes';
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node))
        return 'must be a text';
    return node.tag !== undefined || node.anchor !== undefined
        ? 'starts with a character that means something else in YAML; put the value into quotes'
        : undefined;
}


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
