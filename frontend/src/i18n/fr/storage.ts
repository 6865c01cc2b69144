import type { English } from "../messages";
import type { Catalogue } from "../types";

export const storage: Catalogue<English["storage"]> = {
  kinds: {
    unavailable: {
      title: "Ce navigateur n’offre aucun stockage à cette page",
      what: "Il est désactivé ou endommagé. Sans lui, vos clés ne peuvent pas être conservées ici.",
      first:
        "Quittez la fenêtre privée, ou autorisez ce site à conserver des données dans les réglages du navigateur.",
      second: "Réessayez ensuite.",
      third: "Si cela persiste, utilisez un autre navigateur et votre code de récupération des clés.",
    },
    newer: {
      title: "Cette page est plus ancienne que ce qui est conservé ici",
      what: "Une version plus récente d’Entente a été ouverte dans ce navigateur. Cet onglet utilise encore l’ancienne et ne change rien.",
      first: "Fermez les autres onglets d’Entente.",
      second: "Rechargez cette page.",
      third: "Si cela persiste, signalez à l’opérateur qu’une version antérieure a été remise en place.",
    },
    full: {
      title: "Il n’y a plus de place dans ce navigateur",
      what: "Ce qui doit être conservé ici ne peut plus être écrit.",
      first: "Libérez de l’espace sur le disque de cet ordinateur.",
      second: "Réessayez ensuite.",
      third: "N’effacez pas les données de ce site : vos clés s’y trouvent.",
    },
    closed: {
      title: "Le navigateur a retiré son stockage",
      what: "Il a fermé ce que cette page conserve et ne le rouvre pas.",
      first: "Rechargez la page.",
      second: "Si cela n’aide pas, fermez le navigateur et rouvrez-le.",
      third: "Si cela persiste, utilisez un autre navigateur et votre code de récupération des clés.",
    },
    damaged: {
      title: "Ce que ce navigateur conserve est endommagé",
      what: "Plus que quelques parties isolées ne peuvent pas être lues.",
      first: "Réparez : ce que détient le serveur est récupéré de nouveau.",
      second: "Si cela revient, faites examiner le disque de cet ordinateur.",
      third: "D’ici là, vous pouvez utiliser un autre navigateur et votre code de récupération des clés.",
    },
    keys: {
      title: "Vos clés dans ce navigateur ne peuvent pas être lues",
      what: "La partie du stockage qui les contient est endommagée ou perdue. Personne d’autre ne peut les lire.",
      first: "Ayez votre code de récupération des clés sous la main.",
      second: "Réparez avec le code. Cela prend une minute.",
      third:
        "Pas de code de récupération ? Tout autre navigateur qui détient vos clés continue de fonctionner.",
    },
  },
  safe: {
    server: "Vos messages : ils sont conservés chiffrés sur le serveur.",
    code: "Vos clés : votre code de récupération des clés les ouvre dans tout navigateur.",
    waiting: {
      one: "{count} message pas encore envoyé : il est ici, chiffré, et il est conservé.",
      many: "{count} messages pas encore envoyés : ils sont ici, chiffrés, et ils sont conservés.",
      other: "{count} messages pas encore envoyés : ils sont ici, chiffrés, et ils sont conservés.",
    },
  },
  lost: {
    one: "{count} message n’a jamais été envoyé et ne peut plus être lu. Regardez dans la conversation et écrivez-le de nouveau.",
    many: "{count} messages n’ont jamais été envoyés et ne peuvent plus être lus. Regardez dans les conversations et écrivez-les de nouveau.",
    other:
      "{count} messages n’ont jamais été envoyés et ne peuvent plus être lus. Regardez dans les conversations et écrivez-les de nouveau.",
  },
  kept: {
    one: "{count} message pas encore envoyé est conservé. Il partira dès que vous aurez saisi le code.",
    many: "{count} messages pas encore envoyés sont conservés. Ils partiront dès que vous aurez saisi le code.",
    other:
      "{count} messages pas encore envoyés sont conservés. Ils partiront dès que vous aurez saisi le code.",
  },
  act: {
    again: "Réessayer",
    reload: "Recharger la page",
    repair: "Réparer",
    repair_code: "Réparer avec le code de récupération",
    acting: "Un instant",
    detail: "Pour la personne qui vous aide",
  },
  unreachable: {
    offline: {
      title: "Pas de connexion au portail",
      text: "Ce que ce navigateur conserve est intact et rien n’est perdu. Cette page réessaie d’elle-même.",
    },
    server: {
      title: "Le portail ne répond pas comme il le devrait",
      text: "Le serveur est en défaut. Ce que ce navigateur conserve est intact. Cette page réessaie d’elle-même.",
    },
    unexpected: {
      title: "Cette page ne peut pas continuer",
      text: "Une erreur s’est produite ici et rien n’a été changé. Rechargez la page. Si cela persiste, prévenez l’opérateur.",
    },
  },
  before: {
    vanished: {
      title: "Ce navigateur a effacé ce qu’il conservait",
      text: "Vos clés ne sont plus ici, ni ce qui n’avait pas encore été envoyé. Tout ce qui a été envoyé est sur le serveur.",
      look: "Regardez dans la conversation si votre dernier message s’y trouve. Sinon, écrivez-le de nouveau.",
    },
    unknown: {
      title: "Le serveur ne connaît plus les clés de ce navigateur",
      text: "Il a peut-être été ramené à un état antérieur. Vos messages ne sont pas touchés. Votre code de récupération des clés donne de nouvelles clés à ce navigateur.",
    },
    revoked: {
      title: "Les clés de ce navigateur ont été révoquées",
      text: "Ce qui se trouvait ici a été retiré. Pour utiliser de nouveau ce navigateur, saisissez votre code de récupération des clés. Si vous ne vous y attendiez pas, appelez d’abord votre point de contact principal.",
    },
    damaged: {
      title: "Encore une étape : le code de récupération des clés",
      text: "Ce qui ne pouvait pas être lu a été retiré de ce navigateur. Votre code de récupération des clés ouvre de nouveau vos clés.",
    },
  },
  band: {
    full: "Il n’y a plus de place dans ce navigateur.",
    full_text:
      "Ce que vous écrivez maintenant ne peut pas être conservé. Laissez-le dans le champ, libérez de l’espace disque, puis réessayez.",
    repaired: {
      one: "{count} partie de ce que ce navigateur conserve était endommagée. Elle a été récupérée ; rien ne manque.",
      many: "{count} parties de ce que ce navigateur conserve étaient endommagées. Elles ont été récupérées ; rien ne manque.",
      other:
        "{count} parties de ce que ce navigateur conserve étaient endommagées. Elles ont été récupérées ; rien ne manque.",
    },
    passing: "Ce navigateur peut effacer ce que cette page conserve,",
    passing_text:
      "par exemple dans une fenêtre privée ou quand le disque est plein. Gardez votre code de récupération des clés sous la main et envoyez ce que vous écrivez avant de fermer la fenêtre.",
    seen: "Compris",
  },
};
