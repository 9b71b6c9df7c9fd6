import { describe, expect, test } from "vitest";
import {
  firstDifference,
  readVariantCases,
  searchContextOf,
  waysOf,
} from "../../../../support/kernel-variants.js";

// Every way to make a mistake of machines, with what is said of it and what it makes of every row.

describe.each(readVariantCases().map((one) => [one.name, one] as const))("%s", (_, given) => {
  test.each(Object.keys(given.expected))("%s", (id) => {
    const expected = given.expected[id];
    const found = waysOf(id, searchContextOf(given));
    expect(found.map(({ parameters }) => parameters)).toEqual(expected.map(({ parameters }) => parameters));
    expect(firstDifference(found, expected)).toBeUndefined();
  });
});
