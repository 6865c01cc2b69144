import type { English } from "../messages";
import type { Catalogue } from "../types";

export const notices: Catalogue<English["notices"]> = {
  sound: {
    off: "Sin sonido al llegar un mensaje",
    on: "Un sonido discreto al llegar un mensaje",
  },
  read_by_colleague: "Enviado, leído por un colega",
  who: {
    open: "{state}: quién lo tiene",
    title: "Quién ha recibido y leído este mensaje",
    read: "Leído por",
    received: "Recibido por",
    not_yet: "Aún no recibido",
    nobody: "Nadie todavía",
  },
  jump: {
    label: "Ir a",
    newest: "Mensaje más reciente",
    unread: "Primer mensaje no leído",
    date: "Una fecha",
    title: "Ir a una fecha",
    day: "Fecha",
    hint: "Se muestra el primer mensaje de ese día, o el siguiente.",
    missing: "Elija una fecha",
    future: "Ese día aún no ha llegado",
    go: "Mostrar",
    searching: "Cargando mensajes anteriores hasta el lugar elegido",
    searching_unread: "Cargando mensajes anteriores hasta donde dejó de leer",
    stop: "Quedarse aquí",
    nothing: "No hay ningún mensaje que mostrar en ese lugar",
  },
  unread_above: {
    one: "{count} mensaje no leído más arriba",
    many: "{count} mensajes no leídos más arriba",
    other: "{count} mensajes no leídos más arriba",
  },
  loading_newer: "Cargando mensajes posteriores",
  newer: "Mostrar mensajes posteriores",
  history: {
    title: "Cargando mensajes anteriores",
    paused: "La carga de mensajes anteriores está en pausa",
    pause: "Pausar",
    go_on: "Continuar",
  },
  stalled: {
    count: {
      one: "No se pudieron cargar los mensajes más recientes de {count} conversación.",
      many: "No se pudieron cargar los mensajes más recientes de {count} conversaciones.",
      other: "No se pudieron cargar los mensajes más recientes de {count} conversaciones.",
    },
    here: "No se pudieron cargar los mensajes más recientes de esta conversación.",
    all: "No se pudieron cargar sus conversaciones.",
    to_sign: "No se pudo cargar lo que espera su firma.",
    tried: "Se vuelve a intentar automáticamente.",
    again: "Se vuelve a intentar automáticamente. Si continúa así, avise a la secretaría.",
  },
  long: {
    more: "Mostrar el mensaje completo",
    less: "Mostrar menos",
  },
};
