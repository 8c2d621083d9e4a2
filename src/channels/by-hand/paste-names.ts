/** How much a piece of text looks like the name a message is headed with. */

export type NameLikeness = 'registered' | 'possible' | 'half sentence' | 'time word' | 'label'

const TIME_WORD =
  /(?:今天|明天|后天|昨天|前天|今晚|明晚|昨晚|今早|明早|上午|下午|早上|晚上|中午|凌晨|夜里|(?:星期|礼拜|下周|上周)[一二三四五六日天]|^周[一二三四五六日天]|\d[日号点]|左右|大概|大约|以前|之前|以后|之后|时间|时长|时分|截止|截至|开始|[定改约放]在|[改推提]到|推迟到|就是|已经|差不多|不到|预约)$/
const HALF_SENTENCE = /[，。；？！,;?!、…“”]|https?|(?:在|于|到|至|约|是|从|等|了|的|说|要|去|来)[:：]?$/
const LABEL =
  /^(?:地址|住址|电话|手机|时间|地点|姓名|名字|性别|备注|注意?|附|问|答|(?:身份证|联系|户口|出生).*|.*(?:如下|材料|情况|说明|问题|内容|需要|号码|方式|经过)|请问|[您你]好|各位.*|大家.*|另外|还有|最后|首先|其次|总之|第.+|[一二三四五六七八九十\d]+)$/

const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文'
/** 村组+姓名 ("三组 王桂兰", "柳河村2组李强"), or a bare Chinese name of two or three characters. */
const REGISTERED = new RegExp(
  `[一二三四五六七八九十\\d]\\s*[组队栋户](?:\\s*[${SURNAMES}]\\p{Script=Han}{1,2}| +\\p{Script=Han}{2,4})$|^(?:\\S+ )?[${SURNAMES}]\\p{Script=Han}{1,2}$`,
  'u',
)

export function nameLikeness(name: string): NameLikeness {
  if (TIME_WORD.test(name)) return 'time word'
  if (REGISTERED.test(name) && !/[，。；？！,;?!]/.test(name)) return 'registered'
  if (LABEL.test(name)) return 'label'
  if (HALF_SENTENCE.test(name)) return 'half sentence'
  return 'possible'
}
