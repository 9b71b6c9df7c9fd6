import { describe, expect, it } from "vitest";
import { read, refusal } from "./fake-reading.js";

/**
 * A name, the text, and the result: its rows and the form that the notice names, `1 2; 3 4 (NumPy print)`; and the file
 * that holds it, unless it is standard input.
 */
export type Paste = readonly [what: string, text: string, outcome: string, file?: string];

/** A text that must not be read, what its error says (`SYNTAX 1:7 after the end …`), and the file that holds it. */
export type Refused = readonly [text: string, outcome: string, file?: string];

export function describePastes(name: string, pastes: readonly Paste[]): void {
  describe(name, () => {
    it.each(pastes.map(([what, ...paste]) => [what, paste] as const))(
      "%s",
      async (_, [text, outcome, file]) => {
        expect(await readText(text, file)).toBe(outcome);
      },
    );
  });
}

async function readText(text: string, file: string | undefined): Promise<string> {
  const name = file === undefined ? "scores" : "query";
  const reading = await read(...asked(name, text, file));
  const matrix = reading.matrices[name];
  if (!matrix) throw new TypeError(`${name} was not read`);
  const { rows, cols, data } = matrix;
  const lines = Array.from({ length: rows }, (_, row) =>
    data.subarray(row * cols, (row + 1) * cols).join(" "),
  );
  const start = `read ${name}: ${rows}×${cols} from ${file ?? "stdin"} `;
  const notice = reading.notices.find((one) => one.startsWith(start)) ?? reading.notices.join("; ");
  return `${lines.join("; ")} ${notice.replace(start, "")}`;
}

export function describeRefusals(name: string, refused: readonly Refused[]): void {
  describe(`refused: ${name}`, () => {
    it.each(refused.map((paste) => [paste[0], paste] as const))("%j", async (_, [text, outcome, file]) => {
      const { code, message, details } = await refusal(read(...asked("query", text, file)));
      const { source, line, column, excerpt } = details.location ?? {};
      const place = line === undefined ? [] : [`${line}:${column}`];
      expect([code, ...place, message].join(" ")).toBe(outcome);
      expect(source).toBe(file ?? "stdin");
      expect(details.hint).toMatch(/[.?]$/);
      if (file === undefined) expect(excerpt).toBeDefined();
    });
  });
}

function asked(name: "scores" | "query", text: string, file: string | undefined): Parameters<typeof read> {
  if (file === undefined) return [{ matrices: { [name]: "-" } }, { stdin: text }];
  return [{ sources: [file] }, { [file]: text }];
}
