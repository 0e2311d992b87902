/** Which network addresses are not of the public internet, and so are never asked for footage. */
import ipaddr from 'ipaddr.js';

/** Global unicast IPv6, all that IANA has given out (RFC 4291, 2.4): `::7f00:1` and the like are outside. */
const IPV6_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is anything but an ordinary one of the public internet: private, reserved, for documentation, or
 * an IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo), which would be reached through it. A text
 * that is no address counts as private. Source: IANA special-purpose registries (RFC 6890).
 */
export function isPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return true;
  return parsed instanceof ipaddr.IPv6 && !parsed.match(IPV6_UNICAST);
}
