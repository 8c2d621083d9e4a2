import type { Refusal } from '../../contract/errors.ts'
import type { Input, Output } from '../../contract/index.ts'
import type { Delivery } from '../../contract/threads.ts'
import type { MessageKind } from '../../contract/values.ts'
import type { JsonObject } from '../../ledger/entry.ts'
import { refuse } from '../decision.ts'
import type { By, Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import { carried } from '../threads/entries.ts'
import { onThread } from '../threads/routes.ts'
import { answer, type Officer } from '../threads/rules.ts'
import { wordsOfMedia, wordsOfMenu, wrongMenu } from './rules.ts'

interface Outward {
  text: string
  carrying: { kind: MessageKind; content: JsonObject }
}

/** A file or a menu instead of words, by all rules of an answer. */
export function sending(
  station: Station,
  { thread, seen, takeOver, what }: Input<'thread.send'>,
  by: By,
): Commit<Output<'thread.send'>> {
  const outward = outwardOf(station, what, by)
  const commit = onThread<Output<'thread.send'>>(
    station,
    by,
    thread,
    (present) => {
      if ('refused' in outward) return refuse(outward.refused)
      const { account } = present
      const delivery = station.channels.deliveryOf(account)
      // On the phone the officer takes the picture, not the desk.
      if (delivery === 'copyByHand') return refuse({ code: 'channel_cannot', account, what: what.kind })
      const reach = station.reaching.of(present, by.now)
      const said = { ...outward, seen, takeOver: takeOver ?? null, delivery, reach }
      return answer(present, by as Pick<By, 'user'> & Officer, said, by.now)
    },
    {
      result: (appended) => {
        const sent = appended.at(-1)!.entry
        return { seq: sent.seq, delivery: sent.data.delivery as Delivery }
      },
      seen,
    },
  )
  return {
    ...commit,
    write: () => {
      if (what.kind === 'media') station.media.uploads.forget(what.upload)
      else station.drafts.forgetMenu(thread, by.user)
    },
  }
}

function outwardOf(
  station: Station,
  what: Input<'thread.send'>['what'],
  by: By,
): Outward | { refused: Refusal } {
  if (what.kind === 'menu') {
    const refused = wrongMenu(what.menu)
    if (refused !== null) return { refused }
    return { text: wordsOfMenu(what.menu), carrying: { kind: 'text', content: carried({ menu: what.menu }) } }
  }
  const upload = station.media.uploads.ready(what.upload, by.user)
  if (upload === null) return { refused: { code: 'wrong_file', why: 'missing', mostBytes: null } }
  const { kind, sha256, name, type, total } = upload
  const media = { kind, sha256, name, type, bytes: total }
  return { text: wordsOfMedia(kind, name), carrying: { kind, content: { media } } }
}
