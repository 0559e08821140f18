/**
 * Places lent in turn, for what is large and kept for a while. New memory costs more to touch for the
 * first time than old to fill again, and waits for the garbage collector to be given back; so a few
 * places serve all borrowers, and one who has lost theirs starts anew.
 */
export interface Lending<T> {
  /**
   * Runs `work` with the borrower's place: the one they had, with what they left there, or one in
   * which another's things may lie.
   *
   * @param work  told whether the place is newly theirs
   */
  lend<R>(borrower: object, work: (place: T, isNew: boolean) => Promise<R>): Promise<R>;
}

/**
 * @param capacity  places to make before one is taken from whoever used theirs the longest ago; more
 *                  are made only for as many as work at the same time
 */
export function lending<T>(capacity: number, make: () => T): Lending<T> {
  /** By borrower, the longest unused first. */
  const lent = new Map<object, { readonly place: T; works: number }>();

  function placeForNew(): { readonly place: T; works: number } {
    const full = lent.size >= capacity;
    const idle = full ? [...lent].find(([, { works }]) => works === 0) : undefined;
    if (idle) lent.delete(idle[0]);
    return { place: idle ? idle[1].place : make(), works: 0 };
  }

  return {
    async lend(borrower, work) {
      const known = lent.get(borrower);
      const tenancy = known ?? placeForNew();
      lent.delete(borrower);
      lent.set(borrower, tenancy);
      tenancy.works += 1;
      try {
        return await work(tenancy.place, known === undefined);
      } finally {
        tenancy.works -= 1;
      }
    },
  };
}
