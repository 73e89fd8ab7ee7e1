import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as inBrowsers from './platform.browser.ts'
import * as platform from './platform.ts'

it('is looked for where it may be, and replaced by nothing in what is made for browsers', () => {
  expect(Object.values(platform)).not.toContain(undefined)
  expect(Object.keys(inBrowsers)).toEqual(Object.keys(platform))
  expect(new Set(Object.values(inBrowsers))).toEqual(new Set([undefined]))
  const folder = new URL('../../', import.meta.url)
  const { browser } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
  const paths = Object.entries<string>(browser).flat()
  expect(paths).toEqual(['./dist/bytes/platform.js', './dist/bytes/platform.browser.js'])
  for (const path of paths) {
    const source = path.replace('/dist/', '/src/').replace(/js$/, 'ts')
    expect(existsSync(new URL(source, folder))).toBe(true)
  }
})
