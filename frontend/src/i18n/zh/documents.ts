/** Files that come with an application. */
import type { Messages } from "../messages";

export const documents: Messages["documents"] = {
  look: "查看",
  download: "下载",
  copy_hash: "复制完整的数字指纹",
  picture: "图片：{name}",
  kilobytes: "{size} kB",
  megabytes: "{size} MB",
  changed_title: "这不是当初上传的文件",
  changed_text: "其内容与所记录的数字指纹不符，因此不予显示。请告知门户的运维人员。",
};
