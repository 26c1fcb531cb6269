// Writes gzip (RFC 1952) with stored blocks, so that the bytes are the same whatever the version of zlib.

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const b of bytes) {
    crc ^= b;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const little = (length, n) => {
  const b = Buffer.alloc(length);
  b.writeUIntLE(n, 0, length);
  return b;
};

/** One member of bytes or a text, at most 65,535 bytes; with `every`, its header has every optional part. */
export function gzip(content, { every = false } = {}) {
  const bytes = Buffer.from(content);
  const optional = [little(2, 4), Buffer.from("AB\x00\x00"), Buffer.from("name\0"), Buffer.from("comment\0")];
  const header = Buffer.concat([Buffer.of(0x1f, 0x8b, 8, every ? 0x1e : 0, 0, 0, 0, 0, 0, 255), ...(every ? optional : [])]);
  const stored = Buffer.concat([Buffer.of(1), little(2, bytes.length), little(2, bytes.length ^ 0xffff), bytes]);
  return Buffer.concat([header, ...(every ? [little(2, crc32(header) & 0xffff)] : []), stored, little(4, crc32(bytes)), little(4, bytes.length)]);
}
