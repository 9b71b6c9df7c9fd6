import { type Location, placeText, UserError } from "../errors.js";
import { EXIT } from "../runs/io.js";

declare const QKV_VERSION: string;

/** An error as text for stderr, or as JSON when the run was asked for JSON, with the exit code it means. */
export function reportError(
  error: unknown,
  asJson: boolean,
): { readonly text: string; readonly exitCode: number } {
  const known = isOutOfMemory(error) ? tooLarge() : error;
  if (!(known instanceof UserError)) {
    return { text: asJson ? bugToJson(error) : describeBug(error), exitCode: EXIT.bug };
  }
  return { text: asJson ? toJson(known) : describe(known), exitCode: EXIT.unusable };
}

/** What V8 says when a matrix finds no room. */
function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof RangeError && /allocation failed|^Invalid (typed )?array length/.test(error.message)
  );
}

function tooLarge(): UserError {
  return new UserError("BAD_VALUE", "This run has more numbers than fit into memory.", {
    hint: "Make it smaller; attend and multihead take --stream, which keeps no n×m step.",
  });
}

function toJson({ code, message, details: { hint, location } }: UserError): string {
  const error = {
    code,
    message,
    hint: hint ?? null,
    source: location?.source ?? null,
    line: location?.line ?? null,
    column: location?.column ?? null,
    ...(location?.where !== undefined && { where: location.where }),
  };
  return `${JSON.stringify({ error })}\n`;
}

/** The message, then the place with a caret under it, then the drawing, then the hint. */
function describe({ code, message, details: { hint, location, drawing } }: UserError): string {
  const place = location && placeText(location);
  const parts = [
    `error: ${place ? `${place}: ` : ""}${message} [${code}]`,
    location?.excerpt === undefined ? "" : indent(withCaret(location)),
    drawing ? indent(drawing) : "",
    hint ? `hint: ${hint}` : "",
  ];
  return `${parts.filter(Boolean).join("\n")}\n`;
}

/** Tabs become blanks, so that the caret stands under its character. */
function withCaret({ excerpt = "", column = 1, excerptColumn = 1 }: Location): string {
  const cut = excerptColumn > 1 ? "…" : "";
  return `${cut}${excerpt.replaceAll("\t", " ")}\n${" ".repeat(cut.length + column - excerptColumn)}^`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}

/** The code of what no one who uses qkv can put right. */
const BUG_CODE = "INTERNAL";

const REPORT =
  "Please report it to the maintainers, with the command that led here, its files and this text.";

function describeBug(error: unknown): string {
  return `This is a bug in qkv ${QKV_VERSION}. ${REPORT}\n${stackOf(error)}\n`;
}

function bugToJson(error: unknown): string {
  const details = {
    hint: REPORT,
    source: null,
    line: null,
    column: null,
    version: QKV_VERSION,
    stack: stackOf(error),
  };
  const message = error instanceof Error ? error.message : String(error);
  return `${JSON.stringify({ error: { code: BUG_CODE, message, ...details } })}\n`;
}

function stackOf(error: unknown): string {
  return (error instanceof Error ? error.stack : undefined) ?? String(error);
}
