from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("revision", models.BigAutoField(primary_key=True, serialize=False)),
                ("account", models.CharField(max_length=32)),
                ("slot", models.CharField(max_length=64)),
                ("generation", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "slot"), name="one_draft_per_slot")
                ],
            },
        ),
    ]
