// Reads OTLP protobuf: section 3.
import { decodeUtf8 } from "./bytes.mjs";
import { bytesOf, fields, subfields } from "./protobuf.mjs";
import { MAX_DEPTH, NONE, addAll, checkDuplicates, optionalId, ownId } from "./model.mjs";

const VARINT = 0, FIXED64 = 1, LEN = 2;

/** The occurrences of a field with the wire type of the table; others are `wire-type` (P-5). */
function repeated(list, number, wireType, issues) {
  const all = list.filter((f) => f.number === number);
  const good = all.filter((f) => f.wireType === wireType);
  if (good.length < all.length) issues.add("wire-type");
  return good;
}

/** A field that is not repeated: the last occurrence of the right wire type is its value (P-6). */
function single(list, number, wireType, issues, read, absent) {
  const good = repeated(list, number, wireType, issues);
  if (list.filter((f) => f.number === number).length > 1) issues.add("repeated-field");
  return good.length > 0 ? read(good.at(-1), issues) : absent;
}

const present = (list, number) => list.some((f) => f.number === number);

function string(f, issues) {
  const text = decodeUtf8(bytesOf(f));
  if (text === null) issues.add("invalid-utf8");
  return text;
}

function enumeration(f, issues) {
  if (f.varint > 2147483647n) issues.add("number");
  return Number(f.varint);
}

const fixed64 = (f) => String(f.buf.readBigUInt64LE(f.valueStart));
const keyOf = (f) => ({ text: decodeUtf8(bytesOf(f)), raw: bytesOf(f).toString("latin1") });
const EMPTY_KEY = { text: "", raw: "" };

/** Every occurrence of `key` in a KeyValue. */
const keyOccurrences = (f) => subfields(f).filter((k) => k.number === 1 && k.wireType === LEN).map(keyOf);

function keyValue(f, depth) {
  const issues = new Set();
  const list = subfields(f);
  const key = single(list, 1, LEN, issues, (k) => {
    const one = keyOf(k);
    if (one.text === null) issues.add("invalid-utf8");
    return one;
  }, EMPTY_KEY);
  const value = single(list, 2, LEN, issues, (v) => anyValue(v, depth, issues), NONE);
  if (present(list, 3)) issues.add("strindex");
  if (list.some((x) => x.number > 3)) issues.add("unknown-field");
  return { key, keys: keyOccurrences(f), value, issues, field: f };
}

/** Attributes of an event, a link, a resource or a kvlist: with their issues and those of U-5. */
function keyValues(list, number, issues, depth = 1) {
  const attributes = repeated(list, number, LEN, issues).map((f) => keyValue(f, depth));
  for (const a of attributes) addAll(issues, a.issues);
  checkDuplicates(attributes, issues);
  return attributes;
}

const WIRE = { 1: LEN, 2: VARINT, 3: VARINT, 4: FIXED64, 5: LEN, 6: LEN, 7: LEN };

function anyValue(f, depth, issues) {
  const list = subfields(f);
  if (list.filter((x) => x.number <= 8).length > 1) issues.add("repeated-field");
  if (list.some((x) => x.number > 8)) issues.add("unknown-field");
  const x = list.find((y) => y.number <= 8);
  if (x === undefined) return NONE;
  if (x.number === 8) issues.add("strindex");
  else if (x.wireType !== WIRE[x.number]) issues.add("wire-type");
  else return member(x, depth, issues);
  return NONE;
}

function member(x, depth, issues) {
  switch (x.number) {
    case 1: return { type: "string", v: string(x, issues) };
    case 2: return { type: "bool", v: x.varint !== 0n };
    case 3: return { type: "int", v: BigInt.asIntN(64, x.varint) };
    case 4: return { type: "double", v: x.buf.readDoubleLE(x.valueStart) };
    case 7: return { type: "bytes", v: Buffer.from(bytesOf(x)) };
  }
  const list = subfields(x);
  if (list.some((e) => e.number !== 1)) issues.add("unknown-field");
  const type = x.number === 5 ? "array" : "kvlist";
  if (depth === MAX_DEPTH) {
    if (repeated(list, 1, LEN, issues).length > 0) issues.add("depth");
    return { type, v: [] };
  }
  if (type === "kvlist") return { type, v: keyValues(list, 1, issues, depth + 1) };
  return { type, v: repeated(list, 1, LEN, issues).map((e) => anyValue(e, depth + 1, issues)) };
}

function event(f, issues) {
  const list = subfields(f);
  return {
    time: single(list, 1, FIXED64, issues, fixed64, "0"),
    name: single(list, 2, LEN, issues, string, ""),
    attributes: keyValues(list, 3, issues),
  };
}

function link(f, issues) {
  const list = subfields(f);
  return {
    traceId: single(list, 1, LEN, issues, (x) => optionalId(bytesOf(x), 16, issues), ""),
    spanId: single(list, 2, LEN, issues, (x) => optionalId(bytesOf(x), 8, issues), ""),
    attributes: keyValues(list, 4, issues),
  };
}

function own(list, number, length, issues) {
  if (!list.some((f) => f.number === number && f.wireType === LEN)) issues.add("bad-id"); // P-5, P-10
  return single(list, number, LEN, issues, (x) => ownId(bytesOf(x), length, issues), "");
}

function core(list) {
  const issues = new Set();
  const status = single(list, 15, LEN, issues, (f) => {
    const s = subfields(f);
    return {
      message: single(s, 2, LEN, issues, string, ""),
      code: single(s, 3, VARINT, issues, enumeration, 0),
    };
  }, { message: "", code: 0 });
  return {
    issues,
    traceId: own(list, 1, 16, issues),
    spanId: own(list, 2, 8, issues),
    parentSpanId: single(list, 4, LEN, issues, (x) => optionalId(bytesOf(x), 8, issues), ""),
    name: single(list, 5, LEN, issues, string, ""),
    kind: single(list, 6, VARINT, issues, enumeration, 0),
    start: single(list, 7, FIXED64, issues, fixed64, "0"),
    end: single(list, 8, FIXED64, issues, fixed64, "0"),
    ...status,
  };
}

function attributesOfSpan(list) {
  const issues = new Set();
  const attributes = repeated(list, 9, LEN, issues).map((f) => keyValue(f, 1));
  return { issues, list: attributes };
}

function many(list, number, read) {
  const issues = new Set();
  return { issues, list: repeated(list, number, LEN, issues).map((f) => read(f, issues)) };
}

function readSpan(f, resource, scope) {
  const list = subfields(f);
  const attributes = list.filter((x) => x.number === 9 && x.wireType === LEN);
  return {
    field: f,
    keys: attributes.map(keyOccurrences),
    resourceKeys: resource.keys,
    read: () => {
      const r = resource.read();
      return {
        core: core(list),
        attr: attributesOfSpan(list),
        ev: many(list, 11, event),
        lnk: many(list, 13, link),
        res: { issues: new Set([...r.issues, ...scope.issues]), attributes: r.attributes, name: scope.name, version: scope.version },
      };
    },
  };
}

function readResource(list, resourceSpansIssues) {
  const resources = list.filter((f) => f.number === 1 && f.wireType === LEN).map(subfields);
  const keys = resources.flatMap((r) => r.filter((f) => f.number === 1 && f.wireType === LEN).flatMap(keyOccurrences));
  return {
    keys,
    read: () => {
      const issues = new Set(resourceSpansIssues);
      const attributes = single(list, 1, LEN, issues, (f) => keyValues(subfields(f), 1, issues), []);
      return { issues, attributes };
    },
  };
}

export function readProtobuf(buf) {
  const spans = [];
  for (const rs of fields(buf).filter((f) => f.number === 1 && f.wireType === LEN)) {
    const list = subfields(rs);
    const issues = new Set();
    const scopeSpans = repeated(list, 2, LEN, issues);
    const resource = readResource(list, issues);
    for (const ss of scopeSpans) {
      const inner = subfields(ss);
      const scope = { issues: new Set(), name: "", version: "" };
      Object.assign(scope, single(inner, 1, LEN, scope.issues, (f) => {
        const s = subfields(f);
        return { name: single(s, 1, LEN, scope.issues, string, ""), version: single(s, 2, LEN, scope.issues, string, "") };
      }, {}));
      for (const f of repeated(inner, 2, LEN, scope.issues)) spans.push(readSpan(f, resource, scope));
    }
  }
  return { spans };
}
