/** The control program's composition root. */
declare const __F2B_VERSION__: string;

process.stdout.write(`f2bctl ${__F2B_VERSION__}\n`);
