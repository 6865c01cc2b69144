"""What the mail to a lead says, in six languages: that they are asked, by when and where; nothing of the text."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "en": (
        "Entente: your acceptance is asked for",
        (
            "A version of the charter of your network waits for your acceptance as lead focal point. "
            "It applies from {date} (UTC).\n\nSign in, read what has changed, and accept it there:\n{address}\n"
        ),
    ),
    "fr": (
        "Entente : votre acceptation est demandée",
        (
            "Une version de la charte de votre réseau attend votre acceptation de point de contact principal. "
            "Elle s’applique à partir du {date} (UTC).\n\nConnectez-vous, lisez ce qui a changé et acceptez-la "
            "à cette adresse :\n{address}\n"
        ),
    ),
    "es": (
        "Entente: se solicita su aceptación",
        (
            "Una versión de la Carta de su red espera su aceptación como punto de contacto principal. "
            "Se aplica desde el {date} (UTC).\n\nInicie sesión, lea lo que ha cambiado y acéptela "
            "en esta dirección:\n{address}\n"
        ),
    ),
    "ru": (
        "Entente: устав ожидает вашего принятия",
        (
            "Редакцию устава вашей сети вам предстоит принять как главному контактному лицу. "
            "Она действует с {date} (UTC).\n\nВойдите, прочтите, что изменилось, и примите ее "
            "по этому адресу:\n{address}\n"
        ),
    ),
    "ar": (
        "Entente: الميثاق في انتظار قبولكم",
        (
            "تنتظر صيغة من ميثاق شبكتكم قبولكم بصفتكم جهة الاتصال الرئيسية. وتسري اعتبارًا من {date} (UTC).\n\n"
            "يُرجى تسجيل الدخول وقراءة ما تغيّر وقبولها في هذا العنوان:\n{address}\n"
        ),
    ),
    "zh": (
        "Entente：请您确认接受",
        (
            "贵网络章程的一个版本正在等待您以首席联络人身份接受。该版本自{date}（UTC）起适用。\n\n"
            "请登录，阅读所作的修改，并在此地址接受：\n{address}\n"
        ),
    ),
}
"""Subject and text by language; the text has a place for the date and one for the address."""
