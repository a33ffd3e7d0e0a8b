/** Where the checkout is, seen from the compiled tests in build/test/test/support. */
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..', '..', '..');
