// What the conformance command is given: a fresh store for each case, and a key that it may sign anything with. Take a
// key made for tests, on the device that you deploy; the policy of your login key has tests of its own.
import { HsmKeyStore } from './hsm-key-store.ts'
import { SoftHsm } from './soft-hsm.ts'

export default async () => {
  const hsm = new SoftHsm('a pin for tests', ['other', 'conformance'])
  return { store: await HsmKeyStore.open(hsm, 'a pin for tests'), keyId: 'conformance' }
}
