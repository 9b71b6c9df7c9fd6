import { isNameOfLogSumExp } from "../../attention/answer-names.js";
import { listed } from "../../errors.js";
import { refuseIn } from "../source.js";
import type { AnswerOfSource, Gathered } from "../source-matrices.js";
import { arrayOf, axesOf } from "../value-axes.js";
import type { HeadArrays } from "./head-arrays.js";
import { layAnswer } from "./lay-answer.js";

/** What an array whose name says nothing may be, and what it is called then. */
const BY_SHAPE = ["output", "weights", "log-sum-exp"] as const;

/**
 * What was gathered, where an array whose name says nothing is an answer if its shape is that of one kind alone; what is left is told. Throws
 * UNKNOWN_KEY where nothing but such was found.
 */
export function withAnswersByShape(gathered: Gathered, arrays?: HeadArrays): Gathered {
  const { left, matrices, members } = gathered;
  if (left.length === 0) return gathered;
  const [first] = left;
  if (matrices.size === 0 && members.length === 0) {
    const message = `"${first.key}" is not the name of an input.`;
    refuseIn(
      first.parsed.source.name,
      "UNKNOWN_KEY",
      message,
      `It has ${listed(left.map(({ key }) => key))}: name query, key and value q, k and v.`,
    );
  }
  const answers = [...gathered.answers];
  const notices = [...gathered.notices];
  const unused: AnswerOfSource[] = [];
  // A number a row beside a log-sum-exp is a maximum, or the row term of gradients.
  const hasRows = answers.some(({ key }) => isNameOfLogSumExp(key));
  for (const one of left) {
    const kinds = kindsOf(one, gathered, arrays).filter((kind) => kind !== "log-sum-exp" || !hasRows);
    if (kinds.length !== 1) unused.push(one);
    else {
      answers.push({ ...one, key: kinds[0], called: one.key });
      notices.push(`read ${one.key} as the ${kinds[0]}, by its shape (${axesOf(one.value).join("×")})`);
    }
  }
  if (unused.length > 0) notices.push(`not used: ${unused.map(({ key }) => key).join(", ")}`);
  return { ...gathered, answers, notices, left: [] };
}

function kindsOf(
  { value }: AnswerOfSource,
  { matrices }: Gathered,
  arrays: HeadArrays | undefined,
): readonly string[] {
  const array = value.kind === "scalar" || value.kind === "object" ? undefined : arrayOf(value);
  const shape = array?.shape ?? [];
  if (!array || shape.length < 2) return [];
  if (arrays) {
    const columns = arrays.laid.get("value")?.value.array.shape[3];
    const kinds = BY_SHAPE.filter((key) => {
      const laid = layAnswer(key, array, arrays);
      return (
        laid &&
        (key !== "output" ||
          columns === undefined ||
          laid.part(0, laid.hasHeads ? 0 : undefined).shape.at(-1) === columns)
      );
    });
    // Of an output with as many columns as there are keys the output is meant: it is dumped far more often.
    return kinds.includes("output") ? ["output"] : kinds;
  }
  const [query, values] = [matrices.get("query"), matrices.get("value")].map(
    (one) => one && axesOf(one.value),
  );
  const isOutput = query && values && shape.length === 2 && shape[0] === query[0] && shape[1] === values[1];
  return isOutput ? ["output"] : [];
}
