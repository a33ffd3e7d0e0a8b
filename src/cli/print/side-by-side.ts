/** What stands side by side, without what is needed least where there is no room for all. */

/** Blanks between two of them. */
export const GAP = 2;

export interface Droppable {
  /** Where there is no room, the one with the lowest number goes first. Without it, it stays. */
  readonly dropped?: number | undefined;
}

/** Those that fit, in their order, with two blanks between them. `widthOf`: how wide each is. */
export function sideBySide<T extends Droppable>(
  all: readonly T[],
  widthOf: (one: T) => number,
  room: number,
): readonly T[] {
  const needed = all.reduce((sum, one) => sum + widthOf(one) + GAP, -GAP);
  const droppable = all.flatMap(({ dropped }) => dropped ?? []);
  if (needed <= room || droppable.length === 0) return all;
  const first = Math.min(...droppable);
  return sideBySide(
    all.filter(({ dropped }) => dropped !== first),
    widthOf,
    room,
  );
}
