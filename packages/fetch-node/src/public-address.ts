import { BlockList, isIP } from 'node:net'

/**
 * Whether an address is one that a stranger may make this machine connect to: globally reachable unicast, and no
 * door to something else. IPv4 by refusal of every special-purpose block; IPv6 by admission of 2000::/3 alone, less the
 * blocks in it that lead elsewhere. IPv4-mapped, IPv4-compatible and NAT64 addresses are refused whatever they carry.
 *
 * @param address a literal IPv4 or IPv6 address, without brackets; anything else is not public
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !IPV4_REFUSED.check(address, 'ipv4')
  if (family === 6) return IPV6_ADMITTED.check(address, 'ipv6') && !IPV6_REFUSED.check(address, 'ipv6')
  return false
}

const IPV4_REFUSED = blockList('ipv4', [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // the host agent of a public cloud, on an address that looks public
  ['169.254.0.0', 16], // link-local, cloud metadata
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
])

const IPV6_ADMITTED = blockList('ipv6', [['2000::', 3]])

const IPV6_REFUSED = blockList('ipv6', [
  ['2001::', 23], // protocol assignments, with Teredo and ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: carries an IPv4 address
  ['3fff::', 20], // documentation
])

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family)
  return list
}
