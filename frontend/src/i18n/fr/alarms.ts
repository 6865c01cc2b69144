import type { alarms as english } from "../en/alarms";
import type { Catalogue } from "../types";

export const alarms: Catalogue<typeof english> = {
  stopped: "Ce navigateur a cessé de lire et d’écrire ici",
  noticed: "Constaté : {day}, {time}",
  kinds: {
    rolled_back: {
      title: "Le Registre a perdu des inscriptions",
      what: "Ce navigateur a vu des inscriptions signées que le serveur ne montre plus. Quelqu’un a peut-être ramené le réseau à un état antérieur, par exemple pour faire revenir une personne retirée.",
      ask: "Demandez si le portail a été restauré à partir d’une sauvegarde.",
    },
    forked: {
      title: "Le serveur montre deux versions du Registre",
      what: "Ce que le serveur montre à présent ne fait pas suite à ce que ce navigateur a vu. Des membres différents sont peut-être montrés à des personnes différentes.",
      ask: "Demandez à une autre personne de votre autorité si son navigateur s’est arrêté lui aussi.",
    },
    bad_signature: {
      title: "Le Registre n’est pas signé comme il se doit",
      what: "Le serveur montre un Registre dont la signature manque ou est fausse. Il vient peut-être d’un tiers.",
      ask: "Vérifiez que l’adresse de cette page est bien celle de votre réseau.",
    },
    identity_swapped: {
      title: "Une clé a été remplacée",
      what: "Le réseau montre une autre clé que celle créée ici ou garantie. Quelqu’un tente peut-être de s’interposer entre vous et les autres.",
      ask: "Ne signez rien et ne saisissez nulle part votre code de récupération tant que la question n’est pas réglée.",
    },
    bad_history: {
      title: "L’historique d’une conversation a été modifié",
      what: "Le serveur montre une conversation qui ne fait pas suite à ce que ce navigateur connaît. Des mots ont pu être omis, déplacés ou ajoutés.",
      ask: "Demandez à vos collègues ce qui a été écrit dans les conversations que vous partagez.",
    },
    withheld: {
      title: "Quelque chose est soustrait à ce navigateur",
      what: "Un autre navigateur a signé qu’il détient plus que ce que le serveur montre ici : des messages ou des inscriptions du Registre. Le serveur vous les soustrait.",
      ask: "Demandez à vos collègues ce qu’ils ont écrit en dernier dans les conversations que vous partagez, et qui est arrivé ou parti.",
    },
  },
  /** Calm bands under the header: how old the word of the Register key is, and whose browser is not heard of. */
  freshness: {
    confirmed: "Le Registre a été confirmé pour la dernière fois : {moment}.",
    never: "Le Registre n’a jamais été confirmé ici.",
    stale:
      "Les membres ont pu changer depuis. Vous pouvez continuer à lire et à écrire. Vérifiez que la date et l’heure de cet ordinateur sont justes.",
    stopped:
      "Rien n’est envoyé pour le moment. Ce que vous écrivez attend sur cet ordinateur. Vérifiez que la date et l’heure de cet ordinateur sont justes ; si elles le sont, appelez le secrétariat.",
    again: "Vérifier de nouveau",
  },
  unheard: {
    title: "Vous ne voyez peut-être pas tout ce que voient : {names}.",
    text: "Depuis quelques heures, le serveur ne transmet plus ce que ces personnes détiennent. Demandez-leur, à un numéro que vous connaissez par ailleurs, ce qu’elles ont écrit en dernier.",
  },
  safe_title: "Ce qui est en sécurité",
  safe: {
    kept: "Vos messages et vos clés dans ce navigateur : intacts et verrouillés.",
    nothing_left: "Ce que vous écrivez : rien ne quitte ce navigateur tant que la question n’est pas réglée.",
    readers: "Ce qui a été envoyé avant : seuls les participants de la conversation peuvent le lire.",
  },
  do_title: "Ce qu’il faut faire",
  do: {
    save: "Enregistrez les preuves. Elles contiennent des signatures et des numéros, aucun message lisible.",
    call: "Appelez votre point de contact principal ou le secrétariat à un numéro que vous connaissez par ailleurs, et non par ce portail. Lisez-leur ce qui figure ci-dessus.",
    wait: "N’écrivez rien depuis d’autres navigateurs tant que la question n’est pas réglée.",
    keep: "N’effacez pas les données de ce navigateur. Il se souvient de ce qu’il a vu.",
    after:
      "Quand vous saurez que la question est réglée, choisissez « {again} ». Si tout est comme avant, vous reprendrez où vous en étiez.",
  },
  evidence: "Preuves",
  evidence_file: "entente-preuves.txt",
  evidence_kind: "Constat",
  save: "Enregistrer les preuves",
  show: "Afficher les preuves",
  again: "Vérifier de nouveau",
  checking: "Vérification",
  locked: {
    signed_out: {
      title: "Votre session est fermée",
      what: "Vos clés sont verrouillées dans ce navigateur. Les messages pas encore envoyés attendent ici jusqu’à la prochaine connexion.",
    },
    session_ended: {
      title: "Votre session est terminée",
      what: "Elle a expiré ou a été fermée depuis un autre endroit. Vos clés sont verrouillées dans ce navigateur ; rien n’est perdu.",
    },
    device_revoked: {
      title: "Les clés de ce navigateur ont été révoquées",
      what: "Il ne peut plus rien lire de nouveau. Pour l’utiliser de nouveau, connectez-vous et saisissez votre code de récupération des clés. Si vous ne vous y attendiez pas, appelez votre point de contact principal.",
    },
    removed: {
      title: "Vous n’avez plus accès",
      what: "Votre autorité ou le secrétariat a mis fin à votre accès. Ce que vous avez écrit reste à votre autorité. Si vous ne vous y attendiez pas, appelez votre point de contact principal.",
    },
  },
  sign_in: "Se reconnecter",
};
