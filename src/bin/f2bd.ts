/** The agent's composition root. */
declare const __F2B_VERSION__: string;

process.stdout.write(`f2bd ${__F2B_VERSION__}\n`);
