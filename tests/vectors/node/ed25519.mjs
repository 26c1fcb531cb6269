// Ed25519: K-3 to K-5.
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { encodeB64u } from "./bytes.mjs";

const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const P = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

export const littleEndian = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
export const toLittleEndian = (n) => Buffer.from(n.toString(16).padStart(64, "0"), "hex").reverse();

const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/** K-3, for keys and (K-4) for R. */
export function isAcceptablePoint(bytes) {
  if (bytes.length !== 32) return false;
  const y = Buffer.from(bytes);
  y[31] &= 0x7f;
  return littleEndian(y) < P && !SMALL_ORDER.has(y.toString("hex"));
}

export const ed25519Jwk = (x) => ({ crv: "Ed25519", kty: "OKP", x });

/** The JWK of a seed, and what signs with it. */
export function ed25519FromSeed(seed) {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return { jwk: ed25519Jwk(x), sign: (message) => sign(null, message, privateKey) };
}

/** K-4, with the comparisons of K-5. */
export function verifyEd25519(publicKey, message, signature) {
  if (signature.length !== 64 || !isAcceptablePoint(publicKey)) return false;
  if (!isAcceptablePoint(signature.subarray(0, 32)) || littleEndian(signature.subarray(32)) >= L) return false;
  try {
    const key = createPublicKey({ key: ed25519Jwk(encodeB64u(publicKey)), format: "jwk" });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}
