/** What `/config.json` of each server says: all that a page knows of the world around it. Addresses have no slash at the end. */
export interface WorldConfig {
  readonly network: {
    /** The chain's id in hex, as MNIDs and network tables write it. */
    readonly id: string
    readonly rpcUrl: string
    /** The address of the identity registry. */
    readonly registry: string
  }
  readonly gatewayUrl: string
  readonly ipfsApiUrl: string
  readonly relayUrl: string
  /** The server of push inboxes. */
  readonly pushUrl: string
  readonly appUrl: string
  readonly issuerUrl: string
  readonly walletUrl: string
}
