import type { passkeys as english } from "../en/passkeys";
import type { Catalogue } from "../types";

export const passkeys: Catalogue<typeof english> = {
  sign_in: {
    or: "o",
    act: "Iniciar sesión con una llave de acceso",
    acting: "Esperando su llave de acceso",
    hint: "No hacen falta ni correo ni contraseña.",
  },
  factor: {
    text: "Toque su llave de seguridad, o confirme con la huella, el rostro o el PIN de este equipo o de su teléfono.",
    act: "Usar una llave de acceso",
    use_passkey: "Usar una llave de acceso en su lugar",
    waiting: "Esperando su llave de acceso",
  },
  again: {
    text: "Toque su llave de acceso, o escriba el código de un solo uso actual de su aplicación de autenticación.",
    act: "Confirmar con una llave de acceso",
  },
  list: {
    title: "Llaves de acceso",
    text: "Con una llave de acceso, iniciar sesión es un toque: de una llave de seguridad, de este equipo o de su teléfono, que pide una huella, un rostro o un PIN. Muchas pueden también abrir sus claves, para las firmas y en un navegador nuevo.",
    none: "Ninguna llave de acceso todavía.",
    name: "Nombre",
    added: "Añadida",
    last_used: "Último uso",
    never: "Nunca",
    act: "Acción",
    synced: "Sincronizada",
    synced_text:
      "Las llaves de acceso «sincronizadas» se guardan también en la cuenta de su fabricante, como la de un teléfono.",
    add: "Añadir una llave de acceso",
    unlocks: "Abre sus claves",
    only_signs: "Solo inicia sesión",
    only_signs_text:
      "«Solo inicia sesión»: este autenticador no puede derivar ninguna clave. Sigue siendo un segundo factor; sus claves se abren con el código de recuperación de claves o con otra llave de acceso.",
    let: "Permitir que abra sus claves",
    letting: "Esperando",
    let_done: "Esta llave de acceso abre ahora sus claves.",
    gone: "Una llave de acceso que ya no está en esta lista sigue abriendo sus claves, desde el {date}.",
    take_back: "Retirárselo",
    taken_back: "Ya no abre nada.",
  },
  add: {
    title: "Añadir una llave de acceso",
    text: "Dele un nombre por el que pueda reconocerla. Después el navegador pregunta dónde estará la llave de acceso: en una llave de seguridad, en este equipo o en su teléfono.",
    name: "Nombre de la llave de acceso",
    hint: "Por ejemplo «Llave azul» u «Ordenador de la oficina».",
    missing: "Dé un nombre a la llave de acceso.",
    act: "Continuar",
    acting: "Esperando su llave de acceso",
    done: "Se ha añadido la llave de acceso.",
  },
  rename: {
    act: "Cambiar el nombre",
    this: "Cambiar el nombre de la llave de acceso {name}",
    title: "Cambiar el nombre de la llave de acceso",
    save: "Guardar el nombre",
    saving: "Guardando",
    done: "La llave de acceso tiene su nuevo nombre.",
  },
  remove: {
    act: "Quitar",
    this: "Quitar la llave de acceso {name}",
    title: "¿Quitar la llave de acceso {name}?",
    text: "Ya no sirve para iniciar sesión. Las sesiones abiertas siguen abiertas. Lo que hay en el propio autenticador se elimina allí.",
    confirm: "Quitar esta llave de acceso",
    acting: "Quitando",
    done: "Se ha quitado la llave de acceso.",
    text_unlocks:
      "Ya no sirve para iniciar sesión ni abre sus claves. Las sesiones abiertas siguen abiertas. Lo que hay en el propio autenticador se elimina allí.",
  },
  unlock: {
    title: "Abrir su clave de firma",
    text: "Esta firma necesita su clave de firma. La abre un toque de su llave de acceso o su código de recuperación de claves, durante diez minutos.",
    act: "Desbloquear con una llave de acceso",
    or: "o con el código de recuperación de claves",
  },
  browser: {
    act: "Abrir con una llave de acceso",
    or: "o con el código de recuperación de claves",
    silent:
      "La llave de acceso con la que inició sesión no deriva ninguna clave: es solo un segundo factor. Use otra llave de acceso o su código de recuperación de claves.",
  },
  officers: {
    title: "La secretaría confirma con una llave de acceso",
    text: "Esta red pide a su secretaría una llave de acceso antes de cualquier acto.",
    none: "Todavía no tiene ninguna. Añada una ahora: una llave de seguridad, este equipo o su teléfono.",
  },
  reminder: {
    title: "Una segunda vía a sus mensajes",
    text: "Solo su código de recuperación de claves abre sus mensajes en un navegador nuevo. Permita que lo haga también una llave de acceso, y perder una hoja de papel no le costará nada.",
    act: "Añadir una llave de acceso",
    later: "Más tarde",
  },
};
