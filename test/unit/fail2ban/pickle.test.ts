import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pickle } from '../../../src/fail2ban/pickle.js';
import { PickleDict, PickleError, PickleTuple, type PickleValue } from '../../../src/fail2ban/pickle-value.js';
import { PickleRefused, unpickle } from '../../../src/fail2ban/unpickle.js';

/** What Python wrote below, by pickle.dumps(value, protocol). */
const value: PickleValue = [
  ...['set', 'sshd', 'banip', 'é☃', 1, -5, 70_000, 2 ** 40, true, false, null, 1.5],
  ...[[], ['a', ['b']]],
  ...[
    new PickleTuple(1),
    new PickleTuple(1, 2),
    new PickleTuple(1, 2, 3),
    new PickleTuple(),
    new PickleTuple(1, 2, 3, 4),
  ],
  ...[new PickleDict([['k', 'v']]), new PickleDict([])],
];
const protocols: readonly string[] = [
  '286c70300a567365740a70310a6156737368640a70320a615662616e69700a70330a6156e95c75323630330a70340a6149310a61492d350a614937303030300a614c313039393531313632373737364c0a614930310a614930300a614e6146312e350a61286c70350a61286c70360a56610a70370a61286c70380a56620a70390a6161612849310a747031300a612849310a49320a747031310a612849310a49320a49330a747031320a612874612849310a49320a49330a49340a747031330a6128647031340a566b0a7031350a56760a7031360a736128647031370a612e',
  '5d710028580300000073657471015804000000737368647102580500000062616e697071035805000000c3a9e2988371044b014afbffffff4a701101004c313039393531313632373737364c0a4930310a4930300a4e473ff80000000000005d71055d71062858010000006171075d710858010000006271096165284b0174710a284b014b0274710b284b014b024b0374710c29284b014b024b034b0474710d7d710e58010000006b710f5801000000767110737d7111652e',
  '80025d710028580300000073657471015804000000737368647102580500000062616e697071035805000000c3a9e2988371044b014afbffffff4a701101008a0600000000000188894e473ff80000000000005d71055d71062858010000006171075d7108580100000062710961654b0185710a4b014b0286710b4b014b024b0387710c29284b014b024b034b0474710d7d710e58010000006b710f5801000000767110737d7111652e',
  '80035d710028580300000073657471015804000000737368647102580500000062616e697071035805000000c3a9e2988371044b014afbffffff4a701101008a0600000000000188894e473ff80000000000005d71055d71062858010000006171075d7108580100000062710961654b0185710a4b014b0286710b4b014b024b0387710c29284b014b024b034b0474710d7d710e58010000006b710f5801000000767110737d7111652e',
  '8004957e000000000000005d94288c03736574948c0473736864948c0562616e6970948c05c3a9e29883944b014afbffffff4a701101008a0600000000000188894e473ff80000000000005d945d94288c0161945d948c01629461654b0185944b014b0286944b014b024b03879429284b014b024b034b0474947d948c016b948c017694737d94652e',
  '8005957e000000000000005d94288c03736574948c0473736864948c0562616e6970948c05c3a9e29883944b014afbffffff4a701101008a0600000000000188894e473ff80000000000005d945d94288c0161945d948c01629461654b0185944b014b0286944b014b024b03879429284b014b024b034b0474947d948c016b948c017694737d94652e',
];

test('what Python pickles is read in each of its protocols', () => {
  protocols.forEach((hex, protocol) => {
    assert.deepEqual(unpickle(Buffer.from(hex, 'hex')), value, `protocol ${protocol}`);
  });
  assert.deepEqual(unpickle(Buffer.from('80049509000000000000008f94288c017894902e', 'hex')), ['x']);
});

test('the byte strings of Python 2, which exporters written in Go send, are texts', () => {
  // Protocol 2, as og-rek writes it: SHORT_BINSTRING up to 255 bytes, BINSTRING beyond.
  const long = 'x'.repeat(256);
  const bytes = Buffer.concat([
    Buffer.from('80025d28', 'hex'),
    Buffer.from('U\x06status', 'latin1'),
    Buffer.from(`U\x05é☃`),
    Buffer.from(`T\0\x01\0\0${long}`, 'latin1'),
    Buffer.from('e.'),
  ]);
  assert.deepEqual(unpickle(bytes), ['status', 'é☃', long]);
});

test('what is written is read again', () => {
  assert.deepEqual(unpickle(pickle(value)), value);
});

test('an exception is written as the call of its class', () => {
  const bytes = pickle(new PickleTuple(1, new PickleError('sshd', 'UnknownJailException', 'fail2ban.exceptions')));
  assert.ok(bytes.includes(Buffer.from('cfail2ban.exceptions\nUnknownJailException\n(')));
});

test('whatever would look up, make or call something is refused', () => {
  const hostile: Readonly<Record<string, string | Buffer>> = {
    GLOBAL: 'cos\nsystem\n(Vid\ntR.',
    INST: '(Vid\nios\nsystem\n.',
    'OBJ, of a GLOBAL': '(cos\nsystem\nVid\no.',
    STACK_GLOBAL: Buffer.from('80048c026f738c0673797374656d932e', 'hex'),
    REDUCE: ')R.',
    BUILD: '}}b.',
    NEWOBJ: Buffer.from('80042929812e', 'hex'),
    NEWOBJ_EX: Buffer.from('8004297d7d922e', 'hex'),
    PERSID: 'Pid\n.',
    BINPERSID: 'NQ.',
    EXT1: Buffer.from([0x80, 2, 0x82, 1, 0x2e]),
    STRING: "S'a'\n.",
    BYTEARRAY8: Buffer.from('80059600000000000000002e', 'hex'),
  };
  for (const [name, bytes] of Object.entries(hostile))
    assert.throws(() => unpickle(Buffer.from(bytes)), { message: /^opcode 0x[\da-f]{2} is not allowed$/ }, name);
});

test('what is cut off, left over or without end is refused at once', () => {
  const bomb = `(lp0\n${Array.from({ length: 60 }, (_, n) => `0(lp${n + 1}\n${`g${n}\na`.repeat(2)}`)
    .join('')
    .replaceAll('\n0(', '\n(')}.`;
  const cases: Readonly<Record<string, Buffer>> = {
    empty: Buffer.alloc(0),
    'no value': Buffer.from('.'),
    'no stop': Buffer.from('N'),
    'two values': Buffer.from('NN.'),
    'more behind it': Buffer.from('N.N'),
    'no mark': Buffer.from('t.'),
    'a text that is longer than all': Buffer.from('X\xff\xff\xff\x7fa.', 'latin1'),
    'a byte string that is longer than all': Buffer.from('T\xff\xff\xff\xffa.', 'latin1'),
    'a byte string that is cut off': Buffer.from('U\x05ab.', 'latin1'),
    'a byte string that is no UTF-8': Buffer.from('U\x01\xff.', 'latin1'),
    'a text of 2**63 bytes': Buffer.from('8d00000000000000802e', 'hex'),
    'a protocol to come': Buffer.from([0x80, 6, 0x4e, 0x2e]),
    'a number that is too large': Buffer.from(`L${'9'.repeat(1_000)}L\n.`),
    'a key that is a list': Buffer.from('}(]Nu.'),
    'a key without a value': Buffer.from('}(Nu.'),
    deep: Buffer.from(`${'('.repeat(1_000)}${'t'.repeat(1_000)}.`),
    'a list in itself': Buffer.from(']q\0h\0a.', 'latin1'),
    'lists that unfold': Buffer.from(bomb),
    'no UTF-8': Buffer.from('X\x01\x00\x00\x00\xff.', 'latin1'),
    'too many values': Buffer.from(`(${'N'.repeat(200_000)}l.`),
    'too long': Buffer.alloc((1 << 20) + 1, 'N'),
    'a long text many times': Buffer.from(`(V${'x'.repeat(100_000)}\np0\n${'g0\n'.repeat(1_000)}l.`),
  };
  for (const [name, bytes] of Object.entries(cases)) assert.throws(() => unpickle(bytes), PickleRefused, name);
});
