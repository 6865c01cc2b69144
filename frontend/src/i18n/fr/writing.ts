import type { English } from "../messages";
import type { Catalogue } from "../types";

export const writing: Catalogue<English["writing"]> = {
  age: {
    now: "écrit à l’instant",
    minutes: {
      one: "depuis {count} minute",
      many: "depuis {count} minutes",
      other: "depuis {count} minutes",
    },
    today: "écrit aujourd’hui à {time}",
    yesterday: "écrit hier à {time}",
    day: "écrit le {day} à {time}",
  },
  why: {
    charter: "En attente de l’acceptation de la charte",
    offline: "En attente de connexion",
    register: "En attente de la mise à jour du Registre",
    keys: "En attente de la clé d’un collègue",
    server: "En attente : erreur du serveur",
    restoring: "En attente : le portail est en cours de complément",
    storage: "En attente de place dans ce navigateur",
  },
  edit: {
    button: "Modifier",
    title: "Modifier le message avant son départ",
    label: "Message",
    save: "Enregistrer la modification",
    may_have_left:
      "Une première tentative a peut-être atteint le serveur. Dans ce cas, le premier texte compte, et le vôtre reste ici comme message non envoyé.",
    to_field: "Placer ce texte dans le champ du message",
    failed: "Le message n’a pas été modifié. {reason}",
  },
  discard: {
    title: "Supprimer ce message ?",
    text: "Il n’a pas été envoyé. Personne d’autre n’en a le texte.",
    may_have_left:
      "Une tentative a peut-être atteint le serveur : le message peut encore apparaître dans la conversation.",
    confirm: "Supprimer",
  },
  in_list: {
    one: "{count} non envoyé",
    many: "{count} non envoyés",
    other: "{count} non envoyés",
  },
  leaving: {
    title: {
      one: "{count} message n’a pas encore été envoyé",
      many: "{count} messages n’ont pas encore été envoyés",
      other: "{count} messages n’ont pas encore été envoyés",
    },
    text: "Ce qui n’a pas été envoyé reste chiffré sur cet ordinateur. L’envoi se fera quand vous vous connecterez de nouveau ici ; d’ici là, personne d’autre ne peut le lire.",
    confirm: "Se déconnecter quand même",
    stay: "Rester connecté",
  },
  locked: {
    waiting: {
      one: "{count} message de vous attend, chiffré, sur cet ordinateur. Il partira quand vous vous connecterez de nouveau ici.",
      many: "{count} messages de vous attendent, chiffrés, sur cet ordinateur. Ils partiront quand vous vous connecterez de nouveau ici.",
      other:
        "{count} messages de vous attendent, chiffrés, sur cet ordinateur. Ils partiront quand vous vous connecterez de nouveau ici.",
    },
    lost: {
      one: "{count} message n’a jamais été envoyé et ne peut plus être ouvert, car les clés de ce navigateur ne sont plus valables. Écrivez-le de nouveau.",
      many: "{count} messages n’ont jamais été envoyés et ne peuvent plus être ouverts, car les clés de ce navigateur ne sont plus valables. Écrivez-les de nouveau.",
      other:
        "{count} messages n’ont jamais été envoyés et ne peuvent plus être ouverts, car les clés de ce navigateur ne sont plus valables. Écrivez-les de nouveau.",
    },
  },
  draft: {
    in_list: "Brouillon",
    not_kept: "Ce brouillon n’a pas pu être conservé sur cet ordinateur. Ne fermez pas la page. {reason}",
    offline:
      "Il n’y a pas de connexion : la conversation n’a pas été ouverte. Votre texte est conservé comme brouillon ; envoyez-le quand la connexion sera rétablie.",
  },
};
