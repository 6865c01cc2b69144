import type { alarms as english } from "../en/alarms";
import type { Catalogue } from "../types";

export const alarms: Catalogue<typeof english> = {
  stopped: "此浏览器已停止在此读写",
  noticed: "发现时间：{day} {time}",
  kinds: {
    rolled_back: {
      title: "网络登记册缺少记录",
      what: "此浏览器先前见过的已签署记录，服务器不再显示。可能有人将网络恢复到较早的状态，例如为了让已被移除的人员重新进入。",
      ask: "询问门户是否从备份恢复过。",
    },
    forked: {
      title: "服务器显示两个版本的网络登记册",
      what: "服务器现在显示的内容与此浏览器先前所见不衔接。不同的人看到的成员可能不同。",
      ask: "询问一位同事，其浏览器是否也已停止。",
    },
    bad_signature: {
      title: "网络登记册的签名不符",
      what: "服务器显示的网络登记册缺少签名或签名有误，可能来自他人。",
      ask: "核对此页面的地址是否为您所在网络的地址。",
    },
    identity_swapped: {
      title: "有密钥被替换",
      what: "网络显示的密钥不是在此生成或获得担保的密钥。可能有人试图介入您与他人之间。",
      ask: "在问题解决之前，不要签署任何内容，也不要在任何地方输入密钥恢复码。",
    },
    bad_history: {
      title: "对话的历史记录被更改",
      what: "服务器显示的对话与此浏览器所知不衔接。内容可能被删去、移动或插入。",
      ask: "询问同事，在与您共同参与的对话中写过什么。",
    },
    withheld: {
      title: "有内容对此浏览器隐瞒",
      what: "另一浏览器签署的声明表明，它持有的内容多于服务器在此显示的内容：消息或网络登记册的记录。服务器对您隐瞒了这些内容。",
      ask: "询问同事，在与您共同参与的对话中最近写了什么，以及有谁加入或离开。",
    },
  },
  /** Calm bands under the header: how old the word of the Register key is, and whose browser is not heard of. */
  freshness: {
    confirmed: "网络登记册最近一次确认：{moment}。",
    never: "网络登记册在此从未得到确认。",
    stale: "此后成员可能已有变动。您可以继续阅读和撰写。请检查本机的日期和时间是否正确。",
    stopped: "目前暂不发送。您所写的内容保存在本机。请检查本机的日期和时间是否正确；如果正确，请致电秘书处。",
    again: "重新核对",
  },
  unheard: {
    title: "您看到的内容可能少于以下人员所见：{names}。",
    text: "服务器已有数小时未转来其所持有的内容。请用从其他途径得知的号码，询问对方最近写了什么。",
  },
  safe_title: "哪些是安全的",
  safe: {
    kept: "此浏览器中的消息和密钥：未受影响，已锁定。",
    nothing_left: "您所写的内容：在问题解决之前，不会离开此浏览器。",
    readers: "先前发送的内容：只有对话中的人员可以阅读。",
  },
  do_title: "应当怎样做",
  do: {
    save: "保存证据。其中只有签名和编号，没有可读的消息内容。",
    call: "致电首席联络人或秘书处，使用从其他途径得知的号码，而不是本门户上的号码，并读出以上内容。",
    wait: "在问题解决之前，不要从其他浏览器撰写。",
    keep: "不要清除此浏览器的数据。它记得先前所见的内容。",
    after: "得知问题已解决后，选择“{again}”。如果一切如前，您可以从原处继续。",
  },
  evidence: "证据",
  evidence_file: "entente-evidence.txt",
  evidence_kind: "发现",
  save: "保存证据",
  show: "显示证据",
  again: "重新核对",
  checking: "正在核对",
  locked: {
    signed_out: {
      title: "您已退出登录",
      what: "此浏览器中的密钥已锁定。尚未发出的消息保留在此，直到您再次登录。",
    },
    session_ended: {
      title: "您的登录会话已结束",
      what: "会话已过期，或在别处被结束。此浏览器中的密钥已锁定，没有任何内容丢失。",
    },
    device_revoked: {
      title: "此浏览器的密钥已被撤销",
      what: "它不能再阅读新内容。如需重新使用，请登录并输入密钥恢复码。如果您未预料到此情况，请致电首席联络人。",
    },
    removed: {
      title: "您不再有访问权限",
      what: "您所在机构或秘书处已终止您的访问权限。您所写的内容留给同事。如果您未预料到此情况，请致电首席联络人。",
    },
  },
  sign_in: "重新登录",
};
