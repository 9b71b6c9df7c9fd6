import { type Matrix, rowOf } from "../../math/matrix.js";
import { createRandom } from "../../math/random.js";
import type { ModelRun } from "./architecture.js";
import { type ModelOptions, type RecordedModel, recordModel } from "./model.js";
import type { ModelSettings } from "./model-settings.js";

/**
 * The tokens with which a model goes on, one after the other: the likeliest, or with a temperature drawn from the seed. Each
 * is worked with the keys and values that the layers have left of those before.
 */
export function generateTokens(
  run: ModelRun,
  recorded: RecordedModel,
  settings: ModelSettings,
  options: ModelOptions,
): readonly number[] {
  const choose = createChoice(settings);
  const generated: number[] = [];
  let { logits, cache } = recorded;
  const memory = recorded.memory?.output();
  while (logits && generated.length < (settings.generate ?? 0)) {
    const id = choose(logits.output());
    generated.push(id);
    if (generated.length === settings.generate) break;
    // Nobody looks at the steps behind these tokens.
    const unseen = { ...settings, logitLens: false, stream: true };
    const next = recordModel({ ...run, ids: [id] }, unseen, { ...options, cache, ...(memory && { memory }) });
    logits = next.logits;
    cache = next.cache;
  }
  return generated;
}

/** What chooses a token by the last row of logits. */
function createChoice({ temperature, seed }: ModelSettings): (logits: Matrix) => number {
  const random = createRandom(seed, "generate");
  return (logits) => {
    const own = rowOf(logits, logits.rows - 1);
    const largest = own.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    if (temperature === undefined) return own.indexOf(largest);
    const powers = own.map((logit) => Math.exp((logit - largest) / temperature));
    let left = random.uniform() * powers.reduce((sum, power) => sum + power, 0);
    const id = powers.findIndex((power) => {
      left -= power;
      return left < 0;
    });
    return id < 0 ? powers.length - 1 : id;
  };
}
