// As in assembly/text/powers.ts.
const POWERS = 4096;
const LOWEST_POWER = -342;
const HIGHEST_POWER = 324;

const LOG2_5 = Math.log2(5);

/** Fills the table of powers of ten that reading and writing decide by, from exact integers. */
export function fillPowers(buffer: ArrayBuffer): void {
  const table = new BigUint64Array(buffer, POWERS, 2 * (HIGHEST_POWER - LOWEST_POWER + 1));
  let power = 1n;
  for (let exponent = 0; exponent <= -LOWEST_POWER; exponent++) {
    // 10^n is 5^n but for the binary exponent, which the table leaves out.
    const bits = Math.floor(exponent * LOG2_5) + 1;
    if (exponent <= HIGHEST_POWER) {
      write(table, exponent, bits <= 128 ? power << BigInt(128 - bits) : power >> BigInt(bits - 128));
    }
    if (exponent > 0) write(table, -exponent, (1n << BigInt(127 + bits)) / power + 1n);
    power *= 5n;
  }
}

function write(table: BigUint64Array, exponent: number, significand: bigint): void {
  const index = 2 * (exponent - LOWEST_POWER);
  // What does not fit into 64 bits is cut off.
  table[index] = significand;
  table[index + 1] = significand >> 64n;
}
