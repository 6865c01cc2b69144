import type { enrolment as english } from "../en/enrolment";
import type { Catalogue } from "../types";

export const enrolment: Catalogue<typeof english> = {
  steps: {
    label: "Étapes",
    invitation: "Invitation",
    password: "Mot de passe",
    second_factor: "Second facteur",
    founding: "Fondation",
    recovery_code: "Code de récupération",
    waiting_lead: "Votre autorité se porte garante",
    waiting_officers: "Deux fonctionnaires signent",
    founded: "Prêt",
  },

  open: {
    opening: "Ouverture de l’invitation",
    title: "Vous avez une invitation",
    text: "Veuillez vérifier qu’il s’agit bien de vous.",
    name: "Nom",
    function: "Fonction",
    role: "Rôle",
    authority: "Autorité",
    email: "Adresse électronique, pour se connecter",
    act: "C’est moi, continuer",
    wrong:
      "Une erreur ? Arrêtez-vous ici et prévenez la personne qui vous a adressé l’invitation. Elle peut en créer une nouvelle.",
    missing_title: "Le lien d’invitation est incomplet",
    missing_text: "Ouvrez le lien entier qui vous a été remis. Il ne s’est encore rien passé.",
    invitation_unknown: "Cette invitation est inconnue",
    invitation_unknown_text:
      "Elle a pu être annulée, ou le lien est incomplet. Demandez-en une nouvelle à la personne qui vous l’a adressée.",
    invitation_used: "Cette invitation a déjà servi",
    invitation_used_text:
      "Si c’était vous, connectez-vous pour continuer. Sinon, prévenez aussitôt la personne qui vous l’a adressée.",
    invitation_expired: "Cette invitation a expiré",
    invitation_expired_text:
      "Les liens fonctionnent 7 jours. Demandez-en un nouveau à la personne qui vous a adressé l’invitation.",
    other_network: "Ce lien appartient à un autre réseau",
    other_network_text:
      "Le serveur ne montre pas le réseau que nomme votre invitation. Arrêtez-vous ici et prévenez la personne qui vous l’a adressée.",
    failed: "L’invitation n’a pas pu être ouverte",
  },

  password: {
    title: "Choisissez un mot de passe",
    text: "Il sert à vous connecter, avec un code à usage unique. Il n’ouvre aucun message : c’est le rôle du code de récupération des clés.",
    label: "Mot de passe",
    hint: "Au moins {count} caractères. Quatre mots sans rapport sont un bon choix, facile à retenir.",
    again: "Le même mot de passe encore une fois",
    differs: "Les deux mots de passe ne sont pas identiques",
    strength: "Solidité",
    weak: "Trop faible",
    fair: "Acceptable",
    strong: "Solide",
    act: "Enregistrer le mot de passe",
    acting: "Enregistrement",
    reasons: {
      too_short: "Au moins {count} caractères",
      too_long: "Il est trop long",
      too_common: "Il figure sur des listes de mots de passe courants",
      only_digits: "Il n’a que des chiffres",
      repeats: "Il répète les mêmes caractères",
      like_you: "Il ressemble à votre nom, à votre adresse ou à votre autorité",
      weak: "Il est trop facile à deviner",
    },
  },

  factor: {
    title: "Configurez votre second facteur",
    text: "À chaque connexion, une application d’authentification sur votre téléphone affiche un nouveau code à usage unique.",
    scan: "Scannez ceci avec l’application",
    qr: "Code QR pour l’application d’authentification",
    type: "Ou saisissez-y ce secret",
    code: "Code à usage unique",
    code_hint: "Les six chiffres que l’application affiche en ce moment.",
    act: "Vérifier le code",
    acting: "Vérification",
    wrong: "Le code ne correspond pas. Attendez le suivant et vérifiez que l’horloge du téléphone est juste.",
    demo: "Démonstration : saisir le code",
  },

  backup: {
    title: "Conservez vos codes de secours",
    text: "Si vous perdez votre téléphone, chacun remplace un code à usage unique à la connexion. Ils ne sont affichés que maintenant et n’ouvrent aucun message.",
    list: "Dix codes de secours",
    save: "Enregistrer dans un fichier texte",
    kept: "J’ai conservé les codes de secours",
    whydisabled: "Confirmez que vous les avez conservés",
    file: "entente-codes-de-secours.txt",
    file_text:
      "Entente : codes de secours de {email}. Chacun sert une fois, au lieu du code à usage unique à la connexion.",
  },

  recovery: {
    title: "Notez votre code de récupération des clés",
    text: "Sur un nouvel ordinateur, ce code ouvre tout ce que vous avez jamais pu lire. Nous ne l’avons pas : si vous le perdez avec tous vos navigateurs, personne ne pourra plus vous ouvrir votre historique.",
    intro_title: "Vos clés, maintenant",
    intro:
      "Votre navigateur crée les clés qui ouvrent vos messages. Elles ne le quittent jamais en clair. Avec elles vient un code de récupération des clés, affiché une seule fois : préparez du papier ou un coffre de mots de passe.",
    make: "Créer mes clés",
    making: "Création des clés",
    lost: "Le code de récupération n’a pas été confirmé et n’est donc pas valable. Créez de nouveau les clés : vous recevrez un nouveau code.",
    code_number: "Code de récupération {serial}",
    groups: "Code de récupération, huit groupes",
    group: "Groupe {group}",
    letters: "Pas de lettres I, L, O ni U. Majuscules ou minuscules, peu importe.",
    save: "Enregistrer dans un fichier texte",
    type_back: "Recopiez deux groupes depuis votre papier",
    group_wrong: "Le groupe {group} ne correspond pas. Regardez son dernier caractère.",
    group_missing: "Saisissez le groupe {group}",
    acting: "Enregistrement des clés",
    different: "Afficher un autre code",
    where: "Où le conserver",
    paper: "Sur papier, dans le coffre de votre autorité",
    paper_text: "Dans une enveloppe scellée marquée « code de récupération {serial} »",
    store: "Dans un coffre de mots de passe agréé",
    store_text: "Un coffre qui fonctionne sans cet ordinateur",
    never: "Ni dans un courriel, ni en photo",
    never_text: "Quiconque l’a peut lire vos conversations passées",
    not_backup:
      "Ce n’est pas un code de secours : ceux-là remplacent le code à usage unique à la connexion, celui-ci ouvre vos messages.",
    file: "entente-code-de-recuperation-{serial}.txt",
    print_title: "Code de récupération des clés {serial}",
    print_network: "Réseau",
    print_account: "Compte",
    print_date: "Date",
    print_keep:
      "À garder dans une enveloppe scellée. Quiconque a cette feuille peut lire vos conversations passées.",
    unconfirmed:
      "Les clés n’ont pas été enregistrées. {reason} Votre code de récupération reste sur cette page.",
  },

  waiting: {
    title_lead: "Votre point de contact principal signe maintenant",
    text_lead:
      "Vos clés sont créées. Dès que le point de contact principal de {authority} aura signé, vous pourrez lire et écrire ici. Cette page passera d’elle-même à la suite.",
    title_officers: "Deux fonctionnaires signent maintenant",
    text_officers:
      "Vos clés sont créées. Dès que deux fonctionnaires du secrétariat auront signé, vous pourrez continuer. Cette page passera d’elle-même à la suite.",
    code: "Code à comparer",
    code_text:
      "Quand on vous appelle à ce sujet, lisez ce code à voix haute, groupe par groupe. Si l’autre personne en voit un autre, arrêtez et dites-le. Personne n’a jamais besoin de votre code de récupération des clés pour cela.",
    code_text_lead:
      "Un fonctionnaire vous appelle au numéro de téléphone publié de votre autorité. Lisez ce code à voix haute, groupe par groupe ; vous devez voir le même tous les deux, sinon arrêtez. Personne n’a jamais besoin de votre code de récupération des clés pour cela.",
    leave: "Vous pouvez fermer cette page et vous reconnecter plus tard.",
    done_title: "Votre accès est ouvert",
    done_text: "Votre désignation est signée. Vous pouvez maintenant lire et écrire.",
    done_act: "Ouvrir les conversations",
  },

  founding: {
    title: "Fonder le réseau",
    text: "Trois fonctionnaires le fondent ensemble. Chacun crée une clé de fondation, puis chacun signe le même texte fondateur.",
    officers: "Les fonctionnaires fondateurs",
    you: "Vous",
    state_none: "Pas encore de clé",
    state_key: "Clé créée",
    state_signed: "Signé",
    offer: "Créer ma clé de fondation",
    offering: "Création de la clé",
    offered: "Votre clé est créée. Les autres fonctionnaires sont attendus.",
    compare_title: "Comparez avant de signer",
    compare_text:
      "Réunissez-vous ou appelez-vous. Tous les trois doivent voir le même code. Il représente exactement ce que vous allez signer.",
    same: "Nous voyons tous les trois le même code",
    sign: "Signer le texte fondateur",
    signing: "Signature en cours",
    sign_whydisabled: "Comparez d’abord le code",
    signed: "Vous avez signé. Les autres fonctionnaires sont attendus.",
    founded_title: "Le réseau est fondé",
    founded_text:
      "Ce numéro identifie le réseau. Notez-le : il figure sur chaque feuille portant un code de récupération.",
  },

  browser: {
    title: "Ouvrez vos messages sur ce navigateur",
    text: "Ce navigateur n’a encore aucune de vos clés. Saisissez votre code de récupération des clés {serial} du {date}, ou collez-le.",
    text_plain:
      "Ce navigateur n’a encore aucune de vos clés. Saisissez votre code de récupération des clés, ou collez-le.",
    kept: "Rien n’est perdu : tout est conservé, chiffré pour votre code de récupération.",
    label: "Code de récupération, huit groupes",
    group_ok: "Le groupe {group} est correct",
    group_wrong: "Le groupe {group} n’est pas correct. Vérifiez-le.",
    old: "C’est le code de récupération {old}. L’actuel est le code de récupération {serial} du {date}.",
    old_plain: "C’est le code de récupération {old}, qui a été remplacé. Prenez le plus récent.",
    not_yours: "Ce code est bien formé, mais ce n’est pas celui de ce compte. Est-ce la bonne feuille ?",
    act: "Ouvrir mes messages",
    acting: "Ouverture",
    whydisabled: "Saisissez les huit groupes",
    demo: "Démonstration : saisir le code de récupération",
    lost_title: "Pas de code de récupération ?",
    other_title: "Un autre réseau se trouve maintenant à cette adresse",
    other_text:
      "Ce navigateur a les clés d’un réseau qui se trouvait ici auparavant. Si vous ne vous y attendiez pas, arrêtez-vous et demandez à l’exploitant : quelqu’un imite peut-être votre portail.",
    other_kept:
      "Si vous continuez, les clés et les messages de l’ancien réseau sont supprimés de ce navigateur. Sur les autres, ils restent.",
    other_act: "Quitter l’ancien réseau",
    other_acting: "Départ en cours",
  },
};
