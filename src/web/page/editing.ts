import type { PageData } from "../../render/page/data.js";
import type { Recompute } from "../editable/recompute.js";
import { all, bytesOf } from "./dom.js";
import { listenToHeads } from "./heads.js";

// Handles the problem as fields. The page's program is unpacked when a field is first focused. Every change computes
// the problem again. The address bar contains the problem, so that a link repeats the run.

/** Milliseconds without typing before the problem is computed. */
const PAUSE = 250;

/** Listens to the fields of an editable page. */
export function listenToFields(renew: (data: PageData) => void): void {
  const form = document.querySelector<HTMLFormElement>("form.fields");
  const place = document.getElementById("run");
  const note = document.querySelector(".problem");
  if (!form || !place || !note) return;
  let waiting = 0;
  let latest = 0;
  const work = async () => {
    const own = ++latest;
    const problem = read(form);
    place.classList.add("busy");
    try {
      const { title, kind, body, data } = await (await program())(problem);
      if (own !== latest) return;
      document.title = title;
      place.innerHTML = body;
      const line = document.querySelector(".kind");
      if (line) line.outerHTML = kind;
      note.textContent = "";
      history.replaceState(null, "", `#${problem}`);
      renew(data);
      listenToHeads(data.heads);
    } catch (error) {
      if (own === latest) note.textContent = messageOf(error);
    } finally {
      if (own === latest) place.classList.remove("busy");
    }
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("focusin", () => void program());
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(work, PAUSE);
  });
  const linked = new URLSearchParams(location.hash.slice(1));
  if (linked.get("command") === new FormData(form).get("command")) {
    fill(form, linked);
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

/** Reads the problem from the fields, as an address has it. */
function read(form: HTMLFormElement): string {
  const problem = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const text = String(value)
      .trim()
      .replace(/\s*\n\s*/g, "; ");
    if (text !== "") problem.set(name, text);
  }
  return problem.toString();
}

/** Writes the problem of a link into the fields. */
function fill(form: HTMLFormElement, problem: URLSearchParams): void {
  for (const field of all<HTMLInputElement | HTMLTextAreaElement>("[name]", form)) {
    const value = problem.get(field.name) ?? "";
    if (field.type === "checkbox") (field as HTMLInputElement).checked = value === "true";
    else field.value = field.type === "textarea" ? value.replace(/\s*;\s*/g, "\n") : value;
  }
}

/** Returns the error message for a problem, with its hint. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = (error as { details?: { hint?: string } }).details?.hint;
  return hint === undefined ? error.message : `${error.message} ${hint}`;
}
