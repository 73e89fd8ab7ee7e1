import { describe, expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

describe('clientAddress', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('counts %s as %s', (remote, key) => {
    expect(clientAddress({ remote, forwardedFor: undefined, trustedProxies: 0 })).toBe(key)
  })

  test.each([
    [0, '9.9.9.9', '1.1.1.1'],
    [1, '9.9.9.9', '9.9.9.9'],
    [1, '6.6.6.6, 9.9.9.9', '9.9.9.9'],
    [2, '6.6.6.6, 8.8.8.8, 9.9.9.9', '8.8.8.8'],
    [2, '9.9.9.9', '1.1.1.1'],
    [1, 'nonsense', '1.1.1.1'],
    [1, undefined, '1.1.1.1'],
    [1, '2001:db8::1', '2001:db8:0:0::/64'],
  ])('with %i trusted proxies believes of %s what gives %s', (trustedProxies, forwardedFor, key) => {
    expect(clientAddress({ remote: '1.1.1.1', forwardedFor, trustedProxies })).toBe(key)
  })
})
