import type { Messages } from "../messages";

export const keeping: Messages["keeping"] = {
  fault: {
    title: "本页有一部分未能正常工作。",
    text: "系统会自动重试，您所写的内容没有丢失。请重新加载页面。如仍出现，请将下方内容告知运维人员。",
    reload: "重新加载页面",
  },
  free: {
    open: "在此释放空间",
    title: "释放此浏览器的空间",
    text: "对话会从本机移除，并从服务器重新获取，仅限最新的消息。向上滚动时会获取更早的消息。",
    stays: "尚未发送的消息、草稿、您的密钥和已读记录保持不变。",
    pause: "将暂停在后台获取更早的消息。您可以在对话列表下方继续。",
    confirm: "释放空间",
    acting: "请稍候",
    done: "已在此释放约{size} MB空间。正在重新获取最新的消息。",
    offline: "此操作需要连接，因为消息要重新获取。",
    failed: "未能释放空间。{reason}",
  },
  draft: {
    too_long: "这份草稿过长，仅保存在本机。您的其他浏览器中没有这份草稿。",
    too_many: "服务器无法再保存您的更多草稿。这份草稿仅保存在本机。请发送或清空另一份草稿。",
    in_list: "草稿，仅在本机",
  },
  /** The database of the portal was put back to an older copy. */
  restoring: {
    title: "门户已恢复到较早的副本，正在补全。",
    text: "各浏览器正在交回其中缺少的内容。您在此看到的一切均可阅读。您所写的内容先留在本机，之后会自动发出。",
    none: "到目前为止，此浏览器没有需要交回的内容。",
    handed: { other: "到目前为止，此浏览器已交回{count}项内容。" },
    office: "门户补全进度",
    people: "其浏览器已交回内容的人员：{came} / {expected}",
    whole: "网络登记册：所有已知记录均已恢复",
    lacking: "网络登记册：仍缺少记录",
    ask: "请同事在各自使用的浏览器中打开门户。运维人员结束补全后，门户才会接受新内容。",
  },
  ending:
    "您的密钥已锁定。当时没有连接，未能在服务器上结束您的会话：一旦恢复连接就会结束，即使本页被关闭后重新打开也是如此。",
};
