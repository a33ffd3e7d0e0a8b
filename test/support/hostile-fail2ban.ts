/**
 * Whatever may come to fail2ban's socket, all at once: a program of its own, as it is copied into the system under test.
 * Prints how many were refused, and closed, of each kind.
 */
import { connect, type Socket } from 'node:net';

const [, , path = '/run/f2b/fail2ban.sock'] = process.argv;
const END = Buffer.from('<F2B_END_COMMAND>');
const command = (bytes: Uint8Array | string) => Buffer.concat([Buffer.from(bytes), END]);

/** Each is refused with a word, and the connection closed. */
const REFUSED: readonly Buffer[] = [
  command('cos\nsystem\n(Vtouch /tmp/f2b-was-here\ntR.'),
  command("cposix\nsystem\n(S'touch /tmp/f2b-was-here'\ntR."),
  command(Buffer.from('80048c026f738c0673797374656d932e', 'hex')),
  command(`${'('.repeat(100_000)}${'t'.repeat(100_000)}.`),
  command(`${']'.repeat(50_000)}.`),
  command(`(${'N'.repeat(200_000)}l.`),
  command(`(V${'x'.repeat(100_000)}\np0\n${'g0\n'.repeat(1_000)}l.`),
  command(Buffer.from(']q\0h\0a.', 'latin1')),
  command(Buffer.from('X\xff\xff\xff\x7fa.', 'latin1')),
  command(''),
  Buffer.alloc(4 << 20, 'x'),
];

interface Ended {
  readonly isRefused: boolean;
}

/** Writes, and waits for the other side to end it. */
function told(bytes: Uint8Array): Promise<Ended> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve({ isRefused: answer.includes('ERROR: ') }));
    socket.write(bytes);
  });
}

/** Connected, or turned away; goes on with what a slow client sends, a byte now and then. */
function held(count: number): Promise<readonly Socket[]> {
  const beginning = Buffer.from('80025d28', 'hex');
  return Promise.all(
    Array.from({ length: count }, () => {
      const socket = connect(path);
      socket.on('error', () => socket.destroy());
      socket.write(beginning);
      return new Promise<Socket>((resolve) => {
        socket.once('connect', () => resolve(socket));
        socket.once('close', () => resolve(socket));
      });
    }),
  );
}

const slow = await held(1_000);
const drip = setInterval(() => {
  for (const socket of slow) if (socket.writable) socket.write('N');
}, 200);
// One after the other, while the thousand are held: each gets its turn.
let refused = 0;
for (const bytes of REFUSED) if ((await told(bytes)).isRefused) refused += 1;
process.stdout.write(`${JSON.stringify({ sent: REFUSED.length, refused })}\n`);
// The rest is for who looks on: it ends with its input.
process.stdin.resume();
process.stdin.on('end', () => {
  clearInterval(drip);
  for (const socket of slow) socket.destroy();
});
