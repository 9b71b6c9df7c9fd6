import { UserError } from "./errors.js";

/**
 * Stands for each dash of an option below the faces. Unicode keeps this sign for a program's own use (a noncharacter), so that
 * no text means it; and it is as wide as a dash, so that lines which are broken below the faces stay as they are.
 */
const MARK = "\uFDD0";

const MARKED = new RegExp(`${MARK}${MARK}([a-z][a-z\\d-]*)`, "g");

/** The name of a setting in a text that a face has yet to write: `--window-right` on the command line, windowRight in a script. */
export const setting = (name: string): string => `${MARK}${MARK}${kebab(name)}`;

/** Settings with their values, as one hint has them: `--causal --heads 2`. */
export const settingsText = (settings: Readonly<Record<string, unknown>>): string =>
  Object.entries(settings)
    .map(([name, value]) => (value === true ? setting(name) : `${setting(name)} ${value}`))
    .join(" ");

/** The option of a setting: `pastKey` is given with `--past-key`. */
export const optionOf = (name: string): string => `--${kebab(name)}`;

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** How a face writes the settings that a text names. */
export type Spelling = (text: string) => string;

/** A text with its settings as the command line has them. */
export const withOptions: Spelling = (text) => (text.includes(MARK) ? text.replace(MARKED, "--$1") : text);

/** A text with its settings as a script has them. */
export const withKeys: Spelling = (text) =>
  text.replace(MARKED, (_, name: string) =>
    name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase()),
  );

/** The error in the words of a face; what is no UserError stays as it is. */
export function spelledError(error: unknown, spell: Spelling): unknown {
  if (!(error instanceof UserError)) return error;
  const { hint, location, drawing } = error.details;
  return new UserError(error.code, spell(error.message), {
    ...error.details,
    ...(hint !== undefined && { hint: spell(hint) }),
    ...(drawing !== undefined && { drawing: spell(drawing) }),
    ...(location && { location: { ...location, source: spell(location.source) } }),
  });
}
