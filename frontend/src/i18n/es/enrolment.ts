import type { enrolment as english } from "../en/enrolment";
import type { Catalogue } from "../types";

export const enrolment: Catalogue<typeof english> = {
  steps: {
    label: "Pasos",
    invitation: "Invitación",
    password: "Contraseña",
    second_factor: "Segundo factor",
    founding: "Fundación",
    recovery_code: "Código de recuperación de claves",
    waiting_lead: "Su autoridad le avala",
    waiting_officers: "Firman dos oficiales",
    founded: "Listo",
  },

  open: {
    opening: "Abriendo la invitación",
    title: "Tiene una invitación",
    text: "Compruebe que es para usted.",
    name: "Nombre",
    function: "Cargo",
    role: "Función en la red",
    authority: "Autoridad",
    email: "Correo electrónico, para iniciar sesión",
    act: "Soy yo, continuar",
    wrong:
      "¿Hay algo incorrecto? Deténgase aquí y avise a quien le invitó. Puede hacer una invitación nueva.",
    missing_title: "El enlace de la invitación está incompleto",
    missing_text: "Abra el enlace entero que le entregaron. Aún no ha sucedido nada.",
    invitation_unknown: "Esta invitación no se conoce",
    invitation_unknown_text:
      "Puede que se anulara o que el enlace esté incompleto. Pida una nueva a quien le invitó.",
    invitation_used: "Esta invitación ya se usó",
    invitation_used_text:
      "Si fue usted, inicie sesión para continuar. Si no, avise de inmediato a quien le invitó.",
    invitation_expired: "Esta invitación ha caducado",
    invitation_expired_text: "Los enlaces sirven 7 días. Pida uno nuevo a quien le invitó.",
    other_network: "Este enlace es de otra red",
    other_network_text:
      "El servidor no muestra la red que nombra su invitación. Deténgase aquí y avise a quien le invitó.",
    failed: "No se pudo abrir la invitación",
  },

  password: {
    title: "Elija una contraseña",
    text: "Sirve para iniciar sesión, junto con un código de un solo uso. No abre ningún mensaje: para eso está el código de recuperación de claves.",
    label: "Contraseña",
    hint: "Al menos {count} caracteres. Cuatro palabras sin relación son una buena elección, fácil de recordar.",
    again: "La misma contraseña otra vez",
    differs: "Las dos contraseñas no son iguales",
    strength: "Solidez",
    weak: "Demasiado débil",
    fair: "Aceptable",
    strong: "Sólida",
    act: "Guardar la contraseña",
    acting: "Guardando",
    reasons: {
      too_short: "Al menos {count} caracteres",
      too_long: "Es demasiado larga",
      too_common: "Figura en listas de contraseñas comunes",
      only_digits: "Solo tiene cifras",
      repeats: "Repite los mismos caracteres",
      like_you: "Se parece a su nombre, su dirección o su autoridad",
      weak: "Es demasiado fácil de adivinar",
    },
  },

  factor: {
    title: "Configure su segundo factor",
    text: "Cada vez que inicie sesión, una aplicación de autenticación en su teléfono muestra un código nuevo de un solo uso.",
    scan: "Escanee esto con la aplicación",
    qr: "Código QR para la aplicación de autenticación",
    type: "O escriba en ella este secreto",
    code: "Código de un solo uso",
    code_hint: "Las seis cifras que la aplicación muestra ahora.",
    act: "Comprobar el código",
    acting: "Comprobando",
    wrong: "El código no coincide. Espere al siguiente y compruebe que el reloj del teléfono esté en hora.",
    demo: "Demostración: introducir el código",
  },

  backup: {
    title: "Guarde sus códigos de respaldo",
    text: "Si pierde el teléfono, cada uno sustituye a un código de un solo uso al iniciar sesión. Solo se muestran ahora y no abren ningún mensaje.",
    list: "Diez códigos de respaldo",
    save: "Guardar como archivo de texto",
    kept: "He guardado los códigos de respaldo",
    whydisabled: "Confirme que los ha guardado",
    file: "entente-codigos-de-respaldo.txt",
    file_text:
      "Entente: códigos de respaldo de {email}. Cada uno sirve una vez, en lugar del código de un solo uso al iniciar sesión.",
  },

  recovery: {
    title: "Anote su código de recuperación de claves",
    text: "En un equipo nuevo, este código abre todo lo que alguna vez pudo leer. Nosotros no lo tenemos: si lo pierde junto con todos sus navegadores, nadie podrá volver a abrirle su historial.",
    intro_title: "Ahora, sus claves",
    intro:
      "Su navegador crea las claves que abren sus mensajes. Nunca salen de él sin cifrar. Con ellas viene un código de recuperación de claves, que se muestra una sola vez: tenga a mano papel o un gestor de contraseñas.",
    make: "Crear mis claves",
    making: "Creando las claves",
    lost: "El código de recuperación de claves no se confirmó, así que no vale. Cree las claves de nuevo: recibirá otro código.",
    code_number: "Código de recuperación de claves {serial}",
    groups: "Código de recuperación de claves, ocho grupos",
    group: "Grupo {group}",
    letters: "Sin las letras I, L, O ni U. Da igual mayúscula o minúscula.",
    save: "Guardar como archivo de texto",
    type_back: "Copie dos grupos de su papel",
    group_wrong: "El grupo {group} no coincide. Mire su último carácter.",
    group_missing: "Escriba el grupo {group}",
    acting: "Guardando las claves",
    different: "Mostrar otro código",
    where: "Dónde guardarlo",
    paper: "En papel, en la caja fuerte de su autoridad",
    paper_text: "En un sobre sellado con la inscripción «código de recuperación de claves {serial}»",
    store: "En un gestor de contraseñas aprobado",
    store_text: "Uno que funcione sin este equipo",
    never: "Ni en un correo ni en una foto",
    never_text: "Quien lo tenga puede leer sus conversaciones pasadas",
    not_backup:
      "No es un código de respaldo: esos sustituyen al código de un solo uso al iniciar sesión; este abre sus mensajes.",
    file: "entente-codigo-de-recuperacion-{serial}.txt",
    print_title: "Código de recuperación de claves {serial}",
    print_network: "Red",
    print_account: "Cuenta",
    print_date: "Fecha",
    print_keep: "Guárdese en un sobre sellado. Quien tenga esta hoja puede leer sus conversaciones pasadas.",
    unconfirmed:
      "Las claves no se guardaron. {reason} Su código de recuperación de claves sigue en esta página.",
  },

  waiting: {
    title_lead: "Ahora firma su punto de contacto principal",
    text_lead:
      "Sus claves están creadas. En cuanto firme el punto de contacto principal de {authority}, podrá leer y escribir aquí. Esta página continúa por sí sola.",
    title_officers: "Ahora firman dos oficiales",
    text_officers:
      "Sus claves están creadas. En cuanto firmen dos oficiales de la secretaría, podrá continuar. Esta página continúa por sí sola.",
    code: "Código de comparación",
    code_text:
      "Cuando le llamen por este motivo, lea este código en voz alta, grupo por grupo. Si la otra parte ve otro, deténgase y dígalo. Nadie necesita nunca su código de recuperación de claves para esto.",
    code_text_lead:
      "Un oficial le llama al número de teléfono publicado de su autoridad. Lea este código en voz alta, grupo por grupo; ambas partes deben ver el mismo; de lo contrario, deténgase. Nadie necesita nunca su código de recuperación de claves para esto.",
    leave: "Puede cerrar esta página e iniciar sesión más tarde.",
    done_title: "Ya tiene acceso",
    done_text: "Su designación está firmada. Ya puede leer y escribir.",
    done_act: "Abrir las conversaciones",
  },

  founding: {
    title: "Fundar la red",
    text: "Tres oficiales la fundan juntos. Cada uno crea una clave de fundación y después firma el mismo texto fundacional.",
    officers: "Los oficiales fundadores",
    you: "Usted",
    state_none: "Aún sin clave",
    state_key: "Clave creada",
    state_signed: "Firmado",
    offer: "Crear mi clave de fundación",
    offering: "Creando la clave",
    offered: "Su clave está creada. Se espera a los demás oficiales.",
    compare_title: "Comparen antes de firmar",
    compare_text:
      "Reúnanse o llámense. Los tres deben ver el mismo código. Representa exactamente lo que van a firmar.",
    same: "Los tres vemos el mismo código",
    sign: "Firmar el texto fundacional",
    signing: "Firmando",
    sign_whydisabled: "Compare antes el código",
    signed: "Ha firmado. Se espera a los demás oficiales.",
    founded_title: "La red está fundada",
    founded_text:
      "Este número identifica a la red. Anótelo: figura en todas las hojas con un código de recuperación de claves.",
  },

  browser: {
    title: "Abra sus mensajes en este navegador",
    text: "Este navegador aún no tiene claves suyas. Escriba su código de recuperación de claves {serial} del {date}, o péguelo.",
    text_plain:
      "Este navegador aún no tiene claves suyas. Escriba su código de recuperación de claves, o péguelo.",
    kept: "No se ha perdido nada: todo se conserva cifrado para su código de recuperación de claves.",
    label: "Código de recuperación de claves, ocho grupos",
    group_ok: "El grupo {group} es correcto",
    group_wrong: "El grupo {group} no es correcto. Mírelo otra vez.",
    old: "Este es el código de recuperación de claves {old}. El actual es el código de recuperación de claves {serial} del {date}.",
    old_plain: "Este es el código de recuperación de claves {old}, que fue sustituido. Tome el más reciente.",
    not_yours: "El código está bien formado, pero no es el de esta cuenta. ¿Es la hoja correcta?",
    act: "Abrir mis mensajes",
    acting: "Abriendo",
    whydisabled: "Escriba los ocho grupos",
    demo: "Demostración: introducir el código de recuperación de claves",
    lost_title: "¿No tiene el código de recuperación de claves?",
    other_title: "En esta dirección hay ahora otra red",
    other_text:
      "Este navegador tiene claves de una red que estaba aquí antes. Si no lo esperaba, deténgase y pregunte al operador: alguien puede estar imitando su portal.",
    other_kept:
      "Si continúa, las claves y los mensajes de la red anterior se eliminan de este navegador. En otros navegadores permanecen.",
    other_act: "Dejar la red anterior",
    other_acting: "Dejando la red",
  },
};
