import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findUnlinked } from '../scripts/lib/commands.mjs'

let project: string
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'uport-commands-'))
  const manifests = {
    tool: { name: '@x/tool', bin: { 'x-tool': './dist/bin.js' } },
    plain: { name: '@x/plain' },
  }
  for (const [folder, manifest] of Object.entries(manifests)) {
    mkdirSync(join(project, 'packages', folder), { recursive: true })
    writeFileSync(join(project, 'packages', folder, 'package.json'), JSON.stringify(manifest))
  }
  mkdirSync(join(project, 'packages', 'left-over'))
  mkdirSync(join(project, 'node_modules/.bin'), { recursive: true })
})
afterAll(() => rmSync(project, { recursive: true }))

test('a command that was installed before it was built is found missing, until it is linked', () => {
  expect(findUnlinked(project)).toEqual(['@x/tool'])
  const program = join(project, 'packages/tool/bin.js')
  writeFileSync(program, '')
  symlinkSync(program, join(project, 'node_modules/.bin/x-tool'))
  expect(findUnlinked(project)).toEqual([])
})
