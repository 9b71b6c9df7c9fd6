/** The forms that exercises are written in. The code of a form loads only when it is used. */
export const FORM_NAMES = ["markdown", "latex", "html", "moodle", "gift"] as const;

export type FormName = (typeof FORM_NAMES)[number];

/** The file endings of each form, the usual one first, and other words for it. */
export const ENDINGS: Readonly<Record<string, FormName | "json">> = {
  md: "markdown",
  tex: "latex",
  html: "html",
  htm: "html",
  xml: "moodle",
  gift: "gift",
  json: "json",
};
