import { setting } from "../../errors.js";
import type { Parsed } from "../forms/form.js";
import { foundText } from "../number.js";
import { addEntry, type Entry, type Value } from "../value.js";
import { packRows } from "./list.js";
import { accept, type BracketScan, decoded, fail, matchAt, noteForm, skipGap } from "./scan.js";
import { checkShape, sizesOf } from "./shape.js";
import { readBracketValue } from "./value.js";

/** The content of a text of brackets: one value, perhaps with a name, or several named values. */
interface Statements {
  readonly value: Value;
  readonly assigned?: Parsed["assigned"];
  /** Whether the text is rows one below the other, each in its own brackets. */
  readonly unwrapped: boolean;
}

interface Statement {
  readonly name: string | undefined;
  readonly nameStart: number;
  readonly value: Value;
}

/**
 * Reads a whole text of brackets: one matrix; rows one below the other, each in its own brackets; or assignments such
 * as `Q = …`, which together make an object. Throws SYNTAX, DUPLICATE_KEY and the errors of cells.
 */
export function readStatements(scan: BracketScan): Statements {
  const statements: Statement[] = [];
  for (;;) {
    skipBetween(scan);
    if (scan.position >= scan.text.length) break;
    statements.push(readStatement(scan));
  }
  const [first, ...others] = statements;
  if (!first)
    fail(scan, 0, `${scan.options.subject}: this text has no array.`, "Give the numbers themselves.");
  if (others.length === 0) {
    const { name, nameStart: start, value } = first;
    return { value, unwrapped: false, assigned: name === undefined ? undefined : { name, start } };
  }
  const unwrapped = statements.some(({ name }) => name === undefined);
  return { value: unwrapped ? rowsOf(scan, statements) : objectOf(scan, statements), unwrapped };
}

/** Skips lines without a value: imports, comments, and text that torch, xarray and OCaml print beside a value. */
function skipBetween(scan: BracketScan): void {
  let start: number;
  do {
    start = scan.position;
    skipGap(scan);
    accept(
      scan,
      /;+|(?:import|from)\s[^\r\n]*|print\([^\r\n]*\)[ \t]*(?=[\r\n])|Parameter containing:|(?:const|let|var|val|mut)\s+|- : [\w ]+ = |<xarray\.DataArray[^\r\n]*|(?:Coordinates|Dimensions without coordinates|Attributes|Indexes):[\s\S]*/y,
    );
  } while (scan.position > start);
}

function readStatement(scan: BracketScan): Statement {
  const { name, nameStart, sizes, form } = readDeclaration(scan);
  skipGap(scan);
  if (form && scan.text[scan.position] === "{") noteForm(scan, form);
  const value = readBracketValue(scan);
  if (sizes.length > 0) checkShape(scan, nameStart, sizes, value);
  const end = scan.position;
  const ended = skipGap(scan, false) || scan.position >= scan.text.length;
  // A comma may separate two assignments on one line, or rows without brackets around them all.
  if (!ended && !accept(scan, /;|,(?=\s*(?:[A-Za-z_]\w*\s*=|[[({]|$))/y))
    fail(scan, scan.position, `after the end of the matrix ${foundText(scan)}.`, hintAfterMatrix(scan, end));
  return { name, nameStart, value };
}

/** Returns the hint for text after a matrix. An operation on the matrix is neither computed nor silently ignored. */
function hintAfterMatrix(scan: BracketScan, end: number): string {
  const rest = decoded(scan, end, end + 12);
  return /^\s*(?:\.T\b|'|\.'|\^T|\.t\(\)|ᵀ)/.test(rest)
    ? `To use it transposed, paste it without that and add ${setting("transpose")} with its name.`
    : /^\s*[.*/+@^-]/.test(rest)
      ? "qkv does not compute with matrices here: paste the result."
      : "Give one matrix, or several with names: Q = [1 0; 0 1]; K = [1 1; 0 1].";
}

/**
 * Joins rows without brackets around them all, separated by commas or line breaks, as Sage and a loop over rows print
 * them. sympy prints empty rows between them.
 */
function rowsOf(scan: BracketScan, statements: readonly Statement[]): Value {
  const values = statements.map(({ value }) => value);
  const rows = values.filter((value) => value.kind !== "numbers" || value.cols > 0);
  if (statements.every(({ name, value }) => name === undefined && value.kind === "numbers" && value.flat)) {
    scan.form = "rows in brackets";
    return packRows(rows[0]?.start ?? 0, rows) ?? { kind: "list", start: values[0].start, items: rows };
  }
  const [, second] = statements;
  const hint = "Give one matrix, or write names: Q = [1 0; 0 1] and K = [1 1; 0 1].";
  return fail(scan, second.nameStart, "a second matrix starts here, and not all of them have a name.", hint);
}

function objectOf(scan: BracketScan, statements: readonly Statement[]): Value {
  const entries = new Map<string, Entry>();
  for (const { name = "", nameStart: keyStart, value } of statements)
    addEntry(entries, name, { source: scan.source, keyStart }, () => value);
  return { kind: "object", start: statements[0].nameStart, entries };
}

/** The name and type before the value of a statement. */
interface Declaration {
  readonly name: string | undefined;
  readonly nameStart: number;
  /** The sizes that the type gives, outermost first: NaN for an open size, and an empty list if all are open. */
  readonly sizes: readonly number[];
  /** The form of the value, for languages that write the type before the name. */
  readonly form?: string;
}

/**
 * A type after the name: `const q: number[][] =`, `let q: [[f64; 2]; 3] =`. It cannot match a list of numbers, which
 * begins otherwise.
 */
const TYPE_ANNOTATION = /([A-Za-z_]\w*)\s*:([&[\s]*[A-Za-z_](?:(?!\]\s*,)[^=\r\n"'({]){0,80})=(?!=)/y;

/**
 * A type before the name: `double q[2][2] =`, `std::vector<std::vector<double>> q{`, `final double[][] q =`. Brackets
 * of the type must be empty and directly before the name, so that `double q[2][2] dou = {`, a copying error, does not
 * match.
 */
const TYPE_BEFORE =
  /(?!new\s)((?:[A-Za-z_][\w:.]*(?:<[^=\r\n]{0,80}>)?[&*]?\s+){0,3}[A-Za-z_][\w:.]*(?:<[^=\r\n]{0,80}>)?(?:\[,*\]){0,3}[&*]?\s+)([A-Za-z_]\w*)((?:\s*\[\w*\]){0,3})\s*(?:=(?!=)|(?=\{))/y;

/** The first character of names and types. */
const NAME_START = /[A-Za-z_]/y;

const NO_SIZES: readonly number[] = [];

/** Reads the name and type at the position and moves past them. */
function readDeclaration(scan: BracketScan): Declaration {
  const { position: nameStart } = scan;
  const none = { name: undefined, nameStart, sizes: NO_SIZES };
  // Test the first character only, because there may be a million rows without a name.
  if (!matchAt(scan, NAME_START)) return none;
  const behind = accept(scan, TYPE_ANNOTATION);
  if (behind) return { name: behind[1], nameStart, sizes: sizesIn(behind[2]) };
  const name = accept(scan, /([A-Za-z_]\w*)\s*(?::(?!:)=?|=(?!=)|<-\s)/y)?.[1];
  if (name !== undefined) return { name, nameStart, sizes: NO_SIZES };
  const before = accept(scan, TYPE_BEFORE);
  if (!before) return none;
  const [, type, declared, brackets] = before;
  return {
    name: declared,
    nameStart: nameStart + type.length,
    sizes: sizesIn(type + brackets),
    form: "C literal",
  };
}

/**
 * Returns the sizes in a type: `[2][3]` of C and Go, `[[f64; 3]; 2]` of Rust, `array<array<float, 3>, 2>` of C++. Those
 * of the last two are written innermost first.
 */
function sizesIn(type: string): readonly number[] {
  const inside = Array.from(type.matchAll(/[;,]\s*(\d+)\s*[\]>]/g), ([, size]) => Number(size));
  return inside.length > 0 ? inside.reverse() : sizesOf(type.matchAll(/\[(\w*)\]/g));
}
