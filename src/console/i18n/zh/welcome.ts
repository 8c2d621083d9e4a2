/** Words for residents who open a conversation. */
export const welcome = {
  title: '欢迎语',
  of: '“{name}”的欢迎语',
  intro:
    '居民第一次点开会话、还没说话时，微信自动显示这段话，只显示一次。它不算答复：居民随后的来信照常计时、等候答复。',
  edit: '欢迎语',
  enabled: '开启欢迎语',
  on: '欢迎语已开启',
  off: '欢迎语未开启',
  savedAt: '{at} 保存',
  neverSaved: '还没有保存过，下面是建议的写法',
  overtaken: '刚有人保存了别的欢迎语。你写的还在这里，现在保存会盖掉对方的。',
  takeTheirs: '改用最新的',
  unsaved: '有改动还没有保存',
  when: { onShift: '有民警在岗时', offShift: '没有民警在岗时' },
  whenHint: {
    onShift: '留空则这时不显示',
    offShift: '夜间和交接空档居民看到的就是这段，请写明急事拨打110',
  },
  bytes: '{bytes} / {most} 字节',
  bytesOver: '超出 {over} 字节，请删减约 {characters} 个汉字',
  nothing: '两段都是空的，没有可显示的话',
  preview: '居民看到的样子',
  silent: '这时不显示',
  saved: '“{name}”的欢迎语已保存，已开启',
  savedOff: '“{name}”的欢迎语已保存，未开启',
  tooLate:
    '微信只等 20 秒。这个账号现在没有消息中转，消息可能晚到 {late}，欢迎语多半赶不上；接入消息中转后才可靠。',
  suggested: {
    onShift:
      '您好，这里是{station}户户通，民警正在值班。请说明您的事情和所在村组，我们会尽快答复。遇紧急情况请立即拨打110。',
    offShift:
      '您好，这里是{station}户户通。现在没有民警值班，您的留言会在上班后处理。遇紧急情况请立即拨打110。',
  },
  card: {
    title: '欢迎语',
    state: {
      leaving: '{at} 正在发出',
      sent: '{at} 已发',
      failed: '{at} 没有送到',
      unclear: '{at} 可能已发，没有收到结果',
    },
    erased: '内容已依法删除',
  },
  /** 为什么没有显示。 */
  why: {
    noWords: '这个时段没有设欢迎语',
    accountOff: '账号已停用',
    late: '收到时已超过 20 秒，微信不再放行',
    elsewhere: '同事正在企业微信里接待',
    codeSeen: '这次已经显示过',
    spent: '微信的时限已过，或已经用过',
    unreachable: '连不上企业微信',
    busy: '企业微信繁忙',
    tooFrequent: '企业微信暂时限制发送，先让给答复',
    connection: '账号没有接通',
    refused: '企业微信拒绝了',
    neverTold: '没有收到结果',
  },
}
