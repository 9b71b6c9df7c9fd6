import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { spelledError, UserError, withOptions } from "../../../src/errors.js";
import { chooseMatrix, type Slice } from "../../../src/input/arrays/choose-matrix.js";
import { readBinary } from "../../../src/input/binary/read.js";
import type { NumbersValue, Value } from "../../../src/input/value.js";
import { bytesOf, npyFile, patched, safetensorsFile, zipFile } from "../../support/alter.js";

const FOLDER = "fixtures/binary";
const fixture = (name: string): Uint8Array => readFileSync(`${FOLDER}/${name}`);

/** What is picked behind the name of a file, and what options choose of that. */
interface Pick extends Slice {
  readonly text?: string;
}

async function read(bytes: Uint8Array, name: string, { text, ...slice }: Pick = {}): Promise<Value> {
  const reading = await readBinary(bytes, name, text);
  if (!reading) throw new Error("not recognised");
  const chosen = (value: Value) => chooseMatrix(value, slice, name).value;
  if (reading.value.kind !== "object") return chosen(reading.value);
  const entries = Array.from(reading.value.entries, ([key, entry]) => {
    const lazy = {
      keyStart: entry.keyStart,
      get value() {
        return chosen(entry.value);
      },
    };
    return [key, lazy] as const;
  });
  return { ...reading.value, entries: new Map(entries) };
}

function entry(value: Value, name: string): Value {
  const found = value.kind === "object" ? value.entries.get(name)?.value : undefined;
  if (!found) throw new Error(`no ${name}`);
  return found;
}

function numbers(value: Value): NumbersValue {
  if (value.kind !== "numbers") throw new Error(`${value.kind}, not numbers`);
  return value;
}

const rowsOf = (value: Value) => {
  const { rows, cols, data } = numbers(value);
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * cols, (row + 1) * cols)));
};

async function refusal(bytes: Uint8Array, name: string, pick: Pick = {}): Promise<UserError> {
  try {
    const value = await read(bytes, name, pick);
    if (value.kind === "object") for (const { value: one } of value.entries.values()) void one;
  } catch (error) {
    const spelled = spelledError(error, withOptions);
    if (spelled instanceof UserError) return spelled;
    throw error;
  }
  throw new Error("it was read");
}

interface Expected {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

const expected = JSON.parse(readFileSync(`${FOLDER}/expected.json`, "utf8")) as Record<string, Expected>;

describe("what NumPy wrote, as NumPy reads it", () => {
  test.each(Object.entries(expected))("%s", async (name, { shape, data }) => {
    const [, file, key] = /^(.*?\.[a-z]+)(?::(.*))?$/.exec(name) ?? [];
    const leading = shape.slice(0, -2);
    const each = shape.slice(-2).reduce((product, size) => product * size, 1);
    for (let first = 0; first < data.length; first += each) {
      // The indices of this matrix along the leading axes: the last one varies fastest.
      let left = first / each;
      const indices = leading.toReversed().map((size) => {
        const index = left % size;
        left = Math.floor(left / size);
        return index;
      });
      const text = [key, indices.toReversed().join(",")].filter(Boolean).join(":");
      const value = numbers(await read(fixture(file), file, text === "" ? {} : { text }));
      expect([value.rows, value.cols]).toEqual([shape.at(-2) ?? 1, shape.at(-1) ?? 1]);
      expect(Array.from(value.data)).toEqual(data.slice(first, first + each).map(Number));
    }
  });
});

describe("what a file holds", () => {
  test("a bundle of arrays, each with its name; bools are true and false", async () => {
    for (const name of ["stored.npz", "deflated.npz"]) {
      const value = await read(fixture(name), name);
      expect(value.kind === "object" && [...value.entries.keys()]).toEqual(["query", "key", "value", "mask"]);
      expect(rowsOf(entry(value, "value"))).toEqual([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      expect(numbers(entry(value, "mask")).firstBoolean).toBe(0);
      expect(numbers(entry(value, "query")).firstBoolean).toBe(-1);
    }
  });
  test("safetensors is recognised without its ending, metadata is no tensor", async () => {
    const value = await read(fixture("types.safetensors"), "stdin");
    expect(rowsOf(entry(value, "layer.0/q:proj"))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(value.kind === "object" && value.entries.has("__metadata__")).toBe(false);
  });
  test("safetensors whose header is 640 or 35,615 bytes long, which is how a pickle or gzip starts", async () => {
    const header = '{"q":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}}';
    for (const length of [0x0280, 0x8b1f]) {
      const value = await read(safetensorsFile(header.padEnd(length), TWO), "stdin");
      expect(rowsOf(entry(value, "q"))).toEqual([[0, 0]]);
    }
  });
  test("float8: four bits of exponent without ∞, or five with it", async () => {
    // The OCP 8-bit formats: the largest, the smallest, the smallest normal one, 1.5 and −2, and what is no number.
    const bytes = [0x7e, 0x01, 0x08, 0x3c, 0xc0, 0x7f, 0x7b, 0x01, 0x04, 0x3e, 0xc0, 0x7c];
    const header =
      '{"a":{"dtype":"F8_E4M3","shape":[1,6],"data_offsets":[0,6]},"b":{"dtype":"F8_E5M2","shape":[1,6],"data_offsets":[6,12]}}';
    const value = await read(safetensorsFile(header, Uint8Array.from(bytes)), "stdin");
    expect(rowsOf(entry(value, "a"))).toEqual([[448, 2 ** -9, 2 ** -6, 1.5, -2, Number.NaN]]);
    expect(rowsOf(entry(value, "b"))).toEqual([
      [57344, 2 ** -16, 2 ** -14, 1.5, -2, Number.POSITIVE_INFINITY],
    ]);
  });
  test("bfloat16 of ml_dtypes, which NumPy keeps as two bytes", async () => {
    const value = await read(
      npyFile(
        "{'descr': '<V2', 'fortran_order': False, 'shape': (1, 2), }\n",
        Uint8Array.of(0x80, 0x3f, 0x20, 0xc0),
      ),
      "q.npy",
    );
    expect(rowsOf(value)).toEqual([[1, -2.5]]);
  });
  test("the only array of an archive, without a name, is the matrix", async () => {
    expect(rowsOf(await read(fixture("nameless.npz"), "q.npz"))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });
  test("one axis is one row, none is one number", async () => {
    expect(numbers(await read(fixture("row.npy"), "row.npy"))).toMatchObject({
      rows: 1,
      cols: 3,
      flat: true,
    });
    expect(numbers(await read(fixture("number.npy"), "n.npy"))).toMatchObject({ rows: 1, cols: 1 });
  });
  test("how it was read", async () => {
    expect(await readBinary(fixture("four-axes.npy"), "q.npy", "1,2")).toMatchObject({
      form: "NumPy .npy, float64, [1, 2] of 2×3×2×2",
    });
    expect(await readBinary(fixture("stored.npz"), "p.npz", "key")).toMatchObject({
      form: 'NumPy .npz, "key", float32',
    });
  });
  test("text is not binary", async () => {
    expect(await readBinary(Buffer.from("1 2\n3 4\n"), "q.txt")).toBeUndefined();
    expect(await readBinary(new Uint8Array(), "stdin")).toBeUndefined();
  });
  test("float64 in place is not copied", async () => {
    const bytes = new Uint8Array(fixture("float64-little.npy"));
    expect(numbers(await read(bytes, "q.npy")).data.buffer).toBe(bytes.buffer);
  });
});

describe("one matrix of several", () => {
  const four = fixture("four-axes.npy");
  const sliced: readonly (readonly [Pick, readonly number[]])[] = [
    [{ text: "0,0" }, [0, 1, 2, 3]],
    [{ text: "1,2" }, [20, 21, 22, 23]],
    [{ batch: 1, head: 2 }, [20, 21, 22, 23]],
    [{ text: "1,2,0" }, [20, 21]],
    [{ text: "1,2,0,1" }, [21]],
  ];
  test.each(sliced)("%j", async (pick, data) => {
    expect(Array.from(numbers(await read(four, "q.npy", pick)).data)).toEqual(data);
  });
  test("three axes: --head or --batch is the first", async () => {
    for (const pick of [{ head: 3 }, { batch: 3 }, { text: "3" }]) {
      expect(rowsOf(await read(fixture("three-axes.npy"), "q.npy", pick))).toEqual([
        [18, 19],
        [20, 21],
        [22, 23],
      ]);
    }
  });
  test("two axes need no slice, and --batch leaves them as they are", async () => {
    expect(numbers(await read(fixture("fortran.npy"), "q.npy", { batch: 3, head: 1 })).rows).toBe(2);
  });
  test("leading axes of size 1 are left out", async () => {
    expect(rowsOf(await read(fixture("batch-of-one.npy"), "q.npy"))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });
  test("one open axis is a list of matrices, one a head", async () => {
    for (const pick of [{ batch: 1 }, { text: "1" }]) {
      const list = await read(fixture("fortran-4d.npy"), "q.npy", pick);
      expect(list.kind === "list" && list.items.map((item) => numbers(item).data[0])).toEqual([12, 16, 20]);
    }
  });
  test("arrays of an archive are sliced alike", async () => {
    const value = await read(fixture("heads.npz"), "h.npz", { batch: 1, head: 0 });
    expect(numbers(entry(value, "k")).data[0]).toBe(112);
    expect(numbers(await read(fixture("heads.npz"), "h.npz", { text: "q:1,2" })).data[0]).toBe(20);
  });

  const refused: readonly (readonly [string, Pick, string, string, string])[] = [
    [
      "four-axes.npy",
      {},
      "AMBIGUOUS",
      "2×3×2×2, but a matrix has two axes",
      "q.npy:0,0, or say --batch 0 --head 0",
    ],
    ["four-axes.npy", { head: 1 }, "AMBIGUOUS", "2×3×2×2", "q.npy:0,0"],
    ["four-axes.npy", { text: "2,0" }, "SHAPE_MISMATCH", "axis 0 has no index 2", "the last one is 1"],
    ["four-axes.npy", { batch: 0, head: 3 }, "SHAPE_MISMATCH", "axis 1 has no index 3", "the last one is 2"],
    ["row.npy", { text: "0,0" }, "SHAPE_MISMATCH", "it has 1 axes, but 2 indices are given", "Give an index"],
    ["three-axes.npy", { batch: 0, head: 1 }, "AMBIGUOUS", "may be the batch or the heads", "q.npy:0"],
    ["four-axes.npy", { text: "first" }, "BAD_VALUE", '"first" is not a slice', "q.npy:0,3"],
    ["four-axes.npy", { text: "-1,0" }, "BAD_VALUE", '"-1,0" is not a slice', "q.npy:0,3"],
    ["four-axes.npy", { text: "" }, "BAD_VALUE", '"" is not a slice', "q.npy:0,3"],
  ];
  test.each(refused)("%s %j: %s", async (file, pick, code, message, hint) => {
    const error = await refusal(fixture(file), "q.npy", pick);
    expect(error).toMatchObject({ code, details: { location: { source: "q.npy" } } });
    expect(error.message).toContain(message);
    expect(error.details.hint).toContain(hint);
  });
  test("an array that is not there", async () => {
    const error = await refusal(fixture("stored.npz"), "p.npz", { text: "quary:0" });
    expect(error).toMatchObject({ code: "UNKNOWN_KEY", details: { hint: 'Did you mean "query"?' } });
    const other = await refusal(fixture("stored.npz"), "p.npz", { text: "embeddings" });
    expect(other.details.hint).toBe("Its arrays are: query, key, value, mask.");
  });
});

const NPY = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }";
const TWO = new Uint8Array(16);

describe("malformed .npy", () => {
  const square = fixture("fortran.npy");
  const cases: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
    ["nothing", new Uint8Array(), "SYNTAX", /does not start like/],
    ["text", Buffer.from("1,2\n3,4\n"), "SYNTAX", /does not start like/],
    ["cut in the magic", square.subarray(0, 8), "SYNTAX", /ends at byte 8, within its header/],
    ["cut in the header", square.subarray(0, 60), "SYNTAX", /ends at byte 60, within its header/],
    [
      "cut in the numbers",
      square.subarray(0, 150),
      "SYNTAX",
      /2×3 of float64 takes 48 bytes, and 22 are there/,
    ],
    ["bytes behind it", Buffer.concat([square, TWO]), "SYNTAX", /takes 48 bytes, and 64 are there/],
    ["version 4", patched(square, 6, "\x04"), "SYNTAX", /version 4/],
    ["a header of 4 GiB", npyFile(NPY, TWO, 2).fill(255, 8, 12), "SYNTAX", /header of 4294967295 bytes/],
    [
      "rows beyond counting",
      npyFile(NPY.replace("1, 2", "9007199254740991, 9007199254740991")),
      "SYNTAX",
      /more bytes than there can be/,
    ],
    ["a row of 2^53", npyFile(NPY.replace("1, 2", "9007199254740993, 1")), "SYNTAX", /byte 10 on.*too large/],
    [
      "a shape of terabytes",
      npyFile(NPY.replace("1, 2", "1000000, 1000000"), TWO),
      "SYNTAX",
      /8000000000000 bytes, and 16 are there/,
    ],
    [
      "a negative size",
      npyFile(NPY.replace("1, 2", "-1, 2"), TWO),
      "SYNTAX",
      /must have exactly descr, fortran_order and shape/,
    ],
    ["a shape that is no tuple", npyFile(NPY.replace("(1, 2)", "(2)"), TWO), "SYNTAX", /must have exactly/],
    ["65 axes", npyFile(NPY.replace("1, 2", "1,".repeat(65)), TWO), "SYNTAX", /must have exactly/],
    ["no shape", npyFile("{'descr': '<f8', 'fortran_order': False, }", TWO), "SYNTAX", /must have exactly/],
    [
      "a key twice",
      npyFile(NPY.replace("}", "'shape': (1, 2)}"), TWO),
      "DUPLICATE_KEY",
      /"shape" is given twice/,
    ],
    ["another key", npyFile(NPY.replace("}", "'eval': (1, 2)}"), TWO), "SYNTAX", /must have exactly/],
    ["code", npyFile("{'descr': __import__('os'), }", TWO), "SYNTAX", /no constructor of an array/],
    ["a key of the wrong kind", npyFile(NPY.replace("False", "'no'"), TWO), "SYNTAX", /each of its type/],
    ["no braces", npyFile(NPY.slice(1), TWO), "SYNTAX", /must have exactly/],
    ["text behind the dict", npyFile(`${NPY} x`, TWO), "SYNTAX", /must have exactly/],
    ["an unknown type", npyFile(NPY.replace("<f8", "<q8"), TWO), "SYNTAX", /"<q8" is not a number type/],
    ["no byte order", npyFile(NPY.replace("<f8", "|f8"), TWO), "SYNTAX", /"\|f8" is not a number type/],
    ["long doubles", npyFile(NPY.replace("<f8", "<f16"), TWO), "NOT_A_NUMBER", /long doubles/],
    [
      "objects",
      npyFile(NPY.replace("<f8", "|O"), TWO),
      "SYNTAX",
      /^the pickle: opcode 0x0 at byte 0 is not known/,
    ],
    [
      "a bool of 7",
      npyFile(NPY.replace("<f8", "|b1"), Uint8Array.of(1, 7)),
      "SYNTAX",
      /\[0, 1\]: the byte 7 is neither true/,
    ],
    ["complex numbers", fixture("complex.npy"), "NOT_A_NUMBER", /complex numbers \("<c16"\)/],
    ["text cells", fixture("text.npy"), "NOT_A_NUMBER", /an array of text/],
    ["records", fixture("records.npy"), "NOT_A_NUMBER", /records/],
    ["dates", fixture("dates.npy"), "NOT_A_NUMBER", /dates/],
    ["no numbers", fixture("empty.npy"), "EMPTY_MATRIX", /0×3: it has no numbers/],
    [
      "2^53 + 1",
      fixture("too-large.npy"),
      "INTEGER_TOO_LARGE",
      /q\.npy\[1, 0\]: 9007199254740993 is too large.*9007199254740992/,
    ],
    [
      "2^53 + 1, Fortran order",
      fixture("too-large-fortran.npy"),
      "INTEGER_TOO_LARGE",
      /q\.npy\[1, 0\]: 9007199254740993/,
    ],
  ];
  test.each(cases)("%s", async (_, bytes, code, message) => {
    const error = await refusal(bytes, "q.npy");
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code, details: { location: { source: "q.npy" } } });
    expect(error.details.hint).toBeTruthy();
  });
});

describe("malformed .npz", () => {
  const array = npyFile(`${NPY}\n`, TWO);
  const good = { name: "q.npy", data: array };
  const zeros = new Uint8Array(1 << 20);
  const stored = fixture("stored.npz");
  const deflated = fixture("deflated.npz");
  const cases: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
    ["no directory", stored.subarray(0, 900), "SYNTAX", /no directory at its end/],
    ["only a start", Buffer.from("PK\x03\x04"), "SYNTAX", /no directory/],
    ["bytes behind it", Buffer.concat([stored, TWO]), "SYNTAX", /no directory/],
    ["no files", zipFile([]), "SYNTAX", /has no \.npy file/],
    [
      "a directory outside",
      patched(stored, stored.length - 6, bytesOf(2 ** 31, 4)),
      "SYNTAX",
      /not at byte 2147483648/,
    ],
    [
      "60000 files",
      patched(stored, stored.length - 12, bytesOf(60000, 2)),
      "SYNTAX",
      /its directory of 60000 files/,
    ],
    [
      "a start outside",
      zipFile([{ ...good, offset: 5_000_000 }]),
      "SYNTAX",
      /does not start at byte 5000000/,
    ],
    ["another local name", zipFile([{ ...good, localName: "k.npy" }]), "SYNTAX", /has another name/],
    [
      "overlapping files",
      zipFile([good, { name: "q.npy", data: array, offset: 0 }, good].slice(0, 2)),
      "DUPLICATE_KEY",
      /it has "q\.npy" twice/,
    ],
    ["one file under two names", overlapping(array), "SYNTAX", /overlap at byte/],
    [
      "a name that climbs",
      zipFile([{ ...good, name: "../q.npy" }]),
      "SYNTAX",
      /"\.\.\/q\.npy", which points outside/,
    ],
    ["an absolute name", zipFile([{ ...good, name: "/etc/q.npy" }]), "SYNTAX", /points outside/],
    ["a Windows drive", zipFile([{ ...good, name: "C:q.npy" }]), "SYNTAX", /points outside/],
    ["a backslash", zipFile([{ ...good, name: "a\\q.npy" }]), "SYNTAX", /points outside/],
    ["a zero byte in the name", zipFile([{ ...good, name: "q\0.npy" }]), "SYNTAX", /points outside/],
    ["a wrong checksum", zipFile([{ ...good, crc: 1 }]), "SYNTAX", /checksum of "q\.npy" is wrong/],
    ["encrypted", zipFile([{ ...good, flags: 1 }]), "SYNTAX", /encrypted/],
    ["another method", zipFile([{ ...good, method: 93 }]), "SYNTAX", /method 93/],
    [
      "no deflated data",
      zipFile([{ ...good, method: 8, packed: Uint8Array.of(7, 7, 7) }]),
      "SYNTAX",
      /cannot be unpacked/,
    ],
    [
      "more than it says",
      zipFile([{ ...good, method: 8, packed: deflateRawSync(array), size: array.length - 1 }]),
      "SYNTAX",
      /and 15 are there/,
    ],
    [
      "less than it says",
      zipFile([{ ...good, method: 8, packed: deflateRawSync(array), size: array.length + 1 }]),
      "SYNTAX",
      /and 17 are there/,
    ],
    [
      "more than deflate can",
      zipFile([{ ...good, method: 8, packed: deflateRawSync(array), size: 2 ** 32 - 2 }]),
      "SYNTAX",
      /unpacks from \d+ bytes to 4294967294/,
    ],
    [
      // 917 times as large; deflate can do 1032.
      "a bomb of a size that deflate can have",
      zipFile([{ ...good, method: 8, packed: new Uint8Array(80_000), size: 70 * 1024 ** 2 }]),
      "SYNTAX",
      /"q\.npy" unpacks from 80000 bytes to 73400320, more than 100 times as many/,
    ],
    [
      "a bomb that is no array",
      zipFile([{ name: "q.npy", data: zeros, method: 8, packed: deflateRawSync(zeros) }]),
      "SYNTAX",
      /"q": this does not start like a \.npy file/,
    ],
    [
      "a bomb behind a small array",
      bomb(zeros),
      "SYNTAX",
      /"q": 1×2 of float64 takes 16 bytes, and 1048592 are there/,
    ],
    ["zip64", patched(stored, stored.length - 6, bytesOf(0xffffffff, 4)), "SYNTAX", /4 GiB/],
    ["a PyTorch file", zipFile([{ name: "archive/data.pkl", data: TWO }]), "SYNTAX", /data\.pkl/],
    [
      "a sheet of LibreOffice",
      zipFile([
        { name: "mimetype", data: TWO },
        { name: "content.xml", data: TWO },
      ]),
      "SYNTAX",
      /OpenDocument/,
    ],
    ["a spreadsheet", zipFile([{ name: "[Content_Types].xml", data: TWO }]), "SYNTAX", /office document/],
    ["a damaged byte", patched(deflated, 120, "\xff"), "SYNTAX", /damaged|start like|header/],
  ];
  function overlapping(data: Uint8Array): Uint8Array {
    const one = zipFile([{ name: "q.npy", data }]);
    const inner = zipFile([{ name: "k.npy", data: Buffer.concat([data, one]) }]);
    // "q.npy" starts inside the data of "k.npy".
    const start = Buffer.from(inner).indexOf("PK\x03\x04", 4, "latin1");
    return zipFile([
      { name: "k.npy", data: Buffer.concat([data, one]) },
      { name: "q.npy", data, offset: start },
    ]);
  }
  function bomb(behind: Uint8Array): Uint8Array {
    const data = Buffer.concat([array, behind]);
    return zipFile([{ name: "q.npy", data, method: 8, packed: deflateRawSync(data) }]);
  }
  test.each(cases)("%s", async (_, bytes, code, message) => {
    const error = await refusal(bytes, "p.npz");
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code, details: { location: { source: "p.npz" } } });
    expect(error.details.hint).toBeTruthy();
  });
  test("a damaged array does not keep the others from being read", async () => {
    const value = await read(zipFile([good, { ...good, name: "k.npy", crc: 1 }]), "p.npz");
    expect(rowsOf(entry(value, "q"))).toEqual([[0, 0]]);
    expect(() => entry(value, "k")).toThrow(/checksum/);
  });
});

describe("malformed .safetensors", () => {
  const one = (text: string) => `{"q":{"dtype":"F64","shape":[1,2],"data_offsets":${text}}}`;
  const two = (first: string, second: string) =>
    `{"q":{"dtype":"F64","shape":[1,1],"data_offsets":${first}},"k":{"dtype":"F64","shape":[1,1],"data_offsets":${second}}}`;
  const cases: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
    ["nothing", new Uint8Array(), "SYNTAX", /does not start like/],
    ["cut in the header", fixture("problem.safetensors").subarray(0, 50), "SYNTAX", /does not start like/],
    [
      "cut in the numbers",
      fixture("problem.safetensors").subarray(0, 250),
      "SYNTAX",
      /"value": the tensor ends at byte 64 of 58/,
    ],
    [
      "a header of 2^63",
      patched(safetensorsFile(one("[0,16]"), TWO), 0, bytesOf(2n ** 63n, 8)),
      "SYNTAX",
      /does not start like/,
    ],
    ["bytes behind it", safetensorsFile(one("[0,16]"), new Uint8Array(20)), "SYNTAX", /4 bytes follow/],
    [
      "overlap",
      safetensorsFile(two("[0,8]", "[4,12]"), new Uint8Array(12)),
      "SYNTAX",
      /"k": the tensor starts at byte 4, where 8/,
    ],
    [
      "a gap",
      safetensorsFile(two("[0,8]", "[9,17]"), new Uint8Array(17)),
      "SYNTAX",
      /starts at byte 9, where 8/,
    ],
    ["offsets the wrong way", safetensorsFile(one("[16,0]"), TWO), "SYNTAX", /\[16, 0\] are not inside/],
    ["three offsets", safetensorsFile(one("[0,8,16]"), TWO), "SYNTAX", /are not inside/],
    [
      "negative offsets",
      safetensorsFile(one("[-16,0]"), TWO),
      "SYNTAX",
      /needs dtype, shape and data_offsets/,
    ],
    [
      "a size that does not fit",
      safetensorsFile(one("[0,8]"), new Uint8Array(8)),
      "SYNTAX",
      /1×2 of float64 takes 16 bytes, and 8 are there/,
    ],
    [
      "a size beyond counting",
      safetensorsFile(one("[0,16]").replace("1,2", "4503599627370496,4503599627370496"), TWO),
      "SYNTAX",
      /more bytes than there can be/,
    ],
    [
      "no shape",
      safetensorsFile('{"q":{"dtype":"F64","data_offsets":[0,16]}}', TWO),
      "SYNTAX",
      /needs dtype/,
    ],
    ["a list", safetensorsFile("{} ", TWO), "EMPTY_MATRIX", /no tensor/],
    ["no JSON", safetensorsFile('{"q":', TWO), "SYNTAX", /the header \(from byte 8 on\)/],
    ["nested lists", safetensorsFile(`{"q":${"[".repeat(5000)}`, TWO), "SYNTAX", /nested/],
    ["a name twice", safetensorsFile(`{"q":{},"q":{}}`, TWO), "DUPLICATE_KEY", /given twice/],
    ["no UTF-8", safetensorsFile('{"q":\u0000}', TWO), "SYNTAX", /header/],
    [
      "an eight-bit float",
      safetensorsFile(one("[0,16]").replace("F64", "F8_E8M0"), TWO),
      "NOT_A_NUMBER",
      /"F8_E8M0" are not read/,
    ],
    [
      "a prototype's name",
      safetensorsFile(one("[0,16]").replace("F64", "constructor"), TWO),
      "NOT_A_NUMBER",
      /not read/,
    ],
  ];
  test.each(cases)("%s", async (_, bytes, code, message) => {
    const error = await refusal(bytes, "m.safetensors");
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code, details: { location: { source: "m.safetensors" } } });
    expect(error.details.hint).toBeTruthy();
  });
});

test.each([
  ["\x1f\x8b\x08", /gzip/],
  ["\x89HDF\r\n\x1a\n", /HDF5/],
  ["MATLAB 5.0 MAT-file", /MAT format/],
  ["GGUF\x03\0\0\0", /GGUF/],
])("%j is named, and not read", async (start, message) => {
  const error = await refusal(Buffer.from(start, "latin1"), "q.bin");
  expect(error.message).toMatch(message);
  expect(error.details.hint).toBeTruthy();
});
