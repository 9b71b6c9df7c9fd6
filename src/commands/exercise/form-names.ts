/** What exercises are written as. The forms themselves load only when one is written. */
export const FORM_NAMES = ["markdown", "latex", "html", "moodle", "gift"] as const;

export type FormName = (typeof FORM_NAMES)[number];
