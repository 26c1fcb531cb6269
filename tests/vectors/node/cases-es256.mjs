// The cases of es256/: a verifying function that is given keys and signatures directly (K-6 and K-7).
import { utf8 } from "./bytes.mjs";
import { N, bigEndian, es256FromScalar, toBigEndian } from "./es256.mjs";
import { publicKey } from "./keys.mjs";

export const P_HEX = `ffffffff00000001${"00".repeat(12)}ffffffffffffffffffffffff`;
/** The y of one of the two points with x = 0. */
export const Y_OF_ZERO = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
const MESSAGE = utf8("kmsgw");

const hex = (h) => Buffer.from(h, "hex");
const halves = (s) => [s.subarray(0, 32), s.subarray(32)].map(bigEndian);
const join = (r, s) => Buffer.concat([toBigEndian(r), toBigEndian(s)]);
export const negateS = (signature) => { const [r, s] = halves(signature); return join(r, N - s); };
export const withR = (change) => (signature) => { const [r, s] = halves(signature); return join(change(r), s); };
export const withS = (change) => (signature) => { const [r, s] = halves(signature); return join(r, change(s)); };

/** The DER of a signature (X.690): SEQUENCE of two INTEGERs. */
export function toDer(signature) {
  const integer = (n) => {
    const digits = n.toString(16);
    const bytes = hex((digits.length % 2 ? "0" : /^[89a-f]/.test(digits) ? "00" : "") + digits);
    return Buffer.concat([Buffer.of(2, bytes.length), bytes]);
  };
  const body = Buffer.concat(halves(signature).map(integer));
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

const key = (change) => (k) => [change(k.bytes), k.sign(MESSAGE)];
const signature = (change) => (k) => [k.bytes, change(k.sign(MESSAGE))];
const replaceX = (x) => key((b) => Buffer.concat([hex(x), b.subarray(32)]));

// RFC 6979, appendix A.2.5.
const RFC_6979 = es256FromScalar(hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
const ONE = es256FromScalar(toBigEndian(1n));

/** The key 1/R · (S·R − e·G) of a point R whose x, n + 3, is less than p: under it (3, 2) is a signature over MESSAGE. */
const KEY_OF_LARGE_X = "8438eee806ad30084de293b24828bad437fb04f868b11c19feae42b2952b4751"
  + "f130a325a73dbebed16b53163b841d84bf96024567e83a5b0b768ecb42ef4a86";

// Each: [name, rules, comment, (key, keys) => [public key, signature, message?]]
export const es256Cases = [
  ["valid", ["K-7"], "A valid signature.", (k) => [k.bytes, k.sign(MESSAGE)]],
  ["valid-empty-message", ["K-7"], "A valid signature of nothing.", (k) => [k.bytes, k.sign(Buffer.alloc(0)), Buffer.alloc(0)]],
  ["valid-rfc-6979", ["K-7"], "The signature of `sample` in RFC 6979, appendix A.2.5.", () => [publicKey(RFC_6979.jwk).bytes, RFC_6979.sign(utf8("sample")), utf8("sample")]],
  ["valid-s-negated", ["K-7"], "n - S in place of S: it verifies alike, whichever of both is the larger.", signature(negateS)],
  ["valid-r-begins-with-zero", ["K-7"], "R begins with a zero byte, which is written.", (k) => [k.bytes, k.sign(utf8("kmsgw 141")), utf8("kmsgw 141")]],
  ["valid-s-begins-with-zero", ["K-7"], "S begins with a zero byte.", (k) => [k.bytes, k.sign(utf8("kmsgw 584")), utf8("kmsgw 584")]],
  ["valid-x-of-r-not-less-than-n", ["K-7"], "The x of the point R is n + 3, so R is 3: x is compared modulo n.", () => [hex(KEY_OF_LARGE_X), join(3n, 2n)]],
  ["valid-x-begins-with-zero", ["K-6"], "The key's x begins with a zero byte.", (_, keys) => [keys["acme-ec-20"].bytes, keys["acme-ec-20"].sign(MESSAGE)]],
  ["valid-key-generator", ["K-7"], "The private scalar is 1: the key is the generator.", () => [publicKey(ONE.jwk).bytes, ONE.sign(MESSAGE)]],
  ["other-message", ["K-7"], "Another message.", (k) => [k.bytes, k.sign(utf8("other"))]],
  ["other-key", ["K-7"], "Another key.", (k, keys) => [keys["globex-ec"].bytes, k.sign(MESSAGE)]],
  ["r-zero", ["K-7"], "R is 0.", signature(withR(() => 0n))],
  ["s-zero", ["K-7"], "S is 0.", signature(withS(() => 0n))],
  ["both-zero", ["K-7"], "R and S are 0.", signature(() => Buffer.alloc(64))],
  ["r-is-n", ["K-7"], "R is n.", signature(withR(() => N))],
  ["s-is-n", ["K-7"], "S is n.", signature(withS(() => N))],
  ["r-plus-n", ["K-7"], "R is n + 3 under a key for which 3 is right.", () => [hex(KEY_OF_LARGE_X), join(N + 3n, 2n)]],
  ["s-plus-n", ["K-7"], "S is n + 2 under a key for which 2 is right.", () => [hex(KEY_OF_LARGE_X), join(3n, N + 2n)]],
  ["all-ones", ["K-7"], "64 bytes FF.", signature(() => Buffer.alloc(64, 0xff))],
  ["r-and-s-one", ["K-7"], "R and S are 1.", signature(() => join(1n, 1n))],
  ["r-negated", ["K-7"], "n - R in place of R.", signature(withR((r) => N - r))],
  ["exchanged", ["K-7"], "S ‖ R.", signature((s) => Buffer.concat([s.subarray(32), s.subarray(0, 32)]))],
  ["little-endian", ["K-7"], "R and S with their bytes reversed.", signature((s) => Buffer.concat([Buffer.from(s.subarray(0, 32)).reverse(), Buffer.from(s.subarray(32)).reverse()]))],
  ["63-bytes", ["K-7"], "63 bytes.", signature((s) => s.subarray(0, 63))],
  ["65-bytes", ["K-7"], "65 bytes.", signature((s) => Buffer.concat([s, Buffer.alloc(1)]))],
  ["no-bytes", ["K-7"], "No bytes.", signature(() => Buffer.alloc(0))],
  ["der", ["K-7", "S-8"], "The same signature in DER.", signature(toDer)],
  ["key-not-on-curve", ["K-6"], "One bit of the key's y is another.", key((b) => Buffer.concat([b.subarray(0, 63), Buffer.of(b[63] ^ 1)]))],
  ["key-zero", ["K-6"], "Both coordinates are 0: how some programs write the point at infinity.", key(() => Buffer.alloc(64))],
  ["key-x-is-p", ["K-6"], "x is p, which is 0 modulo p, and y is that of a point with x = 0.", key(() => hex(P_HEX + Y_OF_ZERO))],
  ["key-x-all-ones", ["K-6"], "x is 2^256 - 1.", replaceX("ff".repeat(32))],
  ["key-compressed", ["K-6"], "33 bytes: a compressed point.", key((b) => Buffer.concat([Buffer.of(2 + (b[63] & 1)), b.subarray(0, 32)]))],
  ["key-uncompressed-prefix", ["K-6"], "65 bytes: the point with the prefix 04.", key((b) => Buffer.concat([Buffer.of(4), b]))],
];

export function buildEs256Case([, , , make], keys) {
  const [bytes, signed, message = MESSAGE] = make(keys["acme-ec"], keys);
  return { public_key: bytes.toString("hex"), message: message.toString("hex"), signature: signed.toString("hex") };
}
