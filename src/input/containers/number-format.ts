import { typedDecimals } from "../../math/written.js";

/** Excel's built-in formats, which files do not contain. Each list of codes counts up from its first number. */
const BUILT_IN: readonly (readonly [first: number, codes: readonly string[]])[] = [
  [0, ["General", "0", "0.00", "#,##0", "#,##0.00"]],
  [9, ["0%", "0.00%", "0.00E+00"]],
  [14, ["m/d/yyyy", "d-mmm-yy", "d-mmm", "mmm-yy", "h:mm AM/PM", "h:mm:ss AM/PM"]],
  [20, ["h:mm", "h:mm:ss", "m/d/yyyy h:mm"]],
  [37, ["#,##0", "#,##0", "#,##0.00", "#,##0.00"]],
  [45, ["mm:ss", "[h]:mm:ss", "mmss.0", "##0.0E+0", "@"]],
];

const builtIn = (id: number) => BUILT_IN.map(([first, codes]) => codes[id - first]).find(Boolean);

/** Returns the code of the format with this number, from the workbook or the built-in formats. */
export const formatCode = (id: number, own: ReadonlyMap<number, string>): string =>
  own.get(id) ?? builtIn(id) ?? (id >= 27 && id <= 58 ? "yyyy-mm-dd" : "General");

/**
 * Returns a stored number as its format displays it, in plain digits without thousands separators, currency or colour.
 * A date or time becomes ISO text. Returns undefined if the format does not fix the number of digits (`General`, a
 * fraction).
 */
export function displayed(value: number, code: string, epoch1904 = false): string | undefined {
  const format = sectionFor(value, code);
  if (isDate(format)) return dateOf(value, epoch1904);
  if (/general|@/i.test(format) || !/[0#?]/.test(format) || format.includes("/")) return undefined;
  const decimals = /\.([0#?]+)/.exec(format)?.[1] ?? "";
  const scale = format.includes("%") ? 100 : 1;
  const [number, exponent = ""] = /E[+-]/i.test(format)
    ? value.toExponential(decimals.length).split("e")
    : [fixed(value * scale, decimals.length)];
  return `${withoutOptional(number, decimals)}${exponent && `e${exponent.replace("+", "")}`}${scale === 1 ? "" : "%"}`;
}

const isDate = (format: string): boolean =>
  /[ymdhs]/i.test(format) && !/[0#?]\.?[0#?]*(?:%|E\+)/.test(format);

/** Whether a stored number is a date or a time. */
export const isDateIn = (value: number, code: string): boolean => isDate(sectionFor(value, code));

/** Returns the section of a format for numbers of this sign, without literal text, padding and colours. */
function sectionFor(value: number, code: string): string {
  const sections = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, "").split(";");
  const at = value < 0 ? 1 : value === 0 ? 2 : 0;
  return sections[at] || sections[0];
}

/**
 * Rounds like Excel: halves away from zero (0.125 is 0.13), after rounding to 15 digits, so that binary noise does not
 * matter.
 */
function fixed(value: number, decimals: number): string {
  const [digits, exponent] = Math.abs(value).toExponential(14).split("e");
  const shifted = Math.round(Number(`${digits}e${Number(exponent) + decimals}`));
  if (!Number.isSafeInteger(shifted)) return value.toFixed(decimals);
  const text = String(shifted).padStart(decimals + 1, "0");
  const point = text.length - decimals;
  const sign = value < 0 && shifted !== 0 ? "-" : "";
  return `${sign}${text.slice(0, point)}${decimals > 0 ? `.${text.slice(point)}` : ""}`;
}

/** Removes final zeros where the format has `#` or `?`. */
function withoutOptional(number: string, decimals: string): string {
  let text = number;
  for (let at = decimals.length - 1; at >= 0 && decimals[at] !== "0" && text.endsWith("0"); at--)
    text = text.slice(0, -1);
  return text.replace(/\.$/, "");
}

const DAY_MS = 86_400_000;

/** Converts a number of days since 30 December 1899, or since 1904, to a date. */
function dateOf(value: number, epoch1904: boolean): string | undefined {
  const start = epoch1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const time = start + Math.round(value * DAY_MS);
  if (!Number.isFinite(time) || Math.abs(time) > 8e15) return undefined;
  const iso = new Date(time).toISOString();
  if (value >= 0 && value < 1) return iso.slice(11, 16);
  return value % 1 === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/**
 * Returns a stored number with 15 digits, the most that spreadsheets show, so that noise in its last bits disappears.
 */
export const storedDigits = (value: number): string => String(Number(value.toPrecision(15)));

/** A smaller difference is a rounding error. */
const NOISE = 1e-9;

/**
 * Returns the digits of a number without a rounding format. If it differs only by rounding error from a number with its
 * neighbours' decimals, it is rounded to these: 0.330000000000001 beside 0.67 is 0.33.
 */
export function withoutNoise(value: number, neighbours: readonly string[]): string {
  const text = storedDigits(value);
  const decimals = (/\.(\d+)$/.exec(text)?.[1] ?? "").length;
  if (decimals < 10) return text;
  const most = Math.max(0, ...neighbours.map(typedDecimals).filter((count) => count < 10));
  const rounded = value.toFixed(most);
  return Math.abs(Number(rounded) - value) < NOISE ? String(Number(rounded)) : text;
}
