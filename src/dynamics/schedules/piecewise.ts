import { z } from "zod";
import type { ScheduleKind } from "./schedule.js";

const piece = z.tuple([z.int().min(0), z.number().positive()]);

const settings = z.strictObject({
  pieces: z
    .array(piece)
    .min(1)
    .superRefine((pieces, { addIssue }) => {
      pieces.forEach(([start], i) => {
        const before = pieces[i - 1]?.[0];
        const wrong =
          before === undefined
            ? start !== 0 && "the first piece must begin at 0"
            : start <= before && `a piece must begin after the one before it, at ${before}`;
        if (wrong) addIssue({ code: "custom", message: wrong, path: [i, 0], input: start });
      });
    })
    .describe("Pairs `[t, value]`: from this t on this value, beginning with t = 0."),
});

export const piecewise: ScheduleKind = {
  name: "piecewise",
  doc: "Constant pieces with jumps between them, as in `piecewise([[0, 0.1], [500, 0.01]])`.",
  settings,
  positional: ["pieces"],
  of(given) {
    const { pieces } = settings.parse(given);
    return {
      value: (t) => pieces.findLast(([start]) => start <= t)![1],
      rate: () => 0,
    };
  },
};
