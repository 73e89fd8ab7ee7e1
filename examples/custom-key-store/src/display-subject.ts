import { DisplayDevice } from './display-device.ts'
import { DisplayKeyStore } from './display-key-store.ts'

/** The person at the device signs whatever is shown: forty signatures, pressed by a robot. */
export default () => {
  const device = new DisplayDevice(['m/0', 'm/1'], async () => true)
  return { store: new DisplayKeyStore(device), keyId: 'm/1' }
}
