// The trust file: section 11.
import { decodeUtf8, encodeB64u, isDecimalTime, sha256, utf8 } from "./bytes.mjs";
import { jcs } from "./jcs.mjs";
import { openJws, publicKey } from "./keys.mjs";
import { isTenant, parseObject } from "./statement.mjs";

export class TrustRefused extends Error {}
const STATUS = ["published", "active", "retired", "revoked"];

function check(condition, rule, what) {
  if (!condition) throw new TrustRefused(`${rule}: ${what}`);
}

function checkPublicKey(jwk, rule) {
  const key = jwk instanceof Map ? publicKey(Object.fromEntries(jwk)) : null;
  check(key !== null, rule, "no Ed25519 or P-256 key, or one that K-3 or K-6 refuses");
  return key;
}

/** A payload as a Map, if its bytes are the JCS of an object of exactly the members of `grammar` ("name?" is optional). */
function payload(bytes, grammar, rule) {
  const object = parseObject(bytes);
  check(object !== null, rule, "payload is not a JSON object");
  for (const [name, valid] of Object.entries(grammar)) {
    const value = object.get(name.replace("?", ""));
    check(value === undefined ? name.endsWith("?") : valid(value), rule, `member ${name}`);
  }
  const names = Object.keys(grammar).map((n) => n.replace("?", ""));
  check([...object.keys()].every((n) => names.includes(n)), rule, "other members");
  let canonical = null;
  try { canonical = jcs(object); } catch { /* unpaired surrogate */ }
  check(canonical === decodeUtf8(bytes), rule, "payload is not canonical");
  return object;
}

function checkEntry(bytes, n, prev) {
  const p = payload(bytes, {
    "compromised_from?": isDecimalTime,
    "exp?": isDecimalTime,
    jwk: (v) => v instanceof Map && v.size === Object.keys(checkPublicKey(v, "T-6").jwk).length,
    n: (v) => v === n,
    nbf: isDecimalTime,
    prev: (v) => v === prev,
    "reason?": (v) => typeof v === "string",
    "revoked_at?": isDecimalTime,
    status: (v) => STATUS.includes(v),
    tenant: isTenant,
    v: (v) => v === "kmsgw-key/1",
  }, "T-6");
  const revoked = p.get("status") === "revoked";
  check(revoked === ["compromise", "superseded"].includes(p.get("reason")), "T-6", "reason");
  check(revoked === p.has("revoked_at"), "T-6", "revoked_at");
  check(!p.has("compromised_from") || p.get("reason") === "compromise", "T-6", "compromised_from");
  return p;
}

/** Reads the text of a trust file; `root` is the pinned thumbprint or undefined. Throws TrustRefused. */
export function readTrust(source, root) {
  const file = parseObject(source);
  check(file !== null, "T-1", "not a strict JSON object");
  check(Array.isArray(file.get("keys")) && Array.isArray(file.get("chain")) && typeof file.get("as_of") === "string", "T-1", "members");

  // T-4
  const rootKey = checkPublicKey(file.get("root"), "T-4");
  const entries = new Map();
  for (const e of file.get("keys")) {
    const { kid } = checkPublicKey(e, "T-4");
    check(e.get("kid") === kid, "T-4", "kid");
    check(!entries.has(kid), "T-4", "kid occurs twice");
    entries.set(kid, e);
  }

  // T-5 to T-7
  const keys = new Map();
  let previous = "";
  const headOf = () => (previous === "" ? "" : encodeB64u(sha256(utf8(previous))));
  for (const [i, jws] of file.get("chain").entries()) {
    const bytes = typeof jws === "string" ? openJws(jws, rootKey, "kmsgw-key+jws") : null;
    check(bytes !== null, "T-5", `entry ${i + 1}`);
    const p = checkEntry(bytes, i + 1, headOf());
    previous = jws;
    const key = checkPublicKey(p.get("jwk"), "T-6");
    const before = keys.get(key.kid);
    if (before === undefined) {
      check(p.get("status") === "published", "T-7", "first entry is not published");
    } else {
      check(p.get("tenant") === before.tenant && p.get("nbf") === before.nbf, "T-7", "tenant or nbf changed");
      check(STATUS.indexOf(p.get("status")) > STATUS.indexOf(before.status), "T-7", "status does not advance");
    }
    const { tenant, nbf, exp, status, reason, revoked_at } = Object.fromEntries(p);
    keys.set(key.kid, { ...key, tenant, nbf, exp, status, reason, revoked_at });
  }

  // T-8
  for (const [kid, key] of keys) {
    const e = entries.get(kid);
    check(e !== undefined, "T-8", "no entry in keys");
    for (const m of ["tenant", "nbf", "exp", "status"]) check(e.get(m) === key[m], "T-8", m);
  }

  // T-9
  const asOf = openJws(file.get("as_of"), rootKey, "kmsgw-asof+jws");
  check(asOf !== null, "T-9", "as_of");
  payload(asOf, {
    as_of: isDecimalTime,
    head: (v) => v === headOf(),
    n: (v) => v === file.get("chain").length,
    v: (v) => v === "kmsgw-asof/1",
  }, "T-9");

  check(root === undefined || root === rootKey.kid, "T-10", "another root");
  return { root: rootKey.kid, keys };
}
