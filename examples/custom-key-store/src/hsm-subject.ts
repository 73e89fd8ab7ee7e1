// What the conformance command is given: a fresh store for each case, and a key that it may sign anything with. Take a
// key made for tests, on the device that you deploy; the policy of your login key has tests of its own.
import { HsmKeyStore } from './hsm-key-store.ts'
import { type DeviceKey, SoftHsm } from './soft-hsm.ts'

const PIN = 'a pin for tests'

export default async () => ({
  store: await HsmKeyStore.open(new SoftHsm(PIN, ['other', 'conformance']), PIN),
  keyId: 'conformance',
  /** For the cases about devices that answer wrongly. */
  overDevice: (key: DeviceKey) => HsmKeyStore.open(new SoftHsm(PIN, ['conformance'], () => key), PIN),
})
