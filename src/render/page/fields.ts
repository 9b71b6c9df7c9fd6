import { greatest } from "../../math/lists.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { Control, Editable } from "./editable.js";
import type { PageParts } from "./shell.js";

/** Returns the same page with its inputs as fields. When something is typed, the page's program computes it again. */
export function withFields(contents: PageParts, { problem, program, controls }: Editable): PageParts {
  const { command, inputs, settings, tokens } = problem;
  const matrices = Object.entries(inputs).map(([name, text]) => {
    const lines = text.split("\n");
    const wide = greatest(lines, (line) => line.length);
    return `<label><span>${escapeMarkup(name)}</span><textarea name="m.${escapeMarkup(name)}" rows="${lines.length}" cols="${Math.max(8, Math.min(60, wide + 1))}" spellcheck="false">${lines.map(escapeMarkup).join("\n")}</textarea></label>`;
  });
  const fields = controls.map((control) => writeControl(control, settings[control.name]));
  // Settings without a field go with the problem as they are.
  const others = Object.entries(settings)
    .filter(([name]) => controls.every((control) => control.name !== name))
    .map(
      ([name, value]) =>
        `<input type="hidden" name="s.${escapeMarkup(name)}" value="${escapeMarkup(value)}">`,
    );
  const names = `<label>tokens <input name="tokens" value="${escapeMarkup(tokens)}" size="24" spellcheck="false"></label>`;
  const form = `<form class="fields live" aria-label="The problem"><h2>Change the problem</h2><input type="hidden" name="command" value="${command}"><div class="matrices">${matrices.join("")}</div><div class="controls">${names}${fields.join("")}</div>${others.join("")}<p class="problem" role="status"></p></form>`;
  return { ...contents, program, body: `${form}<div id="run">${contents.body}</div>` };
}

function writeControl({ name, label, kind, usual = "" }: Control, value = "") {
  const id = `name="s.${escapeMarkup(name)}"`;
  if (kind === "mark")
    return `<label><input type="checkbox" ${id} value="true"${value === "true" ? " checked" : ""}>${escapeMarkup(label)}</label>`;
  if (kind === "text") {
    return `<label>${escapeMarkup(label)} <input class="short" ${id} value="${escapeMarkup(value)}" placeholder="${escapeMarkup(usual)}" spellcheck="false"></label>`;
  }
  // The usual choice is no part of the problem.
  const options = kind.choices.map((choice) => {
    const isChosen = choice === (value === "" ? usual : value);
    return `<option value="${choice === usual ? "" : escapeMarkup(choice)}"${isChosen ? " selected" : ""}>${escapeMarkup(choice)}</option>`;
  });
  return `<label>${escapeMarkup(label)} <select ${id}>${options.join("")}</select></label>`;
}
