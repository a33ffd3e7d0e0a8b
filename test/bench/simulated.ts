/** Processes that play members of a fleet, each beside a server. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Site } from '../support/nats-lab.js';
import { repository } from '../support/repository.js';
import type { Scene } from './scene.js';

/** `program`: its name in this folder. `order`: what it is sent first. `site`: where it is to run; otherwise here. */
export function startSimulated(scene: Scene, program: string, order: object, site?: Site): ChildProcess {
  const within = site === undefined ? {} : { execPath: 'ip', execArgv: ['netns', 'exec', site.namespace, 'node'] };
  const child = fork(join(repository, `build/test/test/bench/${program}.js`), within);
  scene.after(() => child.kill());
  child.send(order);
  return child;
}

/** What it tells next; rejects when it ends instead. */
export function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('simulated members ended'));
    child.once('exit', ended);
    child.once('message', (answer: T) => {
      child.off('exit', ended);
      resolve(answer);
    });
  });
}
