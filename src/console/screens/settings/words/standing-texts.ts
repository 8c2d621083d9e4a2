import type { StationTexts } from '../../../../contract/station.ts'

/** The sentences the desk says of itself, in the order in which a resident would meet them. */
export const textNames = ['delay', 'taken', 'moved', 'greeting', 'warning'] as const
export type TextName = (typeof textNames)[number]

/** Which names each may hold; the core or the console puts them in when it is sent. */
export const namesIn = {
  delay: ['station', 'officer'],
  taken: ['desk', 'officer', 'station'],
  moved: ['station', 'officer'],
  greeting: ['station', 'officer'],
  warning: ['name', 'station', 'officer', 'type'],
} as const satisfies Record<TextName, readonly string[]>

/** What a station starts with: the same words as the core's own, which a test compares. */
export const startingTexts: StationTexts = {
  delay:
    '您好，您的消息我们已经看到。目前值班民警正在处理其他警情，会稍晚一些答复您，请您稍候。如有危险请立即拨打110。',
  taken: '您好，您反映的事情已由{desk}的{officer}受理，后续由{officer}与您联系。',
  moved: '这件事我们会单独沟通处理，请大家先不要在群里继续讨论，谢谢。',
  greeting: '您好，我是{station}的{officer}。群里说的事情，我们在这里单独谈，内容不会在群里公开。',
  warning:
    '{name}您好，我是{station}的{officer}。您可能正在遭遇{type}诈骗：请立即停止转账，不要提供验证码，不要共享屏幕，挂断对方电话。看到后请马上回复或拨打110，我们会尽快与您联系。',
}
