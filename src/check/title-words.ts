// The words and formulas that people put over a step.

/** What is done on the way from scores to output, in this order; words for it tell one step from another. */
export const OPERATIONS: readonly (readonly [id: string, words: RegExp])[] = [
  ["scaled-scores", /scal|divid|√|sqrt|\/\s*d_?k/i],
  ["masked-scores", /mask/i],
  ["exponentials", /exp(?:onent|\b|\()|e\^/i],
  ["row-sums", /\bsum/i],
  ["weights", /softmax|normali[sz]|probabilit/i],
  ["output", /weighted sum|output|context/i],
];

/** What people say that they do, in place of the name of what comes of it; the first that fits. */
export const DOING: readonly (readonly [id: string, words: RegExp])[] = [
  ["weights", /^(?:divid\w*|normali[sz]\w*)(?: \w+)* by (?:the |its |their |each )?(?:row )?sums?\b/],
  [
    "scaled-scores",
    /^(?:(?:then )?(?:re)?scal\w+|divid\w+|skalier\w*|geteilt|teilen)\b.*(?:√|sqrt|root|wurzel|\bd_?k\b|\d)/,
  ],
  [
    "weights",
    /^(?:appl(?:y|ying|ied) |take |after |with |the )*(?:(?:row|column|col)(?:s|-?wise)? )?softmax(?: (?:over|of|per|by|along|across|on|for|to) .*| (?:row|column)-?wise)?$/,
  ],
  ["exponentials", /^(?:exponentiat\w+|e to the power)\b/],
  [
    "output",
    /^(?:multipl\w+|times|weigh\w*|[·×*@])\s*(?:by|with|of|mit|to)?\s*(?:the )?v(?:alues?)?(?: matrix)?$/,
  ],
];

/** What stands before a name and says nothing of it. */
export const FILLERS_BEFORE =
  /^(?:the|my|our|this|matrix(?: of)?|table(?: of)?|compute[ds]?|computing|calculat(?:ed?|ing)|find|final|resulting|all|apply|applying)\s/i;

/** What stands behind a name and says nothing of it. */
export const FILLERS_BEHIND = /\s(?:matrix|table|values?|are|is|step|here|below|follows?|results?)$/i;

/** Steps that only another way of masking has. */
export const OF_MASKING = ["masked-scores", "masked-exponentials"] as const;

/** The step that a formula gives, by its id; the formula itself where it is none. */
export function idOfFormula(formula: string): string {
  const plain = formula
    .toLowerCase()
    .replace(/[\s·×*@_^{}\\]/g, "")
    .replace(/ᵀ|⊤|transposed?|\.t\b/g, "t")
    .replace(/′/g, "'")
    .replace(/sqrt\(?|wurzel(?:aus)?/g, "√");
  const plainScores = "(?:qkt|qk'|q\\.kt|s|scores?)";
  if (/^\(?(?:qkt|qk')\)?$/.test(plain)) return "scores";
  if (
    new RegExp(`^\\(?${plainScores}\\)?/\\(?(?:√|\\d)`).test(plain) ||
    /^\(?1\/√dk\)*\(?qkt\)?$/.test(plain)
  )
    return "scaled-scores";
  if (/^(?:row-?)?softmax\(.*\)$/.test(plain)) return "weights";
  if (/^softmax\(.*\)\.?v$/.test(plain) || /^(?:a|α|p|w|weights|attn|softmax)v$/.test(plain)) return "output";
  if (/^exp\(.*\)$/.test(plain) || /^\s*e\s*\^/.test(formula.toLowerCase())) return "exponentials";
  return formula;
}

/** The parts between separators that stand outside brackets. */
export function splitOutside(text: string, separator: RegExp): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: sign, index } of text.matchAll(separator)) {
    if (depthAt(text, index) > 0) continue;
    parts.push(text.slice(from, index));
    from = index + sign.length;
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== "");
}

/** How deep in brackets a place stands; one that closes nothing, as behind the number of a list, counts for nothing. */
const depthAt = (text: string, at: number): number =>
  [...text.slice(0, at)].reduce(
    (depth, sign) => (/[([]/.test(sign) ? depth + 1 : /[)\]]/.test(sign) ? Math.max(0, depth - 1) : depth),
    0,
  );
