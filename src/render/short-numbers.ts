/** A number with three digits, as verdicts about machines tell it. */
export const short = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);

/** A count with its thousands apart: 12,288. */
export const counted = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** A share in percent, with two digits: 156 %. */
export const percentOf = (share: number): string => {
  const percent = 100 * share;
  return `${percent >= 100 ? Math.round(percent) : Number(percent.toPrecision(2))} %`;
};
