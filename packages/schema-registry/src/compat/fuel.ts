/** How much work a check may still do. */
export interface Fuel {
  /** Takes some of it. Throws `OutOfFuel` when there is none left. */
  spend(amount: number): void;
}

/** The check gives up: neither answer was found in time. */
export class OutOfFuel extends Error {}

export function createFuel(amount: number): Fuel {
  let left = amount;
  return {
    spend(amount) {
      left -= amount;
      if (left < 0) throw new OutOfFuel('The check has used up its fuel.');
    },
  };
}
