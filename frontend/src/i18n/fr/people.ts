import type { Messages } from "../messages";

export const people: Messages["people"] = {
  lone: {
    title: "Vous êtes la seule personne à détenir les clés de votre autorité",
    title_other: "{name} est la seule personne à détenir les clés de votre autorité",
    text: "Si vous perdez tous vos navigateurs et votre code de récupération des clés, personne ne pourra plus jamais ouvrir ce qui a été écrit à votre autorité, et personne n’y pourra vous confirmer de nouveau.",
    text_other:
      "Si {name} perd tous ses navigateurs et son code de récupération des clés, personne ne pourra plus jamais ouvrir ce qui a été écrit à votre autorité.",
    todo_lead:
      "Invitez une deuxième personne comme point de contact suppléant. Cela vous prend cinq minutes, et dix à cette personne.",
    todo_other:
      "Seul un point de contact principal peut inviter. Demandez au secrétariat qui l’est maintenant ; deux fonctionnaires peuvent en nommer un.",
    todo_held:
      "Tant que vous ne confirmez pas, {names} ne peut rien lire : faites-le ci-dessous, si vous savez que cette personne travaille avec vous.",
    todo_paper:
      "D’ici là, gardez votre code de récupération des clés sur papier, dans le coffre de votre autorité.",
    invite: "Inviter un suppléant",
    open_people: "Que faire",
    later: "Me le rappeler dans une semaine",
    no_deputy_title: "Votre autorité n’a pas de suppléant",
    no_deputy_text:
      "En votre absence, personne ne peut fermer l’accès d’un collègue qui part. Donnez ce rôle à une personne de votre autorité : « Autres actions » à côté du nom, puis « Changer de rôle ».",
    office_title: {
      one: "{count} autorité dépend d’une seule personne",
      many: "{count} d’autorités dépendent chacune d’une seule personne",
      other: "{count} autorités dépendent chacune d’une seule personne",
    },
    office_text:
      "Si cette personne perd tout, personne ne pourra ouvrir ce qui a été écrit à l’autorité. Appelez le point de contact principal et demandez-lui d’inviter un suppléant.",
    chip: "Une seule personne a les clés",
  },
  lead: {
    act: "Remplacer le point de contact principal",
    act_none: "Nommer un point de contact principal",
    chip_none: "Sans point de contact principal",
    title: "Un autre point de contact principal : {name}",
    title_none: "{name} n’a pas de point de contact principal",
    none_text:
      "Tant que personne ne l’est, nul n’y peut inviter ni donner de nouvelles clés. Qui prend la suite ?",
    what: "Que s’est-il passé ?",
    stays: "{name} passe la main et reste",
    stays_text: "Aucun accès n’est fermé. {name} devient point de contact suppléant.",
    left: "{name} a quitté l’autorité, ou son accès doit être fermé",
    left_text: "Fermez d’abord cet accès ; nommez ensuite qui prend la suite.",
    lost: "{name} a perdu toutes ses clés et garde son rôle",
    lost_text: "Il ne faut pas d’autre personne, mais de nouvelles clés.",
    who: "Qui prend la suite ?",
    outside: "Une personne qui n’est pas encore ici",
    outside_text: "Vous l’invitez ; un collègue de l’autorité doit la confirmer",
    choose: "Choisissez qui prend la suite",
    then_lead:
      "{name} devient point de contact principal ({authority}) et invite désormais les autres personnes.",
    then_deputy: "{name} devient point de contact suppléant : lit et écrit comme avant, et n’invite plus.",
    then_keys: "Aucune clé ne change, personne n’est déconnecté, toutes les conversations continuent.",
    then_seen: "Tous les membres voient dans l’annuaire qui a ce rôle, et depuis quand.",
    then_out:
      "Une seconde au plus après la deuxième signature, toutes les sessions de {name} sont fermées et plus rien ne lui parvient.",
    then_new_keys: "Chaque conversation reçoit une nouvelle clé avant son prochain message ({authority}).",
    then_left: "Les suppléants voient ce que {name} a laissé en suspens.",
    then_next:
      "Revenez ensuite ici nommer qui prend la suite. D’ici là, l’autorité n’a pas de point de contact principal.",
    then_link:
      "Vous remettez un lien. Une fois les clés créées, vous comparez un code et signez ; un autre fonctionnaire signe ensuite.",
    then_held:
      "Cette personne ne lit rien tant qu’un collègue ({authority}) ne l’a pas confirmée ; tous les membres voient que ce n’est pas encore fait.",
    then_rekey:
      "{name} reçoit de nouvelles clés par un lien, un code comparé et deux signatures, et attend ensuite la confirmation d’un collègue.",
    nobody_title: "Il n’y reste personne pour confirmer un nouveau point de contact principal",
    nobody_text:
      "La personne que vous feriez entrer attendrait indéfiniment. Mettez fin à cette adhésion et admettez de nouveau l’autorité ; ce qui lui a été écrit auparavant reste fermé.",
    act_remove: "Signer en premier : fermer l’accès de {name}",
    act_name: "Signer en premier",
    act_invite: "Continuer vers l’invitation",
    invite_title: "Inviter le nouveau point de contact principal : {name}",
    invite_text:
      "Une fois ses clés créées, deux fonctionnaires signent. Un collègue la confirme ensuite, et alors seulement cette personne peut lire.",
    ask_title: "Si quelqu’un d’autre doit prendre ce rôle",
    ask_text:
      "Deux fonctionnaires du secrétariat nomment un autre point de contact principal : appelez-les. Si vous restez, vous devenez point de contact suppléant et continuez à lire ; si vous partez, ils ferment votre accès.",
  },
  officer: {
    act: "Mettre fin à la fonction",
    title: "Retirer {name} du secrétariat ?",
    you: "Vous vous retirez vous-même.",
    out: "Une seconde au plus après la deuxième signature, toutes les sessions de {name} sont fermées.",
    counts: "Ce que {name} a signé en premier, et que personne n’a signé ensuite, ne compte plus.",
    left: "Les invitations ouvertes de {name} sont montrées aux autres fonctionnaires, qui les reprennent ou les annulent.",
    stays: "Tout ce que {name} a signé avec un autre fonctionnaire reste en vigueur.",
    few_title: "Il resterait trop peu de fonctionnaires",
    few_text:
      "Il doit en rester au moins {needed}, pour que les signatures restent possibles en l’absence de l’un d’eux. Sans {name}, il en resterait {left}. Nommez d’abord un autre fonctionnaire.",
  },
  left: {
    title: "Laissé en suspens par {name}",
    invitation: "Invitation : {name}",
    rekey: "Nouvelles clés : {name}",
    state: {
      open: "Le lien n’a pas encore été ouvert.",
      enrolling: "La personne prépare sa connexion.",
      waiting: "La personne a créé ses clés et attend une signature.",
    },
    waits: "En attente",
    take_over: "Reprendre",
    take_title: "Reprendre cette invitation ({name}) ?",
    take_text:
      "Le lien reste valable. Son secret n’est connu que de {name} ; vous comparez donc un code par téléphone avant de signer. C’est consigné au journal d’audit.",
    taken: "Reprise. Votre signature sera attendue ici dès que les clés seront créées.",
    taken_from: "Vous l’avez reprise de {name}, et le secret du lien ne vous est pas connu.",
    only_lead: "Seul le point de contact principal peut reprendre ; vous pouvez annuler.",
    unread: "Il y a du nouveau que personne chez vous n’a lu.",
    read: "Lire",
    further: {
      one: "et {count} autre conversation",
      many: "et {count} d’autres conversations",
      other: "et {count} autres conversations",
    },
  },
  differs: {
    act: "Le code est différent",
    title: "Arrêtez : le code est différent",
    again: "Relisez-le lentement, groupe par groupe. S’il est finalement identique, annulez ici.",
    why: "S’il reste différent, quelqu’un a peut-être mis sa propre clé à la place de celle de {name}. Ce n’est pas votre faute.",
    invitation: "L’invitation est annulée, et tout ce qui en dépend est supprimé.",
    proposal: "Rien n’est signé, et la proposition est renvoyée.",
    person: "N’écrivez rien d’important à {name} tant que ce n’est pas éclairci.",
    noted: "C’est consigné au journal d’audit, où le secrétariat le lit.",
    call: "Appelez ensuite le secrétariat, à un numéro que vous connaissez par ailleurs.",
    call_officer:
      "Parlez ensuite avec le fonctionnaire qui a signé en premier, et avec la personne à un numéro publié.",
    do_invitation: "Annuler et signaler",
    do_proposal: "Renvoyer et signaler",
    do_person: "Signaler",
    acting: "Envoi en cours",
    done: "Signalé. Rien n’a été signé.",
  },
  how: {
    title: "Que faire",
    link_1: "Copiez le lien maintenant, ou notez-le. Il n’est affiché que cette fois.",
    link_2:
      "Remettez-le vous-même à {name} : en personne, sur papier, ou là où vous vous écrivez déjà tous les deux. Jamais dans une boîte partagée.",
    link_3:
      "{name} l’ouvre et crée ses clés. Cela prend dix minutes. Le lien sert une fois, pendant 7 jours.",
    link_4: "Il apparaît ensuite ici sous « En attente de votre signature » : signez-le là.",
    link_astray: "Le lien s’est égaré ? Annulez-le sous « Invitations en cours », et créez-en un autre.",
    matches:
      "Avez-vous remis vous-même le lien à {name} ? Alors vous pouvez signer. Si vous ne savez pas avec certitude qui l’a reçu, faites d’abord ceci :",
    compare_1: "Appelez {name} à un numéro que vous connaissez par ailleurs, et non par un message récent.",
    compare_2: "{name} lit à voix haute le code de sa page. Suivez-le ici, groupe par groupe.",
    compare_3:
      "Tous les groupes sont identiques ? Signez. Autre chose ? Ne signez pas, et choisissez « Le code est différent ».",
    compare_why:
      "Le code représente les clés de {name}. Si les deux côtés voient le même, personne n’a glissé les siennes.",
    compare_confirm:
      "L’autre personne trouve le sien sous « Vos clés ». Différent ? Ne confirmez pas, et choisissez « Le code est différent ».",
  },
};
