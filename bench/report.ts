/** Figures as lines of text, and as JSON. */

export interface Entry {
  readonly name: string;
  /** Median; absent where it was not timed. */
  readonly seconds?: number;
  readonly samples?: readonly number[];
  /** Which way to write it was the fastest in that library. */
  readonly variant?: string;
  /** From the first engine's result, relative. */
  readonly difference?: number;
  /** Why it was not timed. */
  readonly failure?: string;
}

export interface Line {
  readonly case: string;
  readonly figure: string;
  /** The first is the one that goals are set for. */
  readonly entries: readonly Entry[];
  /** How many times as fast as these it is to be. */
  readonly goals?: Readonly<Record<string, number>>;
  /** Operations that it needs at least, and how many a second a matrix product reaches. */
  readonly operations?: number;
  readonly peak?: number;
  /** The fraction of the peak that is to be reached. */
  readonly peakGoal?: number;
  readonly note?: string;
}

export interface Ratio {
  readonly name: string;
  readonly ratio: number;
  readonly goal?: number;
  readonly reached?: boolean;
}

/** How many times as long each of the others takes as the first. */
export function ratios({ entries, goals = {} }: Line): Ratio[] {
  const [first, ...others] = entries;
  return others.flatMap(({ name, seconds }) => {
    if (seconds === undefined || first?.seconds === undefined) return [];
    const ratio = seconds / first.seconds;
    const goal = goals[name];
    return [{ name, ratio, ...(goal !== undefined && { goal, reached: ratio >= goal }) }];
  });
}

export function fractionOfPeak({ entries, operations, peak }: Line): number | undefined {
  const seconds = entries[0]?.seconds;
  if (seconds === undefined || operations === undefined || peak === undefined) return undefined;
  return operations / seconds / peak;
}

export function rendered(line: Line): string {
  const [first, ...others] = line.entries;
  const fraction = fractionOfPeak(line);
  const known = ratios(line);
  const cells = [
    `${line.case}  ${line.figure}`.padEnd(46),
    `${first!.name} ${duration(first!.seconds)}`.padEnd(16),
    (fraction === undefined ? "" : ofPeak(fraction, line.peakGoal)).padEnd(12),
    ...others.map((entry) => {
      if (entry.seconds === undefined) return `${entry.name}: ${entry.failure ?? "not timed"}`;
      const { ratio, goal, reached } = known.find(({ name }) => name === entry.name)!;
      const aim = goal === undefined ? "" : `, goal ${goal}x ${reached ? "reached" : "MISSED"}`;
      return `${entry.name} ${duration(entry.seconds)} (${ratio.toPrecision(3)}x${aim})`;
    }),
    ...(line.note === undefined ? [] : [`[${line.note}]`]),
  ];
  return cells.join("  ").trimEnd();
}

function ofPeak(fraction: number, goal: number | undefined): string {
  const percent = (value: number) => `${(100 * value).toFixed(0)}%`;
  const aim = goal && ` (goal ${percent(goal)} ${fraction >= goal ? "reached" : "MISSED"})`;
  return `${percent(fraction)} of peak${aim ?? ""}`;
}

/** Three digits in a unit that suits. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return "–";
  if (seconds < 1e-3) return `${(1e6 * seconds).toPrecision(3)} µs`;
  if (seconds < 1) return `${(1e3 * seconds).toPrecision(3)} ms`;
  return `${seconds.toPrecision(3)} s`;
}
