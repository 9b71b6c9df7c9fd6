// What dumps of kernels call what came out.

const plain = (name: string): string => name.toLowerCase().replace(/[\s_./^-]/g, "");

const OUTPUTS = ["output", "o", "out", "result", "attnoutput", "attentionoutput", "attnout", "context"];
const LOG_SUM_EXPS = ["logsumexp", "lse", "softmaxlse"];
const WEIGHTS = ["weights", "attnweights", "attentionweights", "probs", "attnprobs", "p"];

/** Whether a name is one that people have for the output of an attention. */
export const isNameOfOutput = (name: string): boolean => OUTPUTS.includes(plain(name));

/** Whether a name is one that people have for the log-sum-exp of its scores. */
export const isNameOfLogSumExp = (name: string): boolean => LOG_SUM_EXPS.includes(plain(name));

/** Whether a name is one that people have for its weights. */
export const isNameOfWeights = (name: string): boolean => WEIGHTS.includes(plain(name));

/** Whether a name is one of what comes out of an attention, perhaps of one head of it. */
export function isNameOfAnswer(name: string): boolean {
  const own = name.replace(/^\s*head[\s_-]*\d+[\s_./:-]+/i, "");
  return isNameOfOutput(own) || isNameOfLogSumExp(own) || isNameOfWeights(own);
}
