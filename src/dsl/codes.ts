/**
 * Every diagnostic the language can give: a stable code and what it stands for. The hundreds say
 * which layer speaks: 10 lexing, 11 parsing, 12 names, 13 settings, 14 shapes, 15 claims, 16 files,
 * 17 landscapes, 18 commands.
 */
import type { Diagnostic, Fix, Label, Span } from "./diagnostic.js";

export const codes = {
  CF1001: "A character that the language does not use.",
  CF1002: "A string is not closed on its line.",
  CF1003: "A comment that begins with /* is not closed.",
  CF1004: "A string holds an escape that the language does not know.",
  CF1005: "A number is not written as the language writes numbers.",
  CF1006: "A string or comment is written as in another language.",

  CF1101: "Something else was expected here.",
  CF1102: "A bracket is not closed.",
  CF1103: "A declaration begins with a word that is no kind of declaration.",
  CF1104: "A value is missing.",
  CF1105: "A keyword stands where a name should.",
  CF1106: "Brackets are nested too deeply.",

  CF1201: "A name stands for nothing here.",
  CF1202: "A name is declared twice.",
  CF1203: "No such dataset, layer, loss, landscape, optimizer, schedule, distribution or weights.",
  CF1204: "A declaration depends on itself.",
  CF1205: "A param is never used.",
  CF1206: "A name is reserved.",
  CF1207: "An override sets a param that the file does not declare.",
  CF1208: "A sweep has no list of values, or one of them twice.",
  CF1209: "Sweeps have too many combinations of values.",

  CF1301: "A setting that its owner does not have.",
  CF1302: "A setting is given twice.",
  CF1303: "A required setting is missing.",
  CF1304: "A value has the wrong type.",
  CF1305: "A value is out of its range, or not among the ones allowed.",
  CF1306: "A number is too large or too close to zero, or arithmetic has no finite result.",
  CF1307: "A setting or block has the wrong form.",
  CF1308: "Too many or too few arguments.",
  CF1309: "A flow runs no process.",
  CF1310: "A dataset cannot be made with these settings.",
  CF1311: "A flow has a landscape and also a dataset, model or loss.",

  CF1401: "A layer does not take the shape it is given.",
  CF1402: "A loss does not fit the model and the dataset.",
  CF1403: "One kind of thing stands where another should, such as a value for a layer.",
  CF1404: "A repetition needs a positive whole count.",
  CF1405: "A model has too many layers, or they are nested too deeply.",
  CF1406: "A process cannot be run with the flow's optimizer.",
  CF1407: "A block does not fit the flow that it stands in.",

  CF1501: "A claim is not exactly one comparison.",
  CF1502: "A claim or plot names a flow, process or series that is not there.",
  CF1503: "An index cannot be used here, or not with this value.",
  CF1504: "A spectrum needs an index to become a series of numbers.",
  CF1505: "A claim or plot calls a function that is not there.",
  CF1506: "A function is given arguments it does not take.",
  CF1507: "A series stands where one number is needed.",
  CF1508: "A form that has no meaning in a claim or plot.",
  CF1509: "A plot has no curve, or one that is no series.",

  CF1601: "A dataset's file cannot be used.",
  CF1602: "Initial weights cannot be used.",
  CF1603: "A file cannot be imported.",

  CF1701: "A landscape has no variables.",
  CF1702: "A landscape calls a function that is not there.",
  CF1703: "A function in a landscape is given arguments it does not take.",
  CF1704: "A form that has no meaning in a landscape.",
  CF1705: "An exponent is not a constant.",
  CF1706: "A number in a landscape is none of those that its flow computes in.",

  CF1801: "A command reads what is no step.",
  CF1802: "A command cannot be run with these settings.",
} as const;

export type Code = keyof typeof codes;

/** Where diagnostics go; resolution goes on after each, so that one run reports all. */
export type Report = (diagnostic: Diagnostic) => void;

export interface Details {
  /** Said at the primary place. */
  readonly label?: string;
  /** Further places. */
  readonly others?: readonly Label[];
  readonly help?: string | undefined;
  readonly fix?: Fix | undefined;
}

export function error(code: Code, span: Span, message: string, details: Details = {}): Diagnostic {
  return diagnostic("error", code, span, message, details);
}

export function warning(
  code: Code,
  span: Span,
  message: string,
  details: Details = {},
): Diagnostic {
  return diagnostic("warning", code, span, message, details);
}

function diagnostic(
  severity: Diagnostic["severity"],
  code: Code,
  span: Span,
  message: string,
  { label, others = [], help, fix }: Details,
): Diagnostic {
  return {
    code,
    severity,
    message,
    labels: [label === undefined ? { span } : { span, text: label }, ...others],
    ...(help === undefined ? {} : { help }),
    ...(fix === undefined ? {} : { fix }),
  };
}
