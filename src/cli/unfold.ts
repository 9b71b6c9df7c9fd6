import type { AnySettingTable } from "../attention/setting.js";
import { type Typed, valuesSetBy } from "../attention/unfold-setting.js";
import { locateErrors, UserError } from "../errors.js";
import { optionOf } from "../setting-names.js";

/**
 * Splits options that contain the values of several settings. `--window 2,0` becomes windowLeft and windowRight,
 * `--scaling yarn:factor=4` becomes scaling and scalingFactor. Throws USAGE if two options give a setting different
 * values, and BAD_VALUE.
 */
export function unfold(typed: Typed, settings: AnySettingTable): Typed {
  let all = typed;
  const waiting = Object.keys(all);
  for (const name of waiting) {
    const { [name]: value, ...others } = all;
    const values = locateErrors(
      () => valuesSetBy(name, value, others, settings),
      () => ({ source: optionOf(name) }),
    );
    waiting.push(...Object.keys(values).filter((other) => !Object.hasOwn(all, other)));
    all = join(others, values, name);
  }
  return all;
}

/** Joins both. Throws USAGE if they give a setting different values. */
function join(options: Typed, added: Typed, from: string) {
  const twice = Object.keys(added).find(
    (name) => options[name] !== undefined && options[name] !== added[name],
  );
  if (twice === undefined) return { ...options, ...added };
  throw new UserError(
    "USAGE",
    `${optionOf(from)} and ${optionOf(twice)} ${options[twice]} contradict each other.`,
    "Leave one of them out.",
  );
}
