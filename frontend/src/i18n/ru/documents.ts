/** Files that come with an application. */
import type { Messages } from "../messages";

export const documents: Messages["documents"] = {
  look: "Посмотреть",
  download: "Скачать",
  copy_hash: "Скопировать цифровой отпечаток целиком",
  picture: "Изображение: {name}",
  kilobytes: "{size} кБ",
  megabytes: "{size} МБ",
  changed_title: "Это не тот файл, который был загружен",
  changed_text:
    "Его содержимое не соответствует записанному цифровому отпечатку, поэтому он не показан. Сообщите об этом оператору портала.",
};
