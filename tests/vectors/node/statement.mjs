// The statement: S-1 and S-2.
import { decodeB64u, decodeUtf8, isDecimalTime } from "./bytes.mjs";
import { isCoverage } from "./coverage.mjs";
import { jcs } from "./jcs.mjs";
import { hasUniqueMembers, parseJson, toPlain } from "./json.mjs";
import { GROUPS } from "./model.mjs";

export const VERSION = "kmsgw-span/1";
export const isTenant = (t) => typeof t === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(t);

const isB64uOf = (s, bytes) => typeof s === "string" && decodeB64u(s)?.length === bytes;
const isId = (s, digits) => typeof s === "string" && s.length === digits && /^[0-9a-f]+$/.test(s) && !/^0+$/.test(s);

const GRAMMAR = {
  cov: isCoverage,
  dig: (d) => d instanceof Map && d.size === 5 && GROUPS.every((x) => isB64uOf(d.get(x), 32)),
  iat: isDecimalTime,
  pol: (s) => isB64uOf(s, 16),
  salt: (s) => isB64uOf(s, 16),
  span_id: (s) => isId(s, 16),
  src: (s) => ["credential", "header", "attribute", "default"].includes(s),
  tenant: isTenant,
  trace_id: (s) => isId(s, 32),
  v: (s) => s === VERSION,
};

export const writeStatement = (s) => jcs({ ...s, v: VERSION });

/** The parsed JSON of bytes as Map and so on, or null; no repeated members. */
export function parseObject(bytes) {
  try {
    const { node } = parseJson(bytes);
    return node.type === "object" && hasUniqueMembers(node) ? toPlain(node) : null;
  } catch {
    return null;
  }
}

/** The statement of these bytes, or null if they do not fulfil S-1 and S-2. */
export function readStatement(bytes) {
  const s = parseObject(bytes);
  if (s === null || s.size !== Object.keys(GRAMMAR).length) return null;
  for (const [name, valid] of Object.entries(GRAMMAR)) if (!s.has(name) || !valid(s.get(name))) return null;
  if (jcs(s) !== decodeUtf8(bytes)) return null;
  return { ...Object.fromEntries(s), cov: Object.fromEntries(s.get("cov")), dig: Object.fromEntries(s.get("dig")) };
}
