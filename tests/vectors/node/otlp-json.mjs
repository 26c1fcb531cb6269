// Reads OTLP/JSON: section 4. JSON is read whole at once: J-4 and J-5 hold for every span.
import { Undecodable, decodeBase64 } from "./bytes.mjs";
import { parseJson } from "./json.mjs";
import { MAX_DEPTH, NONE, addAll, checkDuplicates, optionalId, ownId } from "./model.mjs";

const KNOWN = {
  request: ["resourceSpans"],
  resourceSpans: ["resource", "scopeSpans", "schemaUrl"],
  resource: ["attributes", "droppedAttributesCount", "entityRefs"],
  scopeSpans: ["scope", "spans", "schemaUrl"],
  scope: ["name", "version", "attributes", "droppedAttributesCount"],
  span: ["traceId", "spanId", "traceState", "parentSpanId", "flags", "name", "kind", "startTimeUnixNano", "endTimeUnixNano",
    "attributes", "droppedAttributesCount", "events", "droppedEventsCount", "links", "droppedLinksCount", "status"],
  event: ["timeUnixNano", "name", "attributes", "droppedAttributesCount"],
  link: ["traceId", "spanId", "traceState", "attributes", "droppedAttributesCount", "flags"],
  status: ["message", "code"],
  keyValue: ["key", "value", "keyStrindex"],
  anyValue: ["stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue", "stringValueStrindex"],
  arrayValue: ["values"],
  kvlistValue: ["values"],
};

const lower = (s) => s.replace(/[A-Z]/g, (c) => c.toLowerCase());

/** The members of an OTLP object as a Map (J-4, J-5); unknown ones are given to `unknown`. */
function members(node, kind, unknown = () => {}) {
  const known = KNOWN[kind];
  const folded = known.map(lower);
  const seen = new Set();
  const found = new Map();
  for (const { name, value } of node.members) {
    if (seen.has(name)) throw new Undecodable(`repeated member ${name}`);
    seen.add(name);
    if (known.includes(name)) found.set(name, value);
    else if (folded.includes(lower(name.replaceAll("_", "")))) throw new Undecodable(`alias ${name}`);
    else unknown(name);
  }
  return found;
}

/** J-10: null is the same as absent. */
const get = (map, name) => {
  const node = map.get(name);
  return node === undefined || node.type === "null" ? undefined : node;
};

/** J-8: the node, of this type or undecodable. */
export function must(node, type) {
  if (node.type !== type) throw new Undecodable(`${type} expected`);
  return node;
}

const mustItems = (node) => (node === undefined ? [] : must(node, "array").items.map((i) => must(i, "object")));

/** J-9: the node, of this type, or undefined and `wire-type`. */
function want(node, type, issues) {
  if (node === undefined) return undefined;
  if (node.type === type) return node;
  issues.add("wire-type");
  return undefined;
}

const wantItems = (node, issues) => {
  const array = want(node, "array", issues);
  return array === undefined ? [] : array.items.map((i) => want(i, "object", issues)).filter((i) => i !== undefined);
};

export function string(node, issues) {
  const s = want(node, "string", issues);
  if (s === undefined) return "";
  if (!s.value.isWellFormed()) issues.add("invalid-utf8");
  return s.value;
}

export const isInteger = (text) => /^(0|-?[1-9][0-9]*)$/.test(text);

/** J-15. */
function integer(node, min, max, issues) {
  if (node === undefined) return 0n;
  if (node.type !== "number" && node.type !== "string") { issues.add("wire-type"); return 0n; }
  const text = node.type === "number" ? node.text : node.value;
  if (isInteger(text)) {
    const n = BigInt(text);
    if (n >= min && n <= max) return n;
  }
  issues.add("number");
  return 0n;
}

const time = (node, issues) => String(integer(node, 0n, 2n ** 64n - 1n, issues));
export const int64 = (node, issues) => integer(node, -(2n ** 63n), 2n ** 63n - 1n, issues);

/** J-15; `names` are those that a store writes in place of numbers (L-2). */
function enumeration(node, issues, names) {
  if (node?.type === "string" && names.includes(node.value)) return names.indexOf(node.value);
  return Number(integer(node, 0n, 2n ** 31n - 1n, issues));
}

/** J-16. */
export function double(node, issues) {
  if (node.type !== "number" && node.type !== "string") { issues.add("wire-type"); return 0; }
  const text = node.type === "number" ? node.text : node.value;
  if (node.type === "string" && ["NaN", "Infinity", "-Infinity"].includes(text)) return Number(text);
  if (/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text)) {
    const n = Number(text);
    if (Number.isFinite(n)) return n;
  }
  issues.add("number");
  return 0;
}

/** J-18. */
export function bytes(node, issues) {
  const s = want(node, "string", issues);
  const decoded = s === undefined ? undefined : decodeBase64(s.value);
  if (decoded === null) issues.add("wire-type");
  return decoded;
}

const decodeHex = (text) => (text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text) ? Buffer.from(text, "hex") : null);

/** J-19 and, where a store's dialect has it, L-2; null where it has no bytes. */
function idBytes(node, length, issues, { base64Ids }) {
  if (node === undefined) return Buffer.alloc(0);
  const s = want(node, "string", issues);
  if (s === undefined) return null;
  const inBase64 = base64Ids && s.value.length === Math.ceil(length / 3) * 4;
  const decoded = inBase64 ? decodeBase64(s.value) : decodeHex(s.value);
  if (decoded === null) issues.add("bad-id");
  return decoded;
}

function id(node, length, check, issues, dialect) {
  const bytes = idBytes(node, length, issues, dialect);
  if (bytes !== null) return check(bytes, length, issues);
  if (check === ownId) issues.add("bad-id"); // P-5, P-10: what is not interpreted is absent
  return "";
}

/** A KeyValue. With `strictKey`, a key of the wrong type is undecodable (J-8). */
function keyValue(node, depth, strictKey = false) {
  const issues = new Set();
  const m = members(node, "keyValue", () => issues.add("unknown-field"));
  const keyNode = get(m, "key");
  if (strictKey && keyNode !== undefined) must(keyNode, "string");
  const text = string(keyNode, issues);
  if (get(m, "keyStrindex") !== undefined) issues.add("strindex");
  const valueNode = want(get(m, "value"), "object", issues);
  const value = valueNode === undefined ? NONE : anyValue(valueNode, depth, issues);
  const key = { text: text.isWellFormed() ? text : null, raw: text };
  return { key, keys: [key], value, issues, node, keyNode };
}

function keyValues(node, issues, depth = 1) {
  const attributes = wantItems(node, issues).map((i) => keyValue(i, depth));
  for (const a of attributes) addAll(issues, a.issues);
  checkDuplicates(attributes, issues);
  return attributes;
}

function anyValue(node, depth, issues) {
  const m = members(node, "anyValue", () => issues.add("unknown-field"));
  if (m.size > 1) issues.add("repeated-field"); // J-13
  const [name, x] = [...m][0] ?? [];
  if (x === undefined) return NONE;
  if (x.type === "null") issues.add("wire-type"); // J-10
  else if (name === "stringValueStrindex") issues.add("strindex");
  else return member(name, x, depth, issues);
  return NONE;
}

function member(name, x, depth, issues) {
  switch (name) {
    case "stringValue": return { type: "string", v: string(x, issues) };
    case "boolValue": return { type: "bool", v: want(x, "boolean", issues)?.value };
    case "intValue": return { type: "int", v: int64(x, issues) };
    case "doubleValue": return { type: "double", v: double(x, issues) };
    case "bytesValue": return { type: "bytes", v: bytes(x, issues) };
  }
  const type = name === "arrayValue" ? "array" : "kvlist";
  const holder = want(x, "object", issues);
  if (holder === undefined) return NONE;
  const values = get(members(holder, name, () => issues.add("unknown-field")), "values");
  if (depth === MAX_DEPTH) {
    if (want(values, "array", issues)?.items.length > 0) issues.add("depth");
    return { type, v: [] };
  }
  if (type === "kvlist") return { type, v: keyValues(values, issues, depth + 1) };
  return { type, v: wantItems(values, issues).map((i) => anyValue(i, depth + 1, issues)) };
}

function event(node, issues) {
  const m = members(node, "event");
  return {
    time: time(get(m, "timeUnixNano"), issues),
    name: string(get(m, "name"), issues),
    attributes: keyValues(get(m, "attributes"), issues),
  };
}

function link(node, issues, dialect) {
  const m = members(node, "link");
  return {
    traceId: id(get(m, "traceId"), 16, optionalId, issues, dialect),
    spanId: id(get(m, "spanId"), 8, optionalId, issues, dialect),
    attributes: keyValues(get(m, "attributes"), issues),
  };
}

function core(m, dialect) {
  const issues = new Set();
  const statusNode = want(get(m, "status"), "object", issues);
  const status = statusNode === undefined ? new Map() : members(statusNode, "status");
  return {
    issues,
    traceId: id(get(m, "traceId"), 16, ownId, issues, dialect),
    spanId: id(get(m, "spanId"), 8, ownId, issues, dialect),
    parentSpanId: id(get(m, "parentSpanId"), 8, optionalId, issues, dialect),
    name: string(get(m, "name"), issues),
    kind: enumeration(get(m, "kind"), issues, dialect.kinds),
    start: time(get(m, "startTimeUnixNano"), issues),
    end: time(get(m, "endTimeUnixNano"), issues),
    message: string(get(status, "message"), issues),
    code: enumeration(get(status, "code"), issues, dialect.codes),
  };
}

function many(node, read) {
  const issues = new Set();
  return { issues, list: wantItems(node, issues).map((i) => read(i, issues)) };
}

function readSpan(node, resource, scope, dialect) {
  const m = members(node, "span");
  const attributes = mustItems(get(m, "attributes")).map((i) => keyValue(i, 1, true));
  const detail = {
    core: core(m, dialect),
    attr: { issues: new Set(), list: attributes },
    ev: many(get(m, "events"), event),
    lnk: many(get(m, "links"), (l, issues) => link(l, issues, dialect)),
    res: { issues: new Set([...resource.issues, ...scope.issues]), attributes: resource.attributes, name: scope.name, version: scope.version },
  };
  return {
    node,
    attributesNode: m.get("attributes"),
    keys: attributes.map((a) => [a.key]),
    resourceKeys: resource.attributes.map((a) => a.key),
    read: () => detail,
  };
}

/** What a store writes otherwise than OTLP/JSON (L-2). */
const OTLP = { base64Ids: false, kinds: [], codes: [] };

/** The spans of an array of ResourceSpans. */
export function readResourceSpans(node, dialect) {
  const spans = [];
  for (const rs of mustItems(node)) {
    const m = members(rs, "resourceSpans");
    const resource = { issues: new Set(), attributes: [] };
    if (get(m, "resource") !== undefined) {
      const r = members(must(get(m, "resource"), "object"), "resource");
      resource.attributes = mustItems(get(r, "attributes")).map((i) => keyValue(i, 1, true));
      for (const a of resource.attributes) addAll(resource.issues, a.issues);
      checkDuplicates(resource.attributes, resource.issues);
    }
    for (const ss of mustItems(get(m, "scopeSpans"))) {
      const s = members(ss, "scopeSpans");
      const scope = { issues: new Set(), name: "", version: "" };
      if (get(s, "scope") !== undefined) {
        const inner = members(must(get(s, "scope"), "object"), "scope");
        scope.name = string(get(inner, "name"), scope.issues);
        scope.version = string(get(inner, "version"), scope.issues);
        keyValues(get(inner, "attributes"), new Set()); // not read, but J-4 and J-5 hold (J-6)
      }
      for (const span of mustItems(get(s, "spans"))) spans.push(readSpan(span, resource, scope, dialect));
    }
  }
  return spans;
}

/** The spans of the top-level value. */
export const readRequestObject = (node, dialect = OTLP) =>
  readResourceSpans(get(members(must(node, "object"), "request"), "resourceSpans"), dialect);

export function readJson(source) {
  const { text, node } = parseJson(source);
  return { spans: readRequestObject(node), text };
}
