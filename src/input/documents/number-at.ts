import { decimalsOf, EXACT_DECIMALS } from "../../math/written.js";

/** A number, or arithmetic of numbers, that stands at a place of a text. */
export interface NumberAt {
  readonly value: number;
  /** The decimals that it claims. */
  readonly decimals: number;
  readonly end: number;
}

/** Where a text is read, and what its numbers claim so far. */
interface Cursor {
  readonly text: string;
  readonly isComma: boolean;
  at: number;
  /** The plain numbers that were met. */
  readonly plain: string[];
  isPercent: boolean;
  isPower: boolean;
}

// A point that ends a sentence is none of a number.
const POINT_NUMBER = /(?:\d+(?:\.\d+|\.(?!\s+\p{L}|\s*$))?|\.\d+)(?:[eE][-+]?\d+)?/uy;
const COMMA_NUMBER = /(?:\d+(?:,\d+)?|,\d+)(?:[eE][-+]?\d+)?/y;

/**
 * The number at a place: `0.5`, `3/4`, `1/√2`, `28 %`, `e^0.71`, `1·1 + 0·2`, `-inf`. A sign between two numbers has equal space on both
 * sides, so that `1 -2` is two of them. Undefined where none stands.
 */
export function numberAt(text: string, at: number, isComma: boolean): NumberAt | undefined {
  const cursor: Cursor = { text, isComma, at, plain: [], isPercent: false, isPower: false };
  const value = sum(cursor);
  if (value === undefined || Number.isNaN(value)) return undefined;
  if (cursor.plain.length === 0 && Number.isFinite(value)) return undefined;
  return { value, decimals: decimalsAt(text.slice(at, cursor.at), cursor), end: cursor.at };
}

/** Arithmetic of whole numbers is exact; of rounded ones it is as precise as they are. */
function decimalsAt(written: string, { plain, isComma, isPercent, isPower }: Cursor): number {
  const claims = plain.map((one) => decimalsOf(isComma ? one.replace(",", ".") : one));
  const isAlone = plain.length === 1 && /^[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s?%?$/.test(written);
  if (isAlone) return claims[0] + (isPercent ? 2 : 0);
  const most = Math.max(0, ...claims);
  return most === 0 && !isPower ? EXACT_DECIMALS : Math.max(most, isPower ? 2 : 0);
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

const sum = (cursor: Cursor): number | undefined =>
  chain(cursor, product, /\s*[+-]\s*/y, (left, right, sign) =>
    sign.includes("+") ? left + right : left - right,
  );

const product = (cursor: Cursor): number | undefined =>
  chain(cursor, power, /\s*[*·]\s*|[/÷]|(?<=\))(?=\()/y, (left, right, sign) =>
    /[/÷]/.test(sign) ? left / right : left * right,
  );

const power = (cursor: Cursor): number | undefined =>
  chain(cursor, term, /\^/y, (left, right) => left ** right);

function chain(
  cursor: Cursor,
  next: (cursor: Cursor) => number | undefined,
  sign: RegExp,
  join: (left: number, right: number, sign: string) => number,
): number | undefined {
  let value = next(cursor);
  while (value !== undefined) {
    const back = cursor.at;
    const found = take(cursor, sign);
    const isEven = found !== undefined && /^\s/.test(found) === /\s$/.test(found) && !found.includes("\t");
    const right = isEven ? next(cursor) : undefined;
    if (found === undefined || right === undefined) {
      cursor.at = back;
      break;
    }
    value = join(value, right, found);
  }
  return value;
}

function term(cursor: Cursor): number | undefined {
  const signed = take(cursor, /[-+](?=[\d.√(∞]|,\d|sqrt|e\^|exp\(|inf)/iy);
  if (signed !== undefined) {
    const value = term(cursor);
    return value === undefined ? undefined : signed === "-" ? -value : value;
  }
  if (take(cursor, /(?:inf(?:inity)?|∞)(?![\p{L}\d])/iuy) !== undefined) return Number.POSITIVE_INFINITY;
  if (take(cursor, /√\s*|(?:sqrt|wurzel)(?=\s*[(\d])\s*/iy) !== undefined)
    return applied(term(cursor), Math.sqrt);
  if (
    take(cursor, /e\s*\^\s*|exp(?=[^\S\t]*[(\d])(?![^\S\t]*\d[\d.]*,?[^\S\t]+[-+]?[\d.])\s*/iy) !== undefined
  ) {
    cursor.isPower = true;
    return applied(braced(cursor) ?? term(cursor), Math.exp);
  }
  return braced(cursor) ?? plainNumber(cursor);
}

const applied = (value: number | undefined, make: (value: number) => number) =>
  value === undefined ? undefined : make(value);

function braced(cursor: Cursor): number | undefined {
  const back = cursor.at;
  if (take(cursor, /[({]\s*/y) === undefined) return undefined;
  const value = sum(cursor);
  if (value !== undefined && take(cursor, /\s*[)}]/y) !== undefined) return value;
  cursor.at = back;
  return undefined;
}

function plainNumber(cursor: Cursor): number | undefined {
  const found = take(cursor, cursor.isComma ? COMMA_NUMBER : POINT_NUMBER);
  if (found === undefined) return undefined;
  cursor.plain.push(found);
  const value = Number(cursor.isComma ? found.replace(",", ".") : found);
  if (take(cursor, /\s?%/y) === undefined) return value;
  cursor.isPercent = true;
  return Number(`${value}e-2`);
}
