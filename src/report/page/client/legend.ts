/** A figure's legend, whose buttons show and hide curves, and which tells their values at a step. */
import { fewMembers } from "../../members.js";
import { type ChartCurve, type ChartFigure, pointAt } from "./curves.js";
import { showValue } from "./numbers.js";

export interface Legend {
  isVisible(curve: ChartCurve): boolean;
  /** What curves are called may have changed. */
  setFigure(figure: ChartFigure): void;
  setStep(step: number | undefined): void;
}

/** Values of curves of one label that are told, such as eigenvalues. */
const mostValues = 4;
/** Characters that one takes. */
const valueWidth = 8;

export function createLegend(
  element: HTMLElement,
  given: ChartFigure,
  changed: () => void,
): Legend {
  let figure = given;
  let step: number | undefined;
  const hidden = new Set<string>();
  const hiddenMembers = new Set<number>();
  let values: (() => void)[] = [];
  const at = document.createElement("output");

  function build(): void {
    values = [];
    const labels = [...new Set(figure.curves.map(({ label }) => label))];
    const members = figure.members.map((_, member) => member);
    const isFamily = members.length > 0;
    const isLong = members.length > fewMembers;
    const table = document.createElement("table");
    if (isFamily) {
      const heads = isLong ? labels.map(labelButton) : members.map(memberButton);
      table
        .createTHead()
        .insertRow()
        .append(cell("td", at), ...heads.map((each) => cell("th", each)));
    }
    const body = table.createTBody();
    if (isLong) {
      for (const member of members) {
        const cells = labels.map((label) => valueCell(label, member));
        body.insertRow().append(cell("th", memberButton(member)), ...cells);
      }
    } else {
      for (const label of labels) {
        const cells = (isFamily ? members : [0]).map((member) => valueCell(label, member));
        body.insertRow().append(cell("th", labelButton(label)), ...cells);
      }
    }
    element.classList.toggle("family", isFamily);
    element.classList.toggle("long", isLong);
    element.replaceChildren(...(isFamily ? [] : [at]), table);
    tell();
  }

  function labelButton(label: string) {
    const curves = figure.curves.filter((curve) => curve.label === label);
    // Of several members one in the middle is nearest to the role's own colour.
    const sample = figure.members.length === 2 ? curves[0]! : curves[curves.length >> 1]!;
    return button(label, swatch(sample), hidden, label);
  }

  function memberButton(member: number) {
    const { name, ...sample } = figure.members[member]!;
    return button(name, swatch({ ...sample, style: "line" }), hiddenMembers, member);
  }

  function valueCell(label: string, member: number): HTMLElement {
    const place = cell("td");
    const own = figure.curves.filter((each) => each.label === label && each.member === member);
    // Room for the values: what is below is not to move when they come.
    place.style.minWidth = `${valueWidth * Math.min(mostValues, own.length)}ch`;
    values.push(() => {
      place.textContent = step === undefined ? "" : valuesAt(own, step);
    });
    return place;
  }

  function button<Key>(text: string, mark: Node, off: Set<Key>, key: Key) {
    const made = document.createElement("button");
    made.type = "button";
    made.append(mark, text);
    const show = () => made.setAttribute("aria-pressed", String(!off.has(key)));
    made.addEventListener("click", () => {
      if (!off.delete(key)) off.add(key);
      show();
      changed();
    });
    show();
    return made;
  }

  function tell(): void {
    at.textContent = step === undefined ? "" : `${figure.x.label} ${showValue(step)}`;
    for (const each of values) each();
  }

  build();
  return {
    isVisible: ({ label, member }) => !hidden.has(label) && !hiddenMembers.has(member),
    setFigure(to) {
      const namesOf = ({ curves, members }: ChartFigure) =>
        JSON.stringify([curves.map(({ label, member }) => [label, member]), members]);
      const isSame = namesOf(figure) === namesOf(to);
      figure = to;
      // Buttons stay where they are while values arrive.
      if (isSame) return;
      build();
    },
    setStep(to) {
      step = to;
      tell();
    },
  };
}

function cell(name: "td" | "th", content?: Node): HTMLElement {
  const made = document.createElement(name);
  if (name === "th") made.setAttribute("scope", content ? "row" : "col");
  if (content) made.append(content);
  return made;
}

function valuesAt(curves: readonly ChartCurve[], step: number): string {
  const values = curves.flatMap((curve) => {
    const i = pointAt(curve, step);
    return i === undefined || Number.isNaN(curve.y[i]!) ? [] : [showValue(curve.y[i]!)];
  });
  if (values.length === 0) return "–";
  return `${values.slice(0, mostValues).join("  ")}${values.length > mostValues ? " …" : ""}`;
}

/** A piece of the curve. */
function swatch({
  style,
  dash,
  colour,
}: Pick<ChartCurve, "style" | "dash" | "colour">): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 22 10");
  svg.setAttribute("aria-hidden", "true");
  svg.style.setProperty("--on-light", colour[0]);
  svg.style.setProperty("--on-dark", colour[1]);
  const shape = document.createElementNS(space, style === "dots" ? "circle" : "path");
  if (style === "dots") {
    shape.setAttribute("cx", "11");
    shape.setAttribute("cy", "5");
    shape.setAttribute("r", "3");
  } else {
    shape.setAttribute("d", style === "faint" ? "M1 5l3-3 4 6 4-6 4 6 4-3" : "M1 5h20");
    shape.setAttribute("stroke-dasharray", dash.join(" "));
  }
  svg.append(shape);
  if (style === "faint") svg.classList.add("faint");
  return svg;
}
