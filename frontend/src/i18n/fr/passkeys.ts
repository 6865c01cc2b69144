import type { passkeys as english } from "../en/passkeys";
import type { Catalogue } from "../types";

export const passkeys: Catalogue<typeof english> = {
  sign_in: {
    or: "ou",
    act: "Se connecter avec une clé d’accès",
    acting: "En attente de votre clé d’accès",
    hint: "Ni adresse ni mot de passe ne sont nécessaires.",
  },
  factor: {
    text: "Touchez votre clé de sécurité, ou confirmez par le doigt, le visage ou le code PIN de cet ordinateur ou de votre téléphone.",
    act: "Utiliser une clé d’accès",
    use_passkey: "Utiliser plutôt une clé d’accès",
    waiting: "En attente de votre clé d’accès",
  },
  again: {
    text: "Touchez votre clé d’accès, ou saisissez le code à usage unique actuel de votre application d’authentification.",
    act: "Confirmer avec une clé d’accès",
  },
  list: {
    title: "Clés d’accès",
    text: "Avec une clé d’accès, on se connecte d’un geste : celui d’une clé de sécurité, de cet ordinateur ou de votre téléphone, qui demande un doigt, un visage ou un code PIN. Beaucoup peuvent aussi ouvrir vos clés, pour les signatures et dans un nouveau navigateur.",
    none: "Aucune clé d’accès pour l’instant.",
    name: "Nom",
    added: "Ajoutée",
    last_used: "Dernière utilisation",
    never: "Jamais",
    act: "Action",
    synced: "Synchronisée",
    synced_text:
      "Les clés d’accès « synchronisées » sont aussi conservées dans le compte de leur fabricant, comme celui d’un téléphone.",
    add: "Ajouter une clé d’accès",
    unlocks: "Ouvre vos clés",
    only_signs: "Connexion seulement",
    only_signs_text:
      "« Connexion seulement » : cet authentificateur ne peut dériver aucune clé. Il reste un second facteur ; vos clés s’ouvrent avec le code de récupération des clés ou une autre clé d’accès.",
    let: "Lui faire ouvrir vos clés",
    letting: "En attente",
    let_done: "Cette clé d’accès ouvre désormais vos clés.",
    gone: "Une clé d’accès qui n’est plus dans cette liste ouvre encore vos clés, depuis le {date}.",
    take_back: "Le lui retirer",
    taken_back: "Elle n’ouvre plus rien.",
  },
  add: {
    title: "Ajouter une clé d’accès",
    text: "Donnez-lui un nom qui vous la fera reconnaître. Votre navigateur demande ensuite où placer la clé d’accès : sur une clé de sécurité, cet ordinateur ou votre téléphone.",
    name: "Nom de la clé d’accès",
    hint: "Par exemple « Clé bleue » ou « Ordinateur du bureau ».",
    missing: "Donnez un nom à la clé d’accès.",
    act: "Continuer",
    acting: "En attente de votre clé d’accès",
    done: "La clé d’accès est ajoutée.",
  },
  rename: {
    act: "Renommer",
    this: "Renommer la clé d’accès {name}",
    title: "Renommer la clé d’accès",
    save: "Enregistrer le nom",
    saving: "Enregistrement",
    done: "La clé d’accès porte son nouveau nom.",
  },
  remove: {
    act: "Retirer",
    this: "Retirer la clé d’accès {name}",
    title: "Retirer la clé d’accès {name} ?",
    text: "Elle ne permet plus de vous connecter. Les sessions ouvertes le restent. Ce qui se trouve dans l’authentificateur lui-même se supprime là-bas.",
    confirm: "Retirer cette clé d’accès",
    acting: "Retrait",
    done: "La clé d’accès est retirée.",
    text_unlocks:
      "Elle ne permet plus de vous connecter et n’ouvre plus vos clés. Les sessions ouvertes le restent. Ce qui se trouve dans l’authentificateur lui-même se supprime là-bas.",
  },
  unlock: {
    title: "Ouvrir votre clé de signature",
    text: "Cette signature demande votre clé de signature. Votre clé d’accès, d’un geste, ou votre code de récupération des clés l’ouvre pour dix minutes.",
    act: "Déverrouiller avec une clé d’accès",
    or: "ou avec le code de récupération des clés",
  },
  browser: {
    act: "Ouvrir avec une clé d’accès",
    or: "ou avec le code de récupération des clés",
    silent:
      "La clé d’accès de votre connexion ne dérive aucune clé : ce n’est qu’un second facteur. Utilisez une autre clé d’accès, ou votre code de récupération des clés.",
  },
  officers: {
    title: "Les fonctionnaires confirment avec une clé d’accès",
    text: "Ce réseau demande une clé d’accès aux fonctionnaires du secrétariat avant tout acte.",
    none: "Vous n’en avez pas encore. Ajoutez-en une maintenant : une clé de sécurité, cet ordinateur ou votre téléphone.",
  },
  reminder: {
    title: "Un second moyen d’ouvrir vos messages",
    text: "Seul votre code de récupération des clés ouvre vos messages dans un nouveau navigateur. Confiez-le aussi à une clé d’accès : une feuille perdue ne vous coûtera rien.",
    act: "Ajouter une clé d’accès",
    later: "Plus tard",
  },
};
