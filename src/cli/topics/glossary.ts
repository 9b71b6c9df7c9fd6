import { signTable } from "../../ascii.js";
import { describeMarkdown } from "./markdown.js";

/** Letters as they are typed where no key has them. */
const LETTERS: Readonly<Record<string, string>> = {
  ...signTable("α alpha β beta γ gamma ε epsilon θ theta λ lambda ω omega Σ sigma σ sigma"),
  ...{ "∘": "hadamard", "−∞": "-inf", "‖x‖": "norm of x", ᵀ: "t" },
};

/** The rows of the glossary that explain a word: "d_k" is in "d_k, d_v, d_model", "lambda" is λ, "jacobian" in "Jacobian norm". */
export function meaningsOf(word: string, page: string) {
  const asked = plainOf(word);
  if (asked === "") return [];
  const pairs = describeMarkdown(page)
    .flat()
    .flatMap((block) => (block.kind === "pairs" ? block.pairs : []));
  const named = (between: RegExp) =>
    pairs.filter(({ name }) => [name, ...name.split(between)].some((part) => plainOf(part) === asked));
  const whole = named(/[,:/()]/);
  return whole.length > 0 ? whole : named(/[\s,:/()_]/);
}

/** Letters and digits, in small letters. */
function plainOf(word: string): string {
  const spelled = Object.entries(LETTERS).reduce(
    (text, [letter, said]) => text.replaceAll(letter, said),
    word,
  );
  return spelled.toLowerCase().replaceAll(/[^\p{L}\p{N}^+-]+/gu, "");
}
