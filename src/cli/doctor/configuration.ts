/** The configuration on the disk: one that is wrong is not in force, and is what the next start will meet. */
import { type Examination, problem, warning } from './finding.js';

export const configuration: Examination = {
  name: 'Configuration',
  async find({ configuration: files }, directory) {
    const { isGood, report } = await files.check(directory, []);
    const lines = report.trimEnd().split('\n');
    const found = lines.flatMap((line, index) => {
      const isWarning = line.includes(': warning: ');
      const hint = /^ {2}hint: (.*)/.exec(lines[index + 1] ?? '')?.[1];
      if (hint === undefined) return [];
      return [isWarning ? warning(line.replace('warning: ', ''), hint) : problem(line, hint)];
    });
    if (isGood || found.some(({ severity }) => severity === 'problem')) return found;
    return [...found, problem('the configuration is not valid', 'f2bctl check tells why')];
  },
};
