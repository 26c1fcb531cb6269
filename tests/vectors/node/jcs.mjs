// Canonical JSON, rules C-1 to C-6. Objects are Maps (or plain objects without integer-like names).

export function jcs(x) {
  if (x === null) return "null";
  if (typeof x === "boolean") return String(x);
  if (typeof x === "string") {
    if (!x.isWellFormed()) throw new Error("unpaired surrogate");
    return JSON.stringify(x);
  }
  if (typeof x === "number") {
    if (!Number.isFinite(x) || Object.is(x, -0)) throw new Error("number without canonical form");
    return String(x);
  }
  if (Array.isArray(x)) return `[${x.map(jcs).join(",")}]`;
  const entries = x instanceof Map ? [...x] : Object.entries(x).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)); // UTF-16 code units
  return `{${entries.map(([k, v]) => `${jcs(k)}:${jcs(v)}`).join(",")}}`;
}
