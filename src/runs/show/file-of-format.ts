import { UserError } from "../../errors.js";
import type { Typed } from "../invocation.js";

/**
 * `-o out.csv` and `-o folder/out` as they are meant: files, since no name of a format has a dot or a slash; `-o -` is standard
 * output. Throws USAGE beside another `--output`.
 */
export function withFileOfFormat(options: Typed["options"]): Typed["options"] {
  return asScript(withFile(options));
}

/**
 * What is named after what is written in it: `-o onnx` and files that end in .onnx are `--emit onnx`; `-o py` and files that end
 * in .py are `--emit numpy`, but where `--only` asks for one matrix or `-o numpy` says so.
 */
function asScript(options: Typed["options"]): Typed["options"] {
  const { format, ...others } = options;
  const ending = typeof options.output === "string" ? /\.(onnx|py)$/i.exec(options.output)?.[1] : undefined;
  if (format !== undefined && format !== "onnx" && format !== "py") {
    return ending?.toLowerCase() === "onnx" && options.emit === undefined
      ? { ...options, emit: "onnx" }
      : options;
  }
  const named = format ?? ending?.toLowerCase();
  if (named === undefined || (named === "py" && options.only !== undefined)) return options;
  return { ...others, emit: options.emit ?? (named === "onnx" ? "onnx" : "numpy") };
}

/** `-o class.html` as `--output class.html`. */
export function withFile(options: Typed["options"]): Typed["options"] {
  const { format, ...others } = options;
  if (typeof format !== "string" || !/[./\\]|^-$/.test(format)) return options;
  if (others.output !== undefined && others.output !== format) {
    throw new UserError("USAGE", `-o ${format} names a file, and so does --output ${others.output}.`, {
      hint: "Leave one of them out. The format is named without a dot: -o csv.",
    });
  }
  return { ...others, output: format };
}
