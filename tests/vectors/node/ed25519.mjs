// Keys and signatures: section 10, S-6 to S-9.
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { decodeB64u, encodeB64u, sha256, utf8 } from "./bytes.mjs";
import { jcs } from "./jcs.mjs";

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

/** K-2. */
export const thumbprint = (x) => encodeB64u(sha256(utf8(jcs({ crv: "Ed25519", kty: "OKP", x }))));

export function keyFromSeed(seed) {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return { x, kid: thumbprint(x), sign: (message) => sign(null, message, privateKey) };
}

/** K-4, with the comparisons of K-5. */
export function verifySignature(publicKey, message, signature) {
  if (signature.length !== 64 || !isAcceptablePoint(publicKey)) return false;
  if (!isAcceptablePoint(signature.subarray(0, 32)) || littleEndian(signature.subarray(32)) >= L) return false;
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: encodeB64u(publicKey) }, format: "jwk" });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}

/** b64u(header) ‖ "." ‖ b64u(payload), S-7. */
export const signingInput = (kid, typ, payload) =>
  `${encodeB64u(utf8(jcs({ alg: "EdDSA", kid, typ })))}.${encodeB64u(payload)}`;

export const compactJws = (key, typ, payload) => {
  const input = signingInput(key.kid, typ, payload);
  return `${input}.${encodeB64u(key.sign(utf8(input)))}`;
};

/** A compact JWS under a key (T-5): its payload, or null. */
export function openJws(jws, x, kid, typ) {
  const parts = jws.split(".");
  if (parts.length !== 3) return null;
  const [header, payload, signature] = parts.map(decodeB64u);
  if (header === null || payload === null || signature === null) return null;
  if (parts[0] !== encodeB64u(utf8(jcs({ alg: "EdDSA", kid, typ })))) return null;
  return verifySignature(decodeB64u(x), utf8(`${parts[0]}.${parts[1]}`), signature) ? payload : null;
}
