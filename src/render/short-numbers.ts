/** Writes a number with three digits, for verdicts about machines. */
export const threeDigits = (value: number) =>
  Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);

/** Writes a count with separated thousands: 12,288. */
export const countText = (count: number) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** Writes a share in percent with two digits, or as a whole number from 100 % on: 156 %. */
export const percentOf = (share: number) => {
  const percent = 100 * share;
  return `${percent >= 100 ? Math.round(percent) : Number(percent.toPrecision(2))} %`;
};
