import { expect, test } from "vitest";
import { createNumberCache } from "../../../../src/input/model/number-cache.js";

/** A cache with room for so many numbers, and the names that had to be read. */
function readThrough(first: number, most = first) {
  const cache = createNumberCache(first, most);
  const read: string[] = [];
  const get = (name: string, count: number) =>
    cache.get(name, count, () => {
      read.push(name);
      return new Float64Array(count).fill(count);
    });
  return { get, read };
}

test("what fits is read once", () => {
  const { get, read } = readThrough(10);
  for (const name of ["a", "b", "a", "b"]) expect([...get(name, 5)]).toEqual([5, 5, 5, 5, 5]);
  expect(read).toEqual(["a", "b"]);
});

test("beyond that what was read first is let go, and read again for who asks", () => {
  const { get, read } = readThrough(10);
  for (const name of ["a", "b", "c", "b", "a"]) get(name, 5);
  expect(read).toEqual(["a", "b", "c", "a"]);
});

test("what is read a second time makes room for itself, as far as that goes", () => {
  const names = ["a", "b", "c"];
  const { get, read } = readThrough(5, 15);
  for (let round = 0; round < 4; round++) for (const name of names) get(name, 5);
  // After the first round c alone is there. Then a makes the room 10 and stands beside c, b makes it 15, and all three fit.
  expect(read).toEqual(["a", "b", "c", "a", "b"]);
  const narrow = readThrough(5, 10);
  for (const name of [...names, ...names]) narrow.get(name, 5);
  // With room for two, a stands beside c, and b puts c out, which is therefore read again.
  expect(narrow.read).toEqual([...names, ...names]);
});

test("one that is larger than all room is held beside the others, until another such one is read", () => {
  const { get, read } = readThrough(10);
  for (let round = 0; round < 3; round++) {
    expect(get("table", 11)).toHaveLength(11);
    expect(get("norm", 2)).toHaveLength(2);
  }
  get("head", 12);
  get("table", 11);
  expect(read).toEqual(["table", "norm", "head", "table"]);
});

test("numbers that were let go can be collected within the same run", () => {
  const cache = createNumberCache(2 ** 18, 2 ** 18);
  const before = process.memoryUsage().rss;
  let largest = 0;
  for (let at = 0; at < 1024; at++) {
    cache.get(`weight ${at}`, 2 ** 18, () => new Float64Array(2 ** 18).fill(at));
    if (at % 64 === 0) largest = Math.max(largest, process.memoryUsage().rss);
  }
  // 1024 × 2 MB = 2 GB are read, of which a quarter may be there at a time.
  expect(largest - before).toBeLessThan(2 ** 29);
});
