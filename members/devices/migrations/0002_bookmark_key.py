from typing import Any

from django.db import migrations, models


def forget_bookmarks(apps: Any, schema_editor: Any) -> None:
    """Those of the former form open for nobody any more; each browser seals a new one at its next stay."""
    apps.get_model("devices", "Bookmark").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_initial")]

    operations = [
        migrations.RunPython(forget_bookmarks, migrations.RunPython.noop),
        migrations.RemoveField(model_name="bookmark", name="generation"),
        migrations.CreateModel(
            name="BookmarkKey",
            fields=[
                ("account", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("serial", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
            ],
        ),
    ]
