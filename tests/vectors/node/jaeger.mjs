// Jaeger's answers: L-3 and L-4.
import { Undecodable } from "./bytes.mjs";
import { hasRepeatedMember, hasUniqueMembers } from "./json.mjs";
import { addAll, checkDuplicates, optionalId, ownId } from "./model.mjs";
import { bytes, double, int64, isInteger, must, string } from "./otlp-json.mjs";

const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const CODES = { OK: 1, ERROR: 2 };

/** A member, of this JSON type or undecodable; undefined for an absent one and for null. */
function member(object, name, type) {
  const node = object.members.find((m) => m.name === name)?.value;
  return node === undefined || node.type === "null" ? undefined : type === undefined ? node : must(node, type);
}

const memberText = (object, name) => member(object, name, "string")?.value ?? "";
const objects = (object, name) => (member(object, name, "array")?.items ?? []).map((i) => must(i, "object"));

function id(object, name, digits) {
  const hex = memberText(object, name);
  if (hex.length > digits || !/^[0-9a-fA-F]*$/.test(hex)) throw new Undecodable(`${name} is no id`);
  return Buffer.from(hex.padStart(digits, "0"), "hex");
}

function microseconds(object, name) {
  const token = member(object, name, "number")?.text ?? "0";
  if (!isInteger(token) || token.startsWith("-")) throw new Undecodable(`${name} is no whole number`);
  return BigInt(token);
}

function time(microseconds) {
  if (microseconds * 1000n >= 2n ** 64n) throw new Undecodable("a time of 2^64 ns or more");
  return String(microseconds * 1000n);
}

/** L-4. */
function value(type, node, issues) {
  switch (type ?? { string: "string", boolean: "bool", number: isInteger(node.text) ? "int64" : "float64" }[node.type]) {
    case "string": return { type: "string", v: string(must(node, "string"), issues) };
    case "bool":
      if (![true, false, "true", "false"].includes(node.value)) break;
      return { type: "bool", v: String(node.value) === "true" };
    case "int64": return { type: "int", v: int64(node, issues) };
    case "float64": return { type: "double", v: double(node, issues) };
    case "binary": return { type: "bytes", v: bytes(node, issues) };
  }
  throw new Undecodable("a tag of another type, or a value that is not of its type");
}

/** A tag or field as an attribute. */
function attribute(tag) {
  const issues = new Set();
  const key = member(tag, "key", "string");
  const node = member(tag, "value");
  if (key === undefined || node === undefined) throw new Undecodable("a tag without key or value");
  const raw = string(key, issues);
  return { key: { text: raw.isWellFormed() ? raw : null, raw }, value: value(member(tag, "type", "string")?.value, node, issues), issues };
}

const attributes = (object, name) => objects(object, name).map(attribute);

const named = (key) => (a) => a.key.text === key;
/** Whether it has this key and is a string; with `values`, one of their names. */
const text = (key, values) => (a) => named(key)(a) && a.value.type === "string" && (values === undefined || Object.hasOwn(values, a.value.v));

/** Removes one attribute from the list: the value of that at the index, or undefined. Its issues go to `issues`. */
function take(list, index, issues = new Set()) {
  if (index < 0) return undefined;
  const [taken] = list.splice(index, 1);
  addAll(issues, taken.issues);
  return taken.value.v;
}
const takeLast = (list, fits, issues) => take(list, list.findLastIndex(fits), issues);
const takeFirst = (list, fits, issues) => take(list, list.findIndex(fits), issues);

function addIssues(list, issues) {
  for (const a of list) addAll(issues, a.issues);
  checkDuplicates(list, issues);
}

/** The attributes of a resource. */
function resource(process) {
  if (process === undefined) return [];
  const issues = new Set();
  const name = string(member(process, "serviceName", "string"), issues);
  const service = { key: { text: "service.name", raw: "service.name" }, value: { type: "string", v: name }, issues };
  return [...(name === "" || name === "OTLPResourceNoServiceName" ? [] : [service]), ...attributes(process, "tags")];
}

function processOf(span, processes) {
  const name = member(span, "processID", "string")?.value;
  if (name === undefined) return member(span, "process", "object");
  const process = processes === undefined ? undefined : member(processes, name, "object");
  if (process === undefined) throw new Undecodable("processID without process");
  return process;
}

/** Parent and links of the elements of `references`. */
function references(span, traceId, issues) {
  const list = objects(span, "references").map((r) =>
    ({ type: memberText(r, "refType"), traceId: id(r, "traceID", 32), spanId: id(r, "spanID", 16) }));
  const parent = list.findIndex((r) => r.type === "CHILD_OF" && r.traceId.equals(traceId));
  return {
    parentSpanId: parent < 0 ? "" : optionalId(list[parent].spanId, 8, issues),
    links: list.filter((_, i) => i !== parent)
      .map((r) => ({ traceId: optionalId(r.traceId, 16, issues), spanId: optionalId(r.spanId, 8, issues), attributes: [] })),
    count: list.length,
  };
}

function event(log, issues) {
  const fields = attributes(log, "fields");
  const name = takeLast(fields, text("event"), issues) ?? "";
  addIssues(fields, issues);
  return { time: time(microseconds(log, "timestamp")), name, attributes: fields };
}

function readSpan(span, processes) {
  const tags = attributes(span, "tags");
  const issues = { core: new Set(), ev: new Set(), res: new Set() };
  const traceId = id(span, "traceID", 32);
  const start = microseconds(span, "startTime");
  const { parentSpanId, links, count } = references(span, traceId, issues.core);
  const code = CODES[takeLast(tags, text("otel.status_code", CODES))] ?? 0;
  const core = {
    issues: issues.core,
    traceId: ownId(traceId, 16, issues.core),
    spanId: ownId(id(span, "spanID", 16), 8, issues.core),
    parentSpanId,
    name: string(member(span, "operationName", "string"), issues.core),
    kind: KINDS[takeLast(tags, text("span.kind", KINDS))] ?? 1,
    start: time(start),
    end: time(start + microseconds(span, "duration")),
    message: takeLast(tags, text("otel.status_description"), issues.core) ?? "",
    code,
  };
  const scope = {
    name: takeFirst(tags, text("otel.scope.name"), issues.res) ?? "",
    version: takeFirst(tags, text("otel.scope.version"), issues.res) ?? "",
  };
  if (code === CODES.ERROR) takeLast(tags, (a) => named("error")(a) && a.value.type === "bool" && a.value.v);
  takeLast(tags, named("w3c.tracestate"));
  takeLast(tags, named("internal.span.format"));
  const own = resource(processOf(span, processes));
  addIssues(own, issues.res);
  const detail = {
    core,
    attr: { issues: new Set(), list: tags },
    ev: { issues: issues.ev, list: objects(span, "logs").map((l) => event(l, issues.ev)) },
    lnk: { issues: new Set(), list: links, references: count },
    res: { issues: issues.res, attributes: own, ...scope },
  };
  return { keys: tags.map((a) => [a.key]), resourceKeys: own.map((a) => a.key), read: () => detail };
}

/** The spans of an answer: its top-level object. */
export function readJaeger(node) {
  if (hasRepeatedMember(node) || !objects(node, "data").every(hasUniqueMembers)) throw new Undecodable("repeated member");
  return objects(node, "data").flatMap((trace) => {
    const processes = member(trace, "processes", "object");
    return objects(trace, "spans").map((span) => readSpan(span, processes));
  });
}
