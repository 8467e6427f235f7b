import { parseCidr } from '../../lib/algebra';

describe('an address block', () => {
  it.each([
    ['10.0.0.0/8', 4, 0x0a000000, 0x0affffff],
    ['255.255.255.255', 4, 0xffffffff, 0xffffffff],
    ['0.0.0.0/0', 4, 0, 0xffffffff],
    ['128.0.0.0/1', 4, 0x80000000, 0xffffffff],
    ['::/0', 6, 0n, 2n ** 128n - 1n],
    ['::1', 6, 1n, 1n],
    ['2001:DB8::/32', 6, 0x20010db8n << 96n, (0x20010db9n << 96n) - 1n],
    ['1:2:3:4:5:6:7:8/128', 6, 0x10002000300040005000600070008n, 0x10002000300040005000600070008n],
    ['::ffff:a00:1', 6, 0xffff0a000001n, 0xffff0a000001n],
  ])('reads %s', (text, family, from, to) => {
    expect(parseCidr(text)).toEqual({ family, from, to });
  });

  it.each([
    ['10.0.0.1/8', 'bits set after its prefix; the block of that length is 10.0.0.0/8'],
    ['2001:db8::1/64', 'the block of that length is 2001:db8::/64'],
    ['fe80::1%eth0', 'zone id'],
    ['fe80::%1/64', 'zone id'],
    ['::ffff:10.0.0.1', 'as IPv4'],
    ['::10.0.0.1/128', 'as IPv4'],
    ['10.1', 'four octets'],
    ['10', 'four octets'],
    ['167772161/32', 'four octets'],
    ['1.2.3.4.5', 'four octets'],
    ['010.0.0.1', 'leading zero'],
    ['10.0.0.00', 'leading zero'],
    ['0x0a.0.0.1', 'not an IP address'],
    ['10.0.0.256', 'above 255'],
    ['10.0.0.0/33', 'longer than 32 bits'],
    ['::/129', 'longer than 128 bits'],
    ['10.0.0.0/', 'no valid prefix length'],
    ['10.0.0.0/08', 'no valid prefix length'],
    ['10.0.0.0/-1', 'no valid prefix length'],
    ['10.0.0.0/8/8', 'no valid prefix length'],
    ['10.0.0.0/1e1', 'no valid prefix length'],
    ['10.0.0.0/255.0.0.0', 'netmask'],
    ['', 'not an IP address'],
    [' 10.0.0.0', 'not an IP address'],
    ['10.0.0.0\n', 'not an IP address'],
    ['1٠.0.0.0', 'not an IP address'],
    ['any', 'not an IP address'],
    ['${Token[TOKEN.1]}', 'not an IP address'],
    ['::1::', 'not an IPv6 address'],
    [':', 'not an IPv6 address'],
    ['1:2:3:4:5:6:7:8:9', 'not an IPv6 address'],
    ['1:2:3:4:5:6:7', 'not an IPv6 address'],
    ['12345::', 'not an IPv6 address'],
    ['00000::', 'not an IPv6 address'],
    ['[::1]', 'not an IPv6 address'],
  ])('refuses %j and says why', (text, why) => {
    expect(() => parseCidr(text)).toThrow(RangeError);
    expect(() => parseCidr(text)).toThrow(why);
  });

  it('quotes hostile text in one short line', () => {
    expect(() => parseCidr(`10.0.0.0\n${'x'.repeat(500)}`)).toThrow(/^"10\.0\.0\.0\\nx{51}…" is not an IP address\.$/);
  });

  it.each([undefined, null, 10, {}])('refuses %p, which is no text', (value) => {
    expect(() => parseCidr(value as unknown as string)).toThrow(TypeError);
  });
});
