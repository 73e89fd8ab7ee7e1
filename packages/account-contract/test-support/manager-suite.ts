import { Interface } from 'ethers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '../src/caller.ts'
import { contractAccount } from '../src/contract-account.ts'
import type { IdentityManager } from '../src/identity-manager.ts'
import { type ChainWorld, LOCKS, type Party, refusal } from './chain-world.ts'

/** A manager to be put to the test, and one of the same kind that identities move to. */
export interface ManagerUnderTest {
  readonly kind: 'identity' | 'meta'
  /** Whether the owners' calls are meta-transactions. */
  readonly isPaidByOthers: boolean
  /** Whether the owner who moves an identity away stays its owner, for the case that it comes back. */
  readonly keepsMover?: boolean
  deploy(world: ChainWorld): Promise<string>
}

const registry = new Interface(['function set(bytes32 key, address subject, bytes32 value)'])
const ZERO = `0x${'0'.repeat(40)}`
/** Seconds: blocks in quick succession run ahead of the clock that is moved. */
const SLACK = 60
const WORD = `0x${'ab'.repeat(32)}`

/** What every version of both managers must do: creation, acting, owners and their waiting times, recovery, migration. */
export function managerSuite(name: string, given: () => ChainWorld, under: ManagerUnderTest): void {
  describe(name, () => {
    let world: ChainWorld
    let manager: IdentityManager
    let identity: string
    let first: { readonly key: Party; readonly caller: Caller }
    let recovery: { readonly key: Party; readonly caller: Caller }

    async function device(): Promise<{ readonly key: Party; readonly caller: Caller }> {
      if (!under.isPaidByOthers) {
        const key = await world.party()
        return { key, caller: key.direct }
      }
      const key = await world.penniless()
      return { key, caller: key.meta }
    }

    const accountOf = (caller: Caller, at = manager) =>
      contractAccount({ rpc: world.devnet.rpcUrl, manager: at.contract, identity, caller })
    const notOwner = (caller: Caller, needed: string) => ({
      code: 'ACCOUNT_NOT_OWNER',
      identity,
      key: caller.address,
      needed,
    })
    const setting = (subject: string) => ({
      to: world.devnet.registry,
      data: registry.encodeFunctionData('set', [WORD, subject, WORD]),
    })

    beforeAll(async () => {
      world = given()
      manager = world.manager(under.kind, await under.deploy(world))
      first = await device()
      recovery = await device()
      const keys = { owner: first.caller.address, recoveryKey: recovery.caller.address }
      const created = await manager.create(first.caller, keys)
      identity = created.identity
      expect(created.asExpected).toBe(true)
    }, 60_000)

    it('creates a proxy with an owner of full power, and a recovery key', async () => {
      await manager.verify(identity)
      expect(await manager.owners(identity)).toEqual([{ address: first.caller.address, rank: 'olderOwner' }])
      expect(await manager.isRecovery(identity, recovery.caller.address)).toBe(true)
      expect(await manager.isRecovery(identity, first.caller.address)).toBe(false)
      expect(await manager.migration(identity)).toBeUndefined()
    })

    it('has the proxy do what its owner sends, and nobody else', async () => {
      const account = await accountOf(first.caller)
      expect(account).toMatchObject({ kind: under.isPaidByOthers ? 'meta' : 'contract', address: identity })
      const { logs } = await world.mined(await account.send(setting(identity)))
      // The registry says who set it: the proxy.
      expect(logs[0]?.topics[2]?.slice(26)).toBe(identity.slice(2))
      const stranger = await device()
      const theirs = await accountOf(stranger.caller)
      expect(await refusal(theirs.send(setting(identity)))).toEqual(notOwner(stranger.caller, 'owner'))
      const unused = recovery.caller
      expect(await refusal((await accountOf(unused)).send(setting(identity)))).toEqual(
        notOwner(unused, 'owner'),
      )
    })

    it('adds an owner who may act at once, and administers after 36 hours', async () => {
      const second = await device()
      expect(await refusal(manager.addOwner(second.caller, identity, second.caller.address))).toEqual(
        notOwner(second.caller, 'olderOwner'),
      )
      await manager.addOwner(first.caller, identity, second.caller.address)
      expect(await manager.owners(identity)).toEqual([
        { address: first.caller.address, rank: 'olderOwner' },
        { address: second.caller.address, rank: 'owner' },
      ])
      await world.mined(await (await accountOf(second.caller)).send(setting(identity)))
      const removing = manager.removeOwner(second.caller, identity, first.caller.address)
      expect(await refusal(removing)).toEqual(notOwner(second.caller, 'olderOwner'))

      const again = manager.removeOwner(first.caller, identity, second.caller.address)
      const limited = { code: 'ACCOUNT_RATE_LIMITED', identity, key: first.caller.address }
      expect(await refusal(again)).toEqual(limited)
      await world.devnet.increaseTime(LOCKS.admin - LOCKS.user + SLACK)
      expect(await manager.isOlderOwner(identity, second.caller.address)).toBe(true)
      const twice = manager.addOwner(second.caller, identity, first.caller.address)
      expect(await refusal(twice)).toMatchObject({ reason: 'the new owner is an owner already' })
      const self = manager.removeOwner(second.caller, identity, second.caller.address)
      expect(await refusal(self)).toMatchObject({ reason: 'an owner cannot remove itself' })

      await manager.removeOwner(first.caller, identity, second.caller.address)
      expect(await manager.owners(identity)).toEqual([{ address: first.caller.address, rank: 'olderOwner' }])
      const gone = (await accountOf(second.caller)).send(setting(identity))
      expect(await refusal(gone)).toEqual(notOwner(second.caller, 'owner'))
    })

    it('is recovered by the recovery key, after an hour', async () => {
      const found = await device()
      expect(
        await refusal(manager.addOwnerFromRecovery(found.caller, identity, found.caller.address)),
      ).toEqual(notOwner(found.caller, 'recovery'))
      await manager.addOwnerFromRecovery(recovery.caller, identity, found.caller.address)
      const account = await accountOf(found.caller)
      expect((await manager.owners(identity)).at(-1)).toEqual({
        address: found.caller.address,
        rank: 'waiting',
      })
      expect(await refusal(account.send(setting(identity)))).toEqual(notOwner(found.caller, 'owner'))
      await world.devnet.increaseTime(LOCKS.user + SLACK)
      expect((await manager.owners(identity)).at(-1)).toEqual({
        address: found.caller.address,
        rank: 'owner',
      })
      await world.mined(await account.send(setting(identity)))

      await world.devnet.increaseTime(LOCKS.admin + SLACK)
      await manager.removeOwner(found.caller, identity, first.caller.address)
      const lost = (await accountOf(first.caller)).send(setting(identity))
      expect(await refusal(lost)).toEqual(notOwner(first.caller, 'owner'))
      first = found

      const other = await device()
      await world.devnet.increaseTime(LOCKS.rate + SLACK)
      await manager.changeRecovery(first.caller, identity, other.caller.address)
      expect(await manager.isRecovery(identity, recovery.caller.address)).toBe(false)
      const old = manager.addOwnerFromRecovery(recovery.caller, identity, recovery.caller.address)
      expect(await refusal(old)).toEqual(notOwner(recovery.caller, 'recovery'))
      recovery = other
    })

    it('moves to another manager, after 36 hours and only where that is safe', async () => {
      const target = world.manager(under.kind, await under.deploy(world))
      const unsafe = (reason: string) => ({ code: 'ACCOUNT_MIGRATION_UNSAFE', identity, reason })
      const finalize = () => manager.finalizeMigration(first.caller, identity)
      const { address } = target.contract
      expect(await refusal(finalize())).toMatchObject(unsafe('not-initiated'))
      const nowhere = manager.initiateMigration(first.caller, identity, `0x${'77'.repeat(20)}`)
      expect(await refusal(nowhere)).toMatchObject(unsafe('no-code'))
      const stranger = await device()
      const theirs = manager.initiateMigration(stranger.caller, identity, address)
      expect(await refusal(theirs)).toEqual(notOwner(stranger.caller, 'olderOwner'))

      await manager.initiateMigration(first.caller, identity, address)
      await manager.cancelMigration(first.caller, identity)
      expect(await manager.migration(identity)).toBeUndefined()
      await manager.initiateMigration(first.caller, identity, address)
      expect(await manager.migration(identity)).toMatchObject({ newManager: address })
      expect(await refusal(finalize())).toMatchObject(unsafe('not-registered'))
      const keys = { owner: first.caller.address, recoveryKey: recovery.caller.address }
      await target.register(await accountOf(first.caller), keys)
      expect(await refusal(finalize())).toMatchObject(unsafe('too-early'))

      await world.devnet.increaseTime(LOCKS.admin + SLACK)
      await manager.addOwner(first.caller, identity, stranger.caller.address)
      const owners = [stranger.caller.address]
      expect(await refusal(finalize())).toMatchObject({ ...unsafe('owners-remain'), owners })
      await world.devnet.increaseTime(LOCKS.rate + SLACK)
      await manager.removeOwner(first.caller, identity, stranger.caller.address)
      await finalize()
      const kept = under.keepsMover === true ? [{ address: first.caller.address, rank: 'olderOwner' }] : []
      expect(await manager.owners(identity)).toEqual(kept)
      await target.verify(identity)
      expect(await refusal(manager.verify(identity))).toMatchObject({ code: 'ACCOUNT_IDENTITY_INVALID' })
      await world.mined(await (await accountOf(first.caller, target)).send(setting(identity)))
    })

    it('is never given the zero address', async () => {
      const { caller } = first
      const calls: readonly (() => Promise<unknown>)[] = [
        () => manager.create(caller, { owner: ZERO, recoveryKey: caller.address }),
        () => manager.create(caller, { owner: caller.address, recoveryKey: ZERO }),
        () => manager.addOwner(caller, identity, ZERO),
        () => manager.addOwnerFromRecovery(caller, identity, ZERO),
        () => manager.removeOwner(caller, identity, ZERO),
        () => manager.changeRecovery(caller, identity, ZERO),
        () => manager.initiateMigration(caller, identity, ZERO),
        () => manager.cancelMigration(caller, ZERO),
        () => manager.owners(ZERO),
        () => manager.create(caller, { owner: '0x1', recoveryKey: caller.address }),
      ]
      for (const call of calls) expect(await refusal((async () => call())())).toBeInstanceOf(TypeError)
    })
  })
}
