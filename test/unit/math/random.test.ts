import { expect, test } from "vitest";
import { createRandom } from "../../../src/math/random.js";

// sfc32 seeded by FNV-1a, computed with Python's integers from their definitions. FNV-1a of "a" is e40c292c there, as
// published.
test.each<[number, string | undefined, readonly number[]]>([
  [1, undefined, [413288951, 3901666714, 1609012629, 3339851571]],
  [1, "wq", [1247942754, 4096936333, 4252317906, 1547701641]],
  [-7, "wq", [386495864, 498499059, 1065578808, 2645473419]],
  [2 ** 31 + 5, undefined, [2723426127, 1779463641, 1519120077, 2618100227]],
])("the numbers of seed %d, name %s", (seed, name, bits) => {
  const { uniform } = createRandom(seed, name);
  expect(bits.map(() => uniform() * 2 ** 32)).toEqual(bits);
});

test("normal numbers are the cosine and the sine of one turn", () => {
  // √(−2 ln(1 − u₀)) times cos and sin of 2πu₁, with u as above; then the same with u₂ and u₃.
  const wanted = [0.3774094105840004, -0.2447749420268017, 0.16730475741238848, -0.9543712900122691];
  const { normal } = createRandom(1);
  for (const value of wanted) expect(normal()).toBeCloseTo(value, 14);
});
