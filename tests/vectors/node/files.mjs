// Input files.
import { gunzipSync, inflateRawSync } from "node:zlib";
import { Undecodable, decodeUtf8 } from "./bytes.mjs";
import { parseValue } from "./json.mjs";
import { readProtobuf } from "./otlp-protobuf.mjs";
import { readJsonText } from "./stores.mjs";

/** The bytes of a file of a vector: {text} or {hex}. */
export const bytesOfFile = ({ text, hex }) => (hex === undefined ? Buffer.from(text, "utf8") : Buffer.from(hex, "hex"));

const broken = (what) => () => { throw new Undecodable(what); };
const isBlank = (bytes) => /^[ \t\r\n]*$/.test(bytes.toString("latin1"));
const looksLikeJson = (bytes) => /^[ \t\r\n]*\{[ \t\r\n]*("[\x20-\xff]|\})/.test(bytes.toString("latin1"));
const isGzip = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The requests of a file, in order: functions that give the spans of one, or throw Undecodable. */
export function readFile(bytes, mayBeGzip = true) {
  if (isBlank(bytes)) return [];
  if (mayBeGzip && isGzip(bytes)) {
    try {
      return readFile(gunzip(bytes), false);
    } catch {
      return [broken("gzip is truncated or damaged")];
    }
  }
  if (looksLikeJson(bytes)) return jsonTexts(bytes);
  if (bytes[0] === 0x0a) return [() => readProtobuf(bytes).spans];
  return bytes[0] <= 8 ? lengthPrefixed(bytes) : jsonTexts(bytes);
}

/** The length of the header of a gzip member (RFC 1952, section 2.3). */
function headerLength(member) {
  const flags = member[3];
  let at = 10;
  if (flags & 4) at += 2 + member.readUInt16LE(at);
  for (const text of [8, 16]) if (flags & text) at = member.indexOf(0, at) + 1;
  return flags & 2 ? at + 2 : at;
}

/** What the members hold; throws where one is broken. */
function gunzip(bytes) {
  const parts = [];
  for (let rest = bytes; isGzip(rest);) {
    const header = headerLength(rest);
    const { engine } = inflateRawSync(rest.subarray(header), { info: true });
    const end = header + engine.bytesWritten + 8;
    parts.push(gunzipSync(rest.subarray(0, end)));
    rest = rest.subarray(end);
  }
  return Buffer.concat(parts);
}

function lengthPrefixed(bytes) {
  const requests = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 <= bytes.length ? at + 4 + bytes.readUInt32BE(at) : Infinity;
    if (end > bytes.length) return [...requests, broken("a length is cut off, or goes beyond the end of the file")];
    const request = bytes.subarray(at + 4, end);
    requests.push(() => readProtobuf(request).spans);
    at = end;
  }
  return requests;
}

/** The texts of X-31. */
function jsonTexts(bytes) {
  const lines = [];
  for (let at = 0, end; at < bytes.length; at = end) {
    end = bytes.indexOf(0x0a, at) + 1 || bytes.length;
    if (!isBlank(bytes.subarray(at, end))) lines.push(bytes.subarray(at, end));
  }
  return beginsText(lines[0]) ? textsInSequence(bytes) : lines.map((line) => () => readJsonText(line));
}

/** Whether a line is the beginning of a JSON text, and not a whole one. */
function beginsText(line) {
  const text = decodeUtf8(line);
  if (text === null) return false;
  try {
    parseValue(text, 0);
    return false;
  } catch (e) {
    return e.atEnd;
  }
}

/** Where texts end shows in any encoding whose ASCII is ASCII; what is wrong inside is found when a text is read. */
function textsInSequence(bytes) {
  const latin1 = bytes.toString("latin1");
  const texts = [];
  for (let at = 0; at < bytes.length;) {
    let end;
    try {
      ({ end } = parseValue(latin1, at));
    } catch {
      return [...texts, broken("not JSON")];
    }
    const text = bytes.subarray(at, end);
    if (decodeUtf8(text) === null) return [...texts, broken("not valid UTF-8")];
    texts.push(() => readJsonText(text));
    at = end;
  }
  return texts;
}
