import type { Typed } from "../commands/shortcuts/shortcut.js";
import { UserError } from "../errors.js";

/**
 * `-o out.csv` and `-o folder/out` as they are meant: files, since no name of a format has a dot or a slash; `-o -` is standard
 * output. Throws USAGE beside another `--output`.
 */
export function withFileOfFormat(options: Typed["options"]): Typed["options"] {
  return asModel(withFile(options));
}

/** `-o onnx` and files that end in .onnx are `--emit onnx`: no other format has that name. */
function asModel(options: Typed["options"]): Typed["options"] {
  const { format, ...others } = options;
  if (format === "onnx") return { ...others, emit: others.emit ?? "onnx" };
  const isModel = typeof options.output === "string" && options.output.toLowerCase().endsWith(".onnx");
  return isModel && options.emit === undefined ? { ...options, emit: "onnx" } : options;
}

function withFile(options: Typed["options"]): Typed["options"] {
  const { format, ...others } = options;
  if (typeof format !== "string" || !/[./\\]|^-$/.test(format)) return options;
  if (others.output !== undefined && others.output !== format) {
    throw new UserError("USAGE", `-o ${format} names a file, and so does --output ${others.output}.`, {
      hint: "Leave one of them out. The format is named without a dot: -o csv.",
    });
  }
  return { ...others, output: format };
}
