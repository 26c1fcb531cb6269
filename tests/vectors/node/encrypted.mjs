// One encrypted value: its form (E-4), key (E-5), cipher (E-6) and additional authenticated data (E-8).
import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { decodeB64u, encodeB64u, utf8 } from "./bytes.mjs";
import { jcs } from "./jcs.mjs";

const PREFIX = "kmsgw-enc/1";
const SALT_LENGTH = 16, NONCE_LENGTH = 12, TAG_LENGTH = 16;
/** E-2. */
export const WITHHELD = `${PREFIX}.withheld`;

/** E-4; `sealed` is ciphertext and tag. */
export const writeEncrypted = ({ kid, salt, nonce, sealed }) => [PREFIX, kid, ...[salt, nonce, sealed].map(encodeB64u)].join(".");

/** The parts of an encrypted value, or null for an ordinary string. */
export function parseEncrypted(text) {
  const [prefix, kid, ...rest] = text.split(".");
  if (prefix !== PREFIX || !/^[0-9a-f]{32}$/.test(kid) || rest.length !== 3) return null;
  const [salt, nonce, sealed] = rest.map(decodeB64u);
  if (salt?.length !== SALT_LENGTH || nonce?.length !== NONCE_LENGTH || sealed === null || sealed.length <= TAG_LENGTH) return null;
  return { kid, salt, nonce, sealed };
}

/** E-5. */
function deriveKey(seed, { kid, salt }, tenant) {
  const info = utf8(`${PREFIX}\0${tenant}\0${kid}`);
  return Buffer.from(hkdfSync("sha256", seed, salt, info, 32));
}

/** E-8, in bytes. A key that is not valid UTF-8 is {hex}; its bytes stand there as they are, without escapes. */
export function additionalData({ tenant, trace_id, span_id, scope, key }) {
  const before = jcs([tenant, trace_id, span_id, scope]).slice(0, -1);
  return Buffer.concat(key.hex === undefined
    ? [utf8(`${before},${jcs(key)}]`)]
    : [utf8(`${before},"`), Buffer.from(key.hex, "hex"), utf8('"]')]);
}

/** The ciphertext and the tag of a plaintext. */
export function seal(seed, parts, place, plaintext) {
  const cipher = createCipheriv("aes-256-gcm", deriveKey(seed, parts, place.tenant), parts.nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(additionalData(place));
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The plaintext, or null where the tag does not fit. */
export function open(seed, parts, place) {
  const { nonce, sealed } = parts;
  const cipher = createDecipheriv("aes-256-gcm", deriveKey(seed, parts, place.tenant), nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(additionalData(place));
  cipher.setAuthTag(sealed.subarray(-TAG_LENGTH));
  const plaintext = cipher.update(sealed.subarray(0, -TAG_LENGTH));
  try {
    cipher.final();
    return plaintext;
  } catch {
    return null;
  }
}
