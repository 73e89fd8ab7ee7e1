import { describe, expect, it } from 'vitest'
import { takeFromFragment, withoutReply } from './fragment.ts'

const pairs = (count: number, name: string): string =>
  Array.from({ length: count }, (_, index) => `${name}=${index}`).join('&')

/** Seconds of this process's own work. */
function cost(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

describe('a fragment', () => {
  it('gives up what is taken, and keeps the bytes and the order of the rest', () => {
    const { rest, taken } = takeFromFragment(
      'https://a.example/#a=%20&code=1&b=+&%63ode=2&a',
      (name) => name === 'code',
    )
    expect({ rest, taken: taken.getAll('code') }).toEqual({
      rest: 'https://a.example/#a=%20&b=+&a',
      taken: ['1', '2'],
    })
    expect(withoutReply('https://a.example/#id=x&tx=y')).toBe('https://a.example/')
    expect(withoutReply('https://a.example/#/login')).toBe('https://a.example/#/login')
  })

  it('of a hostile link does not hold the page up', () => {
    const href = `https://a.example/#${pairs(30_000, 'code')}&${pairs(30_000, 'other')}`
    expect(cost(() => takeFromFragment(href, (name) => name === 'code'))).toBeLessThan(1)
  })
})
