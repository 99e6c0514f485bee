"""Sealed boxes. While a box is sealed, all that was put into it lies in one Vault row, which always looks alike."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lianban.apps.parties.models import Organisation
from lianban.apps.sealing.rules import STATES


class CustodyKey(models.Model):
    """Custody key (保管密钥): what is kept of a custodian's passphrase: salt and public key. The newest one counts."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="custody_keys")
    salt = models.BinaryField(max_length=16)
    cost = models.PositiveSmallIntegerField(help_text="base-2 logarithm of scrypt's N")
    public_key = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "sealing_custody_key"
        ordering = ["user_id", "id"]


class Box(models.Model):
    """Sealed box (密封箱): takes answers until the deadline; opened afterwards by k of its n custodians together."""

    subject = models.CharField(max_length=100, help_text="what it belongs to, as a reference")
    chain = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True, help_text="page of what it belongs to")
    closes_at = models.DateTimeField(help_text="an answer received at this very moment is still in time")
    k = models.PositiveSmallIntegerField()
    n = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default="sealed")
    salt = models.BinaryField(max_length=16)
    public_key = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True, help_text="when it was opened or voided")
    reason = models.TextField(blank=True, help_text="why it was voided")
    record_digest = models.CharField(max_length=64, blank=True, help_text="hash of the opening record")

    class Meta:
        ordering = ["closes_at", "id"]
        indexes = [models.Index(fields=["subject"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="box_state_known"),
            models.CheckConstraint(condition=Q(k__gte=2) & Q(n__gte=F("k")), name="box_needs_two_of_its_custodians"),
            models.CheckConstraint(condition=Q(state="sealed") | Q(ended_at__isnull=False), name="box_end_has_a_time"),
        ]

    @property
    def reference(self) -> str:
        return f"sealing.box:{self.pk}"


class Share(models.Model):
    """Share (保管份额): one custodian's part of the box's private key, sealed to their custody key."""

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="shares")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(CustodyKey, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    place = models.PositiveSmallIntegerField()
    sealed = models.BinaryField(help_text="emptied when the box is opened or voided")
    checked_at = models.DateTimeField(null=True, help_text="when the custodian last tried their passphrase")
    given_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["box_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["box", "holder"], name="one_share_a_custodian"),
            models.UniqueConstraint(fields=["box", "place"], name="one_share_a_place"),
        ]


class Handover(models.Model):
    """Share handed over (移交份额): a share given at the ceremony, sealed to a custodian who has not come yet."""

    given = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="handed")
    to = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="received")
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["given", "to"], name="a_share_is_handed_over_once")]


class Vault(models.Model):
    """Vault (密封内容): register, answers and sealed journal as three blobs of fixed sizes, written anew as a whole."""

    box = models.OneToOneField(Box, on_delete=models.PROTECT, related_name="vault")
    room = models.PositiveIntegerField(help_text="least size of the body in bytes")
    key_for_server = models.BinaryField(help_text="key of the covers, under a key that only the running site has")
    key_for_custody = models.BinaryField(help_text="the same key, sealed to the box: for the opening")
    register = models.BinaryField()
    body = models.BinaryField()
    deeds = models.BinaryField()


class OpenedAnswer(models.Model):
    """Opened answer (开封件): what one organisation had handed in, as it came out of the box. Append only."""

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="opened")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    intact = models.BooleanField(help_text="the hash on the receipt is the hash of what came out")
    kind = models.CharField(max_length=6)
    content = models.BinaryField()

    class Meta:
        db_table = "sealing_opened_answer"
        ordering = ["box_id", "number"]
        constraints = [models.UniqueConstraint(fields=["box", "organisation"], name="one_answer_an_organisation")]


class OpenedFile(models.Model):
    """Opened file (开封文件): one file of an opened answer. Append only."""

    answer = models.ForeignKey(OpenedAnswer, on_delete=models.PROTECT, related_name="files")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    body = models.BinaryField()

    class Meta:
        db_table = "sealing_opened_file"
        ordering = ["answer_id", "place"]
