/** The configuration on the disk: one that is wrong is not in force, and is what the next start will meet. */
import { formatProblem, isError } from '../../core/problem.js';
import { type Examination, problem, warning } from './finding.js';

export const configuration: Examination = {
  name: 'Configuration',
  async find({ configuration: files }, directory) {
    const { problems } = await files.check(directory, []);
    return problems.map(({ hint = 'see f2b.unit(5), f2b.conf(5) and f2b.filter(5)', ...one }) => {
      const message = formatProblem({ file: one.file, line: one.line, message: one.message });
      return isError(one) ? problem(message, hint) : warning(message, hint);
    });
  },
};
