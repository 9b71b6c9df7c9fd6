import type { FormName } from "../exercise.js";
import { html } from "./html.js";
import { latex } from "./latex.js";
import { markdown } from "./markdown.js";
import { gift, moodle } from "./moodle.js";
import type { Form } from "./sheet-parts.js";

/** Every form that exercises are written in. */
export const FORMS: Readonly<Record<FormName, Form>> = { markdown, latex, html, moodle, gift };
