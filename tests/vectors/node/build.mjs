// Helpers with which the cases are written: requests in JSON by pieces of text, and a protobuf writer.
import { utf8 } from "./bytes.mjs";
import { encodeVarint } from "./protobuf.mjs";

// ---- JSON: members as texts; undefined leaves one out -----------------------------------------------------------

export const BASE = {
  traceId: '"5b8efff798038103d269b633813fc60c"', spanId: '"eee19b7ec3c1b174"', name: '"charge"', kind: "2",
  startTimeUnixNano: '"1544712660000000000"', endTimeUnixNano: '"1544712661000000000"',
  attributes: '[{"key":"compliance.id","value":{"stringValue":"1"}}]',
};
export const RESOURCE = '{"attributes":[{"key":"service.name","value":{"stringValue":"billing"}}]}';
export const SCOPE = '{"name":"billing.tracer","version":"1.2.0"}';

export const object = (members) =>
  `{${Object.entries(members).filter(([, v]) => v !== undefined).map(([k, v]) => `"${k}":${v}`).join(",")}}`;
export const span = (changes = {}) => object({ ...BASE, ...changes });
/** One request with these spans (texts), all under one resource and scope. */
export const request = (spans, { resource = RESOURCE, scope = SCOPE, after = "", outer = "" } = {}) =>
  `{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"scope":${scope},"spans":[${[spans].flat().join(",")}]}]${after}}]${outer}}`;
export const json = (text) => ({ encoding: "json", text });
/** A request with one span with these changes. */
export const one = (changes, around) => json(request(span(changes), around));
/** ... whose attributes are these texts. */
export const attributes = (...texts) => one({ attributes: `[${texts.join(",")}]` });
export const kv = (key, value) => `{"key":${JSON.stringify(key)},"value":${value}}`;
/** ... whose only attribute `compliance.v` has this AnyValue. */
export const valued = (value) => attributes(kv("compliance.v", value));

// ---- protobuf ---------------------------------------------------------------------------------------------------

export const tag = (number, wireType) => encodeVarint((number << 3) | wireType);
export const raw = (hex) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const bytes = (parts) => Buffer.concat(parts.map((p) => (typeof p === "string" ? utf8(p) : p)));
export const varint = (number, value) => bytes([tag(number, 0), encodeVarint(BigInt.asUintN(64, BigInt(value)))]);
export const len = (number, ...parts) => bytes([tag(number, 2), encodeVarint(bytes(parts).length), ...parts]);
export const group = (number, ...parts) => bytes([tag(number, 3), ...parts, tag(number, 4)]);
export const fixed32 = (number, value) => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(value);
  return bytes([tag(number, 5), b]);
};
export const fixed64 = (number, value) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64LE(BigInt(value));
  return bytes([tag(number, 1), b]);
};
export const double = (number, value) => {
  const b = Buffer.alloc(8);
  b.writeDoubleLE(value);
  return bytes([tag(number, 1), b]);
};

export const pKv = (field, key, ...value) => len(field, len(1, key), len(2, ...value));
export const TRACE = len(1, raw("5b8efff798038103d269b633813fc60c"));
export const SPAN = len(2, raw("eee19b7ec3c1b174"));
export const HEAD = bytes([TRACE, SPAN]);
/** name, kind, start and end of BASE. */
export const BODY = bytes([len(5, "charge"), varint(6, 2), fixed64(7, 1544712660000000000n), fixed64(8, 1544712661000000000n)]);
export const pAttribute = pKv(9, "compliance.id", len(1, "1"));
export const pResource = len(1, pKv(1, "service.name", len(1, "billing")));
export const pScope = len(1, len(1, "billing.tracer"), len(2, "1.2.0"));
/** The parts of the message ExportTraceServiceRequest. */
export const protobuf = (...parts) => ({ encoding: "protobuf", hex: bytes(parts).toString("hex") });
/** A request with one span of these parts under the usual resource and scope. */
export const pSpans = (...spans) => protobuf(len(1, pResource, len(2, pScope, ...spans.map((s) => len(2, ...[s].flat())))));
export const pOne = (...parts) => pSpans([HEAD, BODY, ...parts]);
/** ... whose only attribute `compliance.v` has this AnyValue. */
export const pValued = (...value) => pOne(pKv(9, "compliance.v", ...value));

// ---- OTLP/JSON to protobuf, for well-formed requests --------------------------------------------------------------

const hex = (s) => Buffer.from(s ?? "", "hex");
function pValue(v = {}) {
  if ("stringValue" in v) return len(1, v.stringValue);
  if ("boolValue" in v) return varint(2, v.boolValue ? 1 : 0);
  if ("intValue" in v) return varint(3, v.intValue);
  if ("doubleValue" in v) return double(4, Number(v.doubleValue));
  if ("bytesValue" in v) return len(7, Buffer.from(v.bytesValue, "base64"));
  if ("arrayValue" in v) return len(5, ...(v.arrayValue.values ?? []).map((x) => len(1, pValue(x))));
  if ("kvlistValue" in v) return len(6, ...pAttributes(1, v.kvlistValue.values));
  return Buffer.alloc(0);
}
const pAttributes = (field, list = []) => list.map((a) => len(field, len(1, a.key), ...(a.value ? [len(2, pValue(a.value))] : [])));

/** The same request in protobuf; the fields that are not read are left out. */
export function toProtobuf(text) {
  const r = JSON.parse(text);
  return protobuf(...r.resourceSpans.map((rs) => len(1,
    len(1, ...pAttributes(1, rs.resource?.attributes)),
    ...rs.scopeSpans.map((ss) => len(2,
      len(1, len(1, ss.scope?.name ?? ""), len(2, ss.scope?.version ?? "")),
      ...ss.spans.map((s) => len(2,
        len(1, hex(s.traceId)), len(2, hex(s.spanId)), len(4, hex(s.parentSpanId)), len(5, s.name ?? ""), varint(6, s.kind ?? 0),
        fixed64(7, s.startTimeUnixNano ?? 0), fixed64(8, s.endTimeUnixNano ?? 0), ...pAttributes(9, s.attributes),
        ...(s.events ?? []).map((e) => len(11, fixed64(1, e.timeUnixNano ?? 0), len(2, e.name ?? ""), ...pAttributes(3, e.attributes))),
        ...(s.links ?? []).map((l) => len(13, len(1, hex(l.traceId)), len(2, hex(l.spanId)), ...pAttributes(4, l.attributes))),
        len(15, len(2, s.status?.message ?? ""), varint(3, s.status?.code ?? 0)),
      )))))));
}
