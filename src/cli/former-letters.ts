import { UserError } from "../errors.js";

/** What a letter asked for until it became the name of a matrix. */
const FORMER: readonly (readonly [letter: string, option: string, hint: string])[] = [
  ["-q", "--query", "-q is --query: for no notices say --quiet."],
  ["-v", "--value", "qkv --version shows the version."],
];

/**
 * The error, with what `-q` or `-v` may have been meant for: where its value is missing, and where what stands behind `-q` is no
 * query, or not all of the problem.
 */
export function withFormerLetters(error: unknown, argv: readonly string[]): unknown {
  if (!(error instanceof UserError)) return error;
  const { code, message, details } = error;
  const meant = FORMER.find(([letter, option]) => {
    const at = argv.indexOf(letter);
    if (at < 0) return false;
    if (message.startsWith(`${option} needs a value`)) return true;
    const isNamed = [option, argv[at + 1]].includes(details.location?.source ?? "");
    return option === "--query" && (isNamed || code === "MISSING_INPUT");
  });
  if (!meant) return error;
  const hint = [details.hint, meant[2]].filter(Boolean).join(" ");
  return new UserError(code, message, { ...details, hint });
}
