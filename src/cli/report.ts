import { type Location, placeText, UserError } from "../errors.js";
import { EXIT } from "../runs/io.js";

declare const QKV_VERSION: string;

/** Returns an error as text for stderr, or as JSON if the run asked for JSON, with its exit code. */
export function reportError(
  error: unknown,
  asJson: boolean,
): { readonly text: string; readonly exitCode: number } {
  const known = isOutOfMemory(error) ? tooLarge() : error;
  const isKnown = known instanceof UserError;
  const { fields, text } = isKnown
    ? { fields: fieldsOf(known.code, known.message, known.details), text: describe(known) }
    : describeBug(known);
  return {
    text: `${asJson ? JSON.stringify({ error: fields }) : text}\n`,
    exitCode: isKnown ? EXIT.unusable : EXIT.bug,
  };
}

/** Whether V8 could not allocate the memory for a matrix. */
function isOutOfMemory(error: unknown) {
  return (
    error instanceof RangeError && /allocation failed|^Invalid (typed )?array length/.test(error.message)
  );
}

function tooLarge(): UserError {
  return new UserError(
    "BAD_VALUE",
    "This run has more numbers than fit into memory.",
    "Make it smaller, or use --stream (attend, multihead), which keeps no n×m step.",
  );
}

function fieldsOf(code: string, message: string, { hint, location }: UserError["details"]) {
  return {
    code,
    message,
    hint: hint ?? null,
    source: location?.source ?? null,
    line: location?.line ?? null,
    column: location?.column ?? null,
    ...(location?.where !== undefined && { where: location.where }),
  };
}

/** Returns the message, then the place with a caret under it, then the drawing, then the hint. */
function describe({ code, message, details: { hint, location, drawing } }: UserError) {
  const place = location && placeText(location);
  const parts = [
    `error: ${place ? `${place}: ` : ""}${message} [${code}]`,
    location?.excerpt === undefined ? "" : indent(withCaret(location)),
    drawing ? indent(drawing) : "",
    hint ? `hint: ${hint}` : "",
  ];
  return parts.filter(Boolean).join("\n");
}

/** Tabs become blanks, so that the caret is below its character. */
function withCaret({ excerpt = "", column = 1, excerptColumn = 1 }: Location) {
  const cut = excerptColumn > 1 ? "…" : "";
  return `${cut}${excerpt.replaceAll("\t", " ")}\n${" ".repeat(cut.length + column - excerptColumn)}^`;
}

function indent(text: string) {
  return text.replaceAll(/^/gm, "    ");
}

const REPORT =
  "Please report it to the maintainers, with the command that led here, its files and this text.";

/** An error that no user can fix. */
function describeBug(error: unknown) {
  const { message, stack = String(error) } = error instanceof Error ? error : { message: String(error) };
  const fields = { ...fieldsOf("INTERNAL", message, { hint: REPORT }), version: QKV_VERSION, stack };
  return { fields, text: `This is a bug in qkv ${QKV_VERSION}. ${REPORT}\n${stack}` };
}
