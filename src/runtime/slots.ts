/** Places to run in, given to whoever is first by rank among those that ask at the same time. */
export interface Slots {
  /** A place, to be given back by calling what comes; undefined once closed. */
  acquire(rank: number): Promise<(() => void) | undefined>;
  /** Nobody gets a place any more. */
  close(): void;
}

interface Request {
  readonly rank: number;
  grant(release: (() => void) | undefined): void;
}

export function slots(count: number): Slots {
  const queue: Request[] = [];
  let free = count;
  let closed = false;
  const dispatch = () => {
    if (closed) for (const request of queue.splice(0)) request.grant(undefined);
    while (free > 0 && queue.length > 0) {
      free--;
      queue.shift()!.grant(() => {
        free++;
        setImmediate(dispatch);
      });
    }
  };
  return {
    acquire: (rank) =>
      new Promise((grant) => {
        queue.push({ rank, grant });
        queue.sort((a, b) => a.rank - b.rank);
        // Later in this turn of the event loop a step of higher rank may become ready.
        setImmediate(dispatch);
      }),
    close: () => {
      closed = true;
      dispatch();
    },
  };
}
