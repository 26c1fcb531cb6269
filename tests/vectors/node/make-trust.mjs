// Writes trust files: section 11, from a list of chain entries. Hooks make wrong ones.
import { encodeB64u, sha256, utf8 } from "./bytes.mjs";
import { ed25519Jwk } from "./ed25519.mjs";
import { jcs } from "./jcs.mjs";
import { compactJws, thumbprint } from "./keys.mjs";

export const AS_OF = "1780272000000000000"; // 2026-06-01
export const DAY = 86400000000000n;
/** A decimal time: midnight of a day in 2026 (month and day from 1). */
export const at = (month, day = 1) => String(BigInt(Date.UTC(2026, month - 1, day)) * 1000000n);

/** The entry of `keys` for a key in its last state. */
export const entryOf = ({ jwk: { kty, crv, x, y }, alg, kid }, { tenant, nbf, exp, status }) =>
  ({ kty, crv, x, y, alg, use: "sig", kid, tenant, nbf, exp, status });

/** An entry of `keys` that is not in the chain, for any JWK. */
export const looseEntry = (jwk, alg = "EdDSA") =>
  entryOf({ jwk, alg, kid: thumbprint(jwk) }, { tenant: "acme", nbf: "0", status: "active" });

/**
 * entries: [{key:"acme-1", tenant, nbf, exp?, status, …}]. Hooks:
 *   payload(p, index)  changes or replaces the payload of a chain entry (object or text)
 *   signer(index)      the key that signs an entry; index "as_of" for as_of
 *   head(text)         changes the payload of as_of
 *   typ, alg           of the chain entries; alg of as_of, too
 *   file(file)         changes the file (an object) at the end
 */
export function makeTrust(keys, entries, { root = "root", payload = (p) => p, signer = () => keys[root], head = (p) => p, typ = "kmsgw-key+jws", alg = keys[root].alg, file = (f) => f, asOf = AS_OF } = {}) {
  const chain = [];
  const last = new Map();
  const prev = () => (chain.length === 0 ? "" : encodeB64u(sha256(utf8(chain.at(-1)))));
  const bytes = (p) => utf8(typeof p === "string" ? p : jcs(p));
  for (const { key: name, ...state } of entries) {
    const key = keys[name];
    const n = chain.length + 1;
    const p = payload({ ...state, jwk: key.jwk, n, prev: prev(), v: "kmsgw-key/1" }, n);
    chain.push(compactJws({ alg, kid: keys[root].kid, sign: signer(n).sign }, typ, bytes(p)));
    last.set(name, entryOf(key, state));
  }
  const asOfPayload = head({ as_of: asOf, head: prev(), n: chain.length, v: "kmsgw-asof/1" });
  const made = {
    keys: [...last.values()],
    root: { ...keys[root].jwk },
    chain,
    as_of: compactJws({ alg, kid: keys[root].kid, sign: signer("as_of").sign }, "kmsgw-asof+jws", bytes(asOfPayload)),
  };
  const result = file(made) ?? made;
  return typeof result === "string" ? result : JSON.stringify(result, null, 2);
}

const steps = (key, tenant, nbf, exp, ...states) =>
  states.map((s) => ({ key, tenant, nbf, status: s, ...(exp && (s === "retired" || s === "revoked") ? { exp } : {}) }));

export const ACME_1 = steps("acme-1", "acme", at(1), at(4), "published", "active", "retired");
export const ACME_2 = steps("acme-2", "acme", at(3), undefined, "published", "active");
export const GLOBEX = steps("globex-1", "globex", at(1), undefined, "published", "active");
const revoked = (key, more) => [...steps(key, "acme", at(1), undefined, "published", "active"),
  { key, tenant: "acme", nbf: at(1), status: "revoked", revoked_at: at(3), ...more }];

export const DEFAULT = [...ACME_1.slice(0, 2), ...GLOBEX, ...ACME_2, ...ACME_1.slice(2)];
export const ACME_ONLY = [...ACME_1.slice(0, 2), ...ACME_2, ...ACME_1.slice(2)];
export const REVOKED = [
  ...revoked("acme-3", { reason: "superseded" }),
  ...revoked("acme-4", { reason: "compromise", compromised_from: at(2) }),
];

export const ACME_EC = steps("acme-ec", "acme", at(1), undefined, "published", "active");
export const GLOBEX_EC = steps("globex-ec", "globex", at(1), undefined, "published", "active");

/** The shared trust files by name. */
export const trustFiles = (keys) => ({
  "default": makeTrust(keys, DEFAULT),
  "acme-only": makeTrust(keys, ACME_ONLY),
  "revoked": makeTrust(keys, REVOKED),
  "other-root": makeTrust(keys, DEFAULT, { root: "root-2" }),
  // the entry of the key `unknown` is in `keys` but not in the chain (T-8)
  "unchained-key": makeTrust(keys, ACME_ONLY, {
    file: (f) => { f.keys.push(entryOf(keys.unknown, { tenant: "globex", nbf: at(1), status: "active" })); },
  }),
  "empty-chain": makeTrust(keys, []),
  "mixed": makeTrust(keys, [...ACME_EC, ...DEFAULT]),
  "root-ec": makeTrust(keys, [...ACME_EC, ...GLOBEX_EC], { root: "root-ec" }),
  "small-order-key": makeTrust(keys, ACME_ONLY, {
    file: (f) => { f.keys.push(smallOrderEntry()); },
  }),
});

export const SMALL_ORDER_X = encodeB64u(Buffer.from("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "hex"));
export const smallOrderEntry = () => ({ ...looseEntry(ed25519Jwk(SMALL_ORDER_X)), nbf: at(1) });
