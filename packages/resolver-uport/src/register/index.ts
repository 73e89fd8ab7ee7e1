export { publishIdentityDocument } from './publish-identity-document.ts'
export {
  type Registered,
  type Registration,
  type RegistrationOptions,
  type RegistrationProgress,
  registerIdentity,
} from './register-identity.ts'
