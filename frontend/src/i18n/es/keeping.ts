import type { Messages } from "../messages";

export const keeping: Messages["keeping"] = {
  fault: {
    title: "Una parte de esta página no funciona como debe.",
    text: "Se intenta de nuevo por sí sola y no se pierde nada de lo que escribió. Vuelva a cargar la página. Si persiste, comunique al operador lo que figura abajo.",
    reload: "Volver a cargar la página",
  },
  free: {
    open: "Liberar espacio aquí",
    title: "Liberar espacio en este navegador",
    text: "Las conversaciones se retiran de este equipo y se cargan de nuevo desde el servidor, solo los mensajes más recientes. Los anteriores se cargan cuando usted se desplaza hasta ellos.",
    stays: "Los mensajes aún no enviados, los borradores, sus claves y lo que ha leído quedan como están.",
    pause:
      "La carga de mensajes anteriores en segundo plano queda en pausa. Puede continuarla debajo de la lista de conversaciones.",
    confirm: "Liberar espacio",
    acting: "Un momento",
    done: "Se ha liberado espacio aquí: unos {size} MB. Los mensajes más recientes se cargan de nuevo.",
    offline: "Para esto hace falta conexión, porque los mensajes se cargan de nuevo.",
    failed: "No se pudo liberar espacio. {reason}",
  },
  draft: {
    too_long:
      "Este borrador es tan largo que se conserva solo en este equipo. Sus otros navegadores no lo tienen.",
    too_many:
      "El servidor no guarda más borradores suyos. Este se conserva solo en este equipo. Envíe o vacíe otro.",
    in_list: "Borrador, solo en este equipo",
  },
  /** The database of the portal was put back to an older copy. */
  restoring: {
    title: "El portal ha vuelto a una copia anterior y se está completando.",
    text: "Los navegadores le devuelven lo que falta allí. Todo lo que ve aquí se puede leer. Lo que escriba espera en este equipo y después sale por sí solo.",
    none: "Este navegador no ha tenido nada que devolver hasta ahora.",
    handed: {
      one: "Este navegador ha devuelto {count} elemento hasta ahora.",
      many: "Este navegador ha devuelto {count} elementos hasta ahora.",
      other: "Este navegador ha devuelto {count} elementos hasta ahora.",
    },
    office: "Hasta dónde está completo el portal",
    people: "Personas cuyos navegadores han devuelto lo que tenían: {came} de {expected}",
    whole: "Registro: todos los asientos conocidos están de nuevo",
    lacking: "Registro: aún faltan asientos",
    ask: "Pida a los colegas que abran el portal en los navegadores que usan. Volverá a aceptar contenido nuevo cuando el operador ponga fin a esta fase.",
  },
  ending:
    "Sus claves están bloqueadas. No había conexión para terminar su sesión en el servidor: terminará en cuanto vuelva a haberla, también si esta página se cierra y se abre de nuevo.",
};
