import { isNameOfLogSumExp } from "../../attention/names.js";
import { listed } from "../../errors.js";
import { refuseIn } from "../source.js";
import type { AnswerOfSource, Gathered } from "../source-matrices.js";
import { arrayOf, axesOf } from "../value-axes.js";
import type { HeadArrays } from "./head-arrays.js";
import { layOutAnswer } from "./lay-answer.js";

/** What an array with an unknown name may be, and the step's name that it gets. */
const BY_SHAPE = ["output", "weights", "log-sum-exp"] as const;

/**
 * Returns the gathered input, with arrays of unknown names added as answers if their shape fits exactly one kind. A
 * notice lists each of them, and the arrays that are not used. Throws UNKNOWN_KEY if there is no other array.
 */
export function withAnswersByShape(gathered: Gathered, arrays?: HeadArrays): Gathered {
  const { unrecognised, matrices, members } = gathered;
  if (unrecognised.length === 0) return gathered;
  const [first] = unrecognised;
  if (matrices.size === 0 && members.length === 0) {
    const message = `"${first.key}" is not the name of an input.`;
    refuseIn(
      first.parsed.source.name,
      "UNKNOWN_KEY",
      message,
      `It has ${listed(unrecognised.map(({ key }) => key))}: name query, key and value q, k and v.`,
    );
  }
  const answers = [...gathered.answers];
  const notices = [...gathered.notices];
  const unused: AnswerOfSource[] = [];
  // If there is a log-sum-exp already, another array of one number per row is a maximum or the row term of the
  // gradients.
  const hasRows = answers.some(({ key }) => isNameOfLogSumExp(key));
  for (const member of unrecognised) {
    const kinds = kindsOf(member, gathered, arrays).filter((kind) => kind !== "log-sum-exp" || !hasRows);
    if (kinds.length !== 1) unused.push(member);
    else {
      answers.push({ ...member, key: kinds[0], called: member.key });
      notices.push(`read ${member.key} as the ${kinds[0]}, by its shape (${axesOf(member.value).join("×")})`);
    }
  }
  if (unused.length > 0) notices.push(`not used: ${unused.map(({ key }) => key).join(", ")}`);
  return { ...gathered, answers, notices, unrecognised: [] };
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
    const columns = arrays.ordered.get("value")?.value.array.shape[3];
    const kinds = BY_SHAPE.filter((key) => {
      const laidOut = layOutAnswer(key, array, arrays);
      return (
        laidOut &&
        (key !== "output" ||
          columns === undefined ||
          laidOut.part(0, laidOut.hasHeads ? 0 : undefined).shape.at(-1) === columns)
      );
    });
    // An output with as many columns as there are keys also has the shape of weights. It is read as the output, because
    // outputs are dumped far more often.
    return kinds.includes("output") ? ["output"] : kinds;
  }
  const [query, values] = [matrices.get("query"), matrices.get("value")].map(
    (one) => one && axesOf(one.value),
  );
  const isOutput = query && values && shape.length === 2 && shape[0] === query[0] && shape[1] === values[1];
  return isOutput ? ["output"] : [];
}
