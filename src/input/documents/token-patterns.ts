import { BLANK } from "../blank.js";
import { plural, singular } from "./nouns.js";

// The patterns for the words, numbers and signs of a sheet.

const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

/** A date that begins with the day: 3 May 2024, the 3rd of May. */
const DAY_AND_MONTH = `\\d{1,2}(?:st|nd|rd|th)?\\.?(?: of)? ${MONTH}\\b\\.?,?(?: \\d{4})?`;

/** A date that begins with the month: May 3rd, 2024; May 2024. */
const MONTH_AND_YEAR = `${MONTH}\\b\\.?(?: \\d{1,2}(?:st|nd|rd|th)?,?)? \\d{4}\\b`;

/** Words with a number, alone in a cell of a table: `Row 1`, `Q row 1`, `QK^T/√2, row 1`. */
const LABEL_IN_CELL = /(?<=^\s*|\t\s*)\p{L}(?:[\p{L}\p{M}.]*|[^\t=:≈→]{0,40}[\p{L})'′]) #?\d{1,2} *(?=\t)/u
  .source;

/**
 * The kinds of tokens:
 * - `number`: a number, or a blank cell.
 * - `relation`: `=`, `≈`, `:`, `→`, and words for them.
 * - `separator`: a sign that may separate two cells of a row.
 * - `line` and `blank`: the end of a line, and an empty line.
 * - `wrapped`: the end of a line inside a row that continues.
 */
export type TokenKind =
  | "number"
  | "word"
  | "relation"
  | "separator"
  | "semicolon"
  | "open"
  | "close"
  | "operator"
  | "line"
  | "blank"
  | "wrapped"
  | "other";

/** A number of things: `2 heads`, `3 tokens`, `8 points`. */
export const COUNT = new RegExp(
  `\\d{1,2}(?=\\s(?:attention\\s)?(?:${plural("head", "token", "query", "key")}|dim\\p{L}+|decimals?|digits|points|pts|min|comments|punkte|(?:nachkomma)?stellen|décimales|decimales|decimali)(?!\\p{L}))`,
  "iuy",
);

/** Text that looks like a number but is none. */
export const NO_NUMBER = new RegExp(
  [
    LABEL_IN_CELL,
    DAY_AND_MONTH,
    // Which head, token or key is meant: `token 2,`, `attends to key 1`, `key 1:`.
    `(?<=(?<!\\p{L})(?:${singular("head", "token", "position")}|(?:on|to|at|from|auf|zu|sur|a) (?:${singular("key")}))\\s)\\d{1,2}(?=\\s*(?:[,;.:)]|\\p{L}|$))`,
    `(?<=^[^\\p{L}\\d]*(?:${singular("key", "query")})\\s)\\d{1,2}(?=\\s*[:=])`,
    // An ordinal: das 2. Token.
    /(?<=\bd(?:as|er|ie|em|en|es)\s)\d{1,2}\.(?=\s\p{L})/u.source,
    // Dates, times, and the numbers of students.
    /\d+(?<sign>[-./:])\d+(?:\k<sign>\d+)+|\d{1,2}:\d\d(?!\d)|0\d+(?![.,\d])|\d{5,}(?![.,]?\d)/u.source,
    COUNT.source,
    // A part of a word or of a list, and a shape: 2nd, `1)`, `#3`, `[1,]`, `2 x 3`.
    /\d+(?=\p{L})(?![eE][-+]?\d)|\(?\d{1,2}[a-z]?\)(?!\s?[(*·+])|#\s?\d+|\[\d+,\]|\[,\d+\]|\d+\s?[x×·]\s?\d+(?=\s*(?:[,;.()]|\p{L}|$))/u
      .source,
  ].join("|"),
  "iuy",
);

/** A number that only counts a line: `1.` or `2)` before words, `3:` or `pos=3:` before the cells of a row. */
export const NUMBERING =
  /^\s*(?:\(?\d{1,2}[.)]|[a-z]\))\s+(?=[^\d\s.,+-])|^\s*(?:\p{L}+\s*=\s*)?\d{1,2}\s*(?::\s+(?=[-+.\d[(])|\t\s*(?=[[(]))/uy;

/** A blank cell, or a word for it, up to the separator. */
export const BLANK_CELL = new RegExp(`(?:${BLANK}|nan)(?=\\s*(?:[\\t,;\\])|]|$)|\\s+(?:\\d|${BLANK}))`, "iy");

const RELATION =
  /[=≈≃≅~]+|→|:=|(?:\b(?:approx(?:\.|imately)?|ca\.|gives?|is|are|ergibt|ist|sind|est|sont|es|son|è|sono))(?=\s)|:|为|是/y;

export const SIMPLE: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ["relation", RELATION],
  ["separator", /(?:and|und|et|y|e|&)(?![\p{L}\d])|(?<=\d\s+)(?:i|en|и)(?=\s+[-+]?[.\d])|[,\t]/uy],
  // Slashes between lists, or with spaces around them, may also separate rows.
  ["semicolon", /;|(?<=\]\s*)\/(?=\s*\[)|(?<=\d\s+)\/(?=\s+-?\.?\d)(?!\s+[-\d.,]+\s*[=≈→])/y],
  ["open", /[[({]/y],
  ["close", /[\])}]/y],
  ["operator", /[*·/+@^√-]|(?:sin|cos)(?=\s*[(\d])/y],
  // The version of a program, and the shape that is printed with an array.
  [
    "word",
    /(?:numpy|pytorch|torch|python|jax|tensorflow|matlab|octave|julia|version)\s?\(?(?:[=~>≥]=?)?\s?v?\d{1,4}(?:\.\d+)+/iuy,
  ],
  ["word", /(?:torch\.)?Size\(\[[\d, ]*\]\)|(?:shape|strides)\s?[=:]?\s?[([][\d, ]*[\])]/y],
  ["word", new RegExp(MONTH_AND_YEAR, "iuy")],
  ["word", /[\p{L}_Σ][\p{L}\p{M}\d_'′]*(?:[-.]\p{L}[\p{L}\d]*)*/uy],
];

/** The text before a number by which a name is divided or multiplied: `QKᵀ/` or `Scores (÷` before √2, `Scaled by` before 2. */
export const OF_FORMULA =
  /(?:\p{L}[\p{L}\p{M}\d_^'′]*\)?\s*[/÷]|\(\s*[/÷]|(?:scaled|divi\p{L}+|geteilt|multi\p{L}+) (?:by|durch|par|por|per|with|mit))\s*\(?$/iu;
export const LONGEST_OPERAND = 40;

/** A decimal point, but not the points of a date. */
export const HAS_POINT =
  /(?<![\d.])(?<!^\s*(?=\d+\.\d+\s+\p{L}))(?![1-9]\d{0,2}\.\d{3},\d)\d*\.\d+(?![\d.])/u;

/** The words for a masked cell in a row of numbers. */
export const MASKED =
  /(?:masked|mask|maskiert|masqué|masqu[ée]e|enmascarad[oa]|mascherat[oa]|屏蔽)(?=\s*(?:[\t,;|\])]|$|\s[-.\d]|\smask))(?<=(?:^|[\d\t,;([]|d)\s*\p{L}+)/iuy;
