import { expect, it } from 'vitest'
import { ownScript } from './trusted-types.ts'

const base = 'https://wallet.example/scan'

it('admits scripts of the site itself and no others', () => {
  expect(ownScript('/service-worker.js', base)).toBe('https://wallet.example/service-worker.js')
  expect(ownScript('https://wallet.example/assets/qr-worker-Ab_1.js', base)).toContain('/assets/')
  const others = [
    'https://evil.example/assets/a.js',
    'data:text/javascript,1',
    '/assets/../x.js',
    '/config.json',
    '//evil/assets/a.js',
    'blob:https://wallet.example/1',
  ]
  for (const other of others) expect(() => ownScript(other, base)).toThrow(TypeError)
})
