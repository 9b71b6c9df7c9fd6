import { locateErrors, UserError } from "./errors.js";

/**
 * Replaces each dash of an option in texts that no face (command line, library) has written yet. Unicode reserves this
 * sign for a program's own use (a noncharacter), so no other text contains it. It is as wide as a dash, so lines that
 * are already wrapped stay right.
 */
const MARK = "\uFDD0";

const MARKED = new RegExp(`${MARK}${MARK}([a-z][a-z\\d-]*)(?:${MARK}([\\w-]+))?`, "g");

/**
 * Returns the marked name of a setting. A face later writes it as `--window-right` (command line) or windowRight
 * (script). With a value it becomes `--transpose key` or `transpose: "key"`.
 */
export const setting = (name: string, value?: string): string =>
  `${MARK}${MARK}${kebab(name)}${value === undefined ? "" : MARK + value}`;

/** Returns the result of `work`. Its errors are about a setting as a whole. */
export const inSetting = <Result>(name: string, work: () => Result): Result =>
  locateErrors(work, () => ({ source: setting(name) }));

/** Writes settings with their values for a hint: `--causal --heads 2`. */
export const settingsText = (settings: Readonly<Record<string, unknown>>): string =>
  Object.entries(settings)
    .map(([name, value]) => (value === true ? setting(name) : `${setting(name)} ${value}`))
    .join(" ");

/** Returns the option of a setting: `--past-key` for `pastKey`. */
export const optionOf = (name: string): string => `--${kebab(name)}`;

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** How a face writes the settings in a text. */
export type Spelling = (text: string) => string;

/** Writes the settings in a text as command-line options. */
export const withOptions: Spelling = (text) =>
  text.includes(MARK)
    ? text.replace(MARKED, (_, name: string, value = "") => `--${name} ${value}`.trimEnd())
    : text;

/** Writes the settings in a text as keys of a script. */
export const withKeys: Spelling = (text) =>
  text.replace(MARKED, (_, name: string, value?: string) => {
    const key = name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
    return value === undefined ? key : `${key}: "${value}"`;
  });

/** Rewrites an error in the words of a face. Anything except a UserError stays unchanged. */
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
