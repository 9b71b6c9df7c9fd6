import { sumOver } from "../../math/lists.js";
import { plainString } from "../decode.js";
import type { FormName } from "../forms/form-names.js";
import { ANSWER, PROMPT } from "../prompts.js";
import { countUp } from "./count-up.js";
import { either, plural } from "./nouns.js";

/** One line of a sheet without decoration. TABs separate the cells of a table. */
export interface Line {
  /** Its line number in the file, from 1. */
  readonly number: number;
  /** The number of the last line that it was made from, if there are several: a column. */
  readonly lastNumber?: number;
  readonly text: string;
  /** Whether it begins with the name of a row, which does not name a matrix. */
  readonly isNamed?: true;
}

/** Blocks of lines that are side by side. */
export type Blocks = readonly (readonly Line[])[];

/** The lines of a sheet, and the text that is struck through on it. */
export interface SheetText {
  readonly lines: readonly Line[];
  readonly struck: readonly Line[];
  /** The lines as they were typed, with quotation marks. Absent for tables. */
  readonly typed?: readonly Line[];
  /** The form of the sheet. */
  readonly form: FormName;
}

/** Text that is struck through: `~~gone~~`, or letters with a stroke through each of them. */
const STRUCK =
  /~~.+?~~|(?:\S\p{M}*\u0336\s?)+|(?<![\d.,/])-?\d[\d.,/]{0,15}[\s,;(–-]{0,5}(?:(?:oops|ups|no|sorry|wait)[,:!\s]{1,3})?(?:should (?:be|have been)|i mean(?:t)?|make that|correct(?:ed|ion)?(?: is| to)?:|soll(?:te)? (?:sein:|heißen:?)|devrait être|debería ser)\s*(?=-?\d)/giu;

/** The rule below the header of a table in Markdown, as psql prints it, or with spaces between the columns. */
const RULE =
  /^[\s>]*\|?\s*(?::-+:?|-+:|-{2,})\s*(?:[|+]\s*(?::-+:?|-+:|-{2,})\s*)+\|?\s*$|^\s*(?:-{3,}|={2,})(?:\s+(?:-{3,}|={2,}))+\s*$/;

/**
 * `0.83 / 0.04 / 0.13`: slashes that separate at least three cells. They are not divisions, and do not separate rows.
 */
const SLASHED_ROW = /(?<![\d.,]\s*)[-−]?\d[\d.,]*(?:\s+\/\s+[-−]?\d[\d.,]*){2,}(?!\s*[-−\d.,=≈])/;
const SLASHED = /(?<=\d)\s+\/\s+(?=[-−]?\d)(?!.*[=≈])/g;

/** Markup of wikis and of AsciiDoc around the rows of a table. */
const OF_WIKI = /^\s*(?:\{\||\[(?:cols|options|%header)[^\]]*\]\s*$|\|(?:-(?!\s*[.\d])|\}|={3,}\s*$))/;

/** A row of a matrix with a bar between its blocks: `[ 2 1 | 0 0 ]`. A single one is a matrix of two rows. */
const ROW_OF_BLOCKS = /^\s*[[(][-−\d.,\s]+\|[-−\d.,\s]+[\])]\s*$/;

/** The number before a name in the header of a table: `| 1. component |`. */
const ORDINAL = /(?<=^|\|)\s*\d{1,2}\.\s+(?=\p{L})/gu;

/** The borders of drawn tables. BARRED finds a table row by its last bar. */
const BORDER = /^\s*[|:+=\u2500-\u257f\s-]*[-=─━═]{3,}[|:+=\u2500-\u257f\s-]*$/;
const BARRED = /[|│║┃]\s*$/;

/** The number of a page between dashes. */
const PAGE = /^\s*[-–—]\s*\d{1,3}\s*[-–—]\s*$/;

/** A heading between signs: `== Weights ==`, `--- Scores ---`. */
const HEADING = /^\s*([=*~_+-])\1+\s*(\p{L}.*?)\s*\1*\s*$/u;

/** A comment behind a named matrix in a program: `scores = [[1, 0]] # Q @ K.T`. */
const NOTE = /^([^#=:]*[=:][^#]*[\])}],?;?)\s+(?:#|\/\/|<-+|←)\s+(?![^\p{L}]*\d)[^=≈]*$/u;

/** Words behind a row in brackets, far from it: `[ 0.2  0.8 ]     sums to 1, good`. */
const BESIDE_ROW =
  /(?<=[\d.]\s{0,9}[\])])(?<![\p{L}√]\([\d.]{1,9}\))\s{2,40}(?![=≈→·*@+x]\s|[\p{L}\d_]+\s*$|[^[\](){}|]*(?:(?<![\p{L}\d])[qkv]_?\d\s?=|[=≈]\s?-?\d*[.,]\d))(?=[^\p{L}]{0,9}\p{L}{3})[^[\](){}|]*$/u;

/** The points for a question: `/3 P.`, `(2 puntos)`, `[4 pts]`, `___/5`. */
const POINTS =
  /\s*(?:[([]\s*)?(?:(?:_+\s*|\d{1,2}\s*)?\/\s*\d{1,3}|\d{1,3})\s*(?:p|pts?|pkt|punkte?|points?|marks?|puntos?|punti|分)\.?\s*(?:[)\]]?\s*$|(?<=[([][\s\d/_]*\p{L}+\.?\s*)[)\]])|\s+_+\s*\/\s*\d{1,3}\s*$/giu;

/** The number of a question, which is not a query: `Homework 4, Q2`. */
const QUESTION =
  /\bQ\s?\d{1,2}(?!\w)(?<=^\W*(?:homework|hw|assignment|exercise|problem|sheet|exam|quiz|übung|blatt|tarea|devoir|compito|作业)(?!\p{L})[^=:]*)/iu;

/** A hint in parentheses, which is not an answer. */
const HINT =
  /[([](?:hint|note|tipp?|hinweis|indice|remarque|pista|nota|suggerimento|提示)\b[^()]*(?:\([^()]*\)[^()]*)*[)\]]/giu;

/** A square root in program code: `d_k ** 0.5`. */
const ROOT_AS_POWER = /(?<![\w.])(\d+|d_?k)\s*\*\*\s*\(?\s*(?:0?\.5|1\/2)\)?/g;

/** A corrector's marks behind numbers, and the points at the end of a line. */
const TICKS = /[✓✔✗✘☑☒✅❌]\uFE0F?(?:\s*\(?\d{1,2}\/\d{1,2}\)?\s*$)?/gu;

const DATE = "\\d{1,4}[./-]\\d{1,2}[./-]\\d{2,4}";
const TIME = "\\d{1,2}:\\d{2}(?::\\d{2})?(?:\\s?[ap]\\.?m\\.?)?";

/** The time and the sender before a chat message, or alone in the line above it. */
const OF_CHAT = new RegExp(
  `^\\s*\\[?(?:${DATE},?\\s+)?${TIME}(?:,\\s*${DATE})?(?:\\]|\\s[-–]\\s)\\s*(?:[\\p{L}~][^:=\\d]{1,30}:\\s)?|^\\s*\\p{L}[^:=\\d]{1,40}(?:${DATE},?\\s+)?${TIME}\\]?\\s*$`,
  "iu",
);

/**
 * Removes struck-out parts, bullets, emphasis, quote marks and borders from each line. Writes signs in one way: one
 * minus, one arrow, one transpose, TABs for bars. Lines keep their numbers.
 */
export function plainLines(texts: readonly string[], form: FormName): SheetText {
  const struck: Line[] = [];
  const isBorder = (index: number) => BORDER.test(texts[index] ?? "");
  const hasCells = (index: number) => texts[index]?.includes("\t") ?? false;
  const isHead = (index: number) =>
    RULE.test(texts[index + 1] ?? "") ||
    (isRow(texts[index]) && isBorder(index - 1) && isBorder(index + 1)) ||
    (hasCells(index) && hasCells(index + 1) && !hasCells(index - 1));
  const heads = texts.filter((text, index) => isHead(index) && !wordsOf(text).every(hasLetter));
  // One numeric row above a rule may be data. If all such rows count up, they are column names.
  const areCounted = heads.length > 1 && heads.every(countsColumns);
  const isOfBlocks = (index: number) => ROW_OF_BLOCKS.test(texts[index] ?? "");
  const areSlashed = texts.some((text) => SLASHED_ROW.test(text));
  const haveRowsInBars = texts.some((text) => text.includes("|") && text.search(ROWS_IN_BARS) >= 0);
  const lines = texts.flatMap((text, index) => {
    const number = index + 1;
    const beside = [texts[index - 1] ?? "", texts[index + 1] ?? ""];
    const isInside =
      beside.every(isRow) || (beside.every((row) => IN_COLUMNS.test(row)) && beside.some(hasLetter));
    const isRule = isBorder(index) && (isInside || countsColumns(texts[index - 1] ?? ""));
    if (RULE.test(text) || OF_WIKI.test(text) || isRule) return [];
    const inBlocks = isOfBlocks(index) && (isOfBlocks(index - 1) || isOfBlocks(index + 1));
    const whole = inBlocks ? text.replace("|", " ") : text;
    const headed = isHead(index) ? whole.replace(ORDINAL, "") : whole;
    const named = areCounted && isHead(index) && countsColumns(text) ? headed.replace(/\d+/g, "c$&") : headed;
    const kept = named.replace(STRUCK, (gone) => {
      struck.push({ number, text: gone.replace(/~~|\u0336/g, "").trim() });
      return " ";
    });
    const column = haveRowsInBars && COLUMN_IN_BARS.test(kept) ? kept.replaceAll("|", ";") : kept;
    return [{ number, text: withoutDecoration(areSlashed ? column.replace(SLASHED, "\t") : column) }];
  });
  return { lines, struck, form };
}

/** Three pieces with wide gaps between them: a row of a table in plain text. */
const IN_COLUMNS = /^\s*\S(?:.{0,80}?\S)? {2,}\S(?:.{0,80}?\S)? {2,}\S/;

const hasLetter = (word: string): boolean => /\p{L}|^[|│║┃]+$/u.test(word);

/** Splits a text into words at white space. */
export const wordsOf = (text: string): readonly string[] => text.trim().split(/\s+/);

const isRow = (text: string) => BARRED.test(text) && !BORDER.test(text);

/** Whether a row above the rule of a table is 0, 1, 2 or 1, 2, 3, so that it names the columns. */
function countsColumns(text: string): boolean {
  const cells = wordsOf(text.replace(/[|│║┃]/g, " "));
  return cells.length > 1 && countUp(cells.map(Number));
}

function withoutDecoration(text: string): string {
  if (BORDER.test(text) || PAGE.test(text)) return "";
  const bare = text
    .replace(OF_CHAT, "")
    .replace(PROMPT, "")
    .replace(ANSWER, "")
    .replace(/^[\s>]*>\s?/, "")
    .replace(/^\s*(?:(?:-(?! {3}|.*\s-(?:\s|$))|[*•–▪◦●○■□▸‣➢❖])\s+(?:\[[ x]\]\s+)?(?=\S)|#+\s+)/, "")
    .replace(HEADING, "$2")
    .replace(NOTE, "$1")
    .replace(TICKS, " ")
    .replace(HINT, " ")
    .replace(QUESTION, " ")
    .replace(POINTS, "")
    .replace(BESIDE_ROW, "")
    .replace(ROOT_AS_POWER, "sqrt($1)")
    .replace(/\*\*|`|(?<![\p{L}\d_])_+(?=[-−+]?\.?\d|\p{L})|(?<=[\p{L}\d%])_+(?![\p{L}\d_{(])/gu, "")
    .replace(/(?<![\w*)\]])\*(?=\p{L})([^*]*\p{L})\*(?!\w)/gu, "$1");
  return withCells(inColumnsOf(bare, spelledAlike(bare)));
}

/** The pieces of a line that wide gaps separate. */
const PIECES = /\S+(?: \S+)*/g;

/** Puts the pieces of a line below the columns where they stood before it was spelled otherwise: they show a table. */
function inColumnsOf(given: string, spelled: string): string {
  const starts = Array.from(given.matchAll(PIECES), ({ index }) => index);
  const pieces = spelled.match(PIECES) ?? [];
  if (given.includes("\t") || pieces.length < 2 || pieces.length !== starts.length) return spelled;
  return pieces.reduce((line, piece, at) => (at > 0 ? `${line}  ` : "").padEnd(starts[at]) + piece, "");
}

/**
 * Rows with bars instead of brackets, perhaps after names: `Q = | 1 0 |`, `Q = |1 0| |0 1|`, `Q = | 1 0 | K = | 0 1 |`,
 * `softmax | 0.7 0.3 |`.
 */
const IN_BARS =
  /^(?:(?:[^|]*[=≈:→]\s*|\s*|(?<=\|\s{0,9})[·*×@]\s*|\p{L}[^|\d]*\s(?=\|[^|]*\d\s+[-.\d][^|]*\|\s*$))(?:\|(?:[^|=]*\d[^|=]*|[lIO\s]+)\|\s*)+)+$/u;

/**
 * Rows of several numbers with bars between them, in brackets, `(1 0 | 0 1)`, or behind a name, `Q: 1 0 | 0 1`,
 * `divided by √2: 0.7 0 | 0 0.7`.
 */
const ROWS_IN_BARS =
  /(?:[([]\s*|^\s*\p{L}(?:[^|\d]*\s|[^|:=]{0,60}[:=]\s+))-?[\d./]+(?:(?:\s*,\s*|\s+)-?[\d./]+)+(?:\s*\|\s*-?[\d./]+(?:(?:\s*,\s*|\s+)-?[\d./]+)+)+\s*(?:[)\]]|(?:\([^()\d]*\)\s*)?$)/gu;

/** A column, `V: 1 | 2 | 3`, on a sheet with such rows. */
const COLUMN_IN_BARS =
  /^\s*\p{L}[^|:=]{0,60}[:=]\s*[([]?-?[\d.,/]+(?:\s*\|\s*-?[\d.,/]+)+[)\]]?\s*(?:\([^()\d]*\)\s*)?$/u;

/** A number and what follows from it, `1 → 0.5`, and a row of such cells, perhaps behind a name. */
const PAIR = /([-+.,\d]+)\s*→\s*([-+.,\d]+)/g;
const ROW_OF_PAIRS = /(?<=^[^\t]*\p{L}[^\t]*\t|^)[-+.,\d]+\s*→\s*[-+.,\d]+(?:\t[-+.,\d]+\s*→\s*[-+.,\d]+)+$/u;

/** Replaces bars between cells by TABs. Removes the outer bars, which rows of Markdown tables have. */
function withCells(text: string): string {
  if (!/[|│║┃]/.test(text)) return text.trimEnd();
  return text
    .replace(IN_BARS, (rows) => rows.replace(/\|([^|]+)\|/g, "[$1]"))
    .replace(ROWS_IN_BARS, (rows) => rows.replaceAll("|", ";"))
    .replace(/^\s*[|│║┃]|[|│║┃]\s*$/g, "")
    .replace(/\s*(?:\|\||[|│║┃])\s*/g, "\t")
    .trimEnd()
    .replace(ROW_OF_PAIRS, (row) => `${row.replace(PAIR, "$1")} → ${row.replace(PAIR, "$2")}`);
}

/** The root of the number of columns in program code: `np.sqrt(Q.shape[-1])`, `sqrt(columns(K))`. */
const ROOT_OF_COLUMNS =
  /(?:(?:np|numpy|math|torch|tf|jnp)\.)?sqrt\(\s*(?:[\p{L}\d.]+\(\s*)?(?:[qk]\w*(?:\.(?:shape|size)|(?=\s*[[,)]))|d_?(?:head|key)|head_?dim)(?:\s*,\s*\d)?(?:[[(][-\d]*[\])])*\s*\)?\s*\)/giu;

/** A product in program code: `tf.matmul(A, V)`, `np.dot(Q, K.T)`. */
const PRODUCT_CALL =
  /\b(?:\w+\.)?(?:matmul|dot|mm|bmm)\(\s*([\w.^]+)\s*,\s*([\w.^]+)\s*(,\s*(?:transpose_b|adjoint_b)\s*=\s*True\s*)?\)/gi;

/** A transpose in program code: `transpose(K)`, `t(K)`, `Transpose[K]`, `K.transpose()`. */
const TRANSPOSED_CALL =
  /\b(?:\w+\.)?(?:transpose|t)\(\s*(\w+)\s*\)|\(transpose (\w+)\)|\bTranspose\[\s*(\w+)\s*\]|\b(\w+)\.transpose\([-\d, ]*\)/gi;

/** A row of weights written as a sum: `0.4 + 0.2 + 0.4 = 1`. */
const SUM_TO_ONE = /((?:\d*\.\d+\s*\+\s*)+\d*\.\d+)\s*[=≈]\s*1(?:[.,]0*)?(?=[\s✓]*$)/g;

/** Whether numbers add up to 1, but for their rounding. */
const isOne = (sum: string): boolean => Math.abs(sumOver(sum.split("+"), Number) - 1) < 0.05;

/** Other characters for the same sign, by character. */
const SIGNS: ReadonlyMap<string, string> = new Map(
  [
    ["…", "_"],
    ["ᵀ⊤", "^T"],
    ["⎡⎢⎣⎛⎜⎝", "["],
    ["⎤⎥⎦⎞⎟⎠", "]"],
    ["‐‑", "-"],
    ["⋅∙•×", "·"],
    ["⁄", "/"],
    ["“”„‘’«»", " "],
  ].flatMap(([signs, plain]) => Array.from(signs, (sign) => [sign, plain] as const)),
);
const plainSign = (sign: string): string => SIGNS.get(sign) ?? sign.normalize("NFKC");

/** Other spellings, and the plain form of each. They are replaced in this order. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/->|=>|⇒/g, "→"],
  [
    /(?<!\p{L})(?:(?:quadrat)?wurzel|racine(?: carrée)?|radice(?: quadrata)?|ra[íi]z(?: cuadrada| quadrada)?|(?:square )?root)(?: (?:aus|von|de|di|of))?\s+(?=\d)/giu,
    "√",
  ],
  // The rule of a bias, which is not one of its rows: `b_ij = -0.5 · |i - j|`.
  [/(?:=\s*)?-\s?(\d*\.?\d+)\s?[·*]?\s?\|\s?i\s?-\s?j\s?\|/gu, ", slope $1,"],
  // A letter for the sign of a product: `2 x 1 + (-1) x 0 = 2`.
  [
    /(?<=\d\)?)\sx\s(?=\(?[-−]?[\d.,]{1,9}\)?\s*[-+=≈])|(?<=\s[-+]\s?\(?[-−]?[\d.,]{1,9}\)?)\sx\s(?=\(?[-−]?\d)/giu,
    " · ",
  ],
  // What is done to the numbers before it: `q K^T = [2, 1] → /√2 → [1.41, 0.71]`, `= 4, divided by √2: 2.83`.
  [
    /(?<==\s?(?:[([][-\d.,\s]{1,80}\d\s?[\])]|-?[\d.,]{0,8}\d))(?:\s{0,4}[=→]\s{0,4}[/÷]\s?|,?\s(?:(?:divided|scaled) by|(?:geteilt )?durch|divisée? par|dividid[oa] (?:por|entre)|entre|diviso(?: per)?)\s{1,3})((?:√|sqrt)?\s?\(?[\d.]{1,9}\)?)\s{0,4}[=→:](?=\s{0,4}(?:[([]|-?[\d.]))/giu,
    ", /$1 =",
  ],
  // A query of a database names its table.
  [/^\s*select\s.{1,80}\sfrom\s+([\w.]+).*$/i, "$1:"],
  [/%\*%|(?<=\p{L}\d?\s)\.(?=\s\p{L})/gu, "·"],
  // Infinity as a cell in Python: `-np.inf`, `float("-inf")`. As an argument it is no number of the sheet.
  [/(?<![\w.])(?:np|numpy|torch|math|jnp)\.(?=inf\s*[,\]])/g, ""],
  [/\bfloat\(\s*["'](-?)inf(?:inity)?["']\s*\)(?=\s*[,\]])/gi, "$1inf"],
  [/"/g, " "],
  [/[-—]\s?(?:∞|oo)(?!\p{L})/gu, "-∞"],
  // C gives the type and size of an array, and marks float numbers with f.
  [/^\s*(?:(?:const|static|constexpr)\s+)*(?:float|double|int)\s+(\w+)\s*(?:\[\d*\]\s*)+=/, "$1 ="],
  [/(?<=\d\.\d*)f\b/g, ""],
  // Which columns, rows or heads are meant is no number of the sheet: `Head 1 takes columns 1 and 2`, `heads 0,1`.
  [
    new RegExp(
      `(?<!\\p{L})((?:${either("column", "row")}|${plural("head")})\\s*)\\d{1,2}(?:[-–,]\\d{1,2}| (?:and|to|und|bis|et|à|y|a|e|和|到) \\d{1,2})(?![.,]?\\d)`,
      "giu",
    ),
    "$1",
  ],
  // The papers write the head below: `W_1^Q`.
  [/(?<!\p{L})W_?[{(]?(\d)[)}]?\s*\^\s*[{(]?([QKVO])[)}]?/gu, "W^$2_$1"],
  // The shape of a matrix behind its name: `Query matrix Q (2 x 3):`.
  [/(?<=\p{L}\s*)[([]\s*\d{1,4}(?: \p{L}+)?\s*[x·]\s*\d{1,4}(?: \p{L}+)?\s*[)\]](?=\s*[:=]?\s*$)/gu, ""],
  // The sign before the name of a term or of a sum: `+ positional encodings`, `= model input`.
  [/^\s*[+=]\s+(?=\p{L}[^\d=]*$)/u, ""],
  // The full stop of a sentence, behind a formula.
  [/(?<=[=≈,].*\S)\s+\.(?=\s*$)/u, "."],
  // Numbers of columns, the last of which has the sums of the rows: `k1;k2;k3;sum`.
  [
    /^(?:\s*[\p{L}_]{1,12}\s?\d{1,3}\s*[;,\t]){2,30}\s*(?:Σ|sums?|total|summe|somme|soma|som|suma|somma)\s*$/iu,
    "",
  ],
  // The assignment of R.
  [/^(\s*[\p{L}_][\w.]*)\s*<-\s/u, "$1 = "],
  // A step that continues the line above: `· V = …`, `x V`, and `: √2`. Handwriting or a camera can turn the root into
  // a V.
  [/^\s*[·@*x]\s*(?=V\s*(?:$|[=:≈→]))/, "α·"],
  [/^\s*[:÷/]\s*(?:√|V(?=\d))/, "/√"],
  // A colon that divides: `2 : 1,41 = 1,42`.
  [/^(\s*-?\d[\d.,]*)\s:\s(?=(?:√|sqrt|\d)[^:=]{1,20}=)/u, "$1 / "],
  // "Step 2 result" and the like: only the step counts.
  [
    /(?<!\p{L})((?:step|part|schritt|teil|paso|étape|passo)\s*\d+)\s+(?:result|output|ergebnis)(?!\p{L})/giu,
    "$1",
  ],
  // "Input Q" names Q, not X.
  [/(?<!\p{L})(?:inputs?|eingaben?|entrées?|entradas?)\s*:?\s+(?=(?:matri[xz]\s+)?[QKV](?!\p{L}))/giu, ""],
  // A product of two columns: `q_1^T k_2`.
  [/(?<!\p{L})(q(?:_?\d)?)\s*\^T\s*(?=k)/gu, "$1·"],
  // A row with ^T, for a column vector.
  [/([[(][-\d.,;/\s]+[\])])\s*\^\{?T\}?/g, "$1"],
  // What weights are in words: `closer to 0 and 1`.
  [
    /(?<=(?<!\p{L})(?:to|between|zwischen|entre|tra)\s)0\s(?:and|or|und|oder|et|ou|y|e|o)\s1(?![.,]?\d)/gu,
    "",
  ],
  // The axes and sizes of a method: `x.reshape(1, 3, 4)`, `k.swapaxes(-1, -2)`.
  [
    /(?<=\.(?:transpose|reshape|view|permute|swapaxes|unsqueeze|squeeze|size|chunk|split|expand)\()[-\d,\s]+(?=\))/g,
    "",
  ],
  // The sizes that a program gives a function: `torch.ones(3, 3)`, `np.full((3, 3), 0.0)`. An array made of numbers is data.
  [
    /(?<=(?:[A-Za-z]\w{0,20}\.(?!(?:as)?array|tensor|matrix|Matrix|pow|dot|add)[A-Za-z_]\w{0,30}|(?<![\w.])(?:ones|zeros))\(\(?\s{0,2})\d{1,4}(?:\s{0,2},\s{0,2}\d{1,4})+(?=\s{0,2}[,)])/g,
    "",
  ],
  // A fraction of LaTeX with a product above the line: `((q·k)/(sqrt(2)))`.
  [/\(\(([^()+-]{0,60}\p{L}[^()+-]{0,60})\)\/\(?(sqrt\([^()]*\)|√?[\w.]+)\)?\)/gu, "$1/$2"],
  [TRANSPOSED_CALL, "$1$2$3$4^T"],
  [/(?<=[·*@]\s*[KV])'/g, "^T"],
  [ROOT_OF_COLUMNS, "sqrt(d_k)"],
];

/** Bars, tildes and hats above letters, as signs of their own: `h̄_1`. */
const BARS_ABOVE = /(?<=[a-z])[\u0302-\u0305]/giu;

/**
 * Writes powers as ^, a transpose as ^T, one minus sign, no quotes, and full-width letters and digits as normal ones.
 */
function spelledAlike(text: string): string {
  const signs = /[^\0-\x7f]/.test(text)
    ? plainString(text.replace(BARS_ABOVE, "'"))
        .replace(/[⁻⁺]?[⁰¹²³⁴-⁹]+/g, (power) => `^${power.normalize("NFKC").replace("−", "-")}`)
        .replace(/…+|[^\0-\x7f]/gu, (sign) => plainSign(sign[0] === "…" ? "…" : sign))
    : text;
  return SPELLINGS.reduce((plain, [written, instead]) => plain.replace(written, instead), signs)
    .replace(SUM_TO_ONE, (sum, row: string) => (isOne(row) ? row.replaceAll("+", " ") : sum))
    .replace(
      PRODUCT_CALL,
      (_, left: string, right: string, turned?: string) => `${left}·${right}${turned ? "^T" : ""}`,
    );
}
