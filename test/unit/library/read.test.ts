import { expect, test } from "vitest";
import { type NdArray, read } from "../../../src/index.js";
import { npyOf } from "../../support/array-files.js";

const text = (written: string) => Buffer.from(written);

test("an array with all its axes", async () => {
  const data = Float64Array.from({ length: 24 }, (_, at) => at / 2);
  const array = (await read(npyOf({ shape: [2, 3, 4], data, type: "float64" }), "o.npy")) as NdArray;
  expect(array).toMatchObject({ shape: [2, 3, 4], data });
  expect(array.toRows<number[][][]>()[1][2]).toEqual([10, 10.5, 11, 11.5]);
});

test.each([
  ["q.csv", "1,2\n3,4\n"],
  ["q.json", "[[1, 2], [3, 4]]"],
  ["q.txt", "1 2\n3 4"],
])("%s is read as the command line reads it", async (name, written) => {
  expect(await read(text(written), name)).toMatchObject({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) });
});

test("several by their names, and what is no numbers as it is", async () => {
  const found = await read(text('{"q": [[1, 2]], "tokens": ["a"], "settings": {"causal": true}}'), "p.json");
  expect(found).toMatchObject({ q: { shape: [1, 2] }, tokens: ["a"], settings: { causal: true } });
});

test("without a name, and what is no bytes", async () => {
  expect(await read(text("1 2\n3 4"))).toMatchObject({ shape: [2, 2] });
  await expect(read("q.npy" as never)).rejects.toMatchObject({ code: "BAD_VALUE", hint: /readFileSync/ });
});

test("what cannot be read is an error with its place", async () => {
  await expect(read(text("[[1, "), "q.json")).rejects.toMatchObject({
    ...{ name: "UserError", code: "SYNTAX" },
    details: { location: { source: "q.json", line: 1 } },
  });
});
