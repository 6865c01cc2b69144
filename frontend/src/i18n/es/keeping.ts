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
  ending:
    "Sus claves están bloqueadas. No había conexión para terminar su sesión en el servidor: terminará en cuanto vuelva a haberla, también si esta página se cierra y se abre de nuevo.",
};
