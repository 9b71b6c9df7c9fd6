import { Decimal } from "decimal.js";
import { expect, test } from "vitest";
import { erf } from "../../../src/math/erf.js";

const Precise = Decimal.clone({ precision: 80 });

/**
 * erf x by its Maclaurin series, 2/√π Σ (−1)ⁿ x^(2n+1) / (n!·(2n+1)), with enough digits that cancellation does no
 * harm.
 */
function erfInDecimals(x: number): number {
  let power = new Precise(x);
  let total = power;
  for (let n = 1; power.abs().gt("1e-60"); n++) {
    power = power.times(x).times(x).div(-n);
    total = total.plus(power.div(2 * n + 1));
  }
  return total.times(2).div(Precise.acos(-1).sqrt()).toNumber();
}

test.each([1e-9, 0.1, 0.5, 1, 1.7, 1.999, 2, 2.001, 2.5, 3, 4.2, 5.9])("erf %d to 1e-15", (x) => {
  expect(Math.abs(erf(x) / erfInDecimals(x) - 1)).toBeLessThan(1e-15);
  expect(erf(-x)).toBe(-erf(x));
});

test("erf beyond and at its ends", () => {
  expect([erf(0), erf(7), erf(-7), erf(Infinity), erf(Number.NaN)]).toEqual([0, 1, -1, 1, Number.NaN]);
});
