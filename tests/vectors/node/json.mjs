// A strict RFC 8259 parser (J-1) which keeps the order of members, repeated members, the text of numbers and
// the place of every value in the text.
//
// Nodes: {type:"object",members:[{name,nameStart,nameEnd,value}]}, {type:"array",items}, {type:"string",value},
// {type:"number",text}, {type:"boolean",value}, {type:"null"}; each with start and end (offsets in the text).
import { Undecodable, decodeUtf8 } from "./bytes.mjs";

const MAX_NESTING = 1000; // J-2
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Parses bytes or a text; throws Undecodable. */
export function parseJson(source) {
  const text = typeof source === "string" ? source : decodeUtf8(source);
  if (text === null) throw new Undecodable("not valid UTF-8");
  const { node, end } = parseValue(text, 0);
  if (end !== text.length) throw new Undecodable("text after the value");
  return { text, node };
}

/**
 * The value that begins at `from`, and the place behind it; white space around it belongs to it. Where a text merely
 * ends too early, the Undecodable that is thrown has `atEnd`.
 */
export function parseValue(text, from) {
  let at = from;

  const fail = (what) => { throw Object.assign(new Undecodable(`${what} at ${at}`), { atEnd: at === text.length }); };
  const space = () => { while (at < text.length && " \t\n\r".includes(text[at])) at++; };
  const literal = (word, node) => {
    if (!text.startsWith(word, at)) fail("unexpected token");
    at += word.length;
    return node;
  };

  function string() {
    if (text[at] !== '"') fail("string expected");
    at++;
    let value = "";
    for (;;) {
      if (at >= text.length) fail("unterminated string");
      const c = text[at];
      if (c === '"') { at++; return value; }
      if (c < " ") fail("control character");
      if (c !== "\\") { value += c; at++; continue; }
      const e = text[at + 1];
      if (e === "u") {
        const hex = text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) fail("bad escape");
        value += String.fromCharCode(parseInt(hex, 16));
        at += 6;
      } else {
        if (e === undefined || !Object.hasOwn(ESCAPES, e)) fail("bad escape");
        value += ESCAPES[e];
        at += 2;
      }
    }
  }

  function value(depth) {
    if (depth > MAX_NESTING) fail("nested too deep");
    space();
    const start = at;
    const node = any(depth);
    node.start = start;
    node.end = at;
    space();
    return node;
  }

  function any(depth) {
    switch (text[at]) {
      case "{": {
        const members = [];
        at++; space();
        if (text[at] === "}") { at++; return { type: "object", members }; }
        for (;;) {
          space();
          const nameStart = at;
          const name = string();
          const nameEnd = at;
          space();
          if (text[at] !== ":") fail("colon expected");
          at++;
          members.push({ name, nameStart, nameEnd, value: value(depth + 1) });
          if (text[at] === "}") { at++; return { type: "object", members }; }
          if (text[at] !== ",") fail("comma expected");
          at++;
        }
      }
      case "[": {
        const items = [];
        at++; space();
        if (text[at] === "]") { at++; return { type: "array", items }; }
        for (;;) {
          items.push(value(depth + 1));
          if (text[at] === "]") { at++; return { type: "array", items }; }
          if (text[at] !== ",") fail("comma expected");
          at++;
        }
      }
      case '"': return { type: "string", value: string() };
      case "t": return literal("true", { type: "boolean", value: true });
      case "f": return literal("false", { type: "boolean", value: false });
      case "n": return literal("null", { type: "null" });
      default: {
        NUMBER.lastIndex = at;
        const m = NUMBER.exec(text);
        if (!m) fail("value expected");
        at += m[0].length;
        return { type: "number", text: m[0] };
      }
    }
  }

  return { node: value(1), end: at };
}

/** Whether no object of the tree has a repeated member. */
export function hasUniqueMembers(node) {
  if (node.type === "array") return node.items.every(hasUniqueMembers);
  if (node.type !== "object") return true;
  return new Set(node.members.map((m) => m.name)).size === node.members.length
    && node.members.every((m) => hasUniqueMembers(m.value));
}

/** The tree as the values jcs.mjs takes: Map, array, string, number, boolean, null. Members must be unique. */
export function toPlain(node) {
  switch (node.type) {
    case "object": return new Map(node.members.map((m) => [m.name, toPlain(m.value)]));
    case "array": return node.items.map(toPlain);
    case "number": return Number(node.text);
    case "null": return null;
    default: return node.value;
  }
}
