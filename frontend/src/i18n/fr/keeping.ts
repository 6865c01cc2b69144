import type { Messages } from "../messages";

export const keeping: Messages["keeping"] = {
  fault: {
    title: "Une partie de cette page ne fonctionne pas comme elle le devrait.",
    text: "Une nouvelle tentative a lieu d’elle-même et rien de ce que vous avez écrit n’est perdu. Rechargez la page. Si cela persiste, indiquez à l’opérateur ce qui figure ci-dessous.",
    reload: "Recharger la page",
  },
  free: {
    open: "Libérer de la place ici",
    title: "Libérer de la place dans ce navigateur",
    text: "Les conversations sont retirées de cet ordinateur puis chargées de nouveau depuis le serveur, seulement les messages les plus récents. Les messages antérieurs sont chargés quand vous remontez jusqu’à eux.",
    stays:
      "Les messages pas encore envoyés, les brouillons, vos clés et ce que vous avez lu restent tels quels.",
    pause:
      "Le chargement des messages antérieurs en arrière-plan est suspendu. Vous pouvez le reprendre sous la liste des conversations.",
    confirm: "Libérer de la place",
    acting: "Un instant",
    done: "De la place a été libérée ici : environ {size} Mo. Les messages les plus récents sont chargés de nouveau.",
    offline: "Une connexion est nécessaire, puisque les messages sont chargés de nouveau.",
    failed: "La place n’a pas pu être libérée. {reason}",
  },
  draft: {
    too_long:
      "Ce brouillon est si long qu’il n’est conservé que sur cet ordinateur. Vos autres navigateurs ne l’ont pas.",
    too_many:
      "Le serveur ne conserve pas davantage de vos brouillons. Celui-ci n’est conservé que sur cet ordinateur. Envoyez-en un autre ou videz-le.",
    in_list: "Brouillon, sur cet ordinateur seulement",
  },
  /** The database of the portal was put back to an older copy. */
  restoring: {
    title: "Le portail a été ramené à une copie antérieure et est en cours de complément.",
    text: "Les navigateurs lui rendent ce qui y manque. Tout ce que vous voyez ici peut être lu. Ce que vous écrivez attend sur cet ordinateur et part ensuite de lui-même.",
    none: "Ce navigateur n’a encore rien eu à rendre.",
    handed: {
      one: "Ce navigateur a rendu {count} élément jusqu’ici.",
      many: "Ce navigateur a rendu {count} éléments jusqu’ici.",
      other: "Ce navigateur a rendu {count} éléments jusqu’ici.",
    },
    office: "Où en est le complément du portail",
    people: "Personnes dont les navigateurs ont rendu ce qu’ils avaient : {came} sur {expected}",
    whole: "Registre : toutes les inscriptions connues y sont de nouveau",
    lacking: "Registre : des inscriptions manquent encore",
    ask: "Demandez aux collègues d’ouvrir le portail dans les navigateurs qu’ils utilisent. Il accepte de nouveau du nouveau contenu une fois que l’opérateur a mis fin à cette phase.",
  },
  ending:
    "Vos clés sont verrouillées. Il n’y avait pas de connexion pour mettre fin à votre session sur le serveur : elle prendra fin dès qu’il y en aura une, même si cette page est fermée puis rouverte.",
};
