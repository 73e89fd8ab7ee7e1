import { ChainReader, httpRpc, nodeErrorOf, revertReason } from '@uport-kit/core/ethereum'
import { displayText, type TransactionDetails } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import type { WalletSession } from '../session/wallet-session.ts'
import { errorText } from '../text/error-text.ts'
import { etherText, roughEtherText } from '../text/ether-text.ts'
import { copyable, fact, theirs } from '../views/common.ts'
import { rawView } from './json-view.ts'

/** A transaction: amount, receiver, call, fee, and the account that pays. */
export function transactionPart(details: TransactionDetails, session: WalletSession): HTMLElement {
  const { network, networkName, account, to, value, data, call, label } = details
  const fee = h('span', {}, 'Estimating…')
  const trouble = h('p', { class: 'card flat banner warn', role: 'status', hidden: true })
  const balance = h('span', { class: 'soft small' })
  void estimate(details, session).then((found) => {
    fee.textContent = found.fee
    balance.textContent = found.balance
    if (found.trouble === undefined) return
    trouble.hidden = false
    trouble.append(icon('warning'), h('span', {}, theirs(found.trouble)))
  })
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'transaction' },
    h('h2', { class: 'section-title', id: 'transaction' }, 'What would happen'),
    h(
      'div',
      { class: 'card amount-card' },
      h('p', { class: 'amount' }, etherText(value)),
      label !== undefined && h('p', { class: 'soft' }, 'The site calls it “', theirs(label.text), '”'),
    ),
    h('dl', { class: 'facts card flat compact' }, [
      fact('From', copyable(account, 'your account'), ' ', balance),
      fact('To', to === undefined ? 'A new contract' : copyable(to, 'the receiver', to)),
      call !== undefined && fact('Function', h('code', {}, theirs(call.signature))),
      call?.arguments.map(({ type, value: argument }, index) =>
        fact(
          `Argument ${index + 1}`,
          h('span', { class: 'soft small' }, theirs(type), ' '),
          theirs(argument.text),
        ),
      ),
      fact('Fee', fee),
      fact('Chain', theirs(networkName ?? network)),
    ]),
    trouble,
    data !== '0x' && rawView(`Data (${(data.length - 2) / 2} bytes)`, data),
  )
}

interface Estimate {
  readonly fee: string
  readonly balance: string
  readonly trouble?: string | undefined
}

/** Asks the chain's node; never one that the site brought, which is not contacted before the person agrees. */
async function estimate(
  { network, account, to, value, data }: TransactionDetails,
  { wallet }: WalletSession,
): Promise<Estimate> {
  const known = wallet.networks.isKnown(network) ? await wallet.networks.find(network) : undefined
  if (known === undefined) return { fee: 'Unknown: the chain is the site’s own', balance: '' }
  const chain = new ChainReader(httpRpc(known.rpcUrl))
  const trial = { from: account, data, value: `0x${value.toString(16)}`, ...(to === undefined ? {} : { to }) }
  const held = await chain.balance(account, 'latest', {}).catch(() => undefined)
  const balance = held === undefined ? '' : `holds ${roughEtherText(held)}`
  try {
    const [gas, fees] = await Promise.all([chain.gasLimit(trial, {}), chain.fees({})])
    const price = 'maxFeePerGas' in fees ? fees.maxFeePerGas : fees.gasPrice
    const most = gas * price
    const isShort = held !== undefined && held < value + most
    return {
      fee: `At most ${roughEtherText(most)}`,
      balance,
      trouble: isShort ? 'The account does not hold enough for the amount and the fee.' : undefined,
    }
  } catch (error) {
    const node = nodeErrorOf(error)
    const reason = node === undefined ? undefined : (revertReason(node) ?? node.message)
    return {
      fee: 'Could not be estimated',
      balance,
      trouble: `It would fail as things stand. ${reason === undefined ? errorText(error) : displayText(reason, 200).text}`,
    }
  }
}
