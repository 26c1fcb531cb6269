// Patterns and coverage, G-15 to G-18, X-18, X-20.
import { jcs } from "./jcs.mjs";

export const DEFAULT_COVERAGE = { attr: ["*"], res: ["compliance.*", "service.name"] };

export const isPattern = (p) => typeof p === "string" && (p === "*" || /^[A-Za-z0-9_.:/-]+(\.\*)?$/.test(p));

/** The prefix of a pattern that ends in `.*` (with the dot), or null. */
const prefixOf = (p) => (p.endsWith(".*") ? p.slice(0, -1) : null);

export function matches(pattern, key) {
  if (pattern === "*") return true;
  const prefix = prefixOf(pattern);
  return prefix === null ? key === pattern : key.startsWith(prefix);
}

export const matchesAny = (patterns, key) => patterns.some((p) => matches(p, key));

/** whether `outer` contains `inner`. */
export function contains(outer, inner) {
  if (outer === "*" || outer === inner) return true;
  const prefix = prefixOf(outer);
  return prefix !== null && (prefixOf(inner) ?? inner).startsWith(prefix);
}

/** whether one key could match both. */
export function overlap(a, b) {
  if (a === "*" || b === "*") return true;
  const pa = prefixOf(a), pb = prefixOf(b);
  if (pa !== null && pb !== null) return pa.startsWith(pb) || pb.startsWith(pa);
  return pa !== null ? matches(a, b) : matches(b, a);
}

/** G-16 and G-17 for the value of `cov` as a Map (parsed JSON). */
export function isCoverage(cov) {
  if (!(cov instanceof Map) || cov.size !== 2 || !cov.has("attr") || !cov.has("res")) return false;
  for (const list of cov.values()) {
    if (!Array.isArray(list) || !list.every(isPattern)) return false;
    for (let i = 1; i < list.length; i++) if (!(list[i - 1] < list[i])) return false;
  }
  return Buffer.byteLength(jcs(cov)) <= 256;
}
