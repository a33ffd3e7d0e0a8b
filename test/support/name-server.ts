/** A name server of our own: real packets over UDP. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

export interface NameServerOptions {
  /** Four numbers. */
  readonly address?: readonly number[];
  readonly isSilent?: boolean;
}

/** Says one address of every name, and that there is no IPv6 address, or nothing at all. */
export async function nameServer(
  t: TestContext,
  { address = [192, 0, 2, 7], isSilent = false }: NameServerOptions = {},
): Promise<{ at: string; socket: Socket }> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  socket.on('message', (question, from) => {
    if (!isSilent) socket.send(answerTo(question, address), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { at: `127.0.0.1:${socket.address().port}`, socket };
}

function answerTo(question: Buffer, address: readonly number[]): Buffer {
  // The name asked for, its type and class; the type of an IPv4 address is 1.
  const asked = question.subarray(12, question.indexOf(0, 12) + 5);
  const isIpv4 = asked.at(-3) === 1;
  const header = Buffer.from([0x81, 0x80, 0, 1, 0, isIpv4 ? 1 : 0, 0, 0, 0, 0]);
  const record = isIpv4 ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address] : [];
  return Buffer.concat([question.subarray(0, 2), header, asked, Buffer.from(record)]);
}
