import type { alarms as english } from "../en/alarms";
import type { Catalogue } from "../types";

export const alarms: Catalogue<typeof english> = {
  stopped: "Este navegador ha dejado de leer y escribir aquí",
  noticed: "Detectado: {day}, {time}",
  kinds: {
    rolled_back: {
      title: "El Registro ha perdido asientos",
      what: "Este navegador vio antes asientos firmados que el servidor ya no muestra. Puede que alguien haya devuelto la red a un estado anterior, por ejemplo para reincorporar a una persona dada de baja.",
      ask: "Pregunte si el portal se ha restaurado a partir de una copia de seguridad.",
    },
    forked: {
      title: "El servidor muestra dos versiones del Registro",
      what: "Lo que el servidor muestra ahora no continúa lo que este navegador vio antes. Puede que a distintas personas se les muestren miembros distintos.",
      ask: "Pregunte a otra persona de su autoridad si su navegador también se ha detenido.",
    },
    bad_signature: {
      title: "El Registro no está firmado como debe",
      what: "El servidor muestra un Registro cuya firma falta o es falsa. Puede proceder de un tercero.",
      ask: "Compruebe que la dirección de esta página es la de su red.",
    },
    identity_swapped: {
      title: "Se ha sustituido una clave",
      what: "La red muestra una clave distinta de la que se creó aquí o fue avalada. Puede que alguien intente interponerse entre usted y los demás.",
      ask: "No firme nada ni escriba su código de recuperación en ningún sitio hasta que se resuelva.",
    },
    bad_history: {
      title: "Se ha modificado el historial de una conversación",
      what: "El servidor muestra una conversación que no continúa lo que este navegador conoce. Puede que se hayan omitido, movido o añadido palabras.",
      ask: "Pregunte a sus colegas qué se escribió en las conversaciones que comparten.",
    },
    withheld: {
      title: "Se está ocultando algo a este navegador",
      what: "Otro navegador ha firmado que tiene más de lo que el servidor muestra aquí: mensajes o asientos del Registro. El servidor se los oculta a usted.",
      ask: "Pregunte a sus colegas qué escribieron por último en las conversaciones que comparten y quién se ha incorporado o se ha ido.",
    },
  },
  /** Calm bands under the header: how old the word of the Register key is, and whose browser is not heard of. */
  freshness: {
    confirmed: "El Registro se confirmó por última vez: {moment}.",
    never: "El Registro no se ha confirmado nunca aquí.",
    stale:
      "Es posible que los miembros hayan cambiado desde entonces. Puede seguir leyendo y escribiendo. Compruebe que la fecha y la hora de este equipo son correctas.",
    stopped:
      "Por ahora no se envía nada. Lo que escriba espera en este equipo. Compruebe que la fecha y la hora de este equipo son correctas; si lo son, llame a la secretaría.",
    again: "Comprobar de nuevo",
  },
  unheard: {
    title: "Puede que usted no vea todo lo que ven: {names}.",
    text: "Desde hace algunas horas, el servidor no transmite lo que tienen estas personas. Pregúnteles, en un número que conozca por otra vía, qué escribieron por último.",
  },
  safe_title: "Qué está a salvo",
  safe: {
    kept: "Sus mensajes y claves en este navegador: intactos y bloqueados.",
    nothing_left: "Lo que escriba: nada sale de este navegador hasta que se resuelva.",
    readers: "Lo enviado antes: solo pueden leerlo las personas de la conversación.",
  },
  do_title: "Qué hacer",
  do: {
    save: "Guarde las pruebas. Contienen firmas y números, ningún mensaje legible.",
    call: "Llame a su punto de contacto principal o a la secretaría a un número que conozca por otra vía, no por este portal. Léales lo que figura arriba.",
    wait: "No escriba desde otros navegadores hasta que se resuelva.",
    keep: "No borre los datos de este navegador. Recuerda lo que vio antes.",
    after: "Cuando sepa que está resuelto, elija «{again}». Si todo está como antes, seguirá donde estaba.",
  },
  evidence: "Pruebas",
  evidence_file: "entente-pruebas.txt",
  evidence_kind: "Hallazgo",
  save: "Guardar las pruebas",
  show: "Mostrar las pruebas",
  again: "Comprobar de nuevo",
  checking: "Comprobando",
  locked: {
    signed_out: {
      title: "Su sesión está cerrada",
      what: "Sus claves están bloqueadas en este navegador. Los mensajes aún no enviados esperan aquí hasta que inicie sesión de nuevo.",
    },
    session_ended: {
      title: "Su sesión ha terminado",
      what: "Caducó o se cerró desde otro lugar. Sus claves están bloqueadas en este navegador; no se ha perdido nada.",
    },
    device_revoked: {
      title: "Se han revocado las claves de este navegador",
      what: "No puede leer nada nuevo. Para volver a usarlo, inicie sesión e introduzca su código de recuperación de claves. Si no lo esperaba, llame a su punto de contacto principal.",
    },
    removed: {
      title: "Ya no tiene acceso",
      what: "Su autoridad o la secretaría ha puesto fin a su acceso. Lo que escribió queda en su autoridad. Si no lo esperaba, llame a su punto de contacto principal.",
    },
  },
  sign_in: "Iniciar sesión de nuevo",
};
