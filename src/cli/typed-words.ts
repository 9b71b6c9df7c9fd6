import { UserError } from "../errors.js";

/** First words that mean another command line. */
const SAME_AS: Readonly<Record<string, readonly string[]>> = {
  "-V": ["--version"],
  "-v": ["--version"],
  "help help": ["--help"],
};

/**
 * The command line that is meant: `qkv explore attend …` is `qkv attend … --explore`, `--version` anywhere asks for the version, and
 * `explain` with nothing but words, which name no cell, asks for help. Throws USAGE for nothing to explore.
 */
export function meantBy(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  const whole = SAME_AS[argv.join(" ")];
  if (whole) return whole;
  const end = argv.indexOf("--");
  if (argv.slice(0, end < 0 ? undefined : end).includes("--version")) return ["--version"];
  if (first === "explain" && isTopic(rest)) return ["help", ...rest];
  if (first !== "explore") return argv;
  if (rest.length > 0 && !rest[0].startsWith("-")) return [...rest, "--explore"];
  throw new UserError("USAGE", "Nothing says what to explore.", {
    hint: "Name a run: qkv explore attend --demo.",
  });
}

/** Words of a topic: no options, and no cell or file. */
const isTopic = (words: readonly string[]) =>
  !words.some((word) => word.startsWith("-")) && /^\p{L}[^[\]{}./\\]*$/u.test(words.join(" "));
