// Keys of both algorithms, and JWSs under them: K-1, K-2, S-6 to S-8, T-5.
import { decodeB64u, encodeB64u, sha256, utf8 } from "./bytes.mjs";
import { ed25519FromSeed, isAcceptablePoint, verifyEd25519 } from "./ed25519.mjs";
import { es256FromScalar, isOnCurve, verifyEs256 } from "./es256.mjs";
import { jcs } from "./jcs.mjs";

const ALGORITHMS = [
  { alg: "EdDSA", kty: "OKP", crv: "Ed25519", coordinates: ["x"], accepts: isAcceptablePoint, verify: verifyEd25519 },
  { alg: "ES256", kty: "EC", crv: "P-256", coordinates: ["x", "y"], accepts: isOnCurve, verify: verifyEs256 },
];

/** K-2. */
export const thumbprint = (jwk) => encodeB64u(sha256(utf8(jcs(jwk))));

/** The public key {alg, kid, jwk, bytes, verify} of the members of a JWK (other members are ignored); null if T-4 refuses it. */
export function publicKey(members) {
  const algorithm = ALGORITHMS.find(({ kty, crv }) => members.kty === kty && members.crv === crv);
  if (algorithm === undefined) return null;
  const { alg, kty, crv, coordinates, accepts, verify } = algorithm;
  const parts = coordinates.map((c) => (typeof members[c] === "string" ? decodeB64u(members[c]) : null));
  if (parts.some((p) => p?.length !== 32)) return null;
  const bytes = Buffer.concat(parts);
  if (!accepts(bytes)) return null;
  const jwk = { crv, kty, ...Object.fromEntries(coordinates.map((c) => [c, members[c]])) };
  return { alg, kid: thumbprint(jwk), jwk, bytes, verify: (message, signature) => verify(bytes, message, signature) };
}

/** A test key from its seed (Ed25519) or private scalar `d` (P-256), both hex. */
export function testKey({ seed, d }) {
  const { jwk, sign } = seed === undefined ? es256FromScalar(Buffer.from(d, "hex")) : ed25519FromSeed(Buffer.from(seed, "hex"));
  return { ...publicKey(jwk), seed, d, sign };
}

const header = ({ alg, kid }, typ) => encodeB64u(utf8(jcs({ alg, kid, typ })));

/** b64u(header) ‖ "." ‖ b64u(payload), S-7. */
export const signingInput = (key, typ, payload) => `${header(key, typ)}.${encodeB64u(payload)}`;

export const compactJws = (key, typ, payload) => {
  const input = signingInput(key, typ, payload);
  return `${input}.${encodeB64u(key.sign(utf8(input)))}`;
};

/** A compact JWS under a public key (T-5): its payload, or null. */
export function openJws(jws, key, typ) {
  const parts = jws.split(".");
  if (parts.length !== 3) return null;
  const [first, payload, signature] = parts.map(decodeB64u);
  if (first === null || payload === null || signature === null || parts[0] !== header(key, typ)) return null;
  return key.verify(utf8(`${parts[0]}.${parts[1]}`), signature) ? payload : null;
}
