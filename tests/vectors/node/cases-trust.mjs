// The cases of trust/, by hand. Each: [name, rules, comment, (keys) => text or path, accepted, root?]
import { encodeB64u, utf8 } from "./bytes.mjs";
import { P_HEX, Y_OF_ZERO, negateS, toDer } from "./cases-es256.mjs";
import { L, ed25519Jwk, littleEndian, toLittleEndian } from "./ed25519.mjs";
import { bigEndian, toBigEndian } from "./es256.mjs";
import { jcs } from "./jcs.mjs";
import { ACME_1, ACME_2, ACME_EC, ACME_ONLY, GLOBEX, GLOBEX_EC, REVOKED, SMALL_ORDER_X, at, looseEntry, makeTrust, smallOrderEntry } from "./make-trust.mjs";

const file = (change) => (k) => makeTrust(k, ACME_ONLY, { file: change });
const chain = (entries) => (k) => makeTrust(k, entries);
/** Changes the payload of chain entry `n`, properly signed. */
const payload = (n, change, entries = ACME_ONLY) => (k) => makeTrust(k, entries, { payload: (p, i) => (i === n ? change(p) ?? p : p) });
const b64u = (h) => encodeB64u(Buffer.from(h, "hex"));
/** Adds an entry with a JWK to `keys`, which is not in the chain. */
const loose = (jwk, alg) => (k) => makeTrust(k, ACME_ONLY, { file: (f) => { f.keys.push(looseEntry(jwk(k), alg)); } });
const ecJwk = (x, y) => ({ crv: "P-256", kty: "EC", x, y });
/** Under a P-256 root. */
const ec = (entries, hooks) => (k) => makeTrust(k, entries, { root: "root-ec", ...hooks });
const bytesOf = (text) => Buffer.from(text, "base64url");
const flip = (y) => { const b = bytesOf(y); b[31] ^= 1; return encodeB64u(b); };
const negated = (y) => encodeB64u(toBigEndian(BigInt(`0x${P_HEX}`) - bigEndian(bytesOf(y))));
/** A compact JWS with its signature changed. */
const resign = (jws, change) => jws.replace(/[^.]*$/, (s) => encodeB64u(change(bytesOf(s))));
const acme = (status, more = {}) => ({ key: "acme-1", tenant: "acme", nbf: at(1), status, ...more });

export const trustCases = [
  ["default", ["T-1", "T-5", "T-7", "T-8", "T-9"], "The default file.", () => "trust/default.json", true],
  ["revoked", ["T-6", "T-7"], "Keys revoked with both reasons.", () => "trust/revoked.json", true],
  ["empty-chain", ["T-9"], "No keys and an empty chain.", () => "trust/empty-chain.json", true],
  ["unchained-key", ["T-8"], "An entry of keys that is not in the chain is ignored.", () => "trust/unchained-key.json", true],
  ["pinned", ["T-10"], "The right thumbprint is given.", () => "trust/default.json", true, "root"],
  ["pinned-other-root", ["T-10"], "A consistent file of another root.", () => "trust/other-root.json", false, "root"],
  ["steps-skipped", ["T-7"], "published, then retired at once.", chain([acme("published"), acme("retired", { exp: at(4) })]), true],
  ["other-members", ["T-2"], "Other members of the file, the root and an entry; alg and use are not looked at.",
    file((f) => { f.issuer = { a: 1 }; f.root.alg = 5; Object.assign(f.keys[0], { alg: "RS256", use: "enc", x5c: [] }); }), true],
  ["reason-of-other-status", ["T-6"], "A reason that is not one of the two, with another status.", chain([acme("published", { reason: "rotation" })]), true],
  ["revoked-exp", ["T-6", "T-8"], "A revoked key that has an end of validity.",
    chain([acme("published", { exp: at(4) }), acme("revoked", { exp: at(4), reason: "superseded", revoked_at: at(3) })]), true],

  ["comment", ["T-1"], "Not strict JSON.", file((f) => `${JSON.stringify(f)} // x`), false],
  ["bom", ["T-1"], "A byte order mark.", file((f) => `\ufeff${JSON.stringify(f)}`), false],
  ["repeated-member", ["T-1"], "A repeated member in a nested object that is not read.", file((f) => JSON.stringify({ ...f, x: 0 }).replace('"x":0', '"x":{"a":1,"a":1}')), false],
  ["no-as-of", ["T-1", "T-9"], "Without as_of.", file((f) => { delete f.as_of; }), false],
  ["no-chain", ["T-1"], "Without chain.", file((f) => { delete f.chain; }), false],
  ["key-rsa", ["T-4"], "An RSA key that is not in the chain.", file((f) => { f.keys.push({ kty: "RSA", n: "AQ", e: "AQAB", kid: "r" }); }), false],
  ["key-ec", ["T-4", "K-1", "K-2", "K-6"], "A P-256 key that is not in the chain.", loose((k) => k["unknown-ec"].jwk, "ES256"), true],
  ["key-small-order", ["T-4", "K-3"], "A small-order key that is not in the chain.", file((f) => { f.keys.push(smallOrderEntry()); }), false],
  ["key-small-order-sign-bit", ["T-4", "K-3"], "The same with bit 255 set.",
    loose(() => ed25519Jwk(b64u(`ec${"ff".repeat(31)}`))), false],
  ["key-not-canonical", ["T-4", "K-3"], "y = 2^255 - 19 + 3.",
    loose(() => ed25519Jwk(b64u(`f0${"ff".repeat(30)}7f`))), false],
  ["key-no-point", ["T-4", "K-4"], "y = 2 is not the y of a point: this need not be detected, so the file is accepted.",
    loose(() => ed25519Jwk(b64u(`02${"00".repeat(31)}`))), true],
  ["key-short", ["T-4"], "31 bytes.",
    loose(() => ed25519Jwk(b64u("09".repeat(31)))), false],
  ["kid-missing", ["T-4"], "An entry without kid.", file((f) => { delete f.keys[0].kid; }), false],
  ["kid-wrong", ["T-4", "K-2"], "A kid that is not the thumbprint.", file((f) => { f.keys[0].kid = f.keys[1].kid; f.keys.length = 1; }), false],
  ["kid-twice", ["T-4"], "The same entry twice.", file((f) => { f.keys.push(f.keys[0]); }), false],
  ["x-padded", ["T-4", "C-7"], "x with padding.", file((f) => { f.keys[0].x += "="; }), false],
  ["root-small-order", ["T-4", "K-3"], "A small-order root.", file((f) => { f.root.x = SMALL_ORDER_X; }), false],
  ["root-replaced", ["T-5"], "Another root than the one that signed.", (k) => makeTrust(k, ACME_ONLY, { file: (f) => { f.root.x = k["root-2"].jwk.x; } }), false],

  ["entry-signed-by-other", ["T-5"], "The second entry is signed by another key.", (k) => makeTrust(k, ACME_ONLY, { signer: (n) => (n === 2 ? k["root-2"] : k.root) }), false],
  ["entry-wrong-typ", ["T-5"], "The header has the typ of as_of.", (k) => makeTrust(k, ACME_ONLY, { typ: "kmsgw-asof+jws" }), false],
  ["entry-four-parts", ["T-5"], "Four parts.", file((f) => { f.chain[0] += ".AA"; }), false],
  ["entry-header-order", ["T-5"], "A header with another member order, properly signed.",
    (k) => makeTrust(k, ACME_ONLY, { file: (f) => {
      const [, p] = f.chain[0].split(".");
      const input = `${encodeB64u(utf8(`{"kid":"${k.root.kid}","alg":"EdDSA","typ":"kmsgw-key+jws"}`))}.${p}`;
      f.chain[0] = `${input}.${encodeB64u(k.root.sign(utf8(input)))}`;
    } }), false],
  ["entry-unused-bits", ["T-5", "C-7"], "The signature's last character has unused bits that are not zero.",
    file((f) => { f.chain.push(bumpLast(f.chain.pop())); }), false],
  ["entry-s-too-large", ["K-4", "T-5"], "S + L in place of S, in as_of.",
    file((f) => {
      const [h, p, s] = f.as_of.split(".");
      const signature = Buffer.from(s, "base64url");
      f.as_of = `${h}.${p}.${encodeB64u(Buffer.concat([signature.subarray(0, 32), toLittleEndian(littleEndian(signature.subarray(32)) + L)]))}`;
    }), false],
  ["chain-shortened", ["T-9"], "The last entry and its effect are removed.", (k) => makeTrust(k, ACME_ONLY, { file: (f) => {
    f.chain.pop();
    delete f.keys[0].exp;
    f.keys[0].status = "active";
  } }), false],
  ["chain-reordered", ["T-6"], "Two entries exchanged.", file((f) => { [f.chain[0], f.chain[2]] = [f.chain[2], f.chain[0]]; }), false],
  ["as-of-n", ["T-9"], "n is one less.", (k) => makeTrust(k, ACME_ONLY, { head: (p) => ({ ...p, n: p.n - 1 }) }), false],
  ["as-of-number", ["T-9", "T-3"], "as_of as a number.", (k) => makeTrust(k, ACME_ONLY, { head: (p) => jcs(p).replace(/"as_of":"(\d+)"/, '"as_of":$1') }), false],
  ["as-of-white-space", ["T-9"], "A space in the payload.", (k) => makeTrust(k, ACME_ONLY, { head: (p) => `${jcs(p)} ` }), false],

  ["payload-member-order", ["T-6"], "Another order of members.", payload(2, (p) => jcs(p).replace(/^\{(.*),("v":"kmsgw-key\/1")\}$/, "{$2,$1}")), false],
  ["payload-other-member", ["T-6"], "Another member.", payload(1, (p) => ({ ...p, w: 1 })), false],
  ["payload-n", ["T-6"], "n starts with 0.", payload(1, (p) => ({ ...p, n: 0 })), false],
  ["payload-n-fraction", ["T-6"], "n is 1.0.", payload(1, (p) => jcs(p).replace('"n":1,', '"n":1.0,')), false],
  ["payload-prev", ["T-6"], "A wrong prev.", payload(2, (p) => ({ ...p, prev: "" })), false],
  ["payload-leading-zero", ["T-3", "C-9"], "nbf with a leading zero.", payload(1, (p) => ({ ...p, nbf: `0${p.nbf}` })), false],
  ["payload-tenant", ["T-6", "S-1"], "A tenant with a slash.", chain([acme("published", { tenant: "a/b" })]), false],
  ["payload-v", ["T-6"], "Another version.", payload(1, (p) => ({ ...p, v: "kmsgw-key/2" })), false],
  ["payload-jwk-kid", ["T-6"], "A jwk with another member.", payload(1, (p) => ({ ...p, jwk: { ...p.jwk, kid: "x" } })), false],
  ["revoked-without-reason", ["T-6"], "revoked without reason.", chain([acme("published"), acme("revoked", { revoked_at: at(3) })]), false],
  ["revoked-other-reason", ["T-6"], "revoked with another reason.", chain([acme("published"), acme("revoked", { revoked_at: at(3), reason: "lost" })]), false],
  ["revoked-without-time", ["T-6"], "revoked without revoked_at.", chain([acme("published"), acme("revoked", { reason: "compromise" })]), false],
  ["retired-superseded", ["T-6"], "The reason superseded with another status.", chain([acme("published"), acme("retired", { reason: "superseded" })]), false],
  ["revoked-at-of-active", ["T-6"], "revoked_at with another status.", chain([acme("published"), acme("active", { revoked_at: at(3) })]), false],
  ["compromised-from-superseded", ["T-6"], "compromised_from without compromise.", chain([acme("published"), acme("revoked", { reason: "superseded", revoked_at: at(3), compromised_from: at(2) })]), false],
  ["first-active", ["T-7"], "The first entry of a key is not published.", chain([acme("active")]), false],
  ["status-back", ["T-7"], "active after retired.", chain([...ACME_1, acme("active")]), false],
  ["status-again", ["T-7"], "active twice.", chain([...ACME_1.slice(0, 2), acme("active", { exp: at(4) })]), false],
  ["after-revoked", ["T-7"], "A second revocation.", chain([...REVOKED, REVOKED[2]]), false],
  ["tenant-changed", ["T-7"], "A later entry has another tenant.", chain([...ACME_1.slice(0, 2), acme("retired", { tenant: "globex" })]), false],
  ["nbf-changed", ["T-7"], "A later entry has another nbf.", chain([acme("published"), acme("active", { nbf: at(2) })]), false],
  ["exp-removed-by-last", ["T-7"], "The last entry has no exp, so the key has none.", chain([acme("published", { exp: at(2) }), acme("active")]), true],
  ["exp-differs", ["T-8"], "keys lacks the exp of the chain.", file((f) => { delete f.keys[0].exp; }), false],
  ["status-differs", ["T-8"], "keys says active, the chain retired.", file((f) => { f.keys[0].status = "active"; }), false],
  ["tenant-differs", ["T-8"], "keys says another tenant.", file((f) => { f.keys[1].tenant = "globex"; }), false],
  ["key-left-out", ["T-8"], "A key of the chain is not in keys.", (k) => makeTrust(k, [...ACME_2, ...GLOBEX], { file: (f) => { f.keys.pop(); } }), false],

  ["mixed", ["K-1", "T-2", "T-5", "T-6"], "Keys of both algorithms under an Ed25519 root.", () => "trust/mixed.json", true],
  ["root-ec", ["K-1", "T-5", "T-9"], "A P-256 root and P-256 keys alone.", () => "trust/root-ec.json", true],
  ["root-ec-mixed", ["K-1", "T-5"], "A P-256 root over keys of both algorithms.", ec([...ACME_2, ...ACME_EC]), true],
  ["root-ec-pinned", ["K-2", "T-10"], "Its thumbprint is given.", () => "trust/root-ec.json", true, "root-ec"],
  ["root-ec-pinned-other", ["T-10"], "That of the Ed25519 root is given.", () => "trust/root-ec.json", false, "root"],
  ["ec-revoked", ["T-6", "T-7"], "A revoked P-256 key.",
    chain([...ACME_EC, { ...ACME_EC[0], status: "revoked", reason: "compromise", revoked_at: at(3) }]), true],
  ["ec-other-members", ["T-2"], "Other members of a P-256 root and entry (also d); alg and use are not looked at, not even if alg names the other algorithm.",
    ec(ACME_EC, { file: (f) => { Object.assign(f.root, { alg: "EdDSA", d: "" }); Object.assign(f.keys[0], { alg: "EdDSA", use: 5, x5t: "" }); } }), true],
  ["ec-y-of-ed25519", ["T-2"], "A y in the entry of an Ed25519 key is another member.", file((f) => { f.keys[0].y = 7; }), true],
  ["ec-zero-byte", ["K-6"], "A key whose x begins with a zero byte.", loose((k) => k["acme-ec-20"].jwk, "ES256"), true],
  ["ec-x-zero", ["K-6"], "x is 0: a point of the curve.", loose(() => ecJwk(b64u("00".repeat(32)), b64u(Y_OF_ZERO)), "ES256"), true],
  ["ec-x-is-p", ["T-4", "K-6"], "x is p, which is 0 modulo p.", loose(() => ecJwk(b64u(P_HEX), b64u(Y_OF_ZERO)), "ES256"), false],
  ["ec-y-too-large", ["T-4", "K-6"], "y is 2^256 - 1.", loose((k) => ({ ...k["unknown-ec"].jwk, y: b64u("ff".repeat(32)) }), "ES256"), false],
  ["ec-off-curve", ["T-4", "K-6"], "One bit of y is another.", loose((k) => ({ ...k["unknown-ec"].jwk, y: flip(k["unknown-ec"].jwk.y) }), "ES256"), false],
  ["ec-zero", ["T-4", "K-6"], "Both coordinates are 0.", loose(() => ecJwk(b64u("00".repeat(32)), b64u("00".repeat(32))), "ES256"), false],
  ["ec-short", ["T-4", "K-6"], "x without its leading zero byte: 31 bytes.",
    loose((k) => ({ ...k["acme-ec-20"].jwk, x: encodeB64u(k["acme-ec-20"].bytes.subarray(1, 32)) }), "ES256"), false],
  ["ec-long", ["T-4", "K-6"], "33 bytes of x, the first of them zero.",
    loose((k) => ({ ...k["unknown-ec"].jwk, x: encodeB64u(Buffer.concat([Buffer.alloc(1), k["unknown-ec"].bytes.subarray(0, 32)])) }), "ES256"), false],
  ["ec-without-y", ["T-4"], "No y.", loose((k) => ({ ...k["unknown-ec"].jwk, y: undefined }), "ES256"), false],
  ["ec-y-number", ["T-4"], "y is a number.", loose((k) => ({ ...k["unknown-ec"].jwk, y: 1 }), "ES256"), false],
  ["ec-y-padded", ["T-4", "C-7"], "y with padding.", (k) => makeTrust(k, ACME_EC, { file: (f) => { f.keys[0].y += "="; } }), false],
  ["ec-y-unused-bits", ["T-4", "C-7"], "y with unused bits that are not zero.", (k) => makeTrust(k, ACME_EC, { file: (f) => { f.keys[0].y = bumpLast(f.keys[0].y); } }), false],
  ["ec-y-negated", ["T-4", "K-2"], "The other point with that x, under the kid of the first.",
    (k) => makeTrust(k, ACME_EC, { file: (f) => { f.keys[0].y = negated(f.keys[0].y); } }), false],
  ["ec-kid-without-y", ["T-4", "K-2"], "The kid is the thumbprint without y.",
    (k) => makeTrust(k, ACME_ONLY, { file: (f) => { const { y, ...rest } = k["unknown-ec"].jwk; f.keys.push({ ...looseEntry(rest, "ES256"), y }); } }), false],
  ["ec-p-384", ["T-4", "R-4"], "A key of P-384.", loose(() => ({ crv: "P-384", kty: "EC", x: b64u("01".repeat(48)), y: b64u("02".repeat(48)) }), "ES384"), false],
  ["ec-secp256k1", ["T-4", "R-4"], "The generator of secp256k1.",
    loose(() => ({ crv: "secp256k1", kty: "EC", x: b64u("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"), y: b64u("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8") }), "ES256K"), false],
  ["ec-crv-missing", ["T-4"], "A P-256 key without crv.", loose((k) => ({ ...k["unknown-ec"].jwk, crv: undefined }), "ES256"), false],
  ["ec-kty-okp", ["T-4"], "kty OKP with the crv P-256.", loose((k) => ({ ...k["unknown-ec"].jwk, kty: "OKP" }), "ES256"), false],
  ["okp-kty-ec", ["T-4"], "kty EC with the crv Ed25519.", loose((k) => ({ ...k.unknown.jwk, kty: "EC" })), false],
  ["okp-x25519", ["T-4"], "A key of X25519.", loose((k) => ({ ...k.unknown.jwk, crv: "X25519" })), false],
  ["key-oct", ["T-4"], "A secret.", file((f) => { f.keys.push({ kty: "oct", k: "AQ", alg: "HS256", kid: "o" }); }), false],
  ["key-ml-dsa", ["T-4", "R-4"], "An ML-DSA key needs a newer reader.", file((f) => { f.keys.push({ kty: "AKP", alg: "ML-DSA-44", pub: "AQ", use: "sig", kid: "m", tenant: "acme", nbf: "0", status: "active" }); }), false],
  ["root-ec-off-curve", ["T-4", "K-6"], "A P-256 root that is not on the curve.", ec(ACME_EC, { file: (f) => { f.root.y = flip(f.root.y); } }), false],
  ["root-ec-replaced", ["T-5"], "Another P-256 root than the one that signed.", (k) => makeTrust(k, ACME_EC, { root: "root-ec", file: (f) => { f.root = k["unknown-ec"].jwk; } }), false],
  ["root-other-type", ["T-5"], "An Ed25519 root over a chain of a P-256 root.", (k) => makeTrust(k, ACME_EC, { root: "root-ec", file: (f) => { f.root = k.root.jwk; } }), false],
  ["entry-alg-eddsa", ["T-5"], "The headers say EdDSA, properly signed by a P-256 root.", ec(ACME_EC, { alg: "EdDSA" }), false],
  ["entry-alg-es256", ["T-5"], "The headers say ES256, properly signed by an Ed25519 root.", (k) => makeTrust(k, ACME_ONLY, { alg: "ES256" }), false],
  ["as-of-alg-eddsa", ["T-9", "T-5"], "Under an empty chain, the header of as_of alone says EdDSA.", ec([], { alg: "EdDSA" }), false],
  ["as-of-ec-der", ["T-9", "S-8"], "The signature of as_of is DER.", ec(ACME_EC, { file: (f) => { f.as_of = resign(f.as_of, toDer); } }), false],
  ["as-of-ec-s-zero", ["T-9", "K-7"], "S is 0.", ec(ACME_EC, { file: (f) => { f.as_of = resign(f.as_of, (s) => Buffer.concat([s.subarray(0, 32), Buffer.alloc(32)])); } }), false],
  ["as-of-ec-s-negated", ["T-9", "K-7"], "n - S: it verifies alike.", ec(ACME_EC, { file: (f) => { f.as_of = resign(f.as_of, negateS); } }), true],
  ["jwk-ec-kid", ["T-6"], "The jwk of a P-256 key with another member.", payload(1, (p) => ({ ...p, jwk: { ...p.jwk, kid: "x" } }), ACME_EC), false],
  ["jwk-ec-without-y", ["T-6"], "Without y.", payload(1, ({ jwk: { y, ...jwk }, ...p }) => ({ ...p, jwk }), ACME_EC), false],
  ["jwk-ec-off-curve", ["T-6", "K-6"], "Not on the curve.", payload(1, (p) => ({ ...p, jwk: { ...p.jwk, y: flip(p.jwk.y) } }), ACME_EC), false],
  ["jwk-ed25519-y", ["T-6"], "The jwk of an Ed25519 key with a y.", payload(1, (p) => ({ ...p, jwk: { ...p.jwk, y: p.jwk.x } })), false],
  ["ec-not-in-keys", ["T-8"], "A P-256 key of the chain is not in keys.", ec([...ACME_EC, ...GLOBEX_EC], { file: (f) => { f.keys.pop(); } }), false],
];

/** The text with the unused bits of its last base64url character changed. */
export function bumpLast(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)) + 1];
}
