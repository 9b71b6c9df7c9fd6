import { accept, type BracketScan } from "./scan.js";

/** What stands before the value of a statement. */
export interface Declaration {
  readonly name: string | undefined;
  readonly nameStart: number;
  /** The sizes that its type gives, outermost first; NaN for one that is left open, none where all are. */
  readonly sizes: readonly number[];
  /** How languages with such a type call what follows. */
  readonly form?: string;
}

/** `const q: number[][] =`, `let q: [[f64; 2]; 3] =`: a type behind the name. A list of numbers is none: it starts otherwise. */
const TYPE_BEHIND = /([A-Za-z_]\w*)\s*:\s*([&[\s]*[A-Za-z_](?:(?!\]\s*,)[^=\r\n"'({]){0,80})=(?!=)/y;

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
export function readDeclaration(scan: BracketScan): Declaration {
  const { position: nameStart } = scan;
  const none = { name: undefined, nameStart, sizes: NO_SIZES };
  // There may be a million rows without a name.
  if (!NAME_START.test(scan.text.charAt(nameStart))) return none;
  const behind = accept(scan, TYPE_BEHIND);
  if (behind) return { name: behind[1], nameStart, sizes: sizesIn(behind[2]) };
  const name = accept(scan, /([A-Za-z_]\w*)\s*(?::(?!:)=?|=(?!=))/y)?.[1];
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
function sizesIn(type: string): number[] {
  const inside = Array.from(type.matchAll(/[;,]\s*(\d+)\s*[\]>]/g), ([, size]) => Number(size));
  if (inside.length > 0) return inside.reverse();
  const brackets = Array.from(type.matchAll(/\[(\w*)\]/g), ([, size]) => size);
  const sizes = brackets.map((size) => (/^\d+$/.test(size) ? Number(size) : Number.NaN));
  return sizes.every(Number.isNaN) ? [] : sizes;
}
