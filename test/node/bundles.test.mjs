// What Node loads of a package that is bundled for it: entries must share what they have in common.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { UportError } from '@uport-kit/core'
import { parseJsonObject } from '@uport-kit/core/keystore'

const folder = fileURLToPath(new URL('../../packages/core/dist/node/', import.meta.url))

test('no source is in two files, so classes and weak maps are one', () => {
  const maps = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.map'),
  )
  const places = new Map()
  for (const map of maps) {
    for (const source of JSON.parse(readFileSync(join(folder, map), 'utf8')).sources) {
      const name = source.replace(/^(?:[.][.]\/)+/, '')
      places.set(name, [...(places.get(name) ?? []), map])
    }
  }
  assert.ok(places.size > 100)
  assert.ok(places.has('src/errors/uport-error.ts'))
  assert.deepEqual(
    [...places].filter(([, found]) => found.length > 1),
    [],
  )
})

test('an error of one entry is an error of another', () => {
  assert.throws(() => parseJsonObject('{'), UportError)
})
