import type { DidDocument, JsonObject } from '@uport-kit/core'

/** The parts of the genuine packages that the tests use. */

export type LegacySigner = (data: string) => Promise<{ r: string; s: string; recoveryParam: number }>

/** What did-jwt up to 4 takes as a resolver: did-resolver 1 and 2, a bare document. */
export interface BareResolver {
  resolve(did: string): Promise<DidDocument>
}

export interface UportCredentials {
  Credentials: {
    new (settings: {
      did?: string
      privateKey?: string
      resolver?: BareResolver
      ethrConfig?: JsonObject
    }): {
      readonly did: string
      createDisclosureRequest(params: JsonObject, expiresIn?: number): Promise<string>
      createDisclosureResponse(payload: JsonObject): Promise<string>
      createVerification(params: JsonObject): Promise<string>
      createVerificationSignatureRequest(unsignedClaim: JsonObject, params: JsonObject): Promise<string>
      createTypedDataSignatureRequest(typedData: object, options: JsonObject): Promise<string>
      createPersonalSignRequest(data: string, options: JsonObject): Promise<string>
      authenticateDisclosureResponse(token: string, callbackUrl?: string): Promise<JsonObject>
      verifyDisclosure(token: string): Promise<JsonObject>
      contract(abi: readonly object[]): {
        at(address: string): Record<string, (...args: unknown[]) => Promise<string>>
      }
    }
    createIdentity(): { did: string; privateKey: string }
  }
}

export interface DidJwt4 {
  SimpleSigner(privateKey: string): LegacySigner
  createJWT(
    payload: object,
    options: { issuer: string; signer: LegacySigner; alg?: string; expiresIn?: number },
  ): Promise<string>
  verifyJWT(jwt: string, options: object): Promise<{ payload: JsonObject; issuer: string }>
}

export interface DidJwt8 {
  ES256KSigner(privateKey: Uint8Array, recoverable?: boolean): (data: string | Uint8Array) => Promise<string>
  createJWT(payload: object, options: object, header?: object): Promise<string>
  verifyJWT(jwt: string, options: object): Promise<{ payload: JsonObject; issuer: string }>
}

export interface UportTransports {
  crypto: {
    encryptMessage(message: string, boxPub: string): JsonObject
    decryptMessage(box: JsonObject, secretKey: Uint8Array): string
    randomString(length: number): string
  }
  message: {
    util: {
      messageToURI(message: string, type?: 'universal' | 'deeplink'): string
      isJWT(text: string): boolean
      paramsToQueryString(url: string, params: Record<string, string>): string
    }
  }
  transport: {
    poll(
      url: string,
      messageParse: (answer: unknown) => unknown,
      errorParse: (answer: unknown) => unknown,
      cancelled: () => boolean,
      pollingInterval: number,
    ): Promise<unknown>
    messageServer: {
      poll(url: string, pollingInterval: number, cancelled: () => boolean): Promise<unknown>
      URIHandlerSend(
        handler: (uri: string) => void,
        options: { messageServerUrl: string; pollingInterval: number },
      ): (message: string) => Promise<string>
      genCallback(messageServerUrl?: string): string
    }
    url: {
      parseResponse(
        url: string,
      ): { id: string; data: string | null; payload: string | null; error?: string } | null
      send(options: {
        uriHandler: (uri: string) => void
      }): (message: string, options: Record<string, string>) => void
    }
  }
}

export interface Mnid {
  encode(mnid: { network: string; address: string }): string
  decode(text: string): { network: string; address: string }
  isMNID(text: unknown): boolean
}
