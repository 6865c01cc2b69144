import type { English } from "../messages";
import type { Catalogue } from "../types";

export const writing: Catalogue<English["writing"]> = {
  age: {
    now: "刚刚写成",
    minutes: { other: "已{count}分钟" },
    today: "今天{time}写成",
    yesterday: "昨天{time}写成",
    day: "{day} {time}写成",
  },
  why: {
    charter: "等待接受章程",
    offline: "等待连接",
    register: "等待登记册更新",
    keys: "等待同事的密钥",
    server: "等待：服务器出现故障",
    restoring: "等待门户补全",
    storage: "等待此浏览器有空间",
  },
  edit: {
    button: "修改",
    title: "在发出前修改消息",
    label: "消息",
    save: "保存修改",
    may_have_left: "首次发送可能已到达服务器。若已到达，则以原文为准，您的新文字将作为未发送的消息保留在此。",
    to_field: "将这段文字放入消息栏",
    failed: "消息未修改。{reason}",
  },
  discard: {
    title: "删除这条消息？",
    text: "消息尚未发送，其他任何人都没有这些文字。",
    may_have_left: "发送可能已到达服务器：消息仍可能出现在对话中。",
    confirm: "删除",
  },
  in_list: { other: "{count}条尚未发送" },
  leaving: {
    title: { other: "{count}条消息尚未发送" },
    text: "未发送的内容以加密形式保留在本机，您再次在此登录后会自动发出；在此之前其他任何人都无法阅读。",
    confirm: "仍然退出登录",
    stay: "保持登录",
  },
  locked: {
    waiting: { other: "您有{count}条消息以加密形式在本机等待，您再次在此登录后会自动发出。" },
    lost: { other: "有{count}条消息从未发出且无法再打开，因为本浏览器的密钥已失效。请重新撰写。" },
  },
  draft: {
    in_list: "草稿",
    not_kept: "这份草稿无法保存在本机。请勿关闭页面。{reason}",
    offline: "当前无连接，对话未发起。所写内容已保存为草稿，恢复连接后请再发送。",
  },
};
