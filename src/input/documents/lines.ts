/** One line of a sheet, its decoration taken off; cells of a table stand between TABs. */
export interface Line {
  /** Its number in the file, from 1. */
  readonly number: number;
  readonly text: string;
}

/** A sheet as lines, and what was struck through on it. */
export interface SheetText {
  readonly lines: readonly Line[];
  readonly struck: readonly Line[];
}

/** `~~gone~~`, and letters with a stroke through each of them. */
const STRUCK = /~~.+?~~|(?:\S\p{M}*\u0336\s?)+/gu;

/** The rule below the head of a Markdown table. */
const RULE = /^[\s>]*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$/;

/** The borders of drawn tables. */
const BORDER = /^\s*[|:+─━═┼├┤┌┐└┘┬┴╭╮╰╯\s-]*[-─━═]{3,}[|:+─━═┼├┤┌┐└┘┬┴╭╮╰╯\s-]*$/;

/**
 * Takes struck-out parts, bullets, emphasis, quoting and borders off each line, and writes signs alike: one minus, one transpose, TABs
 * for bars. Lines keep their numbers.
 */
export function plainLines(texts: readonly string[]): SheetText {
  const struck: Line[] = [];
  const lines = texts.flatMap((text, index) => {
    const number = index + 1;
    if (RULE.test(text)) return [];
    const kept = text.replace(STRUCK, (gone) => {
      struck.push({ number, text: gone.replace(/~~|\u0336/g, "").trim() });
      return " ";
    });
    return [{ number, text: withoutDecoration(kept) }];
  });
  return { lines, struck };
}

function withoutDecoration(text: string): string {
  if (BORDER.test(text)) return "";
  const bare = text
    .replace(/^[\s>]*>\s?|^\s*(?:In|Out) ?\[[\d ]*\]: ?/, "")
    .replace(/^\s*(?:[-*•–▪◦]\s+(?=\S)|#+\s+)/, "")
    .replace(/\*\*|`|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)/g, "")
    .replace(/(?<![\w*)\]])\*(?=\p{L})([^*]*\p{L})\*(?!\w)/gu, "$1");
  return withCells(spelledAlike(bare));
}

/** Bars between cells as TABs; the outer ones, which every row of a Markdown table has, say nothing. */
function withCells(text: string): string {
  if (!/[|│║┃]/.test(text)) return text.trimEnd();
  return text.replace(/^\s*[|│║┃]|[|│║┃]\s*$/g, "").replace(/\s*[|│║┃]\s*/g, "\t");
}

/** The root of the number of columns, as programs ask for it: `np.sqrt(Q.shape[-1])`. */
const ROOT_OF_COLUMNS =
  /(?:(?:np|numpy|math|torch|tf|jnp)\.)?sqrt\(\s*(?:[qk]\w*\.(?:shape\[(?:-1|1)\]|size\(-1\))|len\([qk]\w*\[0\]\)|d_?(?:head|key)|head_?dim)\s*\)/gi;

/** Powers as ^, a transpose as ^T, one sign for minus, no quotes; letters and digits of full width as plain ones. */
function spelledAlike(text: string): string {
  return (
    text
      .replace(/…+/g, "_")
      .replace(/[ᵀ⊤]/g, "^T")
      .replace(/[⁻⁺]?[⁰¹²³⁴-⁹]+/g, (power) => `^${power.normalize("NFKC").replace("−", "-")}`)
      .replace(/[¼-¾⅐-⅞]/g, (part) => part.normalize("NFKC"))
      .normalize("NFKC")
      .replace(/[‐‑−]/g, "-")
      .replace(/[⋅∙•×]/g, "·")
      // A step that goes on with what stands above it: `· V = …` is the output.
      .replace(/^\s*[·@*]\s*(?=V\s*[=:≈→])/, "α·")
      .replace(/⁄/g, "/")
      .replace(ROOT_OF_COLUMNS, "sqrt(d_k)")
      .replace(/[“”„‘’"«»]/g, " ")
  );
}
