// What both readers produce, and the names of section 7 and 8.
//
// A request is {spans:[span]}. A span has
//   keys          the keys of its attributes, every occurrence: [[key]] (outer: attributes, inner: occurrences)
//   resourceKeys  the keys of its resource's attributes, every occurrence, flat
//   read()        everything else, see below; may throw Undecodable (P-2)
// A key is {text, raw}: text is null where it is not valid Unicode, raw serves comparison then.
// read() gives
//   core {issues, traceId, spanId, parentSpanId (hex, "" for none), name, kind, start, end, code, message}
//   attr {issues, list:[attribute]}      attribute: {key, keys (every occurrence), value, issues}, with its field or node
//   ev   {issues, list:[{time, name, attributes}]}
//   lnk  {issues, list:[{traceId, spanId, attributes}]}
//   res  {issues, attributes, name, version}
// A value is {type, v}: string, int (BigInt), double, bool, bytes, array (values), kvlist (attributes), none.

export const GROUPS = ["core", "attr", "ev", "lnk", "res"];

export const REASONS = ["unknown-tenant", "tenant-blocked", "key-unavailable", "duplicate-key", "repeated-field",
  "wire-type", "unknown-field", "strindex", "invalid-utf8", "bad-id", "number", "depth", "size", "oversize"]; // U-14

export const RESERVED = ["canonicalization", "algorithm", "key_id", "signer", "statement", "value", "proof", "error"]
  .map((n) => `audit.integrity.${n}`);

export const isReserved = (key) => RESERVED.includes(key.text);

export const MAX_DEPTH = 32; // U-13
export const NONE = { type: "none" };

/** Issues in the order of U-14. */
export const ordered = (issues) => REASONS.filter((r) => issues.has(r));

/** U-5. */
export function checkDuplicates(attributes, issues) {
  const seen = new Set();
  for (const { key } of attributes) {
    const id = key.text === null ? `invalid ${key.raw}` : `valid ${key.text}`;
    if (seen.has(id)) issues.add("duplicate-key");
    seen.add(id);
  }
}

export const addAll = (to, from) => { for (const x of from) to.add(x); };

/** G-4: an id of the span itself, as lower hex. */
export function ownId(bytes, length, issues) {
  if (bytes.length !== length || bytes.every((b) => b === 0)) issues.add("bad-id");
  return bytes.toString("hex");
}

/** G-5 and G-6: an id that may be absent; "" if it is. */
export function optionalId(bytes, length, issues) {
  if (bytes.length === 0) return "";
  if (bytes.length !== length) { issues.add("bad-id"); return ""; }
  return bytes.every((b) => b === 0) ? "" : bytes.toString("hex");
}
