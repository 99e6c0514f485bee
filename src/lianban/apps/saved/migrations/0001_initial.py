import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianban.kit import dblaws


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('atlas', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        dblaws.Together(
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('address', models.CharField(max_length=2000)),
                ('layout', models.JSONField(blank=True, default=dict, help_text='what the page keeps beside its address')),
                ('stamp', models.PositiveBigIntegerField(blank=True, help_text="version of the chain's data when kept", null=True)),
                ('run', models.PositiveIntegerField(blank=True, help_text='newest run its owner could see when kept', null=True)),
                ('shared', models.BooleanField(default=False)),
                ('confidentiality', models.CharField(choices=[('open', '公开'), ('chain', '链内'), ('office', '链办'), ('private', '企业保密')], default='office', max_length=10)),
                ('kept_at', models.DateTimeField()),
                ('chain', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='atlas.chain')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-kept_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('confidentiality__in', ('open', 'chain', 'office', 'private'))), name='saved_view_class_known'), models.CheckConstraint(condition=models.Q(('address__startswith', '/')), name='saved_view_stays_here')],
            },
        ),
        ),
    ]
