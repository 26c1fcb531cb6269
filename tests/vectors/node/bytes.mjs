// Bytes, text and base64: rules C-7 to C-11.
import { createHash } from "node:crypto";

/** Thrown where the document says "undecodable". */
export class Undecodable extends Error {}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
export const utf8 = (text) => Buffer.from(text, "utf8");

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of valid UTF-8 (C-11), or null. */
export function decodeUtf8(bytes) {
  try { return decoder.decode(bytes); } catch { return null; }
}

export const encodeB64u = (bytes) => Buffer.from(bytes).toString("base64url");

/** Strict base64url without padding (C-7), or null. */
export function decodeB64u(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const bytes = Buffer.from(text, "base64url");
  return encodeB64u(bytes) === text ? bytes : null;
}

/** Strict base64 with padding (C-8), or null. */
export function decodeBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

/** C-9. */
export function isDecimalTime(text) {
  return typeof text === "string" && /^(0|[1-9][0-9]{0,19})$/.test(text) && BigInt(text) <= 18446744073709551615n;
}

export const isZero = (bytes) => bytes.every((b) => b === 0);
