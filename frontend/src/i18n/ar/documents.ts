/** Files that come with an application. */
import type { Messages } from "../messages";

export const documents: Messages["documents"] = {
  look: "معاينة",
  download: "تنزيل",
  copy_hash: "نسخ البصمة الرقمية كاملة",
  picture: "صورة: {name}",
  kilobytes: "{size} كيلوبايت",
  megabytes: "{size} ميغابايت",
  changed_title: "هذا ليس الملف الذي رُفع",
  changed_text: "محتواه لا يطابق البصمة الرقمية المسجلة له، ولذلك لا يُعرض. يُرجى إبلاغ مشغّل البوابة.",
};
