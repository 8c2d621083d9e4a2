import { ApiRefused, Unreachable } from '../../channels/wecom/api-error.ts'
import { type Refusal, Refused } from '../../contract/errors.ts'

/** What WeCom said no with, for whoever asked. Anything else is a fault of the desk and thrown on. */
export function channelRefused(error: unknown): Refusal {
  if (error instanceof ApiRefused) return { code: 'channel_refused', errcode: error.errcode, why: 'refused' }
  if (error instanceof Unreachable) return { code: 'channel_refused', errcode: null, why: error.why }
  throw error
}

/** Nobody of the desk is connected now: switched off, or its secret is not on this machine. */
export const notConnected = new Refused({ code: 'channel_refused', errcode: null, why: 'notConnected' })
