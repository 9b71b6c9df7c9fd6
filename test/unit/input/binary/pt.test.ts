import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readBinary } from "../../../../src/input/binary/read.js";
import { plainValue } from "../../../../src/input/value.js";
import { zipFile } from "../../../support/alter.js";

// The files are those that fixtures/binary/make-pt.py wrote with PyTorch.

const fixture = (name: string) => readFileSync(`fixtures/binary/${name}`);

async function read(name: string, text?: string) {
  const reading = await readBinary(fixture(name), name, text);
  return reading && plainValue(reading.value);
}

const Q = [
  [1, 0],
  [0, 2],
];

/** The numbers 0 to 5 in three rows. */
const K = [
  [0, 1],
  [2, 3],
  [4, 5],
];

describe("files that torch.save wrote", () => {
  test("the pickles behind each other of PyTorch before 1.6", async () => {
    expect(await read("legacy.pt")).toEqual(Q);
  });
  test("one tensor is a matrix without a name", async () => {
    expect(await read("tensor.pt")).toEqual(Q);
  });

  test("a dictionary is a bundle; bfloat16, half and whole numbers are read", async () => {
    expect(await read("problem.pt")).toEqual({ query: Q, key: K, value: K });
  });

  test("views, parameters, truth values and heads are what they are in torch", async () => {
    expect(await read("parameters.pt")).toEqual({
      turned: [
        [0, 2, 4],
        [1, 3, 5],
      ],
      tail: [[2], [4]],
      parameter: Q,
      truth: [[1, 0]],
      heads: [
        [
          [0, 1],
          [2, 3],
        ],
        [
          [4, 5],
          [6, 7],
        ],
      ],
    });
  });

  test("what stands in dictionaries and lists has a name with points; numbers and text stay", async () => {
    expect(await read("nested.pt")).toEqual({
      ...{ "state.w": Q, "list.0": Q, "list.1": K },
      ...{ epoch: 3, name: "run", "size.0": 2, "size.1": 2, none: null },
    });
    expect(await read("nested.pt", "list.1")).toEqual(K);
  });
});

describe("refused", () => {
  test("an object of any other kind is named and not made", async () => {
    await expect(read("foreign.pt")).rejects.toThrow('"__main__.Foreign"');
  });

  test("what would run a command is a name like any other", async () => {
    const pickle = Buffer.from("\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.", "latin1");
    const file = zipFile([{ name: "a/data.pkl", data: pickle }]);
    expect(() => readBinary(file, "a.pt")).toThrow('"posix.system"');
  });

  test("a list that holds itself ends", async () => {
    const file = zipFile([{ name: "a/data.pkl", data: Buffer.from("\x80\x02]q\x00h\x00a.", "latin1") }]);
    expect(() => readBinary(file, "a.pt")).toThrow("its values are nested too deep");
  });

  test("numbers that are stored once and repeated", async () => {
    const reading = await readBinary(fixture("expanded.pt"), "expanded.pt");
    expect(() => reading && plainValue(reading.value)).toThrow("repeats numbers");
  });
});
