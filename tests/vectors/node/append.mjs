// Renames reserved attributes and appends attributes: section 8.
import { utf8 } from "./bytes.mjs";
import { bytesOf, encodeVarint, fields } from "./protobuf.mjs";
import { RESERVED } from "./model.mjs";
import { readJson } from "./otlp-json.mjs";

/** */
function protobufAttribute(key, value) {
  const field = (tag, bytes) => Buffer.concat([Buffer.of(tag), encodeVarint(bytes.length), bytes]);
  const anyValue = field(0x0a, utf8(value));
  return field(0x4a, Buffer.concat([field(0x0a, utf8(key)), field(0x12, anyValue)]));
}

/**
 * Copies a message; `edit(field)` gives the new content of a length-delimited field or null. Lengths of changed
 * fields are written anew (shortest form), everything else is copied byte for byte. Null if nothing changed.
 */
export function rewrite(buf, start, end, edit, suffix = Buffer.alloc(0)) {
  const parts = [];
  let changed = suffix.length > 0;
  for (const f of fields(buf, start, end)) {
    const content = f.wireType === 2 ? edit(f) : null;
    if (content === null) {
      parts.push(buf.subarray(f.start, f.end));
    } else {
      changed = true;
      parts.push(buf.subarray(f.start, f.tagEnd), encodeVarint(content.length), content);
    }
  }
  return changed ? Buffer.concat([...parts, suffix]) : null;
}

export function appendToProtobuf(buf, spanIndex, attributes, { rename = true } = {}) {
  let index = -1;
  const suffix = Buffer.concat(attributes.map(([k, v]) => protobufAttribute(k, v)));
  const into = (edit) => (f) => rewrite(f.buf, f.valueStart, f.end, edit);
  const key = (f) => {
    const text = bytesOf(f).toString("latin1");
    return f.number === 1 && RESERVED.includes(text) ? Buffer.from(`${text}.0`, "latin1") : null;
  };
  const keyValue = (f) => (f.number === 9 && rename ? into(key)(f) : null);
  const span = (f) => {
    if (f.number !== 2) return null;
    index++;
    return rewrite(f.buf, f.valueStart, f.end, keyValue, index === spanIndex ? suffix : undefined);
  };
  const scopeSpans = (f) => (f.number === 2 ? into(span)(f) : null);
  const resourceSpans = (f) => (f.number === 1 ? into(scopeSpans)(f) : null);
  return rewrite(buf, 0, buf.length, resourceSpans) ?? buf;
}

/** The text with pieces of it replaced: {start, end, text}. */
export function splice(text, edits) {
  let out = "", at = 0;
  for (const e of edits.toSorted((a, b) => a.start - b.start)) {
    out += text.slice(at, e.start) + e.text;
    at = e.end;
  }
  return out + text.slice(at);
}

/** */
export function appendToJson(text, spanIndex, attributes, { rename = true } = {}) {
  const { spans } = readJson(text);
  const edits = [];
  if (rename) {
    for (const { keyNode } of spans.flatMap((s) => s.read().attr.list)) {
      if (keyNode && RESERVED.includes(keyNode.value)) edits.push({ start: keyNode.start, end: keyNode.end, text: `"${keyNode.value}.0"` });
    }
  }
  if (attributes.length > 0) {
    const { node, attributesNode } = spans[spanIndex];
    const added = attributes.map(([k, v]) => JSON.stringify({ key: k, value: { stringValue: v } })).join(",");
    const insert = (at, what) => edits.push({ start: at, end: at, text: what });
    if (attributesNode === undefined) {
      const last = node.members.at(-1);
      insert(last ? last.value.end : node.start + 1, `${last ? "," : ""}"attributes":[${added}]`);
    } else if (attributesNode.type === "null") {
      edits.push({ start: attributesNode.start, end: attributesNode.end, text: `[${added}]` });
    } else {
      const last = attributesNode.items.at(-1);
      insert(last ? last.end : attributesNode.start + 1, `${last ? "," : ""}${added}`);
    }
  }
  return splice(text, edits);
}

/** The input {encoding, text|hex} with renamed reserved names and these attributes on one span. */
export function append(input, spanIndex, attributes, options) {
  if (input.encoding === "protobuf") {
    return { encoding: "protobuf", hex: appendToProtobuf(Buffer.from(input.hex, "hex"), spanIndex, attributes, options).toString("hex") };
  }
  return { encoding: "json", text: appendToJson(input.text, spanIndex, attributes, options) };
}
