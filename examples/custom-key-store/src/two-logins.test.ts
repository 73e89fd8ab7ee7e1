import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Screen } from './screen-of.ts'
import { openStage, type Stage } from './stage.ts'
import { logInWithDisplay, logInWithHsm } from './two-logins.ts'

let devnet: Devnet
let stage: Stage
let said: string[] = []
const say = (who: string, text: string) => void said.push(`${who}: ${text}`)

beforeAll(async () => {
  devnet = await startDevnet()
  stage = await openStage(devnet)
})
afterAll(async () => {
  await stage?.close()
  await devnet?.stop()
})

it('logs in with a key in the HSM, which signs nothing else', async () => {
  said = []
  const did = await logInWithHsm(stage, say)
  expect(said).toEqual([
    `hsm: key "login" is in the device, its identity is ${did}`,
    `app: verified through chain and IPFS: ${did}`,
    'hsm: asked to sign a transfer with the same key: KEY_SIGNING_REFUSED (this key signs tokens only)',
  ])
})

it('logs in by the button of a device that shows registration and login', async () => {
  said = []
  const screens: Screen[] = []
  const did = await logInWithDisplay(stage, say, async (screen) => {
    screens.push(screen)
    return true
  })
  expect(screens.map(({ title }) => title)).toEqual(['Sign transaction', 'Sign token'])
  expect(screens[0]?.lines).toContainEqual(
    expect.stringMatching(new RegExp(`^to: "${devnet.registry}"$`, 'i')),
  )
  expect(screens[1]?.lines).toEqual(expect.arrayContaining(['type: "shareResp"', `iss: "${did}"`]))
  expect(said.slice(-2)).toEqual([
    `app: verified through chain and IPFS: ${did}`,
    'display: asked to sign typed data, which it cannot show: KEY_SIGNING_REFUSED (the device cannot show this)',
  ])
})

it('logs nobody in whose person rejects at the device', async () => {
  const login = logInWithDisplay(stage, say, async ({ title }) => title !== 'Sign token')
  await expect(login).rejects.toMatchObject({
    code: 'KEY_SIGNING_REFUSED',
    data: { reason: 'declined at the device' },
  })
})
