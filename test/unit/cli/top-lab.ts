/** f2bctl top on a terminal in memory. Invariant: what never comes is waited for so many turns, and no longer. */
import { FakeScreen } from '../../fakes/screen.js';
import { type Run, run, type World } from './run.js';

/** Modules are loaded from the disk meanwhile: that takes some thousands. These take half a minute. */
const TURNS = 3_000_000;

export async function turnsUntil(what: string, isSo: () => boolean, turn: () => Promise<void>): Promise<void> {
  for (let turns = 0; turns < TURNS; turns += 1) {
    if (isSo()) return;
    await turn();
  }
  throw new Error(`waited ${TURNS} turns in vain: ${what}`);
}

export interface Live {
  readonly screen: FakeScreen;
  readonly ended: Promise<Run>;
  /** Lets what was begun come to its end. */
  readonly settle: () => Promise<void>;
}

/** Resolves when it shows something, or has ended. The screen is the world's, or else one of 80 columns and 24 rows. */
export async function live(world: World, ...argv: readonly string[]): Promise<Live> {
  const screen = world.screen ?? new FakeScreen();
  world.screen = screen;
  const ended = run(world, ['top', ...argv]);
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await world.clock.advance(0);
  };
  const isOver = ending(ended);
  // The verb and what measures text are loaded first.
  await turnsUntil(
    'top shows something',
    () => isOver() || screen.lines.length > 0,
    () => world.clock.advance(0),
  );
  await settle();
  return { screen, ended, settle };
}

/** Moves the clock on until the run has ended. */
export async function throughout(world: World, ended: Promise<Run>): Promise<void> {
  await turnsUntil('it has ended', ending(ended), () => world.clock.advance(100_000));
}

/** Whether it has ended, in whatever way. */
function ending(ended: Promise<unknown>): () => boolean {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  ended.then(over, over);
  return () => isOver;
}
