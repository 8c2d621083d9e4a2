import { createHash } from 'node:crypto'
import type { Outgoing, OutMedia, SendResult } from '../channel.ts'
import type { SendContent, WecomApi } from './api.ts'
import { ApiRefused, Unreachable } from './api-error.ts'
import type { Clock } from './desk.ts'
import { errorCodes } from './error-codes.ts'
import { assumed, media as mediaFacts, sessionStates } from './facts.ts'
import { failed, later, type NotSent, never } from './send-failures.ts'
import { menuOf, whyNotSendable } from './sendable.ts'

export interface SendingWorld {
  api: WecomApi
  clock: Clock
  log(line: string): void
  /** The open_kfid of an account of the desk; null where it is not bound (any more). */
  openKfidOf(account: string): string | null
}

/** An uploaded file serves for three days; before they are quite over it is uploaded anew. */
const uploadServes = mediaFacts.life - 6 * 60 * 60 * 1_000
const mostUploads = 500
const stateAgain = 1_000

interface Upload {
  mediaId: Promise<string>
  until: number
}

/** What leaves for the residents of one connection. */
export class Sending {
  readonly #world: SendingWorld
  /** By kind, name and hash of what is in the file: residents see its name. */
  readonly #uploads = new Map<string, Upload>()

  constructor(world: SendingWorld) {
    this.#world = world
  }

  /** Never throws for what the outside world can do. */
  async send(message: Outgoing): Promise<SendResult> {
    const openKfid = this.#world.openKfidOf(message.account)
    if (openKfid === null) return never('notBound')
    const unfit = whyNotSendable(message)
    if (unfit !== null) return never(unfit)
    const to = { openKfid, external: message.contactExternal, msgid: message.id }
    try {
      if (message.media) return await this.#sendFile(to, message, message.media)
      const content: SendContent = message.menu
        ? { msgtype: 'msgmenu', msgmenu: menuOf(message.menu) }
        : { msgtype: 'text', text: { content: message.text } }
      return await this.#give(to, message, content)
    } catch (error) {
      return this.#failed(error)
    }
  }

  async #sendFile(to: To, message: Outgoing, media: OutMedia): Promise<SendResult> {
    let file: Buffer
    try {
      file = await media.read()
    } catch {
      return never('mediaMissing')
    }
    const { kind, type, name } = media
    const key = JSON.stringify([kind, type, name, createHash('sha256').update(file).digest('hex')])
    const before = this.#uploads.get(key)
    const upload = this.#upload(key, media, file)
    try {
      return await this.#give(to, message, contentOf(media, await upload.mediaId))
    } catch (error) {
      if (!(error instanceof ApiRefused) || error.errcode !== errorCodes.invalidMediaId) throw error
      if (this.#uploads.get(key) === upload) this.#uploads.delete(key)
      if (upload !== before) throw error
      this.#world.log('wecom: a media_id was refused before its time, the file is uploaded anew')
    }
    return this.#give(to, message, contentOf(media, await this.#upload(key, media, file).mediaId))
  }

  /** The same file for many residents is uploaded once. */
  #upload(key: string, { kind, name, type }: OutMedia, file: Buffer): Upload {
    const now = this.#world.clock.now()
    const known = this.#uploads.get(key)
    if (known && now < known.until) return known
    const upload = {
      mediaId: this.#world.api.uploadMedia({ kind, name, type, file }),
      until: now + uploadServes,
    }
    this.#uploads.delete(key)
    this.#uploads.set(key, upload)
    upload.mediaId.catch(() => {
      if (this.#uploads.get(key) === upload) this.#uploads.delete(key)
    })
    for (const oldest of this.#uploads.keys()) {
      if (this.#uploads.size <= mostUploads) break
      this.#uploads.delete(oldest)
    }
    return upload
  }

  /** @throws ApiRefused, Unreachable */
  async #give(to: To, message: Outgoing, content: SendContent): Promise<SendResult> {
    try {
      await this.#world.api.sendMessage(to, content)
      return { sent: true }
    } catch (error) {
      if (!(error instanceof ApiRefused)) throw error
      if (error.errcode === assumed.duplicateMsgid && message.again) {
        this.#world.log(`wecom: ${message.id} was taken before (${error.errcode})`)
        return { sent: true }
      }
      if (error.errcode === errorCodes.sessionStateForbidsSend || error.errcode === errorCodes.sessionEnded) {
        return this.#whoServes(to, error)
      }
      throw error
    }
  }

  /** WeCom says that the conversation is in no state to be answered, but not in which. */
  async #whoServes({ openKfid, external }: To, refused: ApiRefused): Promise<NotSent> {
    const { state } = await this.#world.api.serviceState(openKfid, external)
    this.#world.log(`wecom: send_msg ${refused.errcode} in state ${state}`)
    if (state === sessionStates.servicer) return { ...never('elsewhere'), learnt: 'elsewhere' }
    if (state === sessionStates.pool) return { ...never('waiting'), learnt: 'elsewhere' }
    if (state === sessionStates.ended) return never('ended')
    // The resident wrote in between and has opened it again.
    if (refused.errcode === errorCodes.sessionEnded) return later('busy', stateAgain)
    return { ...never('windowExpired'), learnt: 'windowExpired' }
  }

  #failed(error: unknown): NotSent {
    if (!(error instanceof ApiRefused || error instanceof Unreachable)) throw error
    this.#world.log(
      `wecom: not sent: ${error.path}: ${error instanceof ApiRefused ? error.errcode : error.why}`,
    )
    return failed(error)
  }
}

interface To {
  openKfid: string
  external: string
  msgid: string
}

function contentOf({ kind }: OutMedia, id: string): SendContent {
  switch (kind) {
    case 'image':
      return { msgtype: kind, image: { media_id: id } }
    case 'voice':
      return { msgtype: kind, voice: { media_id: id } }
    case 'video':
      return { msgtype: kind, video: { media_id: id } }
    case 'file':
      return { msgtype: kind, file: { media_id: id } }
  }
}
