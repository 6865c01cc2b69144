/** Files that come with an application. */
import type { Messages } from "../messages";

export const documents: Messages["documents"] = {
  look: "Afficher",
  download: "Télécharger",
  copy_hash: "Copier l’empreinte numérique entière",
  picture: "Image : {name}",
  kilobytes: "{size} ko",
  megabytes: "{size} Mo",
  changed_title: "Ce n’est pas le fichier qui a été déposé",
  changed_text:
    "Son contenu ne correspond pas à l’empreinte numérique enregistrée ; il n’est donc pas affiché. Signalez-le à l’exploitant du portail.",
};
