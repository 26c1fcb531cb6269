// The cases of input/, by hand. Each: [name, rules, comment, (tools) => file or files, {trust, options, report}?]; a file is a text or bytes.
import { HEAD, TRACE, len, one, pAttribute, pKv, pSpans, protobuf, raw } from "./build.mjs";
import { change, signer } from "./cases-verify.mjs";
import { gzip } from "./gzip.mjs";

const id = (n) => `"${n.toString(16).padStart(16, "0")}"`;
/** One line: a compliance span that is not signed, and an ordinary one. */
const unsigned = (n) => one({ spanId: id(n) }).text;
const ordinary = (n) => one({ spanId: id(n), attributes: "[]" }).text;
/** Tools that sign: one line with a verified span; the same text over several lines. */
const tools = (keys) => {
  const sign = signer(keys);
  const line = (n, changes) => sign(one({ spanId: id(n), ...changes })).text;
  const lines = (n) => JSON.stringify(JSON.parse(line(n)), null, 1);
  const message = (n) => Buffer.from(sign(pSpans([TRACE, len(2, raw(n.toString(16).padStart(16, "0"))), pAttribute])).hex, "hex");
  return { sign, line, lines, message };
};

const BROKEN = '{"resourceSpans":[}';
const ALIAS = '{"resource_spans":[]}';
const UNDECODABLE = raw("0aff");
const bytes = (...parts) => Buffer.concat(parts.map((p) => Buffer.from(p)));
const prefixed = (message, length = message.length) => {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(length);
  return bytes(b, message);
};

/** What `gzip -9n` makes of the lines of unsigned(1) and unsigned(2). */
const DEFLATED = "1f8b0800000000000203e5514b6ec32010ddf718b38e2cc089e3f806d974d3cfa6ea02e3718a628305386a65f9ee1d70e5a6527380aab061789f8137"
  + "1338f476740a1f06693c542fd37a03d5043204a7eb31e0029df1032af0e82e5a6166648fb0818becc644f6c435a7e7a5845a771d9530cfaff306bcb2"
  + "c3558f54464df258c9597052a18ba6e8bcb686209e898c41b458d589756c08dcd525b66dbb3f942c2f39cb1b511cea22a773deaa8229586489cb7e2e"
  + "4ed85777f526dd297ee5ac0d3105898274e151f7f864f4fbbd34363e64b7ddeeb9288a6f0f92a0696ef1f835efd72495ed874e4b4361eae676943c85"
  + "b8ecbbe9ff8e4cfcd1917d02cdf6154a66030000";

/** A ResourceSpans of 123 bytes, so that the request begins with 0A 7B, with these fields first. */
function protobuf0A7B(...first) {
  const rest = (filler) => bytes(...first, len(2, len(2, HEAD, pKv(9, "compliance.id", len(1, "x".repeat(filler))))));
  return Buffer.from(protobuf(len(1, rest(123 - rest(0).length))).hex, "hex");
}

export const inputCases = [
  ["json", ["X-3", "X-31"], "One request in one line.", ({ line }) => `${line(1)}\n`],
  ["json-no-final-line-break", ["X-31"], "The same without line break.", ({ line }) => line(1)],
  ["json-over-lines", ["X-31"], "One text over many lines.", ({ lines }) => `${lines(1)}\n`],
  ["json-over-lines-crlf", ["X-31"], "With CRLF.", ({ lines }) => `${lines(1)}\n`.replaceAll("\n", "\r\n")],
  ["json-white-space-before", ["X-3", "X-31"], "Blank lines and white space of all kinds before the first text.", ({ line }) => ` \t\r\n\n  ${line(1)}\n`],
  ["json-white-space-inside", ["X-3", "X-31"], "White space, with line breaks, between { and the first name.", ({ line }) => line(1).replace("{", "{ \n\t\r\n ")],
  ["json-empty-object", ["X-3", "X-27"], "{}: JSON, and nothing to verify.", () => "{}"],
  ["json-empty-object-spaced", ["X-3", "X-27"], "{ } over two lines.", () => "{\n}\n"],
  ["json-only-ordinary", ["X-27"], "An ordinary span only.", () => ordinary(1)],

  ["lines", ["X-31"], "JSON lines: three requests.", ({ line }) => `${line(1)}\n${ordinary(2)}\n${unsigned(3)}\n`],
  ["lines-no-final-line-break", ["X-31"], "The last line has no line break.", ({ line }) => `${line(1)}\n${line(2)}`],
  ["lines-crlf", ["X-31"], "With CRLF.", ({ line }) => `${line(1)}\r\n${line(2)}\r\n`],
  ["lines-blank", ["X-31"], "Blank lines are none.", ({ line }) => `\n \t\r\n${line(1)}\n\n   \n${line(2)}\n\r\n\t`],
  ["lines-white-space-around", ["X-31", "J-1"], "White space around the texts.", ({ line }) => `  ${line(1)} \t\n\t${line(2)}  \n`],
  ["lines-one-broken", ["X-31", "X-4"], "A broken line spoils nothing but itself.", ({ line }) => `${line(1)}\n${BROKEN}\n${line(2)}\n`],
  ["lines-one-cut", ["X-31", "X-4"], "A line in the middle is cut off.", ({ line }) => `${line(1)}\n${line(2).slice(0, 300)}\n${line(3)}\n`],
  ["lines-last-cut", ["X-31", "X-4"], "The last line is cut off, as by a full disk.", ({ line }) => `${line(1)}\n${line(2).slice(0, 300)}`],
  ["lines-one-undecodable", ["X-31", "X-4", "J-5"], "A line that is JSON and no request.", ({ line }) => `${line(1)}\n${ALIAS}\n[]\n5\n${line(2)}\n`],
  ["lines-one-not-utf8", ["X-31", "J-1"], "Invalid UTF-8 in one line.", ({ line }) => bytes(`${line(1)}\n`, Buffer.from(unsigned(2).replace("charge", "\xe9"), "latin1"), `\n${unsigned(3).replace("charge", "\xe9")}\n`)],
  ["lines-first-broken", ["X-31"], "The first line cannot be the beginning of a JSON text: the file is JSON lines.", ({ line }) => `${BROKEN}\n${line(1)}\n${line(2)}\n`],
  ["lines-first-broken-string", ["X-31"], "A line break within a string cannot be either.", ({ line }) => `{"resourceSpans\n${line(1)}\n`],
  ["lines-first-two-texts", ["X-31"], "Two texts in the first line are neither one text nor the beginning of one.", ({ line }) => `${line(1)} ${line(2)}\n${line(3)}\n`],
  ["lines-first-not-utf8", ["X-31", "J-1"], "The first line would be the beginning of a text if it were UTF-8.", ({ line }) => bytes('{"a":"', Buffer.of(0xff), `",\n${line(1)}\n`)],
  ["lines-first-top-level", ["X-31", "J-8"], "The first line is a JSON text, but no object.", ({ line }) => `[]\n${line(1)}\n`],
  ["lines-text-over-lines", ["X-31"], "A text over several lines behind a text in one line: its lines are texts of their own.", ({ line }) => `${line(1)}\n{\n"resourceSpans":[]\n}\n${line(2)}\n`],

  ["sequence", ["X-31"], "Texts over several lines, with nothing between them, white space or line breaks.", ({ lines }) => `${lines(1)}${lines(2)} \t${lines(3)}\n\n${lines(4)}\n`],
  ["sequence-then-lines", ["X-31"], "Texts in one line behind a text over several lines.", ({ line, lines }) => `${lines(1)}\n${line(2)}\n${line(3)}${line(4)}\n`],
  ["sequence-one-broken", ["X-31", "X-4"], "Nothing is read behind a broken text.", ({ lines }) => `${lines(1)}\n${BROKEN}\n${lines(2)}\n`],
  ["sequence-broken-inside", ["X-31", "X-4"], "A text whose brackets match and that is not JSON is broken, too.", ({ lines }) => `${lines(1)}\n{\n"a":tru\n}\n${lines(2)}\n`],
  ["sequence-not-utf8", ["X-31", "J-1"], "So is one that is not UTF-8.", ({ lines }) => bytes(`${lines(1)}\n{"a":"`, Buffer.of(0xc3), `"}\n${lines(2)}\n`)],
  ["sequence-one-undecodable", ["X-31", "X-4"], "A text that is JSON and no request spoils nothing but itself.", ({ lines }) => `${lines(1)}\n${ALIAS}\n${lines(2)}\n`],
  ["sequence-one-no-object", ["X-31", "X-4", "J-8"], "So do an array and a number.", ({ lines }) => `${lines(1)}\n[\n]\n5\n${lines(2)}\n`],
  ["sequence-last-cut", ["X-31", "X-4"], "The last text is cut off.", ({ lines }) => `${lines(1)}\n${lines(2).slice(0, 300)}`],
  ["sequence-rubbish-behind", ["X-31", "X-4"], "Something else behind the last text.", ({ lines }) => `${lines(1)}\nend of file\n`],
  ["sequence-first-line-cut", ["X-31", "X-4"], "A first line that is cut off outside of a string is the beginning of a text: the file has one text, which is broken.",
    ({ line }) => `${line(1).slice(0, line(1).indexOf('"scopeSpans"'))}\n${line(2)}\n${line(3)}\n`],

  ["bom-lines", ["X-31", "J-1"], "A byte order mark: the first line is broken.", ({ line }) => `\ufeff${line(1)}\n${line(2)}\n`],
  ["bom-over-lines", ["X-31", "J-1"], "A byte order mark before a text over three lines: the first line cannot be the beginning of a text, so all three are broken.", () => '\ufeff{\n"resourceSpans":[]\n}\n'],
  ["top-level-array", ["X-3", "J-8"], "Recognised by no first bytes, so taken for JSON texts: an array.", () => "[]"],
  ["plain-text", ["X-3", "X-4"], "Two lines of text.", () => "hello\nworld\n"],
  ["object-of-something", ["X-3", "X-4"], "{ followed by neither a quote nor }.", () => "{hello}\n"],

  ["empty", ["X-3", "X-27"], "No bytes.", () => ""],
  ["blank", ["X-3", "X-27"], "Nothing but JSON white space.", () => " \t\r\n\n"],
  ["vertical-tab", ["X-3", "X-4"], "A vertical tab is no JSON white space.", () => "\v\n"],
  ["empty-and-verified", ["X-3"], "An empty file beside a good one.", ({ line }) => ["", line(1), "\n"]],

  ["gzip", ["X-3"], "A file compressed with gzip.", ({ line }) => gzip(`${line(1)}\n`)],
  ["gzip-huffman", ["X-3"], "Compressed with Huffman codes.", () => raw(DEFLATED)],
  ["gzip-members", ["X-3"], "Three members, one of them empty; a line is divided between two.", ({ line }) => {
    const text = Buffer.from(`${line(1)}\n${line(2)}\n`);
    return bytes(gzip(text.subarray(0, 2000)), gzip(Buffer.alloc(0)), gzip(text.subarray(2000)));
  }],
  ["gzip-header", ["X-3"], "A member whose header has a checksum, extra data, a name and a comment.", ({ line }) => bytes(gzip(line(1), { every: true }), gzip("\n"))],
  ["gzip-protobuf", ["X-3"], "A request in protobuf.", ({ message }) => gzip(message(1))],
  ["gzip-length-prefixed", ["X-3"], "Length-prefixed requests.", ({ message }) => gzip(bytes(prefixed(message(1)), prefixed(message(2))))],
  ["gzip-of-nothing", ["X-3", "X-27"], "A member without content.", () => gzip(Buffer.alloc(0))],
  ["gzip-of-blank", ["X-3", "X-27"], "White space.", () => gzip(Buffer.from("\n \n"))],
  ["gzip-in-gzip", ["X-3", "X-4"], "gzip in gzip is not recognised a second time.", ({ line }) => gzip(gzip(line(1)))],
  ["gzip-zeros-behind", ["X-3"], "Zero bytes behind the last member are ignored.", ({ line }) => bytes(gzip(line(1)), Buffer.alloc(512))],
  ["gzip-rubbish-behind", ["X-3"], "So is anything that does not begin as a member does.", ({ line }) => bytes(gzip(line(1)), `\n${unsigned(2)}\n`)],
  ["gzip-truncated", ["X-3", "X-4"], "Cut off within the data.", ({ message }) => gzip(message(1)).subarray(0, 200)],
  ["gzip-truncated-header", ["X-3", "X-4"], "Cut off within the header.", () => raw("1f8b0800")],
  ["gzip-truncated-trailer", ["X-3", "X-4"], "Cut off within the checksum.", ({ message }) => gzip(message(1)).subarray(0, -6)],
  ["gzip-truncated-second", ["X-3", "X-4"], "A second member begins and is cut off.", ({ message }) => bytes(gzip(message(1)), raw("1f8b08"))],
  ["gzip-damaged", ["X-3", "X-4"], "A byte of the data is another, so that the checksum does not fit.", ({ message }) => gzip(message(1)).map((b, i) => (i === 300 ? b ^ 1 : b))],
  ["gzip-damaged-length", ["X-3", "X-4"], "The length at the end does not fit.", ({ message }) => { const g = gzip(message(1)); g[g.length - 4] ^= 1; return g; }],
  ["gzip-method", ["X-3", "X-4"], "A compression method that does not exist.", ({ message }) => gzip(message(1)).map((b, i) => (i === 2 ? 7 : b))],

  ["protobuf", ["X-3"], "One request in protobuf.", ({ message }) => message(1)],
  ["protobuf-undecodable", ["X-3", "X-4"], "A request that is cut off.", ({ message }) => message(1).subarray(0, -1)],
  ["protobuf-0a7b-resource", ["X-3"], "The first bytes are 0A 7B 0A 22 0A: read as JSON a line break, {, a line break, a quote, and then no byte of a string.",
    () => protobuf0A7B(len(1, pKv(1, "service.name", len(1, "x".repeat(14)))))],
  ["protobuf-0a7b-scope-spans", ["X-3"], "0A 7B 12: a line break, {, and then no quote.", () => protobuf0A7B()],
  ["protobuf-0a7b-schema-url", ["X-3"], "0A 7B 1A.", () => protobuf0A7B(len(3, "https://example.com"))],
  ["protobuf-two", ["X-3"], "Two messages one after the other are one request: protobuf merges them.", ({ message }) => bytes(message(1), message(2))],

  ["length-prefixed", ["X-3"], "Three requests, one of them of no bytes.", ({ message }) => bytes(prefixed(message(1)), prefixed(Buffer.alloc(0)), prefixed(message(2)))],
  ["length-prefixed-empty-first", ["X-3"], "The first request has no bytes.", ({ message }) => bytes(prefixed(Buffer.alloc(0)), prefixed(message(1)))],
  ["length-prefixed-empty-only", ["X-3", "X-27"], "Four zero bytes: a request of no bytes.", () => raw("00000000")],
  ["length-prefixed-one-undecodable", ["X-3", "X-4"], "An undecodable request spoils nothing but itself.", ({ message }) => bytes(prefixed(message(1)), prefixed(UNDECODABLE), prefixed(message(2)))],
  ["length-prefixed-length-cut", ["X-3", "X-4"], "The last length is cut off.", ({ message }) => bytes(prefixed(message(1)), raw("0000"))],
  ["length-prefixed-beyond-end", ["X-3", "X-4"], "The last request is cut off.", ({ message }) => bytes(prefixed(message(1)), prefixed(message(2)).subarray(0, -1))],
  ["length-prefixed-length-too-large", ["X-3", "X-4"], "A length of 2^32-1.", ({ message }) => bytes(prefixed(message(1)), prefixed(message(2), 2 ** 32 - 1))],
  ["length-prefixed-one-byte", ["X-3", "X-4"], "One byte 08: a length that is cut off.", () => raw("08")],
  ["length-prefixed-first-too-large", ["X-3", "X-4"], "08 00 00 00, and then too few bytes.", ({ message }) => bytes(raw("08000000"), message(1))],
  ["length-prefixed-json", ["X-3", "X-4"], "Requests in JSON with lengths are no such file: each is read as protobuf.", ({ line }) => prefixed(Buffer.from(line(1)))],
  ["first-byte-09", ["X-3", "X-4"], "09 is JSON white space, and what follows is no JSON.", () => raw("09000000")],
  ["first-byte-0b", ["X-3", "X-4"], "0B: a group of protobuf, which no request begins with.", () => raw("0b0c")],

  ["two-files", ["X-23", "X-24", "X-28"], "Duplicates and conflicts across files, in the order of reading. Verified again, at any time, the verdicts are the same.",
    ({ line }) => [`${line(1)}\n${line(2)}\n`, `${line(1)}\n${line(2, { name: '"refund"' })}\n${line(3)}\n`], { report: true }],
  ["two-files-exchanged", ["X-24", "X-28"], "The other order: which of two contents is the conflict depends on it.",
    ({ line }) => [`${line(1)}\n${line(2, { name: '"refund"' })}\n${line(3)}\n`, `${line(1)}\n${line(2)}\n`]],
  ["broken-file-beside", ["X-4", "X-26"], "A broken file and one that is altered: exit code 2; the verdicts stand.", ({ line }) => [BROKEN, change({ text: line(1) }, '"charge"', '"x"').text, line(2)]],
  ["all-forms", ["X-3", "X-23"], "Files of all forms, some with the same span.", ({ line, lines, message }) =>
    [line(1), `${lines(2)}${lines(3)}`, message(4), bytes(prefixed(message(5)), prefixed(message(4))), gzip(`${line(1)}\n${line(6)}\n`), ""], { report: true }],
  ["clock", ["X-28", "T-11"], "Signed within the validity of a key that has expired since, and after the time up to which revocations are known: the verifier's clock does not matter.",
    ({ sign }) => [sign(one({ spanId: id(1) }), { iat: "1767225600000000000" }).text, sign(one({ spanId: id(2) }), { key: "acme-2", iat: "18446744073709551615" }).text]],
  ["json-lone-surrogate-name", ["X-3", "J-14"], "The first name escapes an unpaired surrogate: another member.", ({ line }) => line(1).replace("{", '{"\\ud800":1,')],
];

/** The file of a vector: a text where one can read it, else the bytes. */
const fileOf = (content) => (typeof content === "string" ? { text: content } : { hex: content.toString("hex") });

/** The files and the other members of the vector. */
export function buildInputCase([, , , make, { trust = "trust/default.json", options = { tenant: "acme" } } = {}], keys) {
  return { trust, options, files: [make(tools(keys))].flat().map(fileOf) };
}
