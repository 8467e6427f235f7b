import * as ipaddr from 'ipaddr.js';
import { AddressSet } from '../algebra';

/** The addresses of a block as clouds read it: host bits are masked, 10.0.0.5/24 is all of 10.0.0.0/24. Undefined for other text. */
export function blockAddresses(text: string): AddressSet | undefined {
  const [address, length, ...more] = text.trim().split('/');
  try {
    // The strict reader of single addresses goes first: the masking one would take octal and short forms.
    const single = AddressSet.cidr(address);
    if (length === undefined) return single;
    if (more.length > 0 || !/^[0-9]{1,3}$/.test(length)) return undefined;
    const family = address.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
    return AddressSet.cidr(`${family.networkAddressFromCIDR(`${address}/${Number(length)}`).toString()}/${Number(length)}`);
  } catch {
    return undefined;
  }
}
