/**
 * Peers: Python programs in `peers/` that compute the same with another library. Each is a process
 * that lives as long as the benchmark and is asked one thing a line, so that it can take its turn
 * among the engines. A peer that can't be had says why, and is left out.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Rejects with what the peer says went wrong. */
  ask<Answer>(
    request: { readonly do: string } & Readonly<Record<string, unknown>>,
  ): Promise<Answer>;
  close(): void;
}

export interface AbsentPeer {
  readonly name: string;
  readonly absent: string;
}

export const peerNames = ["jax", "torch"] as const;
export type PeerName = (typeof peerNames)[number];

export interface PeerOptions {
  /** The interpreter, a command or a path. */
  readonly python: string;
  readonly threads: number;
  /** Where the peers' programs are. */
  readonly folder: string;
  /** Whether what they write besides answers is shown: which variants they try, and how long each takes. */
  readonly talk?: boolean;
}

export async function startPeer(
  name: PeerName,
  { python, threads, folder, talk = false }: PeerOptions,
): Promise<Peer | AbsentPeer> {
  const child = spawn(python, [`${folder}/${name}_peer.py`, String(threads)], {
    env: {
      ...process.env,
      OMP_NUM_THREADS: String(threads),
      MKL_NUM_THREADS: String(threads),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  const answers = answersOf(child, talk);
  const hello = await answers.next().catch((cause: Error) => ({ absent: cause.message }));
  const { version, absent } = hello as { version?: string; absent?: string };
  if (version === undefined) return { name, absent: absent ?? "it did not start" };
  return {
    name,
    version,
    async ask<Answer>(request: object) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await answers.next();
      const { error } = answer as { error?: string };
      if (error !== undefined) throw new Error(`${name}: ${error}`);
      return answer as Answer;
    },
    close: () => child.stdin.end(),
  };
}

/** The lines of a process one after another; rejects where it ends without one. */
function answersOf(child: ChildProcessWithoutNullStreams, talk: boolean) {
  const waiting: { resolve: (answer: object) => void; reject: (cause: Error) => void }[] = [];
  const lines: string[] = [];
  let ended: Error | undefined;
  let complaint = "";
  const settle = () => {
    while (waiting.length > 0 && lines.length > 0) {
      waiting.shift()!.resolve(JSON.parse(lines.shift()!));
    }
    if (ended) for (const { reject } of waiting.splice(0)) reject(ended);
  };
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    settle();
  });
  child.stderr.on("data", (text) => {
    complaint = `${complaint}${text}`.slice(-2000);
    if (talk) process.stderr.write(text);
  });
  // Its end shows as an answer that doesn't come.
  child.stdin.on("error", () => {});
  child.on("error", (cause) => {
    ended ??= cause;
    settle();
  });
  child.on("close", () => {
    ended ??= new Error(complaint.trim().split("\n").at(-1) || "it ended without an answer");
    settle();
  });
  return {
    next: () =>
      new Promise<object>((resolve, reject) => {
        waiting.push({ resolve, reject });
        settle();
      }),
  };
}
