// The protobuf wire format: P-1, P-3, P-4.
import { Undecodable } from "./bytes.mjs";

const MAX_GROUP_DEPTH = 100;

function varint(buf, at, end) {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    if (at + i >= end) throw new Undecodable("truncated varint");
    const b = buf[at + i];
    value |= BigInt(b & 0x7f) << BigInt(7 * i);
    if (b < 0x80) {
      if (value > 0xffffffffffffffffn) throw new Undecodable("varint over 64 bits");
      return [value, at + i + 1];
    }
  }
  throw new Undecodable("varint longer than 10 bytes");
}

function tag(buf, at, end) {
  const [value, next] = varint(buf, at, end);
  if (value > 0xffffffffn) throw new Undecodable("tag over 32 bits");
  const number = Number(value >> 3n);
  if (number === 0) throw new Undecodable("field number 0");
  return { number, wireType: Number(value & 7n), next };
}

/** Reads one field without entering it; a group is skipped whole. */
function field(buf, start, end) {
  const { number, wireType, next } = tag(buf, start, end);
  const f = { number, wireType, start, tagEnd: next, valueStart: next, end: next, buf };
  const fixed = (size) => {
    if (next + size > end) throw new Undecodable("truncated fixed field");
    f.end = next + size;
  };
  switch (wireType) {
    case 0: [f.varint, f.end] = varint(buf, next, end); break;
    case 1: fixed(8); break;
    case 5: fixed(4); break;
    case 2: {
      const [length, at] = varint(buf, next, end);
      if (length > BigInt(end - at)) throw new Undecodable("length beyond the message");
      f.valueStart = at;
      f.end = at + Number(length);
      break;
    }
    case 3: f.end = group(buf, next, end, number); break;
    case 4: throw new Undecodable("end group without start group");
    default: throw new Undecodable("wire type 6 or 7");
  }
  return f;
}

/** Skips to behind the end of the group that was opened; without recursion. */
function group(buf, at, end, number) {
  const open = [number];
  while (open.length > 0) {
    const t = tag(buf, at, end);
    if (t.wireType === 3) {
      open.push(t.number);
      if (open.length > MAX_GROUP_DEPTH) throw new Undecodable("groups nested too deep");
      at = t.next;
    } else if (t.wireType === 4) {
      if (open.pop() !== t.number) throw new Undecodable("group ended by another number");
      at = t.next;
    } else {
      at = field(buf, at, end).end;
    }
  }
  return at;
}

/** The fields of a message, in order. */
export function fields(buf, start = 0, end = buf.length) {
  const list = [];
  for (let at = start; at < end;) {
    const f = field(buf, at, end);
    list.push(f);
    at = f.end;
  }
  return list;
}

export const subfields = (f) => fields(f.buf, f.valueStart, f.end);
export const bytesOf = (f) => f.buf.subarray(f.valueStart, f.end);

export function encodeVarint(value) {
  const out = [];
  for (let v = BigInt(value); ;) {
    const b = Number(v & 0x7fn);
    v >>= 7n;
    if (v === 0n) { out.push(b); return Buffer.from(out); }
    out.push(b | 0x80);
  }
}
