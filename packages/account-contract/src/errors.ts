declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The address is no original proxy under this manager: `reason` says what is wrong. Correct address or manager. */
    ACCOUNT_IDENTITY_INVALID: { readonly identity: string; readonly manager: string; readonly reason: string }
    /** The key may not do this to the identity, or not yet. */
    ACCOUNT_NOT_OWNER: {
      readonly identity: string
      readonly key: string
      readonly needed: 'owner' | 'olderOwner' | 'recovery'
    }
    /** The manager takes one administrative act of a key on an identity per period: wait until it is over. */
    ACCOUNT_RATE_LIMITED: { readonly identity: string; readonly key: string }
    /** Moving the identity would leave it without an owner, or with owners nobody removed: `reason` says what to do first. */
    ACCOUNT_MIGRATION_UNSAFE: {
      readonly identity: string
      readonly manager: string
      readonly reason: MigrationFault
      /** Of `owners-remain`: who they are. */
      readonly owners?: readonly string[]
    }
    /** The registry does not hold what the transaction was to write. Look who else acts for the identity. */
    ACCOUNT_REGISTRATION_MISMATCH: { readonly identity: string; readonly registry: string }
  }
}

/**
 * Why an identity must not be moved. `no-code`: there is no contract at the new manager's address. `not-registered`: the new
 * manager does not know the identity with this key as its owner. `owners-remain`: other owners would have power again if
 * the identity came back. `not-initiated`, `too-early`: the old manager wants its waiting time.
 */
export type MigrationFault = 'no-code' | 'not-registered' | 'owners-remain' | 'not-initiated' | 'too-early'
