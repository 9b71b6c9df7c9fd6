import type { Typed } from "../commands/shortcuts/shortcut.js";
import { UserError } from "../errors.js";

/**
 * `-o out.csv` and `-o folder/out` as they are meant: files, since no name of a format has a dot or a slash; `-o -` is standard
 * output. Throws USAGE beside another `--output`.
 */
export function withFileOfFormat(options: Typed["options"]): Typed["options"] {
  const { format, ...others } = options;
  if (typeof format !== "string" || !/[./\\]|^-$/.test(format)) return options;
  if (others.output !== undefined && others.output !== format) {
    throw new UserError("USAGE", `-o ${format} names a file, and so does --output ${others.output}.`, {
      hint: "Leave one of them out. The format is named without a dot: -o csv.",
    });
  }
  return { ...others, output: format };
}
