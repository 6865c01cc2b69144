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
    text: "Avec une clé d’accès, on se connecte d’un geste : celui d’une clé de sécurité, de cet ordinateur ou de votre téléphone, qui demande un doigt, un visage ou un code PIN.",
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
    asking: "Demande au serveur",
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
  },
};
