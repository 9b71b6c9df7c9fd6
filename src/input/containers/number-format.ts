/** The formats that Excel has built in and does not write into a file: those that are counted from each number on. */
const BUILT_IN: readonly (readonly [first: number, codes: readonly string[]])[] = [
  [0, ["General", "0", "0.00", "#,##0", "#,##0.00"]],
  [9, ["0%", "0.00%", "0.00E+00"]],
  [14, ["m/d/yyyy", "d-mmm-yy", "d-mmm", "mmm-yy", "h:mm AM/PM", "h:mm:ss AM/PM"]],
  [20, ["h:mm", "h:mm:ss", "m/d/yyyy h:mm"]],
  [37, ["#,##0", "#,##0", "#,##0.00", "#,##0.00"]],
  [45, ["mm:ss", "[h]:mm:ss", "mmss.0", "##0.0E+0", "@"]],
];

const builtIn = (id: number) => BUILT_IN.map(([first, codes]) => codes[id - first]).find(Boolean);

/** The code of a format with this number: one of the workbook, or of those that are built in. */
export const formatCode = (id: number, own: ReadonlyMap<number, string>): string =>
  own.get(id) ?? builtIn(id) ?? (id >= 27 && id <= 58 ? "yyyy-mm-dd" : "General");

/**
 * A stored number as its format displays it, in plain digits: without marks between thousands, currencies and colours. Of a date or a
 * time it is the date. Undefined where the format does not say how many digits there are (`General`, a fraction).
 */
export function displayed(value: number, code: string, epoch1904 = false): string | undefined {
  const format = sectionFor(value, code);
  if (/[ymdhs]/i.test(format) && !/[0#?]\.?[0#?]*(?:%|E\+)/.test(format)) return dateOf(value, epoch1904);
  if (/general|@/i.test(format) || !/[0#?]/.test(format) || format.includes("/")) return undefined;
  const decimals = /\.([0#?]+)/.exec(format)?.[1] ?? "";
  const scale = format.includes("%") ? 100 : 1;
  const [number, exponent = ""] = /E[+-]/i.test(format)
    ? value.toExponential(decimals.length).split("e")
    : [fixed(value * scale, decimals.length)];
  return `${withoutOptional(number, decimals)}${exponent && `e${exponent.replace("+", "")}`}${scale === 1 ? "" : "%"}`;
}

/** The part of a format for numbers of this sign, without what is said beside them. */
function sectionFor(value: number, code: string): string {
  const sections = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, "").split(";");
  const at = value < 0 ? 1 : value === 0 ? 2 : 0;
  return sections[at] || sections[0];
}

/** Rounded as Excel does, away from zero: 0.125 is 0.13, and so is what is stored of 1.005 / 8 … with 15 digits. */
function fixed(value: number, decimals: number): string {
  const [digits, exponent] = Math.abs(value).toExponential(14).split("e");
  const shifted = Math.round(Number(`${digits}e${Number(exponent) + decimals}`));
  if (!Number.isSafeInteger(shifted)) return value.toFixed(decimals);
  const text = String(shifted).padStart(decimals + 1, "0");
  const point = text.length - decimals;
  const sign = value < 0 && shifted !== 0 ? "-" : "";
  return `${sign}${text.slice(0, point)}${decimals > 0 ? `.${text.slice(point)}` : ""}`;
}

/** `#` shows no zero at the end. */
function withoutOptional(number: string, decimals: string): string {
  let text = number;
  for (let at = decimals.length - 1; at >= 0 && decimals[at] !== "0" && text.endsWith("0"); at--)
    text = text.slice(0, -1);
  return text.replace(/\.$/, "");
}

const DAY_MS = 86_400_000;

/** A number of days since the end of 1899, or since 1904, as a date. */
function dateOf(value: number, epoch1904: boolean): string | undefined {
  const start = epoch1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const time = start + Math.round(value * DAY_MS);
  if (!Number.isFinite(time) || Math.abs(time) > 8e15) return undefined;
  const iso = new Date(time).toISOString();
  if (value >= 0 && value < 1) return iso.slice(11, 16);
  return value % 1 === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/** A stored number without the noise of its last bits: 15 digits, as spreadsheets show at most. */
export const storedDigits = (value: number): string => String(Number(value.toPrecision(15)));

/** A difference below this is one of rounding, not of what was meant. */
const NOISE = 1e-9;

/**
 * The digits of numbers that no format rounds. One that differs from what its neighbours show only by the noise of its arithmetic is
 * rounded to their decimals: 0.330000000000001 beside 0.67 is 0.33.
 */
export function withoutNoise(value: number, neighbours: readonly string[]): string {
  const text = storedDigits(value);
  const decimals = (/\.(\d+)$/.exec(text)?.[1] ?? "").length;
  if (decimals < 10) return text;
  const shown = neighbours.map((cell) => (/^-?\d+(?:\.(\d+))?$/.exec(cell)?.[1] ?? "").length);
  const most = Math.max(0, ...shown.filter((count) => count < 10));
  const rounded = value.toFixed(most);
  return Math.abs(Number(rounded) - value) < NOISE ? String(Number(rounded)) : text;
}
