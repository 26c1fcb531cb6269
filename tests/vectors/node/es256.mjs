// ECDSA on P-256 with SHA-256: K-6, K-7.
import { createECDH, createHmac, createPublicKey, verify } from "node:crypto";
import { encodeB64u, sha256 } from "./bytes.mjs";

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
export const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export const bigEndian = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
export const toBigEndian = (n) => Buffer.from(n.toString(16).padStart(64, "0"), "hex");

/** K-6, for the 64 bytes of both coordinates. */
export function isOnCurve(point) {
  if (point.length !== 64) return false;
  const x = bigEndian(point.subarray(0, 32)), y = bigEndian(point.subarray(32));
  return x < P && y < P && (y * y - (x ** 3n - 3n * x + B)) % P === 0n;
}

export const p256Jwk = (point) =>
  ({ crv: "P-256", kty: "EC", x: encodeB64u(point.subarray(0, 32)), y: encodeB64u(point.subarray(32)) });

/** k·G: both coordinates. */
function multiplyBase(k) {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(toBigEndian(k));
  return ecdh.getPublicKey().subarray(1);
}

function inverse(a) {
  let [r0, r1, t0, t1] = [N, a % N, 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1];
  }
  return (t0 + N) % N;
}

/** The k of RFC 6979, so that the vectors are the same whenever they are written. A product need not sign like this. */
function deterministicK(d, hash) {
  const hmac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
  const seed = Buffer.concat([toBigEndian(d), toBigEndian(bigEndian(hash) % N)]);
  let v = Buffer.alloc(32, 1), key = Buffer.alloc(32);
  for (const separator of [0, 1]) {
    key = hmac(key, v, Buffer.of(separator), seed);
    v = hmac(key, v);
  }
  for (;;) {
    v = hmac(key, v);
    const k = bigEndian(v);
    if (k > 0n && k < N) return k;
    key = hmac(key, v, Buffer.of(0));
    v = hmac(key, v);
  }
}

/** R ‖ S by RFC 6979 with SHA-256. (Its case of R or S being 0 has a chance of 2^-256.) */
export function signEs256(d, message) {
  const hash = sha256(message);
  const k = deterministicK(d, hash);
  const r = bigEndian(multiplyBase(k).subarray(0, 32)) % N;
  const s = (inverse(k) * (bigEndian(hash) + r * d)) % N;
  return Buffer.concat([toBigEndian(r), toBigEndian(s)]);
}

/** The JWK of a private scalar, and what signs with it. */
export function es256FromScalar(scalar) {
  const d = bigEndian(scalar);
  return { jwk: p256Jwk(multiplyBase(d)), sign: (message) => signEs256(d, message) };
}

/** K-7. */
export function verifyEs256(point, message, signature) {
  if (signature.length !== 64 || !isOnCurve(point)) return false;
  if ([signature.subarray(0, 32), signature.subarray(32)].map(bigEndian).some((n) => n === 0n || n >= N)) return false;
  const key = createPublicKey({ key: p256Jwk(point), format: "jwk" });
  return verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
}
