import type { English } from "../messages";
import type { Catalogue } from "../types";

export const notices: Catalogue<English["notices"]> = {
  sound: {
    off: "Aucun son à l’arrivée d’un message",
    on: "Un son discret à l’arrivée d’un message",
  },
  read_by_colleague: "Envoyé, lu par un collègue",
  who: {
    open: "{state} : qui l’a",
    title: "Qui a reçu et lu ce message",
    read: "Lu par",
    received: "Reçu par",
    not_yet: "Pas encore reçu",
    nobody: "Personne pour l’instant",
  },
  jump: {
    label: "Aller à",
    newest: "Message le plus récent",
    unread: "Premier message non lu",
    date: "Une date",
    title: "Aller à une date",
    day: "Date",
    hint: "Le premier message de ce jour s’affiche, ou le suivant.",
    missing: "Choisissez une date",
    future: "Ce jour n’est pas encore arrivé",
    go: "Afficher",
    searching: "Chargement des messages antérieurs jusqu’à l’endroit choisi",
    searching_unread: "Chargement des messages antérieurs jusqu’à là où vous aviez cessé de lire",
    stop: "Rester ici",
    nothing: "Aucun message à afficher à cet endroit",
  },
  unread_above: {
    one: "{count} message non lu plus haut",
    many: "{count} messages non lus plus haut",
    other: "{count} messages non lus plus haut",
  },
  loading_newer: "Chargement des messages suivants",
  newer: "Afficher les messages suivants",
  history: {
    title: "Chargement des messages antérieurs",
    paused: "Le chargement des messages antérieurs est suspendu",
    pause: "Suspendre",
    go_on: "Continuer",
  },
  stalled: {
    count: {
      one: "Les messages récents de {count} conversation n’ont pas pu être chargés.",
      many: "Les messages récents de {count} conversations n’ont pas pu être chargés.",
      other: "Les messages récents de {count} conversations n’ont pas pu être chargés.",
    },
    here: "Les messages récents de cette conversation n’ont pas pu être chargés.",
    all: "Vos conversations n’ont pas pu être chargées.",
    to_sign: "Ce qui attend votre signature n’a pas pu être chargé.",
    tried: "Une nouvelle tentative se fait d’elle-même.",
    again: "Une nouvelle tentative se fait d’elle-même. Si cela dure, prévenez le secrétariat.",
  },
  long: {
    more: "Afficher le message entier",
    less: "Afficher moins",
  },
};
