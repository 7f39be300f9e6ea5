import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressRefusal, type EgressRules, urlRefusal } from '../../../collector/egress/address-rules.ts';

const NOTHING: EgressRules = { allowHttp: false, allowPrivate: false, allowLoopback: false };
const PRIVATE: EgressRules = { ...NOTHING, allowPrivate: true };
const LOOPBACK: EgressRules = { ...NOTHING, allowLoopback: true };
const ALL: EgressRules = { allowHttp: true, allowPrivate: true, allowLoopback: true };

/** By which switch an address may be connected to. */
type Switch = 'public' | 'private' | 'loopback' | 'never';

const ADDRESSES: readonly [address: string, opens: Switch, what: string][] = [
  ['8.8.8.8', 'public', 'an ordinary address'],
  ['1.1.1.1', 'public', 'an ordinary address'],
  ['172.15.255.255', 'public', 'just below the private 172.16/12'],
  ['172.32.0.0', 'public', 'just above it'],
  ['100.63.255.255', 'public', 'just below carrier-grade NAT'],
  ['100.128.0.0', 'public', 'just above it'],
  ['168.63.129.17', 'public', 'beside the metadata service of Azure'],
  ['2606:4700::1111', 'public', 'an ordinary IPv6 address'],
  ['2001:4860:4860::8888', 'public', 'an ordinary IPv6 address'],
  ['::ffff:8.8.8.8', 'public', 'an ordinary address mapped into IPv6'],

  ['10.0.0.1', 'private', 'RFC 1918'],
  ['10.255.255.255', 'private', 'RFC 1918'],
  ['172.16.0.1', 'private', 'RFC 1918'],
  ['172.31.255.255', 'private', 'RFC 1918'],
  ['192.168.1.1', 'private', 'RFC 1918'],
  ['100.64.0.1', 'private', 'carrier-grade NAT'],
  ['100.127.255.255', 'private', 'carrier-grade NAT'],
  ['fc00::1', 'private', 'unique local'],
  ['fdff:ffff::1', 'private', 'unique local'],
  ['::ffff:10.0.0.1', 'private', 'RFC 1918 mapped into IPv6'],
  ['::ffff:c0a8:101', 'private', 'RFC 1918 mapped into IPv6, in hexadecimal'],

  ['127.0.0.1', 'loopback', 'loopback'],
  ['127.255.255.254', 'loopback', 'the other end of loopback'],
  ['::1', 'loopback', 'loopback of IPv6'],
  ['::1%lo', 'loopback', 'loopback with a zone'],
  ['::ffff:127.0.0.1', 'loopback', 'loopback mapped into IPv6'],
  ['::ffff:7f00:1', 'loopback', 'loopback mapped into IPv6, in hexadecimal'],

  ['169.254.169.254', 'never', 'metadata, link-local'],
  ['169.254.170.2', 'never', 'metadata of containers, link-local'],
  ['169.254.0.1', 'never', 'link-local'],
  ['fe80::1', 'never', 'link-local'],
  ['fe80::1%eth0', 'never', 'link-local with a zone'],
  ['febf::1', 'never', 'the other end of link-local'],
  ['::ffff:169.254.169.254', 'never', 'metadata mapped into IPv6'],
  ['100.100.100.200', 'never', 'metadata within carrier-grade NAT'],
  ['168.63.129.16', 'never', 'metadata at a public address'],
  ['192.0.0.192', 'never', 'metadata at a reserved address'],
  ['fd00:ec2::254', 'never', 'metadata within unique local'],
  ['fd00:ec2::23', 'never', 'credentials of pods within unique local'],
  ['fd00:ec2::254%eth0', 'never', 'metadata with a zone'],
  ['fd20:ce::254', 'never', 'metadata within unique local'],
  ['fd00:42::42', 'never', 'metadata within unique local'],
  ['0.0.0.0', 'never', 'unspecified, which reaches this machine'],
  ['0.1.2.3', 'never', 'this network'],
  ['::', 'never', 'unspecified, which reaches this machine'],
  ['::ffff:0.0.0.0', 'never', 'unspecified mapped into IPv6'],
  ['255.255.255.255', 'never', 'broadcast'],
  ['224.0.0.1', 'never', 'multicast'],
  ['239.255.255.250', 'never', 'multicast'],
  ['ff02::1', 'never', 'multicast'],
  ['240.0.0.1', 'never', 'reserved'],
  ['192.0.2.1', 'never', 'documentation'],
  ['198.51.100.1', 'never', 'documentation'],
  ['203.0.113.1', 'never', 'documentation'],
  ['2001:db8::1', 'never', 'documentation'],
  ['3fff::1', 'never', 'documentation'],
  ['198.18.0.1', 'never', 'benchmarking'],
  ['2001:2::1', 'never', 'benchmarking'],
  ['192.88.99.1', 'never', '6to4 relays'],
  ['2002:7f00:1::', 'never', '6to4 of loopback'],
  ['64:ff9b::7f00:1', 'never', 'NAT64 of loopback'],
  ['64:ff9b::a9fe:a9fe', 'never', 'NAT64 of metadata'],
  ['64:ff9b:1::a00:1', 'never', 'local NAT64'],
  ['2001::1', 'never', 'Teredo'],
  ['::ffff:0:127.0.0.1', 'never', 'loopback translated by RFC 6145'],
  ['::7f00:1', 'never', 'loopback in the old compatible form'],
  ['100::1', 'never', 'discard'],
  ['fec0::1', 'never', 'site-local of old'],
  ['5f00::1', 'never', 'segment routing'],
  ['4000::1', 'never', 'IPv6 that nobody has been given'],

  ['', 'never', 'nothing'],
  ['localhost', 'never', 'a name'],
  [' 127.0.0.1', 'never', 'an address with a blank'],
  ['1.2.3.4.5', 'never', 'five numbers'],
  ['256.1.1.1', 'never', 'a number too large'],
  ['fe80:::1', 'never', 'three colons'],
];

describe('an address that is about to be connected to', () => {
  const may = (address: string, rules: EgressRules) => addressRefusal(address, rules) === undefined;
  for (const [address, opens, what] of ADDRESSES) {
    it(`${address || '(empty)'}, ${what}: ${opens}`, () => {
      assert.equal(may(address, NOTHING), opens === 'public', 'with no switch');
      assert.equal(may(address, PRIVATE), opens === 'public' || opens === 'private', 'with allow_private');
      assert.equal(may(address, LOOPBACK), opens === 'public' || opens === 'loopback', 'with allow_loopback');
      assert.equal(may(address, ALL), opens !== 'never', 'with all switches');
    });
  }

  it('is refused in words that name the switch', () => {
    assert.equal(
      addressRefusal('10.1.2.3', NOTHING),
      '10.1.2.3 is a private address; set egress.allow_private to allow it',
    );
    assert.equal(
      addressRefusal('::ffff:127.0.0.1', NOTHING),
      '127.0.0.1 is a loopback address; set egress.allow_loopback to allow it',
    );
    assert.equal(addressRefusal('fe80::1', ALL), 'fe80::1 is linkLocal, which is never connected to');
  });
});

describe('a URL that is configured', () => {
  const http: EgressRules = { ...NOTHING, allowHttp: true };
  const rows: [rule: string, url: string, rules: EgressRules, refusal: RegExp | undefined][] = [
    ['https to a name', 'https://siem.example/api?x=1', NOTHING, undefined],
    ['https to a public address', 'https://8.8.8.8/', NOTHING, undefined],
    ['https to a public IPv6 address', 'https://[2606:4700::1111]:8443/', NOTHING, undefined],
    ['http', 'http://siem.example/', NOTHING, /plain http .* egress\.allow_http/],
    ['http when allowed', 'http://siem.example/', http, undefined],
    ['another protocol', 'ftp://siem.example/', ALL, /is not http or https/],
    ['a file', 'file:///etc/passwd', ALL, /is not http or https/],
    ['a user and a password', 'https://user:hunter2@siem.example/', ALL, /a credential in the URL/],
    ['a user alone', 'https://user@siem.example/', ALL, /a credential in the URL/],
    ['loopback', 'https://127.0.0.1/', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback when allowed', 'https://127.0.0.1/', LOOPBACK, undefined],
    ['loopback with a dot behind', 'https://127.0.0.1./', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback in short', 'https://127.1/', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback as one decimal number', 'https://2130706433/', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback in hexadecimal', 'https://0x7f000001/', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback in octal', 'https://0177.0.0.1/', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback in mixed notation', 'https://0x7f.0.1/', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback in circled digits', 'https://①②⑦.⓪.⓪.①/', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback, percent-encoded', 'https://%31%32%37.0.0.1/', NOTHING, /127\.0\.0\.1 is a loopback address/],
    ['loopback of IPv6', 'https://[::1]/', NOTHING, /::1 is a loopback address/],
    ['loopback mapped into IPv6', 'https://[::ffff:127.0.0.1]/', NOTHING, /127\.0\.0\.1 is a loopback/],
    ['nothing but a zero', 'https://0/', ALL, /0\.0\.0\.0 is unspecified/],
    ['metadata as one decimal number', 'https://2852039166/', ALL, /169\.254\.169\.254 is linkLocal/],
    ['metadata with all switches on', 'http://169.254.169.254/latest/', ALL, /is linkLocal/],
    ['a private address', 'https://10.0.0.5/', NOTHING, /egress\.allow_private/],
    ['a private address when allowed', 'https://10.0.0.5/', PRIVATE, undefined],
    ['link-local', 'https://[fe80::1]/', ALL, /is linkLocal/],
    ['localhost, which only its resolution tells about', 'https://localhost/', NOTHING, undefined],
    ['a name that looks like an address', 'https://127.0.0.1.siem.example/', NOTHING, undefined],
  ];
  for (const [rule, url, rules, refusal] of rows) {
    it(`${refusal === undefined ? 'may' : 'must not'} be ${rule}`, () => {
      const actual = urlRefusal(new URL(url), rules);
      if (refusal === undefined) assert.equal(actual, undefined);
      else assert.match(actual ?? 'allowed', refusal);
    });
  }

  it('is not shown in the refusal when it has a password in it', () => {
    assert.doesNotMatch(urlRefusal(new URL('https://user:hunter2@siem.example/'), ALL)!, /hunter2|user:/);
  });
});
