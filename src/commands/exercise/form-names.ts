/** What exercises are written as. The forms themselves load only when one is written. */
export const FORM_NAMES = ["markdown", "latex", "html", "moodle", "gift"] as const;

export type FormName = (typeof FORM_NAMES)[number];

/** How files of a form end, the usual ending first, and other words for it. */
export const ENDINGS: Readonly<Record<string, FormName | "json">> = {
  md: "markdown",
  tex: "latex",
  html: "html",
  htm: "html",
  xml: "moodle",
  gift: "gift",
  json: "json",
};
