/** Times a power of ten, rounded once: 0.0123 below the factor 1.0e+05 is what `Number("0.0123e5")` gives. */
export function multiplyByPower(data: Float64Array, exponent: number): void {
  for (const [cell, value] of data.entries()) {
    const [digits, own = "0"] = String(value).split("e");
    if (Number.isFinite(value)) data[cell] = Number(`${digits}e${Number(own) + exponent}`);
  }
}
