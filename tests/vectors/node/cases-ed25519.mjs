// The cases of ed25519/: a verifying function that is given keys and signatures directly (K-3 to K-5).
import { createHash } from "node:crypto";
import { L, littleEndian, toLittleEndian } from "./ed25519.mjs";
import { utf8 } from "./bytes.mjs";

const MESSAGE = utf8("kmsgw");
const IDENTITY = `01${"00".repeat(31)}`;
const P_PLUS_1 = `ee${"ff".repeat(30)}7f`;
const hex = (h) => Buffer.from(h, "hex");
const zeros = (r) => Buffer.concat([hex(r), Buffer.alloc(32)]);
const plus = (s, n) => Buffer.concat([s.subarray(0, 32), toLittleEndian(littleEndian(s.subarray(32)) + n)]);

/** The signature S·B = R + [h]A with R the identity: valid by the equation alone. */
function identityR(key, rHex) {
  const a = createHash("sha512").update(hex(key.seed)).digest().subarray(0, 32);
  a[0] &= 248; a[31] &= 127; a[31] |= 64;
  const h = littleEndian(createHash("sha512").update(hex(rHex)).update(key.bytes).update(MESSAGE).digest()) % L;
  return Buffer.concat([hex(rHex), toLittleEndian((h * littleEndian(a)) % L)]);
}

// Each: [name, rules, comment, (key) => [public key (hex), signature, message?]]
export const ed25519Cases = [
  ["valid", ["K-4"], "A valid signature.", (k) => [k.publicHex, k.sign(MESSAGE)]],
  ["valid-empty-message", ["K-4"], "A valid signature of nothing.", (k) => [k.publicHex, k.sign(Buffer.alloc(0)), Buffer.alloc(0)]],
  ["other-message", ["K-4"], "Another message.", (k) => [k.publicHex, k.sign(utf8("other"))]],
  ["s-plus-l", ["K-4"], "S + L.", (k) => [k.publicHex, plus(k.sign(MESSAGE), L)]],
  ["63-bytes", ["K-4"], "63 bytes.", (k) => [k.publicHex, k.sign(MESSAGE).subarray(0, 63)]],
  ["65-bytes", ["K-4"], "65 bytes.", (k) => [k.publicHex, Buffer.concat([k.sign(MESSAGE), Buffer.alloc(1)])]],
  ["r-identity", ["K-4", "K-5"], "R is the identity and the equation holds.", (k) => [k.publicHex, identityR(k, IDENTITY)]],
  ["r-identity-not-canonical", ["K-4"], "R is the identity as y = p + 1.", (k) => [k.publicHex, identityR(k, P_PLUS_1)]],
  ["key-identity", ["K-3", "K-5"], "The key is the identity, R too, S is 0: the equation holds for every message.", () => [IDENTITY, zeros(IDENTITY)]],
  ["key-identity-good-r", ["K-3", "K-5"], "The key is the identity and R = [S]B is an ordinary point (S of a valid pair: the base point, S = 1).",
    () => [IDENTITY, Buffer.concat([hex(`58${"66".repeat(31)}`), hex(`01${"00".repeat(31)}`)])]],
  ["key-not-canonical", ["K-3", "K-5"], "The identity as y = p + 1, with the same signature.", () => [P_PLUS_1, Buffer.concat([hex(`58${"66".repeat(31)}`), hex(`01${"00".repeat(31)}`)])]],
  ["key-sign-bit", ["K-3"], "The identity with bit 255.", () => [`01${"00".repeat(30)}80`, Buffer.concat([hex(`58${"66".repeat(31)}`), hex(`01${"00".repeat(31)}`)])]],
  ...["00".repeat(32), `ec${"ff".repeat(30)}7f`, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]
    .map((key, i) => [`key-small-order-${i + 1}`, ["K-3"], "A small-order key. The signature has R = B and S = 1.", () => [key, Buffer.concat([hex(`58${"66".repeat(31)}`), hex(`01${"00".repeat(31)}`)])]]),
  ["key-no-point", ["K-4"], "y = 2 is not the y of a point.", (k) => [`02${"00".repeat(31)}`, k.sign(MESSAGE)]],
];

export function buildEd25519Case([, , , make], keys) {
  const key = { ...keys["acme-1"], publicHex: keys["acme-1"].bytes.toString("hex") };
  const [publicKey, signature, message = MESSAGE] = make(key);
  return { public_key: publicKey, message: message.toString("hex"), signature: signature.toString("hex") };
}
