/** Forgejo 7, which logs as Gitea does. */
import type { HostileTable } from '../support/hostile/table.js';
import { table as gitea } from './gitea.js';

export const table: HostileTable = { ...gitea, line: 'git forgejo[7]: ' };
