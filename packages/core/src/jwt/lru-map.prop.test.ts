import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LruMap } from './lru-map.ts'

const key = fc.constantFrom('a', 'b', 'c', 'd')
const step = fc.oneof(
  fc.record({ act: fc.constant('set' as const), key, value: fc.nat() }),
  fc.record({ act: fc.constantFrom('get' as const, 'delete' as const), key, value: fc.constant(0) }),
)

it('forgets what was unused for longest, whatever was asked and taken away in between', () => {
  let forgotten = 0
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 }), fc.array(step, { maxLength: 40 }), (room, steps) => {
      const map = new LruMap<number>(room)
      let model: [string, number][] = []
      for (const { act, key, value } of steps) {
        const known = model.find(([name]) => name === key)
        const rest = model.filter((entry) => entry !== known)
        if (act === 'get') expect(map.get(key)).toBe(known?.[1])
        if (act === 'set') map.set(key, value)
        if (act === 'delete') map.delete(key)
        if (act === 'set') model = [...rest, [key, value]]
        else model = act === 'get' && known !== undefined ? [...rest, known] : rest
        if (model.length > room) forgotten++
        model = model.slice(Math.max(0, model.length - room))
        expect(map.size).toBe(model.length)
      }
      for (const [name, value] of model) expect(map.get(name)).toBe(value)
    }),
  )
  expect(forgotten).toBeGreaterThan(0)
})
