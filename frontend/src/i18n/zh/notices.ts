import type { English } from "../messages";
import type { Catalogue } from "../types";

export const notices: Catalogue<English["notices"]> = {
  sound: {
    off: "新消息不发出声音",
    on: "新消息发出轻微提示音",
  },
  read_by_colleague: "已发送，同事已读",
  who: {
    open: "{state}：查看谁已收到",
    title: "谁已收到和阅读这条消息",
    read: "已读",
    received: "已收到",
    not_yet: "尚未收到",
    nobody: "暂时没有",
  },
  jump: {
    label: "转到",
    newest: "最新消息",
    unread: "第一条未读消息",
    date: "某一日期",
    title: "转到某一日期",
    day: "日期",
    hint: "将显示当天的第一条消息，或其后的第一条。",
    missing: "请选择日期",
    future: "这一天尚未到来",
    go: "显示",
    searching: "正在获取更早的消息，直到所选位置",
    searching_unread: "正在获取更早的消息，直到您上次读到的位置",
    stop: "留在这里",
    nothing: "该处没有可以显示的消息",
  },
  unread_above: {
    other: "上方有{count}条未读消息",
  },
  loading_newer: "正在获取更新的消息",
  newer: "显示更新的消息",
  history: {
    title: "正在获取更早的消息",
    paused: "已暂停获取更早的消息",
    pause: "暂停",
    go_on: "继续",
  },
  stalled: {
    count: { other: "有{count}个对话的新消息未能加载。" },
    here: "此对话的新消息未能加载。",
    all: "您的对话未能加载。",
    to_sign: "等待您签署的内容未能加载。",
    tried: "系统会自动重试。",
    again: "系统会自动重试。如一直如此，请告知秘书处。",
  },
  long: {
    more: "显示完整消息",
    less: "收起",
  },
};
