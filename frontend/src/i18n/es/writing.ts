import type { English } from "../messages";
import type { Catalogue } from "../types";

export const writing: Catalogue<English["writing"]> = {
  age: {
    now: "escrito ahora mismo",
    minutes: {
      one: "desde hace {count} minuto",
      many: "desde hace {count} minutos",
      other: "desde hace {count} minutos",
    },
    today: "escrito hoy a las {time}",
    yesterday: "escrito ayer a las {time}",
    day: "escrito el {day} a las {time}",
  },
  why: {
    charter: "A la espera de que se acepte la Carta",
    offline: "A la espera de conexión",
    register: "A la espera de actualizar el Registro",
    keys: "A la espera de la clave de un colega",
    server: "En espera: fallo del servidor",
    restoring: "En espera hasta que el portal esté completo",
    storage: "A la espera de espacio en este navegador",
  },
  edit: {
    button: "Modificar",
    title: "Modificar el mensaje antes de que salga",
    label: "Mensaje",
    save: "Guardar el cambio",
    may_have_left:
      "Puede que un primer intento haya llegado al servidor. En ese caso vale el texto anterior, y el suyo queda aquí como mensaje no enviado.",
    to_field: "Pasar este texto al campo del mensaje",
    failed: "El mensaje no se modificó. {reason}",
  },
  discard: {
    title: "¿Eliminar este mensaje?",
    text: "No se ha enviado. Nadie más tiene su texto.",
    may_have_left:
      "Puede que un intento haya llegado al servidor: el mensaje aún puede aparecer en la conversación.",
    confirm: "Eliminar",
  },
  in_list: {
    one: "{count} sin enviar",
    many: "{count} sin enviar",
    other: "{count} sin enviar",
  },
  leaving: {
    title: {
      one: "{count} mensaje no se ha enviado todavía",
      many: "{count} mensajes no se han enviado todavía",
      other: "{count} mensajes no se han enviado todavía",
    },
    text: "Lo que no se ha enviado queda cifrado en este equipo. Saldrá cuando vuelva a iniciar sesión aquí; hasta entonces, nadie más puede leerlo.",
    confirm: "Cerrar sesión de todos modos",
    stay: "Seguir con la sesión abierta",
  },
  locked: {
    waiting: {
      one: "{count} mensaje suyo espera, cifrado, en este equipo. Saldrá cuando vuelva a iniciar sesión aquí.",
      many: "{count} mensajes suyos esperan, cifrados, en este equipo. Saldrán cuando vuelva a iniciar sesión aquí.",
      other:
        "{count} mensajes suyos esperan, cifrados, en este equipo. Saldrán cuando vuelva a iniciar sesión aquí.",
    },
    lost: {
      one: "{count} mensaje no llegó a enviarse y ya no se puede abrir, porque las claves de este navegador han dejado de ser válidas. Escríbalo de nuevo.",
      many: "{count} mensajes no llegaron a enviarse y ya no se pueden abrir, porque las claves de este navegador han dejado de ser válidas. Escríbalos de nuevo.",
      other:
        "{count} mensajes no llegaron a enviarse y ya no se pueden abrir, porque las claves de este navegador han dejado de ser válidas. Escríbalos de nuevo.",
    },
  },
  draft: {
    in_list: "Borrador",
    not_kept: "Este borrador no se pudo conservar en este equipo. No cierre la página. {reason}",
    offline:
      "No hay conexión, por lo que la conversación no se abrió. Lo que escribió se conserva como borrador; envíelo cuando vuelva la conexión.",
  },
};
