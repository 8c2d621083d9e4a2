import type { WarningType } from '../../contract/warnings.ts'

/**
 * What a line of a notice says: whose phone, what name, which kind of scam. Places are UTF-16 units of the line.
 * Every repetition in a pattern is bounded, so that no paste makes the desk wait.
 */

export interface Found {
  value: string
  /** Of the value together with its label, if it has one. */
  at: number
  end: number
}

/** Same length, with ASCII signs and digits for full-width ones and one kind of space: patterns are read from it. */
export function plain(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/[^\S\t]/g, ' ')
}

// ── phones ──

/** Mobile numbers of the mainland; 12x is nobody's, and used where people are invented. */
const mobile = /(?<![\d*])(?:(?:\+|00)?86[ -]?)?(1[2-9]\d[ -]?\d{4}[ -]?\d{4})(?![\d*])/g
const landline = /(?<![\d-])0\d{2,3}[ -]?\d{7,8}(?![\d-])/g
const labelled =
  /(?:电话号码|联系方式|手机号码|手机号|手机|电话|号码)\s{0,4}[:为是]\s{0,4}(\+?\d[\d -]{3,17}\d)(?!\d)/g
const label =
  /(?:受害人|事主|本人|居民|联系)?(?:电话号码|联系方式|手机号码|手机号|手机|电话|号码)\s{0,4}[:为是]?\s{0,4}$/
/** Said before it, the number is the swindler's, or an office's to be called back. */
const notTheirs =
  /(?:诈骗|嫌疑人?|可疑|涉诈|涉案|对方|骗子|客服|境外|来电|主叫|反馈|值班|咨询|举报)(?:的|使用|用)?(?:电话|手机|号码|号){1,2}\s{0,4}[:为是]?\s{0,4}$|(?:对方|嫌疑人|骗子|来电|主叫|反馈|值班|咨询|举报|传真|回执|热线|专线)(?:的|使用|用)?\s{0,4}[:为是]?\s{0,4}$|(?:警官|民警|辅警|所长|队长|教导员)\s{0,4}[(:,]?\s{0,4}$/

/** The number by which whoever the line is about can be reached; null where it has none. */
export function phoneIn(line: string): Found | null {
  return phonesIn(line)[0] ?? null
}

/** Numbers of the people the line is about. Mobile numbers are theirs before any other. */
export function phonesIn(line: string): Found[] {
  const found: Found[] = []
  const take = (at: number, whole: string, number: string) => {
    const before = line.slice(Math.max(0, at - 20), at)
    // Eighteen digits are an identity card.
    if (notTheirs.test(before) || number.replace(/\D/g, '').length > 16) return
    const value = /^1[2-9]/.test(number) ? number.replace(/\D/g, '') : number
    found.push({ value, at: at - (label.exec(before)?.[0].length ?? 0), end: at + whole.length })
  }
  for (const match of line.matchAll(mobile)) take(match.index, match[0], match[1]!)
  if (found.length > 0) return found
  for (const match of line.matchAll(labelled)) {
    take(match.index + match[0].length - match[1]!.length, match[1]!, match[1]!)
  }
  if (found.length > 0) return found
  for (const match of line.matchAll(landline)) take(match.index, match[0], match[0])
  return found
}

// ── names ──

const surnames = new Set(
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严欧莫孔向常汤康易乔赖文施洪辛柯庄牛樊葛邢安齐伍庞颜倪庄聂章鲁岳翟申耿关焦左柳祝舒兰纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游靳欧管柴蒙华车冷房解尚隋古丛景鄢覃滕晏植符阳褚尤窦臧屈麦司甘宁娄瞿卓项温鲍涂麻詹官费边楚原党简饶阮封储邬宗容连闵米牟巫桂',
)
const twoCharacters = /^(?:欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|轩辕|长孙|宇文)/
/** Words that begin like a surname, or that end like a place or an office. */
const noName =
  /^(?:高度|高危|高风|金额|金融|时间|时分|方式|方法|平台|平安|单位|游戏|应急|应当|安全|安装|常住|常见|江苏|江西|温馨|温州|任务|任何|万元|相关|成功|成年|成都|马上|向其|向对|周[一二三四五六日]|周边|关注|关于|关系|严重|严防|钱款|钱包|钱财|华为|车辆|房产|解除|司法|申请|申报|符合|管理|管控|管辖|文件|文化|连接|连续|余额|项目|程序|武汉|方便|许可|易信|顾客|白天|向您|常用|简要|简介|党员|容易|原因|单独|解释|温度|路人|边界|费用|官方|冷静|景区|谢谢|安排|于今|于是|邮箱|温州)|[县市省镇乡村组区路街号室栋所局队处部厅院校厂店台]$|中心$|诈骗|预警|类型|电话|手机|姓名|身份/
const follows =
  /^(?:疑|正|可能|已|系|涉|于|被|遭|近|在|接|有|男|女|身份|电话|手机|联系|住|存|今|昨|现|的|因|与|向|通过|使用|收到|高危|高风险|属|是|点击|下载)/
const role =
  /(?:居民|群众|村民|市民|住户|公民|用户|机主|事主|受害人|被害人|当事人|人员|对象|户主|业主|学生|女子|男子|老人)[:"“ ]{0,2}(?=([\p{Script=Han}·]{2,20}))/gu
const nameLabel =
  /(?<!嫌疑人|收款人|开户人)(?:(?:受害人|被害人|居民|事主|群众)?(?:姓名|名字)\s{0,4}:?|(?:潜在受害人|受害人|被害人|受害群众|事主|当事人|预警对象|劝阻对象|机主|户主|被预警人)\s{0,4}:)\s{0,4}([\p{Script=Han}·*某○xX]{1,20}|[A-Za-z][A-Za-z .'-]{1,40})/u
const afterName =
  /电话|手机|联系|身份|性别|年龄|疑似|类型|住址|地址|户籍|预警|风险|正在|可能|涉嫌|遭受|遭遇|(?<=..)[男女]/

/** "姓名：张三", "受害人：张三". */
export function labelledName(line: string): Found | null {
  const match = nameLabel.exec(line)
  if (!match) return null
  const said = match[1]!
  const cut = afterName.exec(said)?.index ?? said.length
  const value = said.slice(0, cut).trim()
  if (value === '' || (value.length > 6 && !/[·A-Za-z]/.test(value))) return null
  return { value, at: match.index, end: match.index + match[0].length - said.length + cut }
}

/** "辖区居民李四（…", or the name that stands next to the phone. */
export function nameIn(line: string, phone: Found | null): Found | null {
  for (const match of line.matchAll(role)) {
    const name = nameAtStart(match[1]!)
    if (name === null) continue
    const at = match.index + match[0].length
    return { value: name, at, end: at + name.length }
  }
  return phone === null ? null : nextTo(line, phone)
}

/** A whole cell or line that is a name. */
export function isName(text: string): boolean {
  if (/^[\p{Script=Han}]{1,10}(?:·[\p{Script=Han}]{1,10}){1,3}$/u.test(text)) return true
  const most = twoCharacters.test(text) ? 4 : 3
  return (
    text.length >= 2 &&
    text.length <= most &&
    /^\p{Script=Han}[\p{Script=Han}*某○]+$/u.test(text) &&
    (most === 4 || surnames.has(text[0]!)) &&
    !noName.test(text) &&
    typeOf(text) === 'other'
  )
}

function nameAtStart(run: string): string | null {
  const longest = run.includes('·') ? 20 : 4
  for (let length = 2; length <= Math.min(longest, run.length); length += 1) {
    const rest = run.slice(length)
    const name = run.slice(0, length)
    if ((rest === '' || follows.test(rest)) && isName(name)) return name
  }
  return null
}

const word = /[^\s,;。、:|()[\]{}<>"'“”‘’【】《》/]{1,40}/g
const near = 120

function nextTo(line: string, phone: Found): Found | null {
  const before = wordsOf(line, Math.max(0, phone.at - near), phone.at)
    .slice(-6)
    .reverse()
  const after = wordsOf(line, phone.end, phone.end + near).slice(0, 3)
  for (const { value, at, end } of [...before, ...after]) {
    // 柳河村三组王桂兰, 柳河村三组的王桂兰
    const place = Math.max(...['村', '组', '号', '室', '栋', '的'].map((char) => value.lastIndexOf(char))) + 1
    const name = nameAtStart(value.slice(place)) ?? nameAtStart(value)
    if (name === null) continue
    const from = value.slice(place).startsWith(name) ? at + place : at
    return { value: name, at: from, end: Math.min(end, from + name.length) }
  }
  return null
}

function wordsOf(line: string, from: number, to: number): Found[] {
  return [...line.slice(from, to).matchAll(word)].map(({ 0: value, index }) => ({
    value,
    at: from + index,
    end: from + index + value.length,
  }))
}

// ── kinds of scam ──

/** The first that occurs counts, so what is most telling stands first. */
const kinds: readonly [WarningType, RegExp][] = [
  ['nudeChat', /裸聊|裸照/],
  ['fakeJob', /刷单|刷信誉|兼职|返利|点赞任务/],
  ['romance', /杀猪盘|交友|婚恋|网恋|恋爱/],
  [
    'fakePolice',
    /公检法|(?:冒充|假冒|自称|假)[^,;。\s]{0,6}(?:公安|警察|民警|检察|法院|法官)|通缉令|安全账户/,
  ],
  ['fakeService', /客服|退款|退货|理赔|快递|物流|售后/],
  ['investment', /投资|理财|虚拟币|数字货币|炒股|股票|荐股|期货|外汇|基金/],
  ['loan', /贷款|征信|借贷|网贷|校园贷/],
  ['game', /游戏|代练/],
  ['shopping', /购物|网购|代购/],
  // Who sends the notice is no scam: 县公安局, 公安机关.
  ['fakePolice', /公安(?!机关|局|厅|部|分局|派出所|民警|系统|反诈|处|网)|法院|检察院/],
]
const typeLabel = /(?:类型|类别|手法|案由|骗局|诈骗方式)\s{0,4}:?\s{0,4}([^\s,;。|:]{1,40})/

export function typeOf(text: string): WarningType {
  return kinds.find(([, words]) => words.test(text))?.[0] ?? 'other'
}

/** "疑似类型：冒充公安" counts before anything else in the text. */
export function labelledType(text: string): WarningType | null {
  const said = typeLabel.exec(text)?.[1]
  if (said === undefined) return null
  const type = typeOf(said)
  if (type !== 'other') return type
  return /公安|警察/.test(said) ? 'fakePolice' : null
}
