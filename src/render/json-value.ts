/** A value that can be written as JSON. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Turns an interface into an equal type that counts as a JsonValue if its members do. */
export type Plain<Members> = { readonly [Name in keyof Members]: Members[Name] };

/** Returns the named members of a value, in this order, leaving out undefined ones. */
export function membersOf<Value extends object, Name extends keyof Value>(
  value: Value,
  names: readonly Name[],
): Plain<Pick<Value, Name>> {
  const there = names.filter((name) => value[name] !== undefined);
  return Object.fromEntries(there.map((name) => [name, value[name]])) as Plain<Pick<Value, Name>>;
}

/**
 * Writes a number in the shortest digits that read back to it. NaN and infinities, which JSON does not have, become
 * strings.
 */
function numberToJson(value: number) {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

/** Writes a value on indented lines, with NaN and infinities as strings. */
export const indentedJson = (value: unknown) => `${JSON.stringify(value, withoutInfinities, 2)}\n`;

/** Replaces NaN and infinities, which JSON does not have, by strings. */
export const withoutInfinities = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/** Writes a small value on one line, with numbers as everywhere. */
export function toJson(value: JsonValue): string {
  if (typeof value === "number") return numberToJson(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(toJson).join(",")}]`;
  let members = "";
  for (const name in value) {
    const member = value[name];
    if (member !== undefined) members += `${members && ","}${JSON.stringify(name)}:${toJson(member)}`;
  }
  return `{${members}}`;
}

const isList = (value: object): value is readonly JsonValue[] => Array.isArray(value);
