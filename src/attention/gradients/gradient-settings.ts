import { choice, settingTable } from "../setting.js";
import { LOSS_NAMES } from "./losses.js";

const parseLoss = choice(...LOSS_NAMES);

export const GRADIENT_SETTINGS = settingTable("Gradients", {
  loss: {
    value: "<loss>",
    help: "a loss of the output, and all its gradients: sum, mse:TARGET (a matrix like any other), or cross-entropy:IDS if its rows are logits",
    unfold(typed): Readonly<Record<string, string>> {
      const [, name, target] = /^\s*(mse|cross-entropy):(.*)$/s.exec(typed) ?? [];
      return target === undefined ? { loss: typed } : { loss: name, target };
    },
    parse: (given) => parseLoss(typeof given === "string" ? given.split(":", 1)[0] : given),
  },
});
