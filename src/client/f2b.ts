/** The npm package `f2b`: what other programs ask of the agent. */

export type { ErrorCode } from '../error-kinds.js';
export { F2bError } from '../errors.js';
export { connect } from './connect.js';
export type * from './values.js';
