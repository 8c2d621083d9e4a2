import { type Fields, readable } from './fields.ts'
import { lines } from './shown.ts'

const channelsScenes: ReadonlyMap<number | null, string> = new Map([
  [1, '视频号主页'],
  [2, '视频号直播间商品列表'],
  [3, '视频号商品橱窗'],
  [4, '视频号小店商品页'],
  [5, '视频号小店订单页'],
])

/** How the resident came in: the mark of the link or code they used, what was written behind it, the place in WeChat. */
export function enteredBy(event: Fields): { scene: string; sceneText: string } {
  const channels = event.inside('wechat_channels')
  const place = channelsScenes.get(channels.number('scene'))
  const whose = channels.text('nickname') || channels.text('shop_nickname')
  return {
    scene: event.text('scene', 128),
    sceneText: lines(
      unescaped(event.text('scene_param')),
      (place || whose) && `来自${place ?? '视频号'}${whose && `“${whose}”`}`,
    ),
  }
}

/** It comes back as it was put behind the link, which is percent-encoded. */
function unescaped(param: string): string {
  try {
    return readable(decodeURIComponent(param))
  } catch {
    return param
  }
}
