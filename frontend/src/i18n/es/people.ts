import type { Messages } from "../messages";

export const people: Messages["people"] = {
  lone: {
    title: "Solo usted tiene las claves de su autoridad",
    title_other: "Solo {name} tiene las claves de su autoridad",
    text: "Si pierde todos sus navegadores y su código de recuperación de claves, nadie podrá volver a abrir lo que se escribió a su autoridad, y nadie allí podrá confirmarle de nuevo.",
    text_other:
      "Si {name} pierde todos sus navegadores y el código de recuperación de claves, nadie podrá volver a abrir lo que se escribió a su autoridad.",
    todo_lead: "Invite a una segunda persona como suplente. A usted le lleva cinco minutos, y a ella diez.",
    todo_other:
      "Solo un punto de contacto principal puede invitar. Pregunte a la secretaría quién lo es ahora; dos oficiales pueden nombrarlo.",
    todo_held:
      "Mientras usted no confirme, {names} no puede leer: hágalo más abajo, si sabe que trabaja con usted.",
    todo_paper:
      "Hasta entonces, guarde su código de recuperación de claves en papel, en la caja fuerte de su autoridad.",
    invite: "Invitar a un suplente",
    open_people: "Qué hacer",
    later: "Recordármelo en una semana",
    no_deputy_title: "Su autoridad no tiene suplente",
    no_deputy_text:
      "En su ausencia nadie puede cerrar el acceso a un colega que se va. Dé esa función a una persona de su autoridad: «Más acciones» junto al nombre y, después, «Cambiar la función».",
    office_title: {
      one: "{count} autoridad depende de una sola persona",
      many: "{count} de autoridades dependen cada una de una sola persona",
      other: "{count} autoridades dependen cada una de una sola persona",
    },
    office_text:
      "Si esa persona lo pierde todo, nadie podrá abrir lo que se escribió a la autoridad. Llame al punto de contacto principal y pídale que invite a un suplente.",
    chip: "Una sola persona tiene las claves",
  },
  lead: {
    act: "Sustituir al punto de contacto principal",
    act_none: "Nombrar un punto de contacto principal",
    chip_none: "Sin punto de contacto principal",
    title: "Otro punto de contacto principal: {name}",
    title_none: "{name} no tiene punto de contacto principal",
    none_text:
      "Mientras nadie lo sea, nadie allí puede invitar ni dar claves nuevas. ¿Quién asume la función?",
    what: "¿Qué ha ocurrido?",
    stays: "{name} cede el puesto y se queda",
    stays_text: "No se cierra ningún acceso. {name} pasa a suplente.",
    left: "{name} se ha ido, o hay que cerrarle el acceso",
    left_text: "Cierre primero el acceso; nombre después a quien asuma la función.",
    lost: "{name} ha perdido todas sus claves y conserva su función",
    lost_text: "No hace falta otra persona, sino claves nuevas.",
    who: "¿Quién asume la función?",
    outside: "Alguien que aún no está aquí",
    outside_text: "Usted invita a esa persona; un colega de la autoridad debe confirmarla",
    choose: "Elija quién asume la función",
    then_lead:
      "{name} pasa a ser punto de contacto principal ({authority}) e invita desde entonces a las demás personas.",
    then_deputy: "{name} pasa a suplente: lee y escribe como antes, y ya no invita.",
    then_keys: "No cambia ninguna clave, no se cierra ninguna sesión y todas las conversaciones siguen.",
    then_seen: "Todos los miembros ven en el directorio quién tiene la función, y desde cuándo.",
    then_out:
      "En menos de un segundo desde la segunda firma, se cierran todas las sesiones de {name}, que no recibe nada más.",
    then_new_keys: "Cada conversación de {authority} recibe una clave nueva antes de su próximo mensaje.",
    then_left: "Los suplentes ven lo que {name} dejó pendiente.",
    then_next:
      "Vuelva después aquí y nombre a quien asuma la función. Hasta entonces la autoridad no tiene punto de contacto principal.",
    then_link:
      "Usted entrega un enlace. Cuando las claves estén creadas, compara un código y firma; otro oficial firma después.",
    then_held:
      "Esa persona no lee nada hasta que un colega ({authority}) la confirme; todos los miembros ven que aún no se ha hecho.",
    then_rekey:
      "{name} recibe claves nuevas con un enlace, un código comparado y dos firmas, y espera después la confirmación de un colega.",
    nobody_title: "No queda nadie allí que pueda confirmar a un nuevo punto de contacto principal",
    nobody_text:
      "Quien usted incorporase esperaría para siempre. Dé de baja a la autoridad y admítala de nuevo; lo que se le escribió antes queda cerrado.",
    act_remove: "Firmar en primer lugar: cerrar el acceso a {name}",
    act_name: "Firmar en primer lugar",
    act_invite: "Pasar a la invitación",
    invite_title: "Invitar al nuevo punto de contacto principal: {name}",
    invite_text:
      "Cuando haya creado sus claves, firman dos oficiales. Después un colega confirma a esa persona, y solo entonces puede leer.",
    ask_title: "Si otra persona debe asumir esta función",
    ask_text:
      "Dos oficiales de la secretaría nombran a otro punto de contacto principal: llámelos. Si usted se queda, pasa a suplente y sigue leyendo; si se va, le cierran el acceso.",
  },
  officer: {
    act: "Dar de baja del cargo",
    title: "¿Dar de baja de la secretaría a {name}?",
    you: "Se trata de su propia baja.",
    out: "En menos de un segundo desde la segunda firma, se cierran todas las sesiones de {name}.",
    counts: "Lo que {name} firmó primero y nadie firmó después deja de contar.",
    left: "Las invitaciones abiertas de {name} se muestran a los demás oficiales, que las asumen o las anulan.",
    stays: "Todo lo que {name} firmó con otro oficial sigue en vigor.",
    few_title: "Quedarían muy pocos oficiales",
    few_text:
      "Deben quedar al menos {needed}, para que se pueda firmar cuando falte uno. Sin {name} quedarían {left}. Nombre antes a otro oficial.",
  },
  left: {
    title: "Lo que {name} dejó pendiente",
    invitation: "Invitación de {name}",
    rekey: "Claves nuevas para {name}",
    state: {
      open: "El enlace aún no se ha abierto.",
      enrolling: "La persona está preparando su acceso.",
      waiting: "La persona ha creado sus claves y espera una firma.",
    },
    waits: "Espera",
    take_over: "Asumir",
    take_title: "¿Asumir la invitación de {name}?",
    take_text:
      "El enlace sigue funcionando. Su secreto solo lo conoce {name}; por eso usted compara un código por teléfono antes de firmar. Queda anotado en el registro de auditoría.",
    taken: "Asumida. Esperará aquí su firma en cuanto las claves estén creadas.",
    taken_from: "La asumió de {name}, y usted no conoce el secreto del enlace.",
    only_lead: "Solo el punto de contacto principal puede asumirla; usted puede anularla.",
    unread: "Hay novedades que nadie de su autoridad ha leído.",
    read: "Leer",
    further: {
      one: "y {count} conversación más",
      many: "y {count} de conversaciones más",
      other: "y {count} conversaciones más",
    },
  },
  differs: {
    act: "El código es distinto",
    title: "Deténgase: el código es distinto",
    again: "Léalo otra vez, despacio, grupo por grupo. Si al final es el mismo, cancele aquí.",
    why: "Si sigue siendo distinto, puede que alguien haya puesto su propia clave en lugar de la de {name}. No es un error suyo.",
    invitation: "La invitación se anula, y todo lo que depende de ella se descarta.",
    proposal: "No se firma nada, y la propuesta se devuelve.",
    person: "No escriba a {name} nada importante hasta que se aclare.",
    noted: "Queda anotado en el registro de auditoría, donde lo lee la secretaría.",
    call: "Llame después a la secretaría, a un número que conozca por otra vía.",
    call_officer: "Hable después con el oficial que firmó primero, y con la persona a un número publicado.",
    do_invitation: "Anular y comunicarlo",
    do_proposal: "Devolver y comunicarlo",
    do_person: "Comunicarlo",
    acting: "Comunicando",
    done: "Comunicado. No se ha firmado nada.",
  },
  how: {
    title: "Qué hacer",
    link_1: "Copie el enlace ahora, o anótelo. Solo se muestra esta vez.",
    link_2:
      "Entrégueselo usted a {name}: cara a cara, en papel, o por donde ya se escriben los dos. Nunca a un buzón compartido.",
    link_3: "{name} lo abre y crea sus claves. Lleva diez minutos. El enlace sirve una vez, durante 7 días.",
    link_4: "Después aparece aquí en «Pendiente de su firma»: fírmelo allí.",
    link_astray: "¿Se ha extraviado el enlace? Anúlelo en «Invitaciones en curso» y cree otro.",
    matches:
      "¿Fue usted quien entregó el enlace a {name}? Entonces puede firmar. Si no sabe con certeza quién lo recibió, haga antes esto:",
    compare_1: "Llame a {name} a un número que conozca por otra vía, y no por un mensaje reciente.",
    compare_2: "{name} lee en voz alta el código de su página. Sígalo aquí, grupo por grupo.",
    compare_3:
      "¿Todos los grupos son iguales? Firme. ¿Algo distinto? No firme y pulse «El código es distinto».",
    compare_why:
      "El código representa las claves de {name}. Si ambos ven el mismo, nadie ha puesto las suyas en medio.",
    compare_confirm:
      "La otra persona encuentra el suyo en «Sus claves». ¿Algo distinto? No confirme y pulse «El código es distinto».",
  },
};
