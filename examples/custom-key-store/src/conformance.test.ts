import { keyDeviceCases, keyStoreCases, registerConformance } from '@uport-kit/conformance'
import { describe, it } from 'vitest'
import displaySubject from './display-subject.ts'
import hsmSubject from './hsm-subject.ts'

registerConformance({ describe, it }, 'HsmKeyStore', [...keyStoreCases, ...keyDeviceCases], hsmSubject)
registerConformance({ describe, it }, 'DisplayKeyStore', keyStoreCases, async () => displaySubject())
