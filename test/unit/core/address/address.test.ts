import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Address,
  addressFromWords,
  bitsOf,
  compareAddresses,
  covers,
  isSingle,
  isWholeRange,
  networkOf,
  overlaps,
  parseAddress,
} from '../../../../src/core/address/address.js';

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed, `${text} is an address`);
  return parsed;
}

/** Text as written, and its canonical form. */
const canonical = `
192.0.2.1               192.0.2.1
0.0.0.0                 0.0.0.0
255.255.255.255         255.255.255.255
192.0.2.1/32            192.0.2.1
192.0.2.77/24           192.0.2.0/24
10.9.8.7/255.255.0.0    10.9.0.0/16
10.9.8.7/0.0.0.0        0.0.0.0/0
10.9.8.7/255.255.255.255 10.9.8.7
1.2.3.4/0               0.0.0.0/0
2001:DB8::1             2001:db8::1
2001:0db8:0000:0000:0000:0000:0000:0001 2001:db8::1
2001:db8:0:0:1:0:0:1    2001:db8::1:0:0:1
2001:db8:0:1:1:1:1:1    2001:db8:0:1:1:1:1:1
1:0:0:2:0:0:0:3         1:0:0:2::3
::                      ::
::1                     ::1
1::                     1::
1:2:3:4:5:6:7::         1:2:3:4:5:6:7:0
::2:3:4:5:6:7:8         0:2:3:4:5:6:7:8
fe80::1                 fe80::1
::1.2.3.4               ::102:304
64:ff9b::192.0.2.33     64:ff9b::c000:221
::ffff:192.0.2.9        192.0.2.9
::FFFF:c000:0209        192.0.2.9
0:0:0:0:0:ffff:192.0.2.9 192.0.2.9
::ffff:192.0.2.9/120    192.0.2.0/24
::ffff:0:0/96           0.0.0.0/0
::ffff:192.0.2.9/90     ::ffc0:0:0/90
2001:db8:1:2:3:4:5:6/64 2001:db8:1:2::/64
2001:db8:1:2:3:4:5:6/49 2001:db8:1::/49
2001:db8::/0            ::/0
2001:db8::1/128         2001:db8::1
`;

test('an address has one canonical text however it was written', () => {
  for (const line of canonical.trim().split('\n')) {
    const [written = '', expected] = line.split(/\s+/);
    assert.equal(parseAddress(written)?.text, expected, written);
    assert.deepEqual(parseAddress(address(written).text), address(written), `${written} survives its own text`);
  }
});

const refused = [
  ...['', ' ', 'host', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.04', '1.2.3.', '.1.2.3', '1..2.3'],
  ...['1.2.3.4 ', ' 1.2.3.4', '+1.2.3.4', '-1.2.3.4', '0x1.2.3.4', '1.2.3.4\n', '1,2,3,4', '１.2.3.4', '4294967295'],
  ...[
    '1.2.3.4/',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/032',
    '1.2.3.4/24/24',
    '1.2.3.4/255.0.255.0',
    '1.2.3.4/0.0.0.255',
  ],
  ...[':', ':::', '::1::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '1:2:3:4::5:6:7:8'],
  ...['12345::', 'g::1', '::1/129', '::1/', '::1/ffff::', '1.2.3.4::', '::1.2.3', '::1.2.3.4:5', ':1:2:3:4:5:6:7:8'],
  ...[
    '2001:db8::1%eth0',
    'fe80::1%',
    'fe80::1%a/64',
    'fe80::1%eth0%eth1',
    `fe80::1%${'e'.repeat(16)}`,
    '[::1]',
    '::ffff:1.2.3.999',
    '2001:db8::1 ',
    `::${'0'.repeat(60)}1`,
  ],
];

test('the zone of a link-local address is left out', () => {
  for (const zone of ['eth0', '1', 'br-lan.7', 'e'.repeat(15)])
    assert.deepEqual(parseAddress(`FE80::0:1%${zone}`), address('fe80::1'));
});

test('what could be read in two ways is no address', () => {
  for (const text of refused) assert.equal(parseAddress(text), undefined, JSON.stringify(text));
});

test('a prefix covers what lies in it, and itself, within its own family', () => {
  const inside = [
    ['192.0.2.0/24', '192.0.2.255'],
    ['192.0.2.0/24', '192.0.2.128/25'],
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['0.0.0.0/0', '255.1.2.3'],
    ['128.0.0.0/1', '200.0.0.1'],
    ['2001:db8::/32', '2001:db8:ffff::1'],
    ['2001:db8::/33', '2001:db8:7fff::1'],
    ['::/0', 'ffff::'],
    ['192.0.2.7', '::ffff:192.0.2.7'],
  ];
  const outside = [
    ['192.0.2.0/24', '192.0.3.0'],
    ['192.0.2.0/24', '192.0.2.0/23'],
    ['192.0.2.1', '192.0.2.0/24'],
    ['2001:db8::/33', '2001:db8:8000::1'],
    ['2001:db8:0:1::/64', '2001:db8::1'],
    ['::/0', '192.0.2.1'],
    ['::ffc0:0:0/90', '192.0.2.1'],
  ];
  for (const [outer = '', inner = ''] of inside) {
    assert.ok(covers(address(outer), address(inner)), `${outer} covers ${inner}`);
    assert.ok(overlaps(address(inner), address(outer)), `${inner} overlaps ${outer}`);
  }
  for (const [outer = '', inner = ''] of outside) {
    assert.ok(!covers(address(outer), address(inner)), `${outer} does not cover ${inner}`);
  }
});

/** The 128 bits with one of them set; bit 0 is the first. */
function oneBit(bit: number): Address {
  const words = [0, 1, 2, 3].map((word) => (bit >> 5 === word ? 1 << (31 - (bit & 31)) : 0));
  return addressFromWords(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0, 128);
}

test('a prefix of any length covers what differs in later bits alone', () => {
  for (let length = 0; length <= 128; length += 1) {
    const outer = addressFromWords(0, 0, 0, 0, length);
    for (let bit = 0; bit < 128; bit += 1) {
      assert.equal(covers(outer, oneBit(bit)), bit >= length, `${outer.text} and ${oneBit(bit).text}`);
      assert.equal(networkOf(oneBit(bit), length).text === outer.text, bit >= length, `${oneBit(bit).text}/${length}`);
    }
  }
});

test('the network of an address clears its host bits and never narrows a prefix', () => {
  assert.equal(networkOf(address('192.0.2.77'), 24).text, '192.0.2.0/24');
  assert.equal(networkOf(address('192.0.2.77'), 32).text, '192.0.2.77');
  assert.equal(networkOf(address('192.0.0.0/16'), 24).text, '192.0.0.0/16');
  assert.equal(networkOf(address('2001:db8:1:2:3::'), 48).text, '2001:db8:1::/48');
  assert.equal(networkOf(address('2001:db8:1:2:3::'), 64).text, '2001:db8:1:2::/64');
});

test('single addresses, prefixes and the whole range are told apart', () => {
  assert.ok(isSingle(address('192.0.2.1')) && isSingle(address('::1')));
  assert.ok(!isSingle(address('192.0.2.0/31')) && !isSingle(address('2001:db8::/64')));
  assert.ok(isWholeRange(address('0.0.0.0/0')) && isWholeRange(address('::/0')));
  assert.ok(!isWholeRange(address('128.0.0.0/1')) && !isWholeRange(address('::')));
});

test('addresses sort by family and number, a prefix before what lies in it', () => {
  const sorted = ['9.0.0.0', '10.0.0.0/8', '10.0.0.0', '10.0.0.1', '200.0.0.1', '::1', '2001:db8::/32', 'ffff::'];
  assert.deepEqual(
    [...sorted]
      .reverse()
      .map(address)
      .sort(compareAddresses)
      .map(({ text }) => text),
    sorted,
  );
});

test('an address is rebuilt from its words', () => {
  for (const text of ['192.0.2.1', '192.0.2.0/24', '255.255.255.255', '2001:db8::/33', 'ffff::ffff', '::/0']) {
    const { w0, w1, w2, w3 } = address(text);
    assert.deepEqual(addressFromWords(w0, w1, w2, w3, bitsOf(address(text))), address(text));
  }
});
