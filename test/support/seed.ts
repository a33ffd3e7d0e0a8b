/**
 * Every run draws the same cases, so that a red run can be made again; F2B_SEED=NUMBER draws others. fast-check
 * prints the seed of a failure.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['F2B_SEED'] ?? 20261122) });
