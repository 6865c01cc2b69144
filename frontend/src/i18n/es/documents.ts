/** Files that come with an application. */
import type { Messages } from "../messages";

export const documents: Messages["documents"] = {
  look: "Ver",
  download: "Descargar",
  copy_hash: "Copiar la huella completa",
  picture: "Imagen: {name}",
  kilobytes: "{size} kB",
  megabytes: "{size} MB",
  changed_title: "Este no es el archivo que se subió",
  changed_text:
    "Su contenido no corresponde a la huella registrada, por lo que no se muestra. Avise al operador del portal.",
};
