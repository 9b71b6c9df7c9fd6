import { setting } from "../../setting-names.js";
import type { Parsed } from "../forms/form.js";
import { addEntry, type Entry, type Value } from "../value.js";
import { packRows } from "./list.js";
import { accept, type BracketScan, decoded, fail, foundText, noteForm, skipGap } from "./scan.js";
import { checkShape, sizesOf } from "./shape.js";
import { readBracketValue } from "./value.js";

/** What a text of brackets holds: one value, perhaps with a name, or several named ones. */
export interface Statements {
  readonly value: Value;
  readonly assigned?: Parsed["assigned"];
  /** The rows stand one below the other, each in brackets of its own. */
  readonly unwrapped: boolean;
}

interface Statement {
  readonly name: string | undefined;
  readonly nameStart: number;
  readonly value: Value;
}

/**
 * Everything in a text of brackets: one matrix; rows in brackets of their own, one below the other; or
 * `Q = …`, `K = …` and so on, which together are an object. Throws SYNTAX, DUPLICATE_KEY and what cells throw.
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

/** Lines that hold no value: imports, comments, and what torch, xarray and OCaml print beside one. */
function skipBetween(scan: BracketScan): void {
  let start: number;
  do {
    start = scan.position;
    skipGap(scan);
    accept(scan, /;+/y);
    accept(
      scan,
      /(?:import|from)\s[^\r\n]*|print\([^\r\n]*\)[ \t]*(?=[\r\n])|Parameter containing:|(?:const|let|var|val|mut)\s+|- : [\w ]+ = |<xarray\.DataArray[^\r\n]*|(?:Coordinates|Dimensions without coordinates|Attributes|Indexes):[\s\S]*/y,
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
  // A comma may stand between two assignments on one line, and between rows without a bracket around them all.
  if (!ended && !accept(scan, /;|,(?=\s*(?:[A-Za-z_]\w*\s*=|[[({]|$))/y))
    fail(scan, scan.position, `after the end of the matrix ${foundText(scan)}.`, hintBehind(scan, end));
  return { name, nameStart, value };
}

/** An operation on a matrix is not done for the person who pastes it, and not forgotten either. */
function hintBehind(scan: BracketScan, end: number): string {
  const rest = decoded(scan, end, end + 12);
  return /^\s*(?:\.T\b|'|\.'|\^T|\.t\(\)|ᵀ)/.test(rest)
    ? `To use it transposed, paste it without that and add ${setting("transpose")} with its name.`
    : /^\s*[.*/+@^-]/.test(rest)
      ? "qkv does not compute with matrices here: paste the result."
      : "Give one matrix, or several with names: Q = [1 0; 0 1]; K = [1 1; 0 1].";
}

/** Rows without brackets around them all, with commas or line breaks between them, as Sage and a loop over rows print them; sympy puts empty ones between. */
function rowsOf(scan: BracketScan, statements: readonly Statement[]): Value {
  const values = statements.map(({ value }) => value);
  const rows = values.filter((value) => value.kind !== "numbers" || value.cols > 0);
  if (statements.every(({ name, value }) => name === undefined && value.kind === "numbers" && value.flat)) {
    scan.form = "rows in brackets";
    return packRows(rows[0]?.start ?? 0, rows) ?? { kind: "list", start: values[0].start, items: rows };
  }
  const [, second] = statements;
  const message = "a second matrix starts here, and not all of them have a name.";
  const hint = "Give one matrix, or write names: Q = [1 0; 0 1] and K = [1 1; 0 1].";
  return fail(scan, second.nameStart, message, hint);
}

function objectOf(scan: BracketScan, statements: readonly Statement[]): Value {
  const entries = new Map<string, Entry>();
  for (const { name = "", nameStart: keyStart, value } of statements)
    addEntry(entries, name, { source: scan.source, keyStart }, () => value);
  return { kind: "object", start: statements[0].nameStart, entries };
}

/** What stands before the value of a statement. */
interface Declaration {
  readonly name: string | undefined;
  readonly nameStart: number;
  /** The sizes that its type gives, outermost first; NaN for one that is left open, none where all are. */
  readonly sizes: readonly number[];
  /** How languages with such a type call what follows. */
  readonly form?: string;
}

/** `const q: number[][] =`, `let q: [[f64; 2]; 3] =`: a type behind the name. A list of numbers is none: it starts otherwise. */
const TYPE_BEHIND = /([A-Za-z_]\w*)\s*:([&[\s]*[A-Za-z_](?:(?!\]\s*,)[^=\r\n"'({]){0,80})=(?!=)/y;

/**
 * `double q[2][2] =`, `std::vector<std::vector<double>> q{`, `final double[][] q =`: a type before the name. Its own brackets are
 * empty and right before the name: in `double q[2][2] dou = {` something else was written twice.
 */
const TYPE_BEFORE =
  /(?!new\s)((?:[A-Za-z_][\w:.]*(?:<[^=\r\n]{0,80}>)?[&*]?\s+){0,3}[A-Za-z_][\w:.]*(?:<[^=\r\n]{0,80}>)?(?:\[,*\]){0,3}[&*]?\s+)([A-Za-z_]\w*)((?:\s*\[\w*\]){0,3})\s*(?:=(?!=)|(?=\{))/y;

/** What names and types begin with. */
const NAME_START = /[A-Za-z_]/;

const NO_SIZES: readonly number[] = [];

/** The name and type that are declared at the position, which moves behind them. */
function readDeclaration(scan: BracketScan): Declaration {
  const { position: nameStart } = scan;
  const none = { name: undefined, nameStart, sizes: NO_SIZES };
  // There may be a million rows without a name.
  if (!NAME_START.test(scan.text.charAt(nameStart))) return none;
  const behind = accept(scan, TYPE_BEHIND);
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

/** `[2][3]` of C and Go, `[[f64; 3]; 2]` of Rust, `array<array<float, 3>, 2>` of C++: the last two from the inside out. */
function sizesIn(type: string): readonly number[] {
  const inside = Array.from(type.matchAll(/[;,]\s*(\d+)\s*[\]>]/g), ([, size]) => Number(size));
  return inside.length > 0 ? inside.reverse() : sizesOf(type.matchAll(/\[(\w*)\]/g));
}
