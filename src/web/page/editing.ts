import type { PageData } from "../../render/page/data.js";
import type { ProblemText } from "../../render/page/editable.js";
import { fromAddress, toAddress } from "../editable/problem-text.js";
import type { Recompute } from "../editable/recompute.js";
import { all, bytesOf } from "./dom.js";
import { listenToHeads } from "./heads.js";

// Handles the problem as fields. The page's program is unpacked when a field is first focused. Every change computes
// the problem again. The address bar contains the problem, so that a link repeats the run.

/** Milliseconds without typing before the problem is computed. */
const PAUSE = 250;

/** Listens to the fields of an editable page. */
export function listenToFields(problem: ProblemText | undefined, renew: (data: PageData) => void): void {
  const fields = document.querySelector(".fields");
  const place = document.getElementById("run");
  const note = document.querySelector(".problem");
  if (!problem || !fields || !place || !note) return;
  let waiting = 0;
  let latest = 0;
  const work = async () => {
    const own = ++latest;
    const changed = read(problem);
    place.classList.add("busy");
    try {
      const { title, kind, body, data } = await (await program())(changed);
      if (own !== latest) return;
      document.title = title;
      place.innerHTML = body;
      const line = document.querySelector(".kind");
      if (line) line.outerHTML = kind;
      note.textContent = "";
      history.replaceState(null, "", `#${toAddress(changed)}`);
      renew(data);
      listenToHeads(data.heads);
    } catch (error) {
      if (own === latest) note.textContent = messageOf(error);
    } finally {
      if (own === latest) place.classList.remove("busy");
    }
  };
  fields.addEventListener("focusin", () => void program());
  fields.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(work, PAUSE);
  });
  const linked = fromAddress(location.hash);
  if (linked && linked.command === problem.command) {
    fill(linked);
    void work();
  }
}

let unpacked: Promise<Recompute> | undefined;

/** Returns the page's program, which is unpacked only once. */
function program(): Promise<Recompute> {
  unpacked ??= unpack();
  return unpacked;
}

async function unpack(): Promise<Recompute> {
  const packed = document.getElementById("program")?.textContent ?? "";
  const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  return (globalThis as unknown as { qkvRecompute: Recompute }).qkvRecompute;
}

type Field = HTMLInputElement | HTMLSelectElement;

/** Reads the problem from the fields. */
function read({ command, settings: known }: ProblemText): ProblemText {
  const inputs = Object.fromEntries(
    all<HTMLTextAreaElement>("[data-input]").map((field) => [field.dataset.input ?? "", field.value]),
  );
  const settings: Record<string, string> = { ...known };
  for (const field of all<Field>("[data-setting]")) {
    const { setting = "", usual = "" } = field.dataset;
    const value =
      field instanceof HTMLInputElement && field.type === "checkbox"
        ? field.checked
          ? "true"
          : ""
        : field.value.trim();
    if (value === "" || value === usual) delete settings[setting];
    else settings[setting] = value;
  }
  return {
    command,
    inputs,
    settings,
    tokens: document.querySelector<HTMLInputElement>("[data-tokens]")?.value ?? "",
  };
}

/** Writes the problem of a link into the fields. */
function fill({ inputs, settings, tokens }: ProblemText): void {
  for (const field of all<HTMLTextAreaElement>("[data-input]"))
    field.value = (inputs[field.dataset.input ?? ""] ?? "").replace(/\s*;\s*/g, "\n");
  for (const field of all<Field>("[data-setting]")) {
    const value = settings[field.dataset.setting ?? ""] ?? "";
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === "true";
    else field.value = value === "" ? (field.dataset.usual ?? "") : value;
  }
  const names = document.querySelector<HTMLInputElement>("[data-tokens]");
  if (names) names.value = tokens;
}

/** Returns the error message for a problem, with its hint. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = (error as { details?: { hint?: string } }).details?.hint;
  return hint === undefined ? error.message : `${error.message} ${hint}`;
}
