import { channelsSubTypes } from '../facts.ts'
import type { Fields } from './fields.ts'
import { lines, type Shown } from './shown.ts'

/** What is shared out of WeChat: cards, mini-programs, goods, orders, channels. The desk shows the words of them. */

export function businessCard(of: Fields): Shown {
  return { kind: 'link', text: `[名片] ${of.text('userid') || '没有写明是谁'}`, partly: true }
}

export function miniprogram(of: Fields): Shown {
  const title = of.text('title')
  return { kind: 'link', text: `[小程序] ${title || of.text('appid')}`, ...titled(title), partly: true }
}

export function product(of: Fields): Shown {
  const title = of.text('title')
  const price = of.number('sales_price')
  const shop = of.text('shop_nickname')
  return {
    kind: 'link',
    text: `[商品] ${lines(title, price !== null && `价格：${yuan(price)}`, shop && `店铺：${shop}`)}`,
    ...titled(title),
    partly: true,
  }
}

export function order(of: Fields): Shown {
  const titles = of.text('product_titles')
  const [id, price, state, shop] = ['order_id', 'price_wording', 'state', 'shop_nickname'].map((name) =>
    of.text(name),
  )
  const about = [
    price && `金额：${price}`,
    state && `状态：${state}`,
    shop && `店铺：${shop}`,
    id && `订单号：${id}`,
  ]
  return { kind: 'link', text: `[订单] ${lines(titles, ...about)}`, ...titled(titles), partly: true }
}

const channelsWords: ReadonlyMap<number | null, string> = new Map([
  [channelsSubTypes.post, '视频号动态'],
  [channelsSubTypes.live, '视频号直播'],
  [channelsSubTypes.card, '视频号名片'],
])

export function channels(of: Fields): Shown {
  const title = of.text('title')
  const words = channelsWords.get(of.number('sub_type')) ?? '视频号'
  return {
    kind: 'link',
    text: `[${words}] ${lines(of.text('nickname'), title)}`,
    ...titled(title),
    partly: true,
  }
}

/** The channel says that there was one, and nothing of what is in it. */
export function withoutContent(words: string): () => Shown {
  return () => ({
    kind: 'unknown',
    text: `[${words}] 内容无法显示，请在企业微信中查看`,
    title: words,
    partly: true,
  })
}

function titled(title: string): { title?: string } {
  return title ? { title } : {}
}

/** From fen. */
function yuan(fen: number): string {
  return `¥${(fen / 100).toFixed(2)}`
}
