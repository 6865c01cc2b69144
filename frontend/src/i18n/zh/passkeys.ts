import type { passkeys as english } from "../en/passkeys";
import type { Catalogue } from "../types";

export const passkeys: Catalogue<typeof english> = {
  sign_in: {
    or: "或",
    act: "使用通行密钥登录",
    acting: "正在等待通行密钥",
    hint: "无须输入电子邮箱和密码。",
  },
  factor: {
    text: "请触碰硬件安全密钥，或用此电脑或手机的指纹、面容或PIN码确认。",
    act: "使用通行密钥",
    use_passkey: "改用通行密钥",
    waiting: "正在等待通行密钥",
  },
  again: {
    text: "请触碰通行密钥，或输入身份验证器应用当前的一次性验证码。",
    act: "用通行密钥确认",
  },
  list: {
    title: "通行密钥",
    text: "有了通行密钥，登录只需一触：触碰硬件安全密钥，或在此电脑、手机上用指纹、面容或PIN码确认。",
    none: "尚无通行密钥。",
    name: "名称",
    added: "添加日期",
    last_used: "最近使用",
    never: "从未使用",
    act: "操作",
    synced: "已同步",
    synced_text: "标有“已同步”的通行密钥也保存在其厂商的账户中，例如手机的账户。",
    add: "添加通行密钥",
    asking: "正在询问服务器",
  },
  add: {
    title: "添加通行密钥",
    text: "请为它取一个便于辨认的名称。随后浏览器会询问通行密钥保存在何处：硬件安全密钥、此电脑或手机。",
    name: "通行密钥的名称",
    hint: "例如“蓝色密钥”或“办公室电脑”。",
    missing: "请为通行密钥取一个名称。",
    act: "继续",
    acting: "正在等待通行密钥",
    done: "通行密钥已添加。",
  },
  rename: {
    act: "重命名",
    this: "重命名通行密钥{name}",
    title: "重命名通行密钥",
    save: "保存名称",
    saving: "正在保存",
    done: "通行密钥已重命名。",
  },
  remove: {
    act: "移除",
    this: "移除通行密钥{name}",
    title: "移除通行密钥{name}？",
    text: "此后不能再用它登录。已打开的会话仍然有效。验证设备内的记录须在该设备上删除。",
    confirm: "移除此通行密钥",
    acting: "正在移除",
    done: "通行密钥已移除。",
  },
};
