// Decrypts one value, and writes what it was: section 13.4.
import { double, len, varint } from "./build.mjs";
import { Undecodable, decodeUtf8 } from "./bytes.mjs";
import { canonicalValue } from "./canonical.mjs";
import { open, parseEncrypted } from "./encrypted.mjs";
import { jcs } from "./jcs.mjs";
import { hasUniqueMembers, parseJson } from "./json.mjs";
import { MAX_DEPTH, NONE } from "./model.mjs";
import { bytes, double as readDouble, int64, string } from "./otlp-json.mjs";

class NoValue extends Error {}

const SCALARS = {
  stringValue: (node, issues) => ({ type: "string", v: string(node, issues) }),
  intValue: (node, issues) => ({ type: "int", v: int64(node, issues) }),
  doubleValue: (node, issues) => ({ type: "double", v: readDouble(node, issues) }),
  bytesValue: (node, issues) => ({ type: "bytes", v: bytes(node, issues) }),
  boolValue: (node, issues) => (node.type === "boolean" ? { type: "bool", v: node.value } : void issues.add("wire-type")),
};
const isPrimitive = ({ type }) => type === "string" || type === "number" || type === "boolean";

function scalar({ name, value: node }) {
  const issues = new Set();
  const value = Object.hasOwn(SCALARS, name) ? SCALARS[name](node, issues) : undefined;
  if (value === undefined || issues.size > 0) throw new NoValue();
  return value;
}

function valueOf(node, depth) {
  if (depth > MAX_DEPTH) throw new NoValue();
  if (node.type === "null") return NONE;
  if (node.type === "array") return { type: "array", v: node.items.map((i) => valueOf(i, depth + 1)) };
  if (node.type !== "object") throw new NoValue();
  if (node.members.length === 1 && isPrimitive(node.members[0].value)) return scalar(node.members[0]);
  if (!node.members.every((m) => m.name.isWellFormed())) throw new NoValue();
  return { type: "kvlist", v: node.members.map((m) => ({ key: { text: m.name }, value: valueOf(m.value, depth + 1) })) };
}

/** The AnyValue of which these bytes are V (E-12), or null. */
function readValue(plaintext) {
  try {
    const text = decodeUtf8(plaintext);
    if (text === null) return null;
    const { node } = parseJson(text);
    if (!hasUniqueMembers(node)) return null;
    const value = valueOf(node, 1);
    return jcs(canonicalValue(value)) === text ? value : null;
  } catch (e) {
    if (e instanceof NoValue || e instanceof Undecodable) return null;
    throw e;
  }
}

/** E-13, in JSON. */
function toJson({ type, v }) {
  switch (type) {
    case "none": return "{}";
    case "array": return `{"arrayValue":{"values":[${v.map(toJson).join(",")}]}}`;
    case "kvlist": return `{"kvlistValue":{"values":[${v.map((a) => `{"key":${jcs(a.key.text)},"value":${toJson(a.value)}}`).join(",")}]}}`;
    default: return jcs(canonicalValue({ type, v }));
  }
}

/** E-13, in protobuf: the content of the AnyValue. */
function toProtobuf({ type, v }) {
  switch (type) {
    case "string": return len(1, v);
    case "bool": return varint(2, v ? 1 : 0);
    case "int": return varint(3, v);
    case "double": return double(4, v);
    case "bytes": return len(7, v);
    case "array": return len(5, ...v.map((x) => len(1, toProtobuf(x))));
    case "kvlist": return len(6, ...v.map((a) => len(1, len(1, a.key.text), len(2, toProtobuf(a.value)))));
    default: return Buffer.alloc(0);
  }
}

/** What a plaintext gives back; null where E-12 refuses it. */
function restore(plaintext) {
  const rest = plaintext.subarray(1);
  if (plaintext[0] === 0) return { key_value: { hex: rest.toString("hex") } };
  if (plaintext[0] === 1) return { key_value: { text: rest.toString() } };
  const value = readValue(plaintext);
  return value === null ? null : { restored: { json: toJson(value), protobuf: toProtobuf(value).toString("hex") } };
}

/** What a decrypt vector expects. */
export function expectDecrypt({ seed, tenant, place: { tenant: claimed = tenant, ...place }, value }) {
  const parts = parseEncrypted(value);
  if (parts === null) return { refused: "form" };
  if (claimed !== tenant) return { refused: "tenant" };
  const plaintext = open(Buffer.from(seed, "hex"), parts, { ...place, tenant });
  if (plaintext === null) return { refused: "tag" };
  const restored = restore(plaintext);
  return restored === null ? { refused: "plaintext" } : { plaintext: plaintext.toString("hex"), ...restored };
}
