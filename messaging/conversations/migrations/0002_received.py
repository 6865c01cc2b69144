from django.db import migrations, models
from django.db.models import F


def read_is_received(apps, _schema):
    apps.get_model("conversations", "ReadMark").objects.update(received=F("sequence"))


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]

    operations = [
        migrations.AddField("readmark", "received", models.PositiveBigIntegerField(default=0)),
        migrations.RunPython(read_is_received, migrations.RunPython.noop),
    ]
