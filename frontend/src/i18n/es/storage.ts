import type { English } from "../messages";
import type { Catalogue } from "../types";

export const storage: Catalogue<English["storage"]> = {
  kinds: {
    unavailable: {
      title: "Este navegador no da almacenamiento a esta página",
      what: "Está desactivado o dañado. Sin él no se pueden guardar aquí sus claves.",
      first: "Salga de la ventana privada o permita a este sitio guardar datos en los ajustes del navegador.",
      second: "Después inténtelo de nuevo.",
      third: "Si persiste, use otro navegador y su código de recuperación de claves.",
    },
    newer: {
      title: "Esta página es más antigua que lo guardado aquí",
      what: "En este navegador se ha abierto una versión más reciente de Entente. Esta pestaña sigue con la anterior y no cambia nada.",
      first: "Cierre las demás pestañas de Entente.",
      second: "Vuelva a cargar esta página.",
      third: "Si persiste, avise al operador de que se ha repuesto una versión anterior.",
    },
    full: {
      title: "No queda espacio en este navegador",
      what: "Ya no se puede escribir lo que debe guardarse aquí.",
      first: "Libere espacio en el disco de este equipo.",
      second: "Después inténtelo de nuevo.",
      third: "No borre los datos de este sitio: ahí están sus claves.",
    },
    closed: {
      title: "El navegador ha retirado su almacenamiento",
      what: "Cerró lo que guarda esta página y no vuelve a abrirlo.",
      first: "Vuelva a cargar la página.",
      second: "Si no ayuda, cierre el navegador y ábralo de nuevo.",
      third: "Si persiste, use otro navegador y su código de recuperación de claves.",
    },
    damaged: {
      title: "Lo que guarda este navegador está dañado",
      what: "No son solo partes sueltas las que no se pueden leer.",
      first: "Repárelo: lo que tiene el servidor se descarga de nuevo.",
      second: "Si se repite, pida que revisen el disco de este equipo.",
      third: "Mientras tanto puede usar otro navegador y su código de recuperación de claves.",
    },
    keys: {
      title: "No se pueden leer sus claves en este navegador",
      what: "La parte del almacenamiento que las contiene está dañada o ha desaparecido. Nadie más puede leerlas.",
      first: "Tenga a mano su código de recuperación de claves.",
      second: "Repárelo con el código. Tarda un minuto.",
      third: "¿No tiene código de recuperación? Cualquier otro navegador con sus claves sigue funcionando.",
    },
  },
  safe: {
    server: "Sus mensajes: se conservan cifrados en el servidor.",
    code: "Sus claves: su código de recuperación de claves las abre en cualquier navegador.",
    waiting: {
      one: "{count} mensaje aún sin enviar: está aquí, cifrado, y se conserva.",
      many: "{count} mensajes aún sin enviar: están aquí, cifrados, y se conservan.",
      other: "{count} mensajes aún sin enviar: están aquí, cifrados, y se conservan.",
    },
  },
  lost: {
    one: "{count} mensaje no llegó a enviarse y ya no se puede leer. Mire en la conversación y escríbalo de nuevo.",
    many: "{count} mensajes no llegaron a enviarse y ya no se pueden leer. Mire en las conversaciones y escríbalos de nuevo.",
    other:
      "{count} mensajes no llegaron a enviarse y ya no se pueden leer. Mire en las conversaciones y escríbalos de nuevo.",
  },
  kept: {
    one: "{count} mensaje aún sin enviar se conserva. Saldrá cuando introduzca el código.",
    many: "{count} mensajes aún sin enviar se conservan. Saldrán cuando introduzca el código.",
    other: "{count} mensajes aún sin enviar se conservan. Saldrán cuando introduzca el código.",
  },
  act: {
    again: "Intentar de nuevo",
    reload: "Volver a cargar la página",
    repair: "Reparar",
    repair_code: "Reparar con el código de recuperación",
    acting: "Un momento",
    detail: "Para quien le ayude",
  },
  unreachable: {
    offline: {
      title: "No hay conexión con el portal",
      text: "Lo que guarda este navegador sigue intacto y no se ha perdido nada. Esta página lo intenta de nuevo por sí sola.",
    },
    server: {
      title: "El portal no responde como debe",
      text: "El servidor tiene un fallo. Lo que guarda este navegador sigue intacto. Esta página lo intenta de nuevo por sí sola.",
    },
    unexpected: {
      title: "Esta página no puede continuar",
      text: "Algo ha fallado aquí y no se ha cambiado nada. Vuelva a cargar la página. Si persiste, avise al operador.",
    },
  },
  before: {
    vanished: {
      title: "Este navegador ha borrado lo que guardaba",
      text: "Sus claves ya no están aquí, ni tampoco lo que aún no se había enviado. Todo lo enviado está en el servidor.",
      look: "Mire en la conversación si está su último mensaje. Si no está, escríbalo de nuevo.",
    },
    unknown: {
      title: "El servidor ya no conoce las claves de este navegador",
      text: "Puede que haya vuelto a un estado anterior. Sus mensajes no se ven afectados. Su código de recuperación de claves da claves nuevas a este navegador.",
    },
    revoked: {
      title: "Se han revocado las claves de este navegador",
      text: "Se ha eliminado lo que había aquí. Si quiere volver a usar este navegador, introduzca su código de recuperación de claves. Si no lo esperaba, llame antes a su punto de contacto principal.",
    },
    damaged: {
      title: "Falta un paso: el código de recuperación de claves",
      text: "Se ha eliminado de este navegador lo que no se podía leer. Su código de recuperación de claves abre de nuevo sus claves.",
    },
  },
  band: {
    full: "No queda espacio en este navegador.",
    full_text:
      "Lo que escriba ahora no se puede guardar. Déjelo en el campo, libere espacio en el disco e inténtelo de nuevo.",
    repaired: {
      one: "{count} parte de lo que guarda este navegador estaba dañada. Se ha descargado de nuevo; no falta nada.",
      many: "{count} partes de lo que guarda este navegador estaban dañadas. Se han descargado de nuevo; no falta nada.",
      other:
        "{count} partes de lo que guarda este navegador estaban dañadas. Se han descargado de nuevo; no falta nada.",
    },
    passing: "Este navegador puede borrar lo que guarda esta página,",
    passing_text:
      "por ejemplo en una ventana privada o si el disco se llena. Tenga a mano su código de recuperación de claves y envíe lo que escriba antes de cerrar la ventana.",
    seen: "Entendido",
  },
};
