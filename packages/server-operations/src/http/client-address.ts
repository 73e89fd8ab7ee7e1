import { isIP } from 'node:net'

export interface ClientAddressSource {
  /** The other end of the connection. */
  readonly remote: string | undefined
  /** The header `X-Forwarded-For`: each proxy appends the address that it was called from. */
  readonly forwardedFor: string | undefined
  /** How many proxies of our own stand in front; only their entries are believed. */
  readonly trustedProxies: number
}

/**
 * What a caller is counted under. An IPv6 network of 64 bits is one caller, because one host may use all of it.
 */
export function clientAddress(source: ClientAddressSource): string {
  const forwarded = source.trustedProxies > 0 ? forwardedBy(source) : undefined
  return addressKey(forwarded ?? source.remote ?? 'unknown')
}

function forwardedBy(source: ClientAddressSource): string | undefined {
  const entries = (source.forwardedFor ?? '').split(',')
  const entry = entries.at(-source.trustedProxies)?.trim() ?? ''
  return isIP(entry) === 0 ? undefined : entry
}

function addressKey(address: string): string {
  const bare = address.split('%')[0] ?? address
  if (isIP(bare) !== 6) return bare
  const groups = ipv6Groups(bare)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight groups of an address that `isIP` has accepted. */
function ipv6Groups(address: string): readonly number[] {
  const [head = '', tail] = address.split('::')
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
}

function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}
