/** The name of f2b-actiond's socket in its runtime directory. */
export const CONTROL_SOCKET = 'control';
