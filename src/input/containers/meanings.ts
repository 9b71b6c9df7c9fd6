import type { Flow } from "./flow.js";
import { formulaText } from "./formula.js";
import type { Element } from "./markup.js";

/** What is done with an element of a document, which is said to the flow of a reading. */
export type Meet<Reading> = (element: Element, reading: Reading) => void;

/** What elements of all kinds of documents mean, whatever they are called there; `into` reads what stands in one. */
export function meanings<Reading extends { readonly flow: Flow }>(into: Meet<Reading>) {
  /** What stands in an element, between what is done before and behind it. */
  const around =
    (begin: (flow: Flow, element: Element) => void, end: (flow: Flow) => void = () => {}): Meet<Reading> =>
    (element, reading) => {
      begin(reading.flow, element);
      into(element, reading);
      end(reading.flow);
    };
  const doing =
    (what: (flow: Flow) => void): Meet<Reading> =>
    (_, { flow }) =>
      what(flow);
  const struck: Meet<Reading> = (element, reading) => reading.flow.strike(() => into(element, reading));
  const formula: Meet<Reading> = (element, { flow }) => flow.say(` ${formulaText(element)} `);
  return {
    around,
    skip: () => {},
    say: (text: string) => doing((flow) => flow.say(text)),
    endLine: doing((flow) => flow.endLine()),
    struck,
    formula,
    table: around(
      (flow) => flow.startTable(),
      (flow) => flow.endTable(),
    ),
    row: around(
      (flow) => flow.startRow(),
      (flow) => flow.endRow(),
    ),
    /** A cell that is so many columns wide and rows high. */
    cell: (sizeOf: (element: Element) => readonly [wide?: number, high?: number]) =>
      around(
        (flow, element) => flow.startCell(...sizeOf(element)),
        (flow) => flow.endCell(),
      ),
  };
}
